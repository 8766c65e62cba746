package org.foretoken.ui.fx;

import java.time.Duration;
import java.util.Optional;
import javafx.animation.Animation;
import javafx.animation.KeyFrame;
import javafx.animation.Timeline;
import javafx.beans.property.ReadOnlyStringProperty;
import javafx.beans.property.ReadOnlyStringWrapper;
import javafx.geometry.Pos;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.ProgressBar;
import javafx.scene.control.ProgressIndicator;
import javafx.scene.control.Tooltip;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import org.foretoken.job.Job;
import org.jspecify.annotations.Nullable;
import org.kordamp.ikonli.feather.Feather;
import org.kordamp.ikonli.javafx.FontIcon;

/** A job: what it does, how far it is, how long still, and a button that stops it. Reads the job's snapshot eight times a second, so that a job may report as often as it likes. */
public final class JobProgress extends HBox {
    private static final javafx.util.Duration PERIOD = javafx.util.Duration.millis(125);

    private final Label what = new Label();
    private final ProgressBar bar = new ProgressBar();
    private final Label left = new Label();
    private final Button stop = new Button(null, new FontIcon(Feather.X));
    private final Timeline clock = new Timeline(new KeyFrame(PERIOD, e -> refresh()));
    private final ReadOnlyStringWrapper waits = new ReadOnlyStringWrapper("");
    private final boolean words;
    private @Nullable Job<?> job;

    /** @param words whether it says what the job does; without, only how far it is, and what it waits for */
    public JobProgress(boolean words) {
        this.words = words;
        getStyleClass().add("job-progress");
        setAlignment(Pos.CENTER_LEFT);
        clock.setCycleCount(Animation.INDEFINITE);
        what.setMinWidth(0);
        HBox.setHgrow(what, Priority.SOMETIMES);
        left.setMinWidth(USE_PREF_SIZE);
        bar.setMinWidth(64);
        stop.getStyleClass().addAll("button-icon", "flat", "small");
        stop.setTooltip(new Tooltip("Stop"));
        stop.setOnAction(e -> {
            if (job != null) {
                job.cancel();
                stop.setDisable(true);
            }
        });
        getChildren().addAll(what, bar, left, stop);
        show(Optional.empty());
    }

    /** For where a button beside it stops the job. */
    public void withoutStop() {
        getChildren().remove(stop);
    }

    /** Shows that job, or nothing. */
    public void show(Optional<? extends Job<?>> shown) {
        Job<?> next = shown.orElse(null);
        if (next != job || next == null) {
            job = next;
            stop.setDisable(false);
        }
        Visibility.show(this, job != null);
        if (job == null) {
            clock.stop();
            waits.set("");
        } else {
            refresh();
            clock.play();
        }
    }

    /** What the job waits for, in words; empty once its turn has come. */
    public ReadOnlyStringProperty waitsProperty() {
        return waits.getReadOnlyProperty();
    }

    private void refresh() {
        Job<?> current = job;
        if (current == null) {
            return;
        }
        Job.Snapshot now = current.snapshot();
        waits.set(current.waitsFor().map(other -> "Waits for: " + other).orElse(""));
        boolean waiting = !waits.get().isEmpty();
        what.setText(waiting ? waits.get() : now.what());
        Visibility.show(what, words || waiting);
        Visibility.show(bar, !waiting);
        bar.setProgress(
                now.total() <= 0 ? ProgressIndicator.INDETERMINATE_PROGRESS : (double) now.done() / now.total());
        left.setText(now.left()
                .filter(d -> d.compareTo(Duration.ZERO) > 0)
                .map(Numbers::left)
                .orElse(""));
        bar.setAccessibleText(what.getText());
        stop.setAccessibleText("Stop " + current.title());
    }
}
