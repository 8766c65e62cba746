package org.foretoken.ui.shell;

import javafx.animation.Animation;
import javafx.animation.KeyFrame;
import javafx.animation.Timeline;
import javafx.geometry.Pos;
import javafx.scene.control.Label;
import javafx.scene.control.Tooltip;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.util.Duration;
import org.foretoken.Version;
import org.foretoken.ui.fx.JobProgress;
import org.foretoken.ui.fx.Numbers;
import org.foretoken.ui.fx.Visibility;
import org.foretoken.workbench.Workbench;

/** The engine along the bottom: kernel, threads, memory, the program's version, and what it does now. Asks four times a second, which costs nothing. */
public final class StatusBar extends HBox {
    private final Actions actions;
    private final Label engine = new Label();
    private final JobProgress progress = new JobProgress(true);
    private final Label waiting = new Label();
    private final Timeline clock = new Timeline(new KeyFrame(Duration.millis(250), e -> refresh()));

    public StatusBar(Actions actions) {
        this.actions = actions;
        getStyleClass().add("status-bar");
        setAlignment(Pos.CENTER_LEFT);
        engine.setMinWidth(0);
        waiting.setId("jobs-waiting");
        waiting.setMinWidth(USE_PREF_SIZE);
        waiting.setTooltip(new Tooltip("Each is stopped in the panel that began it"));
        Region space = new Region();
        HBox.setHgrow(space, Priority.ALWAYS);
        getChildren().addAll(engine, space, progress, waiting);
        clock.setCycleCount(Animation.INDEFINITE);
        clock.play();
        refresh();
    }

    private void refresh() {
        Workbench.Engine now = actions.engine();
        engine.setText("Kernel " + now.kernel() + "   ·   " + Numbers.count(now.threads(), "thread") + "   ·   "
                + (now.modelBytes() == 0 ? "no weights in memory" : Numbers.bytes(now.modelBytes()) + " of weights")
                + "   ·   Foretoken " + Version.name());
        progress.show(actions.running());
        int others = actions.waiting();
        waiting.setText(Numbers.count(others) + " waiting");
        Visibility.show(waiting, others > 0);
    }
}
