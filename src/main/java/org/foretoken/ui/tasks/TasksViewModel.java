package org.foretoken.ui.tasks;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.collections.FXCollections;
import javafx.collections.ObservableList;
import org.foretoken.eval.Answered;
import org.foretoken.eval.Task;
import org.foretoken.generate.Arm;
import org.foretoken.job.Job;
import org.foretoken.runs.RunRecord;
import org.foretoken.ui.fx.Coalesced;
import org.foretoken.ui.fx.Latest;
import org.foretoken.ui.fx.ShippedTasks;
import org.foretoken.ui.fx.UiThreads;
import org.foretoken.ui.runs.Answers;
import org.foretoken.ui.runs.ExamplesViewModel;
import org.foretoken.ui.shell.Actions;
import org.foretoken.ui.shell.CurrentSetup;
import org.foretoken.ui.shell.Notices;
import org.foretoken.workbench.Evaluate;
import org.foretoken.workbench.ModelSummary;
import org.foretoken.workbench.RunExamples;
import org.foretoken.workbench.SetupSummary;

/** What is to be asked, and the evaluation that was asked for: its answers as they come, its scores. */
public final class TasksViewModel {
    /** Questions of the quiz that {@link #askQuiz} asks: enough to see a difference, a minute at most. */
    static final int QUIZ_QUESTIONS = 100;

    /** Where an evaluation is in its life. */
    enum Stage {
        RUNNING,
        STOPPING,
        STOPPED,
        FAILED,
        DONE
    }

    private final Actions actions;
    private final UiThreads threads;
    private final Notices notices;
    private final CurrentSetup current;
    private final Latest baseQuestion;
    private final TaskDraft draft = new TaskDraft();
    private final ObservableList<Task> tasks = FXCollections.observableArrayList(ShippedTasks.all());
    private final ExamplesViewModel examples = new ExamplesViewModel();
    private final ReadOnlyObjectWrapper<Optional<Evaluation>> evaluation =
            new ReadOnlyObjectWrapper<>(Optional.empty());
    private final ReadOnlyObjectWrapper<Stage> stage = new ReadOnlyObjectWrapper<>(Stage.STOPPED);
    private final ReadOnlyObjectWrapper<Optional<Job<Evaluate.Result>>> job =
            new ReadOnlyObjectWrapper<>(Optional.empty());
    private final ReadOnlyObjectWrapper<Optional<String>> problem = new ReadOnlyObjectWrapper<>(Optional.empty());
    private final ReadOnlyObjectWrapper<Optional<Arm>> shownArm = new ReadOnlyObjectWrapper<>(Optional.empty());
    private final ReadOnlyObjectWrapper<Boolean> quizThere = new ReadOnlyObjectWrapper<>(false);
    private Optional<SetupSummary> sample = Optional.empty();
    private boolean armChosen;

    public TasksViewModel(Actions actions, UiThreads threads, Notices notices, CurrentSetup current) {
        this.actions = actions;
        this.threads = threads;
        this.notices = notices;
        this.current = current;
        baseQuestion = new Latest(threads);
        draft.onChange(this::check);
        current.setupProperty().addListener((o, old, now) -> check());
        current.baseProperty().addListener((o, old, now) -> check());
        threads.ask(
                actions::quizData,
                data -> threads.ask(actions::firstSetup, setup -> found(data, setup), notices::failed),
                notices::failed);
        check();
    }

    private void found(Optional<Path> data, Optional<SetupSummary> setup) {
        data.ifPresent(file -> draft.preset(ShippedTasks.of(TaskDraft.QUIZ), file));
        sample = setup;
        check();
    }

    /** What the form says. */
    TaskDraft draft() {
        return draft;
    }

    /** Those to choose from: the program's, and read files. */
    ObservableList<Task> tasks() {
        return tasks;
    }

    /** What was asked last; empty before anything was. */
    ReadOnlyObjectProperty<Optional<Evaluation>> evaluationProperty() {
        return evaluation.getReadOnlyProperty();
    }

    /** How that stands. */
    ReadOnlyObjectProperty<Stage> stageProperty() {
        return stage.getReadOnlyProperty();
    }

    /** The evaluation that runs or waits now. */
    ReadOnlyObjectProperty<Optional<Job<Evaluate.Result>>> jobProperty() {
        return job.getReadOnlyProperty();
    }

    /** Why nothing can be asked; empty when it can. */
    ReadOnlyObjectProperty<Optional<String>> problemProperty() {
        return problem.getReadOnlyProperty();
    }

    /** Whose answers are looked at. */
    ReadOnlyObjectProperty<Optional<Arm>> shownArmProperty() {
        return shownArm.getReadOnlyProperty();
    }

    /** Whether there are questions that came with the program, and somebody to ask. */
    ReadOnlyObjectProperty<Boolean> quizThereProperty() {
        return quizThere.getReadOnlyProperty();
    }

    /** Every question with its answers. */
    ExamplesViewModel examples() {
        return examples;
    }

    CurrentSetup current() {
        return current;
    }

    private Optional<Path> model() {
        return current.setupProperty().get().map(SetupSummary::folder).or(current::basePath);
    }

