package org.foretoken.ui.kverror;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;
import javafx.beans.property.BooleanProperty;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.beans.property.SimpleBooleanProperty;
import javafx.beans.property.SimpleObjectProperty;
import javafx.beans.property.SimpleStringProperty;
import javafx.beans.property.StringProperty;
import org.foretoken.calibrate.KvError.Metric;
import org.foretoken.job.Job;
import org.foretoken.ui.fx.Latest;
import org.foretoken.ui.fx.UiThreads;
import org.foretoken.ui.kverror.SheetMaker.Side;
import org.foretoken.ui.kverror.SheetMaker.Which;
import org.foretoken.ui.shell.Actions;
import org.foretoken.ui.shell.CurrentSetup;
import org.foretoken.ui.shell.FileExport;
import org.foretoken.ui.shell.Notices;
import org.foretoken.workbench.Prompt;
import org.foretoken.workbench.SetupSummary;

/** A prompt or a text, what the current setup and perhaps another one make of it, and how that is looked at. */
public final class KvErrorViewModel {
    private final Actions actions;
    private final UiThreads threads;
    private final Notices notices;
    private final CurrentSetup current;
    private final Latest setupsQuestion;
    private final StringProperty prompt = new SimpleStringProperty("");
    private final BooleanProperty chat = new SimpleBooleanProperty();
    private final ObjectProperty<Side> side = new SimpleObjectProperty<>(Side.KEYS);
    private final ObjectProperty<Metric> metric = new SimpleObjectProperty<>(Metric.RELATIVE_L2);
    private final BooleanProperty log = new SimpleBooleanProperty();
    private final ObjectProperty<Optional<Integer>> head = new SimpleObjectProperty<>(Optional.empty());
    private final ObjectProperty<Which> which = new SimpleObjectProperty<>(Which.THIS);
    private final ObjectProperty<Optional<SetupSummary>> other = new SimpleObjectProperty<>(Optional.empty());
    private final ReadOnlyObjectWrapper<List<SetupSummary>> others = new ReadOnlyObjectWrapper<>(List.of());
    private final TextChoice text = new TextChoice();
    private final ReadOnlyObjectWrapper<Optional<Job<?>>> job = new ReadOnlyObjectWrapper<>(Optional.empty());
    private final ReadOnlyObjectWrapper<Optional<Measured>> measured = new ReadOnlyObjectWrapper<>(Optional.empty());
    private final ReadOnlyObjectWrapper<Optional<HeatSheet>> sheet = new ReadOnlyObjectWrapper<>(Optional.empty());

    public KvErrorViewModel(Actions actions, UiThreads threads, Notices notices, CurrentSetup current) {
        this.actions = actions;
        this.threads = threads;
        this.notices = notices;
        this.current = current;
        this.setupsQuestion = new Latest(threads);
        current.setupProperty().addListener((o, old, now) -> startAfresh());
        for (ObjectProperty<?> choice : List.of(side, metric, head, which)) {
            choice.addListener((o, old, now) -> refresh());
        }
        log.addListener((o, old, now) -> refresh());
        startAfresh();
    }

    /** What is measured next. */
    public StringProperty promptProperty() {
        return prompt;
    }

    /** What is measured in place of the prompt, perhaps. */
    TextChoice text() {
        return text;
    }

    /** Whether the prompt goes through the base's chat template. */
    BooleanProperty chatProperty() {
        return chat;
    }

    ObjectProperty<Side> sideProperty() {
        return side;
    }

    ObjectProperty<Metric> metricProperty() {
        return metric;
    }

    /** Whether colours follow the logarithm. */
    BooleanProperty logProperty() {
        return log;
    }

    /** The kv head looked at; empty for whole entries. */
    ObjectProperty<Optional<Integer>> headProperty() {
        return head;
    }

    /** Which of two setups, or their difference. */
    ObjectProperty<Which> whichProperty() {
        return which;
    }

    /** The setup to compare with; empty for none. */
    ObjectProperty<Optional<SetupSummary>> otherProperty() {
        return other;
    }

    /** The setups that there are to compare with: of the same base, able to predict. */
    ReadOnlyObjectProperty<List<SetupSummary>> othersProperty() {
        return others.getReadOnlyProperty();
    }

