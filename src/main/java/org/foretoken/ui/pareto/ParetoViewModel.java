package org.foretoken.ui.pareto;

import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.Stream;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.beans.property.SimpleObjectProperty;
import org.foretoken.eval.Task;
import org.foretoken.job.Job;
import org.foretoken.runs.Axes;
import org.foretoken.runs.Pareto;
import org.foretoken.runs.ParetoFigure;
import org.foretoken.runs.ParetoPoint;
import org.foretoken.ui.fx.Coalesced;
import org.foretoken.ui.fx.Latest;
import org.foretoken.ui.fx.UiThreads;
import org.foretoken.ui.shell.Actions;
import org.foretoken.ui.shell.CurrentSetup;
import org.foretoken.ui.shell.FileExport;
import org.foretoken.ui.shell.Notices;
import org.foretoken.workbench.ModelSummary;
import org.foretoken.workbench.SetupSummary;
import org.foretoken.workbench.SweepPareto;
import org.jspecify.annotations.Nullable;

/** What would be measured, what is, and how it is looked at. */
public final class ParetoViewModel {
    private final Actions actions;
    private final UiThreads threads;
    private final Notices notices;
    private final CurrentSetup current;
    private final Consumer<List<String>> openRuns;
    private final Latest setupsQuestion;
    private final Latest presetQuestion;
    private final Latest recordedQuestion;
    private final SweepDraft draft = new SweepDraft();
    private final ParetoLook look = new ParetoLook();
    private final ReadOnlyObjectWrapper<List<SetupSummary>> setups = new ReadOnlyObjectWrapper<>(List.of());
    private final ReadOnlyObjectWrapper<List<Pareto>> recorded = new ReadOnlyObjectWrapper<>(List.of());
    private final ObjectProperty<Optional<Pareto>> measured = new SimpleObjectProperty<>(Optional.empty());
    private final ReadOnlyObjectWrapper<Optional<ParetoFigure>> figure = new ReadOnlyObjectWrapper<>(Optional.empty());
    private final ReadOnlyObjectWrapper<Optional<Job<?>>> job = new ReadOnlyObjectWrapper<>(Optional.empty());
    private final ReadOnlyObjectWrapper<Optional<String>> problem = new ReadOnlyObjectWrapper<>(Optional.empty());
    private Set<Path> proposed = Set.of();
    /** What this window measured of the open base last. */
    private Optional<Pareto> own = Optional.empty();

    /** @param openRuns shows the records of these ids */
    public ParetoViewModel(
            Actions actions,
            UiThreads threads,
            Notices notices,
            CurrentSetup current,
            Consumer<List<String>> openRuns) {
        this.actions = actions;
        this.threads = threads;
        this.notices = notices;
        this.current = current;
        this.openRuns = openRuns;
        setupsQuestion = new Latest(threads);
        presetQuestion = new Latest(threads);
        recordedQuestion = new Latest(threads);
        draft.onChange(this::check);
        Runnable refresh = () -> figure.set(measured.get().map(look::figure));
        look.onChange(refresh);
        measured.addListener((o, old, now) -> refresh.run());
        current.setupProperty().addListener((o, old, now) -> findSetups());
        current.baseProperty().addListener((o, old, now) -> own = Optional.empty());
        threads.ask(actions::quizData, draft::quizIsIn, notices::failed);
        findSetups();
    }

    CurrentSetup current() {
        return current;
    }

    SweepDraft draft() {
        return draft;
    }

    ParetoLook look() {
        return look;
    }

    /** The setups that there are to measure: those that predict. */
    ReadOnlyObjectProperty<List<SetupSummary>> setupsProperty() {
        return setups.getReadOnlyProperty();
    }

    /** The charts to choose from: this window's sweep, and what the records of the open base make. */
    ReadOnlyObjectProperty<List<Pareto>> recordedProperty() {
        return recorded.getReadOnlyProperty();
    }

    /** The chart to look at: all points of the sweep so far, or one that is recorded; empty before there is one. */
    ObjectProperty<Optional<Pareto>> measuredProperty() {
        return measured;
    }

    /** What is drawn of them. */
    ReadOnlyObjectProperty<Optional<ParetoFigure>> figureProperty() {
        return figure.getReadOnlyProperty();
    }

    /** The sweep that runs or waits now. */
    ReadOnlyObjectProperty<Optional<Job<?>>> jobProperty() {
        return job.getReadOnlyProperty();
    }

    /** Why nothing can be measured; empty when it can. */
    ReadOnlyObjectProperty<Optional<String>> problemProperty() {
        return problem.getReadOnlyProperty();
    }