    private void check() {
        problem.set(draft.problem(model().isPresent(), current.setupProperty().get()));
        quizThere.set(draft.hasData(ShippedTasks.of(TaskDraft.QUIZ)) && (model().isPresent() || sample.isPresent()));
    }

    /** Offers a task of the user's. */
    void readTask(Path file) {
        threads.ask(
                () -> Task.of(file.toString()),
                task -> {
                    if (!tasks.contains(task)) {
                        tasks.add(task);
                    }
                    draft.task.set(task);
                },
                notices::failed);
    }

    /** Asks some questions of the quiz, of the current setup or the first that came with the program. */
    void askQuiz() {
        if (!quizThere.get() || job.get().isPresent()) {
            return;
        }
        if (model().isEmpty()) {
            current.use(sample.orElseThrow());
        }
        draft.task.set(ShippedTasks.of(TaskDraft.QUIZ));
        draft.limit.set(QUIZ_QUESTIONS);
        ask();
    }

    /** Asks what the form says. */
    void ask() {
        if (job.get().isPresent() || problem.get().isPresent()) {
            return;
        }
        notices.dismiss();
        baseQuestion.forget();
        Optional<SetupSummary> setup = current.setupProperty().get();
        Evaluate.Request request = draft.request(
                model().orElseThrow(), setup, current.tailProperty().get());
        String measured = setup.map(SetupSummary::name)
                .or(() -> current.baseProperty().get().map(ModelSummary::name))
                .orElse("");
        armChosen = false;
        shownArm.set(Optional.empty());
        examples.close();
        evaluation.set(Optional.of(new Evaluation(request, measured, List.of(), List.of(), Optional.empty())));
        Heard heard = new Heard();
        Coalesced refresh = new Coalesced(threads.pulse(), () -> {
            if (job.get().isPresent()) {
                show(heard.arms(), List.of(), Optional.empty());
            }
        });
        Job<Evaluate.Result> started = actions.evaluate(request, (arm, number, questions, answer) -> {
            heard.add(arm, questions, answer);
            refresh.mark();
        });
        job.set(Optional.of(started));
        stage.set(Stage.RUNNING);
        threads.follow(
                started,
                result -> ended(Stage.DONE, heard, result.records(), Optional.empty()),
                failure -> ended(
                        UiThreads.isCancelled(failure) ? Stage.STOPPED : Stage.FAILED,
                        heard,
                        List.of(),
                        UiThreads.isCancelled(failure) ? Optional.empty() : Optional.of(notices.sentence(failure))));
    }

    /** What the engine thread has said, for the FX thread to look at. */
    private static final class Heard {
        private final Map<Arm, List<Answered>> answers = new LinkedHashMap<>();
        private int questions;

        synchronized void add(Arm arm, int of, Answered answer) {
            questions = of;
            answers.computeIfAbsent(arm, each -> new ArrayList<>()).add(answer);
        }

        synchronized List<ArmAnswers> arms() {
            List<ArmAnswers> arms = new ArrayList<>();
            answers.forEach((arm, given) -> arms.add(new ArmAnswers(arm, questions, given)));
            return Collections.unmodifiableList(arms);
        }
    }

    private void ended(Stage how, Heard heard, List<String> records, Optional<String> failure) {
        job.set(Optional.empty());
        stage.set(how);
        show(heard.arms(), records, failure);
        if (how == Stage.DONE) {
            Evaluation done = evaluation.get().orElseThrow();
            notices.done(TaskWords.title(done) + " is done: " + TaskWords.headline(done) + ".");
        }
    }

    /** Stops asking. What was answered is kept. */
    void stop() {
        if (stage.get() == Stage.RUNNING) {
            stage.set(Stage.STOPPING);
            job.get().ifPresent(Job::cancel);
        }
    }

    private void show(List<ArmAnswers> arms, List<String> records, Optional<String> failure) {
        Evaluation asked = evaluation.get().orElseThrow();
        Evaluation now = new Evaluation(asked.request(), asked.measured(), arms, records, failure);
        evaluation.set(Optional.of(now));
        if (!armChosen && !arms.isEmpty()) {
            shownArm.set(Optional.of(arms.get(arms.size() - 1).arm())); // who answers now
        }
        lookAtAnswers();
    }

    /** Looks at an arm's answers, whoever answers now. */
    void look(Arm arm) {
        armChosen = true;
        shownArm.set(Optional.of(arm));
        lookAtAnswers();
    }

    private void lookAtAnswers() {
        Evaluation now = evaluation.get().orElseThrow();
        Optional<ArmAnswers> own = shownArm.get().flatMap(now::of);
        if (own.isEmpty()) {
            return;
        }
        examples.renew(now.beside(own.get()));
        if (stage.get() == Stage.DONE && now.base().isEmpty()) {
            baseFromRecords(
                    now.records().get(now.request().arms().indexOf(own.get().arm())));
        }
    }

    /** The base wasn't asked now, but may have been before. */
    private void baseFromRecords(String id) {
        baseQuestion.ask(
                () -> {
                    List<RunRecord> all = actions.runs().read().records();
                    return all.stream()
                            .filter(record -> record.id().equals(id))
                            .findFirst()
                            .map(record -> RunExamples.besideBase(record, all));
                },
                found -> found.ifPresent(beside -> examples.renew(Answers.of(beside))),
                notices::failed);
    }
}