    /** The measurement that runs or waits now. */
    ReadOnlyObjectProperty<Optional<Job<?>>> jobProperty() {
        return job.getReadOnlyProperty();
    }

    /** What was measured: nothing, the current setup, or it and the other. */
    ReadOnlyObjectProperty<Optional<Measured>> measuredProperty() {
        return measured.getReadOnlyProperty();
    }

    /** What the figure shows. */
    ReadOnlyObjectProperty<Optional<HeatSheet>> sheetProperty() {
        return sheet.getReadOnlyProperty();
    }

    CurrentSetup current() {
        return current;
    }

    /** Whether a measurement could start now. */
    boolean canRun() {
        return current.setupProperty().get().filter(SetupSummary::hasPredictor).isPresent()
                && (text.usedProperty().get()
                        ? text.fileProperty().get().isPresent()
                        : !prompt.get().isBlank())
                && job.get().isEmpty();
    }

    /** Measures the prompt, or the text. */
    public void run() {
        if (!canRun()) {
            return;
        }
        notices.dismiss();
        List<Path> setups = new ArrayList<>();
        setups.add(current.setupProperty().get().orElseThrow().folder());
        other.get().ifPresent(setup -> setups.add(setup.folder()));
        if (text.usedProperty().get()) {
            Path file = text.fileProperty().get().orElseThrow();
            follow(
                    actions.measureKvErrorOfText(
                            setups,
                            file,
                            text.skipProperty().get(),
                            text.windowsProperty().get()),
                    TextErrors::new);
        } else {
            follow(
                    actions.measureKvError(setups, chat.get() ? Prompt.chat(prompt.get()) : Prompt.of(prompt.get())),
                    PromptErrors::new);
        }
    }

    private <T> void follow(Job<T> started, Function<T, Measured> result) {
        job.set(Optional.of(started));
        threads.follow(
                started,
                found -> {
                    if (ended(started)) {
                        Measured now = result.apply(found);
                        measured.set(Optional.of(now));
                        which.set(now.setups() > 1 ? Which.DIFFERENCE : Which.THIS);
                        refresh();
                    }
                },
                failure -> {
                    if (ended(started)) {
                        notices.failed(failure);
                    }
                });
    }

    /** Stops the measurement, if there is one. */
    public void stop() {
        job.get().ifPresent(Job::cancel);
        job.set(Optional.empty());
    }

    private boolean ended(Job<?> one) {
        boolean wanted = job.get().filter(running -> running == one).isPresent();
        if (wanted) {
            job.set(Optional.empty());
        }
        return wanted;
    }

    /** Most kv heads of a layer of what was measured; 0 before. */
    int heads() {
        return measured.get().map(Measured::heads).orElse(0);
    }

    /** Everything that is known of a cell, in a sentence. */
    String words(int layer, int position) {
        return measured.get().map(m -> m.words(layer, position, head.get())).orElse("");
    }

    /** The mean figures, in a sentence; empty before anything was measured. */
    String summary() {
        return measured.get().map(Measured::summary).orElse("");
    }

    /** Everything measured as a table. */
    String table() {
        return measured.get().map(m -> m.table(head.get().isPresent())).orElse("");
    }

    /** Writes a file, made in the background as a large one takes its time. */
    void export(Path file, Callable<byte[]> content) {
        new FileExport(actions, threads, notices).write(file, content);
    }

    /** The setup changed: what was measured was another's. */
    private void startAfresh() {
        stop();
        measured.set(Optional.empty());
        other.set(Optional.empty());
        others.set(List.of());
        refresh();
        Optional<SetupSummary> setup = current.setupProperty().get();
        if (setup.isEmpty()) {
            setupsQuestion.forget();
            return;
        }
        Path base = setup.get().base();
        Path folder = setup.get().folder();
        setupsQuestion.ask(
                actions::setups,
                found -> others.set(found.stream()
                        .filter(each -> each.hasPredictor()
                                && each.base().equals(base)
                                && !each.folder().equals(folder))
                        .toList()),
                notices::failed);
    }

    private void refresh() {
        SheetMaker.Choice choice = new SheetMaker.Choice(side.get(), metric.get(), head.get(), which.get(), log.get());
        sheet.set(measured.get().map(m -> m.sheet(choice)));
    }
}