    /**
     * Looks for what the records tell of the open base, and shows it unless a sweep of this window is shown. Reads their file, so it's for when the panel is
     * seen.
     */
    void showRecorded() {
        if (job.get().isPresent()) {
            return;
        }
        Optional<ModelSummary> base = current.baseProperty().get();
        Axes axes = look.axes(true);
        recordedQuestion.ask(
                () -> base.isEmpty()
                        ? List.<Pareto>of()
                        : actions.recordedCharts(base.get().hash(), axes),
                found -> {
                    Stream<Pareto> others = found.stream()
                            .filter(chart -> own.filter(chart::showsTheSame).isEmpty());
                    List<Pareto> all = Stream.concat(own.stream(), others).toList();
                    recorded.set(all);
                    Optional<Pareto> shown = measured.get();
                    measured.set(shown.filter(all::contains)
                            .or(() -> all.stream()
                                    .filter(chart -> shown.map(chart::isLike).orElse(false))
                                    .findFirst())
                            .or(() -> all.stream().findFirst()));
                },
                notices::failed);
    }

    /** Looks for setups again. */
    public void findSetups() {
        setupsQuestion.ask(
                actions::setups,
                found -> {
                    setups.set(found.stream().filter(SetupSummary::hasPredictor).toList());
                    propose();
                    check();
                },
                notices::failed);
    }

    /** Until the user chooses, the setup to measure is the current one. */
    private void propose() {
        if (draft.setups.get().equals(proposed)) {
            proposed = current.setupProperty()
                    .get()
                    .map(SetupSummary::folder)
                    .filter(folder ->
                            setups.get().stream().anyMatch(each -> each.folder().equals(folder)))
                    .map(Set::of)
                    .orElse(Set.of());
            draft.setups.set(proposed);
        }
    }

    /** Takes a task out of a user's file. */
    void readTask(Path file) {
        presetQuestion.ask(() -> Task.of(file.toString()), draft.task::set, notices::failed);
    }

    private void check() {
        problem.set(draft.problem(setups.get()));
    }

    /** Measures what the form says. */
    public void measure() {
        check();
        if (job.get().isEmpty() && problem.get().isEmpty()) {
            run(draft.request(setups.get(), look.axes(draft.metric.get().higherIsBetter())));
        }
    }

    /** Lets the form ask for the sample models. */
    void sampleModels() {
        preset(request -> {});
    }

    /** Measures the sample models. */
    public void measureSampleModels() {
        preset(request -> measure());
    }

    private void preset(Consumer<SweepPareto.Request> then) {
        presetQuestion.ask(
                () -> new Preset(actions.quickSweep(look.axes(true)), actions.setups()),
                preset -> {
                    setups.set(preset.setups().stream()
                            .filter(SetupSummary::hasPredictor)
                            .toList());
                    draft.take(preset.request());
                    then.accept(preset.request());
                },
                notices::failed);
    }

    private record Preset(SweepPareto.Request request, List<SetupSummary> setups) {}

    private void run(SweepPareto.Request request) {
        notices.dismiss();
        AtomicReference<@Nullable Pareto> newest = new AtomicReference<>();
        Coalesced refresh = new Coalesced(threads.pulse(), () -> {
            if (job.get().isPresent()) {
                Optional.ofNullable(newest.get()).ifPresent(this::show);
            }
        });
        recordedQuestion.forget();
        own = Optional.empty();
        recorded.set(List.of());
        measured.set(Optional.empty());
        look.showAll();
        Job<SweepPareto.Result> started = actions.sweep(request, (point, soFar) -> {
            newest.set(soFar);
            refresh.mark();
        });
        job.set(Optional.of(started));
        threads.follow(
                started,
                result -> {
                    job.set(Optional.empty());
                    show(result.pareto());
                    showRecorded();
                    done(result);
                },
                failure -> {
                    Optional.ofNullable(newest.get()).ifPresent(this::show);
                    job.set(Optional.empty());
                    showRecorded();
                    if (UiThreads.isCancelled(failure)) {
                        draft.fresh.set(false); // or it would begin again
                        notices.done("Stopped. What was measured is recorded: Measure goes on from there.");
                    } else {
                        notices.failed(failure);
                    }
                });
    }

    private void done(SweepPareto.Result result) {
        if (result.faults().isEmpty()) {
            notices.done(PointWords.done(result));
        } else {
            notices.problem(PointWords.faults(result.faults()));
        }
    }

    private void show(Pareto points) {
        own = Optional.of(points);
        measured.set(own);
    }

    /** Stops the sweep; what was measured stays, here and in the records. */
    public void stop() {
        job.get().ifPresent(Job::cancel);
    }

    /** Shows or hides a series. */
    void show(String series, boolean shown) {
        Set<String> hidden = new LinkedHashSet<>(look.hidden.get());
        if (shown ? hidden.remove(series) : hidden.add(series)) {
            look.hidden.set(hidden);
        }
    }

    /** Shows the records of a point; of a published one there are none. */
    void open(ParetoPoint point) {
        if (!point.records().isEmpty()) {
            openRuns.accept(point.records());
        }
    }

    /** Writes what is shown in one of {@link Pareto#FORMATS}, the figure with legend and in light colours. */
    void export(Path file, String format) {
        figure.get()
                .ifPresent(shown -> new FileExport(actions, threads, notices)
                        .write(file, () -> shown.forPrint().as(format)));
    }
}
