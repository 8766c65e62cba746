package org.foretoken.ui.tasks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.foretoken.ForetokenException;
import org.foretoken.eval.Answered;
import org.foretoken.eval.Metric;
import org.foretoken.eval.Score;
import org.foretoken.eval.Task;
import org.foretoken.generate.Arm;
import org.foretoken.generate.Sampling;
import org.foretoken.runs.Estimate;
import org.foretoken.runs.Records;
import org.foretoken.ui.FakeModels;
import org.foretoken.ui.FakeRuns;
import org.foretoken.ui.ViewModelFixture;
import org.foretoken.ui.fx.ShippedTasks;
import org.foretoken.ui.tasks.TasksViewModel.Stage;
import org.foretoken.workbench.Evaluate;
import org.foretoken.workbench.RunExamples.Example;
import org.foretoken.workbench.SetupSummary;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TasksViewModelTest extends ViewModelFixture {
    private static final Metric EXACT = Metric.OFFICIAL_EXACT;

    private TasksViewModel model;

    @BeforeEach
    void start() {
        model = new TasksViewModel(actions, threads.threads(), notices, current);
        threads.settle();
    }

    private SetupSummary use(boolean calibrated) {
        SetupSummary setup = actions.setup(List.of(0, 1, 2), calibrated);
        actions.setups.add(setup);
        current.use(FakeModels.smol());
        current.use(setup);
        threads.settle();
        return setup;
    }

    private Evaluation evaluation() {
        return model.evaluationProperty().get().orElseThrow();
    }

    private void answer(int count) {
        long before = evaluation().answers();
        actions.tasks.answers.release(count);
        threads.until(() -> evaluation().answers() == before + count);
    }

    private void untilEnded() {
        threads.until(() -> model.jobProperty().get().isEmpty());
    }

    private List<Example> examples() {
        return model.examples().shownProperty().get();
    }

    private String problem() {
        return model.problemProperty().get().orElse("");
    }

    @Test
    void asksWhatTheFormSays() {
        SetupSummary setup = use(true);
        current.tailProperty().set(3);
        TaskDraft draft = model.draft();
        draft.limit.set(5);
        draft.shots.set(2);
        draft.auxiliary.set(false);
        draft.baselines.set("random:0.5, hybrid:4");
        actions.tasks.answers.release(1000);
        model.ask();
        untilEnded();
        assertThat(actions.tasks.asked)
                .containsExactly(new Evaluate.Request(
                        setup.folder(),
                        ShippedTasks.of("quiz").withShots(2),
                        Path.of("/samples/quiz.jsonl"),
                        List.of(Arm.BASE, Arm.KV_PREDICTION, arm("random:0.5"), Arm.hybrid(4)),
                        5,
                        3,
                        null));
        assertThat(evaluation().answers()).isEqualTo(20);
        assertThat(evaluation().records()).containsExactly("a00", "a01", "a02", "a03");
        assertThat(TaskWords.state(evaluation(), Stage.DONE)).isEqualTo("Recorded as a00, a01, a02, a03.");
    }

    private static Arm arm(String key) {
        try {
            return Arm.of(key);
        } catch (ForetokenException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void answersAndScoresAreSeenAsTheyCome() {
        use(true);
        model.ask();
        answer(5);
        assertThat(model.stageProperty().get()).isEqualTo(Stage.RUNNING);
        assertThat(examples()).hasSize(5).allMatch(example -> example.other().isEmpty());
        Score score = evaluation().base().orElseThrow().score(EXACT).orElseThrow();
        assertThat(score.mean()).isCloseTo(3 / 5.0, within(1e-12)); // 0 and 4 are wrong
        assertThat(score.standardError()).isCloseTo(Math.sqrt(0.6 * 0.4 / 4), within(1e-12));
        assertThat(TaskWords.score(evaluation().base().orElseThrow(), EXACT)).isEqualTo("0.600 (0.231–0.882)");

        answer(38);
        assertThat(model.shownArmProperty().get()).as("who answers now").contains(Arm.KV_PREDICTION);
        assertThat(examples()).hasSize(3).allMatch(example -> example.other().isPresent());
        ArmAnswers kv = evaluation().of(Arm.KV_PREDICTION).orElseThrow();
        assertThat(kv.ratio(evaluation().base().orElseThrow(), EXACT).orElseThrow())
                .as("of the questions that both have answered")
                .isEqualTo(Estimate.ratioOfMeans(List.of(0.0, 1.0, 1.0), List.of(0.0, 1.0, 1.0)));

        model.examples().next();
        answer(1);
        assertThat(model.examples().currentProperty().get().orElseThrow().number())
                .as("what is read stays")
                .isEqualTo(2);
        model.look(Arm.BASE);
        answer(40);
        assertThat(model.shownArmProperty().get()).as("until another is chosen").contains(Arm.BASE);
        assertThat(examples()).hasSize(40);
        model.look(Arm.AUXILIARY);
        assertThat(examples()).hasSize(4);
        actions.tasks.answers.release(1000);
        untilEnded();
        assertThat(notice())
                .startsWith("quiz, 1-shot: ")
                .contains(" is done: base 0.750 (0.598–0.858), KV prediction 0.650 (0.495–0.779), auxiliary 0.650");
    }

    @Test
    void allRightIsNoCertainty() {
        ArmAnswers perfect = hundred(EXACT, 1);
        assertThat(TaskWords.score(perfect, EXACT)).isEqualTo("1.00 (0.963–1.00)");
        ArmAnswers failing = hundred(EXACT, 0);
        assertThat(TaskWords.score(failing, EXACT)).isEqualTo("0 (0–0.0370)");
        assertThat(TaskWords.ratio(failing, perfect, EXACT)).isEqualTo("0 (0–0.0370)");
        assertThat(TaskWords.ratio(perfect, perfect, EXACT)).isEqualTo("1.00");
        assertThat(TaskWords.score(hundred(Metric.TOP_ONE, 1), Metric.TOP_ONE)).isEqualTo("1.00 (0.963–1.00)");
        assertThat(TaskWords.score(hundred(Metric.KL, 0), Metric.KL)).isEqualTo("0");
    }

    private static ArmAnswers hundred(Metric metric, double score) {
        Answered each = new Answered("#1", "", "", "", "", List.of(), Map.of(metric.label(), score), List.of());
        return new ArmAnswers(Arm.KV_PREDICTION, 100, Collections.nCopies(100, each));
    }

    @Test
    void whatWasStoppedGoesOn() {
        use(true);
        model.ask();
        answer(43);
        model.stop();
        assertThat(model.stageProperty().get()).isEqualTo(Stage.STOPPING);
        untilEnded();
        assertThat(model.stageProperty().get()).isEqualTo(Stage.STOPPED);
        assertThat(TaskWords.state(evaluation(), Stage.STOPPED))
                .isEqualTo("Stopped after 43 of 120 answers. Asking the same again goes on from there.");
        assertThat(examples()).as("they can still be looked at").hasSize(3);
        assertThat(notices.currentProperty().get()).isEmpty();
        model.ask();
        threads.until(() -> evaluation().answers() == 43);
        answer(1);
        assertThat(actions.tasks.asked.get(1)).isEqualTo(actions.tasks.asked.get(0));
        actions.tasks.answers.release(1000);
        untilEnded();
        assertThat(evaluation().answers()).isEqualTo(120);
    }

    @Test
    void aFailureIsToldInThePanel() {
        use(true);
        actions.tasks.failure = Optional.of(new ForetokenException("quiz.jsonl has no answers: give another file."));
        actions.tasks.answers.release(1);
        model.ask();
        untilEnded();
        assertThat(model.stageProperty().get()).isEqualTo(Stage.FAILED);
        assertThat(TaskWords.state(evaluation(), Stage.FAILED))
                .isEqualTo("quiz.jsonl has no answers: give another file.");
        actions.tasks.failure = Optional.empty();
        model.ask();
        answer(2);
        assertThat(evaluation().failure()).isEmpty();
        model.stop();
        untilEnded();
    }

    @Test
    void whatCantBeAskedIsSaid() {
        assertThat(problem()).isEqualTo("Choose a model or a setup in the bar above.");
        model.ask();
        assertThat(model.evaluationProperty().get()).isEmpty();
        current.use(FakeModels.smol());
        assertThat(problem()).isEmpty();
        TaskDraft draft = model.draft();
        draft.base.set(false);
        assertThat(problem()).as("the others need a setup").isEqualTo("Nobody is to answer: choose an arm.");
        draft.baselines.set("hybrid:4");
        assertThat(problem()).contains("hybrid:4 needs a setup with a fitted predictor");
        draft.baselines.set("random:7");
        assertThat(problem()).contains("'random:7' has a wrong number");
        draft.baselines.set("static:0.5 static:0.5");
        assertThat(problem()).contains("named twice");
        draft.baselines.set("kv");
        assertThat(problem()).contains("has a box of its own");
        draft.baselines.set("static:0.5");
        assertThat(problem()).isEmpty();
        draft.task.set(ShippedTasks.of("hellaswag"));
        assertThat(problem()).isEqualTo("The task hellaswag needs a data file: choose it.");
        draft.data.set(Optional.of(home.resolve("hellaswag.jsonl")));
        assertThat(problem()).contains("which asks for likelihoods");
        draft.task.set(ShippedTasks.of("perplexity"));
        assertThat(problem()).isEqualTo("The task perplexity needs a text: choose it.");
        draft.task.set(ShippedTasks.of("hellaswag"));
        assertThat(draft.data.get()).as("each task keeps its data").contains(home.resolve("hellaswag.jsonl"));
    }

    @Test
    void aSetupThatCantPredictAnswersWithoutIt() {
        use(false);
        actions.tasks.answers.release(1000);
        model.ask();
        untilEnded();
        assertThat(actions.tasks.asked.get(0).arms()).containsExactly(Arm.BASE, Arm.AUXILIARY);
    }

    @Test
    void programsAreRunWithLeaveOnly() {
        SetupSummary setup = use(true);
        TaskDraft draft = model.draft();
        draft.task.set(ShippedTasks.of("humaneval"));
        draft.data.set(Optional.of(Path.of("/data/HumanEval.jsonl.gz")));
        assertThat(problem()).isEqualTo("The task humaneval runs what a model writes: give leave below.");
        draft.runCode.set(true);
        assertThat(problem()).isEmpty();
        assertThat(draft.request(setup.folder(), Optional.of(setup), 1).running())
                .isEqualTo(new Evaluate.Running(1, Sampling.GREEDY));
        draft.task.set(ShippedTasks.of("quiz"));
        assertThat(draft.request(setup.folder(), Optional.of(setup), 1).running())
                .isNull();
    }

    @Test
    void likelihoodsHaveNoTail() {
        use(true);
        current.tailProperty().set(8);
        model.draft().task.set(ShippedTasks.of("perplexity"));
        model.draft().data.set(Optional.of(home.resolve("text.txt")));
        actions.tasks.answers.release(1000);
        model.ask();
        untilEnded();
        assertThat(actions.tasks.asked.get(0).tail()).isZero();
        ArmAnswers kv = evaluation().of(Arm.KV_PREDICTION).orElseThrow();
        assertThat(TaskWords.score(kv, Metric.LOSS)).startsWith("22.1 ± "); // e to 3.0975
        assertThat(TaskWords.score(evaluation().base().orElseThrow(), Metric.KL))
                .isEqualTo("–");
    }

    @Test
    void theBaseIsTakenFromRecordsWhereItIsNotAsked() {
        use(true);
        actions.runs.records.add(FakeRuns.answers("abase", Records.base(), 3, "quiz"));
        actions.runs.records.add(FakeRuns.answers("a00", Records.predicted(1), 5, "quiz"));
        model.draft().base.set(false);
        model.draft().auxiliary.set(false);
        actions.tasks.answers.release(1000);
        model.ask();
        untilEnded();
        threads.settle();
        assertThat(examples()).hasSize(40).allMatch(example -> example.other().isPresent());
    }

    @Test
    void theQuizIsAskedOfTheSampleModelsWhereNothingIsOpen() {
        actions.first = Optional.of(actions.setup(List.of(0, 1), true));
        assertThat(model.quizThereProperty().get()).isFalse();
        model = new TasksViewModel(actions, threads.threads(), notices, current);
        threads.settle();
        assertThat(model.quizThereProperty().get()).isTrue();
        actions.tasks.answers.release(1000);
        model.draft().task.set(ShippedTasks.of("piqa"));
        model.askQuiz();
        untilEnded();
        Evaluate.Request asked = actions.tasks.asked.get(0);
        assertThat(asked.task().name()).isEqualTo("quiz");
        assertThat(asked.model()).isEqualTo(actions.first.get().folder());
        assertThat(asked.limit()).isEqualTo(TasksViewModel.QUIZ_QUESTIONS);
    }

    @Test
    void aTaskOfTheUsersIsOffered() throws Exception {
        Path file = home.resolve("mine.json");
        Files.writeString(file, """
                {"format": 1, "name": "mine", "version": 3, "licence": "mine", "fields": {"q": ["q"], "answers": ["a"]},
                 "template": "{q}", "shots": {"count": 0}, "stops": [], "max_tokens": 5, "metrics": ["official_f1"]}
                """);
        model.readTask(file);
        model.readTask(file);
        threads.settle();
        assertThat(model.draft().task.get().name()).isEqualTo("mine");
        assertThat(model.tasks()).hasSize(Task.NAMES.size() + 1);
        assertThat(TaskWords.how(model.draft().task.get())).isEqualTo("Answers of up to 5 tokens; official f1.");
        Files.writeString(file, "{}");
        model.readTask(file);
        threads.settle();
        assertThat(notice()).contains("mine.json");
        assertThat(model.draft().task.get().name()).isEqualTo("mine");
    }

    @Test
    void everyTaskHasALineThatSaysWhatItIs() {
        for (Task task : model.tasks()) {
            assertThat(TaskWords.about(task.name())).as(task.name()).isNotBlank();
        }
    }
}
