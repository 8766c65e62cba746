package org.foretoken.ui.breakeven;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import org.foretoken.ForetokenException;
import org.foretoken.job.Job;
import org.foretoken.ui.fx.Latest;
import org.foretoken.ui.fx.UiThreads;
import org.foretoken.ui.shell.Actions;
import org.foretoken.ui.shell.CurrentSetup;
import org.foretoken.ui.shell.FileExport;
import org.foretoken.ui.shell.Notices;
import org.foretoken.workbench.BreakEven;
import org.foretoken.workbench.BreakEvenWords;
import org.foretoken.workbench.KeptBreakEven;
import org.foretoken.workbench.SetupSummary;

/** What would be measured of the current setup, and what was. Each setup keeps what was measured of it, as long as it stays as it was, from one start to the next. */
public final class BreakEvenViewModel {
    /** While the models' context isn't known, no length is too long: measuring checks again. */
    private static final int UNKNOWN = Integer.MAX_VALUE;

    private static final DateTimeFormatter MINUTE = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm", Locale.ROOT);

    private final Actions actions;
    private final UiThreads threads;
    private final Notices notices;
    private final CurrentSetup current;
    private final Latest contextQuestion;
    private final Latest keptQuestion;
    private final BreakEvenDraft draft = new BreakEvenDraft();
    private final Map<SetupSummary, KeptBreakEven> results = new HashMap<>();
    private final ReadOnlyObjectWrapper<Optional<BreakEvenFigure>> figure =
            new ReadOnlyObjectWrapper<>(Optional.empty());
    private final ReadOnlyObjectWrapper<Optional<Job<?>>> job = new ReadOnlyObjectWrapper<>(Optional.empty());
    private final ReadOnlyObjectWrapper<Optional<String>> problem = new ReadOnlyObjectWrapper<>(Optional.empty());
    private int context = UNKNOWN;

    public BreakEvenViewModel(Actions actions, UiThreads threads, Notices notices, CurrentSetup current) {
        this.actions = actions;
        this.threads = threads;
        this.notices = notices;
        this.current = current;
        contextQuestion = new Latest(threads);
        keptQuestion = new Latest(threads);
        draft.onChange(this::check);
        current.setupProperty().subscribe(this::changed);
    }

    BreakEvenDraft draft() {
        return draft;
    }

    CurrentSetup current() {
        return current;
    }

    /** What was measured of the current setup; empty before anything was. */
    ReadOnlyObjectProperty<Optional<BreakEvenFigure>> figureProperty() {
        return figure.getReadOnlyProperty();
    }

    /** The measurement that runs or waits now, of whichever setup. */
    ReadOnlyObjectProperty<Optional<Job<?>>> jobProperty() {
        return job.getReadOnlyProperty();
    }

    /** Why nothing can be measured; empty when it can. */
    ReadOnlyObjectProperty<Optional<String>> problemProperty() {
        return problem.getReadOnlyProperty();
    }

    /** What will be timed; there must be no problem. */
    String amount() {
        return draft.amount(context);
    }

    private void changed(Optional<SetupSummary> setup) {
        contextQuestion.forget();
        context = UNKNOWN;
        setup.ifPresent(now -> contextQuestion.ask(
                () -> context(now),
                found -> {
                    context = found;
                    check();
                },
                failure -> {})); // who opens the setup says so
        keptQuestion.forget();
        setup.filter(now -> now.hasPredictor() && !results.containsKey(now))
                .ifPresent(now -> keptQuestion.ask(
                        () -> KeptBreakEven.read(actions.home(), now),
                        found -> found.ifPresent(kept -> {
                            results.putIfAbsent(now, kept);
                            show();
                        }),
                        failure -> {})); // it can be measured
        show();
        check();
    }

    /** Most positions that both models read. */
    private int context(SetupSummary setup) throws ForetokenException {
        int least = actions.inspect(setup.base()).config().contextLength();
        return setup.auxiliary().isEmpty()
                ? least
                : Math.min(
                        least, actions.inspect(setup.auxiliary().get()).config().contextLength());
    }

    private void check() {
        problem.set(draft.problem(current.setupProperty().get(), context));
    }

    private void show() {
        figure.set(current.setupProperty()
                .get()
                .flatMap(setup -> Optional.ofNullable(results.get(setup))
                        .map(kept -> new BreakEvenFigure(setup.name(), kept.time(), kept.result(), false))));
    }

    /** Measures what the form says. */
    void measure() {
        check();
        if (job.get().isPresent() || problem.get().isPresent()) {
            return;
        }
        notices.dismiss();
        SetupSummary setup = current.setupProperty().get().orElseThrow();
        Job<BreakEven.Result> started =
                actions.breakEven(draft.request(setup, current.tailProperty().get()));
        job.set(Optional.of(started));
        threads.follow(
                started,
                result -> {
                    job.set(Optional.empty());
                    KeptBreakEven kept = KeptBreakEven.of(
                            setup, LocalDateTime.now(ZoneId.systemDefault()).format(MINUTE), result);
                    results.put(setup, kept);
                    show();
                    threads.ask(() -> kept.write(actions.home(), setup.folder()), written -> {}, notices::failed);
                    notices.done("Measured " + setup.name() + ". " + BreakEvenWords.from(result));
                },
                failure -> {
                    job.set(Optional.empty());
                    if (UiThreads.isCancelled(failure)) {
                        notices.done("Stopped. Measure begins again.");
                    } else {
                        notices.failed(failure);
                    }
                });
    }

    /** Stops measuring. */
    void stop() {
        job.get().ifPresent(Job::cancel);
    }

    /** Writes the figure that is shown, in light colours and with what it is of, or the times behind it. */
    void export(Path file, String format) {
        figure.get()
                .ifPresent(shown -> new FileExport(actions, threads, notices)
                        .write(
                                file,
                                () -> format.equals("csv")
                                        ? BreakEvenTable.of(shown.result()).getBytes(StandardCharsets.UTF_8)
                                        : shown.as(format)));
    }
}
