package org.foretoken.ui.training;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import org.foretoken.job.Job;
import org.foretoken.train.CurvePoint;
import org.foretoken.ui.fx.Coalesced;
import org.foretoken.ui.fx.Latest;
import org.foretoken.ui.fx.UiThreads;
import org.foretoken.ui.shell.Actions;
import org.foretoken.ui.shell.Actions.TrainedFolder;
import org.foretoken.ui.shell.CurrentSetup;
import org.foretoken.ui.shell.FileExport;
import org.foretoken.ui.shell.Notices;
import org.foretoken.workbench.SetupSummary;
import org.foretoken.workbench.Train;

/** What is to be trained, or the training that the folder it goes to has: running, paused or done. */
public final class TrainingViewModel {
    /** Where the training is in its life. */
    enum Stage {
        /** None was begun: the form says what would be. */
        FORM,
        RUNNING,
        /** It ends after the step that it is at, to be gone on with. */
        PAUSING,
        /** It ends after the step that it is at, and the trained setup is opened. */
        KEEPING,
        PAUSED,
        DONE
    }

    private final Actions actions;
    private final UiThreads threads;
    private final Notices notices;
    private final CurrentSetup current;
    private final Latest folderQuestion;
    private final Latest unfinishedQuestion;
    private final TrainingDraft draft = new TrainingDraft();
    private final ReadOnlyObjectWrapper<Optional<CurveFacts>> shown = new ReadOnlyObjectWrapper<>(Optional.empty());
    private final ReadOnlyObjectWrapper<Stage> stage = new ReadOnlyObjectWrapper<>(Stage.FORM);
    private final ReadOnlyObjectWrapper<Optional<Job<Train.Result>>> job =
            new ReadOnlyObjectWrapper<>(Optional.empty());
    private final ReadOnlyObjectWrapper<List<Unfinished>> unfinished = new ReadOnlyObjectWrapper<>(List.of());
    private final ReadOnlyObjectWrapper<Optional<String>> problem = new ReadOnlyObjectWrapper<>(Optional.empty());
    private Optional<Path> startedFrom = Optional.empty();
    private boolean folderIsTaken;
    private boolean folderIsAsked;

    public TrainingViewModel(Actions actions, UiThreads threads, Notices notices, CurrentSetup current) {
        this.actions = actions;
        this.threads = threads;
        this.notices = notices;
        this.current = current;
        folderQuestion = new Latest(threads);
        unfinishedQuestion = new Latest(threads);
        draft.onChange(this::check);
        draft.out.addListener((o, old, now) -> lookAt(now));
        current.setupProperty().addListener((o, old, now) -> setupChanged());
        setupChanged();
    }

    /** What the form says. */
    TrainingDraft draft() {
        return draft;
    }

    /** The training that the folder has; empty while the form says what would be. */
    ReadOnlyObjectProperty<Optional<CurveFacts>> shownProperty() {
        return shown.getReadOnlyProperty();
    }

    ReadOnlyObjectProperty<Stage> stageProperty() {
        return stage.getReadOnlyProperty();
    }

    /** The training that runs or waits now. */
    ReadOnlyObjectProperty<Optional<Job<Train.Result>>> jobProperty() {
        return job.getReadOnlyProperty();
    }

    /** Why training can't start; empty when it can, or was begun. */
    ReadOnlyObjectProperty<Optional<String>> problemProperty() {
        return problem.getReadOnlyProperty();
    }

    /** Other trainings that can be gone on with. */
    ReadOnlyObjectProperty<List<Unfinished>> unfinishedProperty() {
        return unfinished.getReadOnlyProperty();
    }

    CurrentSetup current() {
        return current;
    }

    /** Adds texts to read; those that are there already are not added twice. */
    public void addTexts(List<Path> paths) {
        for (Path path : paths) {
            if (draft.texts.stream().noneMatch(row -> row.path().equals(path))) {
                draft.texts.add(new TextRow(path));
            }
        }
    }

    /** A training that was begun belongs to its setup; otherwise the form starts from this one. */
    private void setupChanged() {
        if (job.get().isPresent()) {
            return;
        }
        Optional<Path> folder = current.setupProperty().get().map(SetupSummary::folder);
        if (folder.equals(startedFrom)) {
            check();
            return;
        }
        startedFrom = folder;
        folderQuestion.forget();
        if (folder.isEmpty()) {
            show("", new TrainedFolder(Optional.empty(), List.of(), false));
            return;
        }
        folderQuestion.ask(
                () -> Destination.of(folder.get(), actions),
                found -> show(found.out().toString(), found.folder()),
                notices::failed);
        findUnfinished(folder.get());
    }

    private void findUnfinished(Path setup) {
        unfinishedQuestion.ask(() -> Unfinished.near(setup, actions), unfinished::set, notices::failed);
    }

    private void show(String out, TrainedFolder folder) {
        folderIsAsked = true; // this is the answer
        draft.out.set(out);
        folderIsAsked = false;
        folderIsTaken = folder.isSetup() && folder.begun().isEmpty();
        shown.set(folder.begun().map(request -> CurveFacts.of(request, folder.curve())));
        check();
    }

