package org.foretoken.ui.shell;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import javafx.beans.property.IntegerProperty;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.beans.property.SimpleIntegerProperty;
import javafx.beans.property.SimpleObjectProperty;
import org.foretoken.job.Job;
import org.foretoken.kvp.Source;
import org.foretoken.text.corpus.TextPart;
import org.foretoken.ui.fx.Latest;
import org.foretoken.ui.fx.Numbers;
import org.foretoken.ui.fx.UiThreads;
import org.foretoken.workbench.Calibrate;
import org.foretoken.workbench.ModelSummary;
import org.foretoken.workbench.SetupSummary;

/** The object in the middle of the window: base, setup, how it is calibrated and used. */
public final class CurrentSetup {
    /** The longest tail that a field takes: fields in step with one property clamp each other, so all take the same. */
    public static final int MOST_TAIL = 1 << 17;

    private final Actions actions;
    private final UiThreads threads;
    private final Notices notices;
    private final Latest baseQuestion;
    private final ReadOnlyObjectWrapper<Optional<ModelSummary>> base = new ReadOnlyObjectWrapper<>(Optional.empty());
    private final ReadOnlyObjectWrapper<Optional<SetupSummary>> setup = new ReadOnlyObjectWrapper<>(Optional.empty());
    private final ReadOnlyObjectWrapper<OptionalDouble> ttftGain = new ReadOnlyObjectWrapper<>(OptionalDouble.empty());
    private final ReadOnlyObjectWrapper<Optional<Job<Calibrate.Result>>> calibrating =
            new ReadOnlyObjectWrapper<>(Optional.empty());
    private final ObjectProperty<Source> source = new SimpleObjectProperty<>(Source.HIDDEN);
    private final ObjectProperty<List<Path>> calibrationText = new SimpleObjectProperty<>(List.of());
    private final IntegerProperty calibrationTokens = new SimpleIntegerProperty(8192);
    private final IntegerProperty tail = new SimpleIntegerProperty(1);
    private Runnable onCalibrated = () -> {};

    public CurrentSetup(Actions actions, UiThreads threads, Notices notices) {
        this.actions = actions;
        this.threads = threads;
        this.notices = notices;
        this.baseQuestion = new Latest(threads);
    }

    /** The base model; empty before one was chosen. */
    public ReadOnlyObjectProperty<Optional<ModelSummary>> baseProperty() {
        return base.getReadOnlyProperty();
    }

    /** The setup; empty while there is only a base. */
    public ReadOnlyObjectProperty<Optional<SetupSummary>> setupProperty() {
        return setup.getReadOnlyProperty();
    }

    /** TTFT of the base over that of KV prediction in the last prompt that both answered, once each. */
    public ReadOnlyObjectProperty<OptionalDouble> ttftGainProperty() {
        return ttftGain.getReadOnlyProperty();
    }

    /** The calibration that runs or waits now. */
    public ReadOnlyObjectProperty<Optional<Job<Calibrate.Result>>> calibratingProperty() {
        return calibrating.getReadOnlyProperty();
    }

    /** What the next calibration's predictor reads. */
    public ObjectProperty<Source> sourceProperty() {
        return source;
    }

    /** Files that the next calibration reads; empty takes the text that comes with the program. */
    public ObjectProperty<List<Path>> calibrationTextProperty() {
        return calibrationText;
    }

    /** How many tokens the next calibration reads at most. */
    public IntegerProperty calibrationTokensProperty() {
        return calibrationTokens;
    }

    /** Prompt tokens that the base reads itself. */
    public IntegerProperty tailProperty() {
        return tail;
    }

    /** Called once a calibration has succeeded, after the setup was renewed. */
    public void setOnCalibrated(Runnable onCalibrated) {
        this.onCalibrated = onCalibrated;
    }

    /** Makes a model the base. A setup of another base goes. */
    public void use(ModelSummary model) {
        baseQuestion.forget();
        base.set(Optional.of(model));
        if (setup.get().filter(s -> s.base().equals(model.path())).isEmpty()) {
            stopCalibrating();
            setup.set(Optional.empty());
            ttftGain.set(OptionalDouble.empty());
        }
    }

    /** Makes a setup the current one, with its base. */
    public void use(SetupSummary chosen) {
        if (setup.get().filter(s -> s.folder().equals(chosen.folder())).isEmpty()) {
            stopCalibrating();
        }
        show(chosen);
        source.set(chosen.hasPredictor() ? chosen.source() : Source.HIDDEN);
        tail.set(Math.max(1, chosen.tail()));
        if (base.get().filter(b -> b.path().equals(chosen.base())).isEmpty()) {
            base.set(Optional.empty());
            baseQuestion.ask(() -> actions.inspect(chosen.base()), model -> base.set(Optional.of(model)), failure -> {
                setup.set(Optional.empty());
                notices.failed(failure);
            });
        }
    }

    /** Where the base is; empty before one was chosen. */
    public Optional<Path> basePath() {
        return base.get().map(ModelSummary::path);
    }

    /** Base and KV prediction have just answered the same prompt, the base's TTFT being {@code gain} times the other's. */
    public void measured(double gain) {
        ttftGain.set(OptionalDouble.of(gain));
    }

    /** Whether *Calibrate* can start now. */
    public boolean canCalibrate() {
        return setup.get().isPresent() && calibrating.get().isEmpty();
    }

    /** Fits the current setup's predictor. */
    public void calibrate() {
        if (!canCalibrate()) {
            return;
        }
        notices.dismiss();
        SetupSummary fitted = setup.get().orElseThrow();
        Job<Calibrate.Result> job = actions.calibrate(new Calibrate.Request(
                fitted.folder(),
                Optional.empty(),
                calibrationText.get().stream().map(TextPart::of).toList(),
                List.of(source.get()),
                calibrationTokens.get(),
                OptionalDouble.empty()));
        calibrating.set(Optional.of(job));
        threads.follow(
                job,
                result -> {
                    if (ended(job)) {
                        show(result.setup());
                        notices.done("Calibrated on " + Numbers.count(result.tokens(), "token") + " in "
                                + Numbers.millis(result.seconds() * 1e3) + ".");
                        onCalibrated.run();
                    }
                },
                failure -> {
                    if (ended(job)) {
                        notices.failed(failure);
                    }
                });
    }

    /** Stops the calibration, if there is one. */
    public void stopCalibrating() {
        calibrating.get().ifPresent(Job::cancel);
        calibrating.set(Optional.empty());
    }

    private boolean ended(Job<Calibrate.Result> job) {
        boolean wanted = calibrating.get().filter(current -> current == job).isPresent();
        if (wanted) {
            calibrating.set(Optional.empty());
        }
        return wanted;
    }

    private void show(SetupSummary renewed) {
        setup.set(Optional.of(renewed));
        ttftGain.set(OptionalDouble.empty());
    }
}