    /** The user types another folder. */
    private void lookAt(String out) {
        Optional<Path> folder = draft.outFolder();
        if (folderIsAsked || job.get().isPresent() || folder.isEmpty()) {
            return;
        }
        folderQuestion.ask(() -> actions.trainedFolder(folder.get()), found -> show(out, found), notices::failed);
    }

    private void check() {
        Optional<SetupSummary> setup = current.setupProperty().get();
        Optional<CurveFacts> facts = shown.get();
        if (facts.isPresent()) {
            problem.set(Optional.empty());
        } else if (setup.isEmpty()) {
            problem.set(Optional.of("Choose a setup to begin with."));
        } else {
            problem.set(draft.problem(setup.get())
                    .or(() -> folderIsTaken
                            ? Optional.of("There is a setup in " + draft.out.get() + " already: choose another folder.")
                            : Optional.empty()));
        }
        if (job.get().isEmpty()) {
            stage.set(facts.map(f -> f.finished() ? Stage.DONE : Stage.PAUSED).orElse(Stage.FORM));
        }
    }

    /** Begins the training that the form describes. */
    public void start() {
        check();
        if (stage.get() == Stage.FORM && problem.get().isEmpty()) {
            Path setup = current.setupProperty().get().orElseThrow().folder();
            run(draft.request(setup));
        }
    }

    /** Goes on with the training that was begun. */
    public void goOn() {
        if (stage.get() == Stage.PAUSED) {
            run(shown.get().orElseThrow().request());
        }
    }

    private void run(Train.Request request) {
        notices.dismiss();
        folderQuestion.forget();
        List<CurvePoint> heard = Collections.synchronizedList(new ArrayList<>());
        if (shown.get().isEmpty()) {
            shown.set(Optional.of(CurveFacts.of(request, List.of())));
        }
        Coalesced refresh = new Coalesced(threads.pulse(), () -> {
            if (job.get().isPresent()) {
                shown.set(Optional.of(CurveFacts.of(request, List.copyOf(heard))));
            }
        });
        Job<Train.Result> started = actions.train(request, point -> {
            heard.add(point);
            refresh.mark();
        });
        job.set(Optional.of(started));
        stage.set(Stage.RUNNING);
        threads.follow(started, result -> succeeded(request, result), failure -> stopped(request, failure));
    }

    private void succeeded(Train.Request request, Train.Result result) {
        boolean keep = stage.get() == Stage.KEEPING;
        job.set(Optional.empty());
        shown.set(Optional.of(CurveFacts.of(request, result.curve())));
        check();
        notices.done(TrainingWords.outcome(shown.get().orElseThrow()));
        if (keep) {
            current.use(result.setup());
        }
    }

    /** It was paused or failed: what is on disk now says how it stands. */
    private void stopped(Train.Request request, Throwable failure) {
        boolean keep = stage.get() == Stage.KEEPING;
        folderQuestion.ask(
                () -> actions.trainedFolder(request.out()),
                folder -> {
                    job.set(Optional.empty());
                    show(request.out().toString(), folder);
                    if (shown.get().isEmpty()) {
                        setupChanged(); // which may have happened while it ran
                    }
                    notices.failed(failure);
                    if (keep) {
                        useTrained();
                    }
                },
                unreadable -> {
                    job.set(Optional.empty());
                    check();
                    notices.failed(unreadable);
                });
    }

    /** Ends the running training after its step; its state is kept. */
    public void pause() {
        end(Stage.PAUSING);
    }

    /** Ends the running training after its step and opens the trained setup with the best weights so far. */
    public void stopAndKeep() {
        end(Stage.KEEPING);
    }

    private void end(Stage how) {
        if (stage.get() == Stage.RUNNING) {
            stage.set(how);
            job.get().ifPresent(Job::cancel);
        }
    }

    /** Opens the trained setup with the best weights so far. */
    public void useTrained() {
        shown.get().ifPresent(facts -> {
            Path out = facts.request().out();
            threads.ask(
                    () -> actions.openSetup(out),
                    setup -> {
                        if (setup.hasPredictor()) {
                            current.use(setup);
                            notices.done(setup.name() + " is the setup now.");
                        } else {
                            notices.problem(
                                    "Nothing is kept in " + out + " yet: go on until it has looked at held-out text.");
                        }
                    },
                    notices::failed);
        });
    }

    /** Lets the form say what is to be trained next: as the training that is shown, from the current setup into a new folder. */
    public void another() {
        if (job.get().isPresent() || current.setupProperty().get().isEmpty()) {
            return;
        }
        shown.get().ifPresent(facts -> draft.take(facts.request()));
        Path setup = current.setupProperty().get().orElseThrow().folder();
        folderQuestion.ask(
                () -> Destination.unused(setup, actions),
                found -> show(found.out().toString(), found.folder()),
                notices::failed);
        findUnfinished(setup);
    }

    /** Writes a file, made in the background as a large one takes its time. */
    void export(Path file, Callable<byte[]> content) {
        new FileExport(actions, threads, notices).write(file, content);
    }
}
