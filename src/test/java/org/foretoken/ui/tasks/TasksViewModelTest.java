package org.foretoken.ui.tasks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Optional;
import org.foretoken.ForetokenException;
import org.foretoken.eval.Metric;
import org.foretoken.eval.Score;
import org.foretoken.generate.Arm;
import org.foretoken.runs.Estimate;
import org.foretoken.runs.Records;
import org.foretoken.ui.FakeRuns;
import org.foretoken.ui.fx.ShippedTasks;
import org.foretoken.ui.tasks.TasksViewModel.Stage;
import org.foretoken.workbench.Evaluate;
import org.junit.jupiter.api.Test;

/** Who answers, and how it is seen. */
class TasksViewModelTest extends TasksViewModelFixture {
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
    void aSetupThatCantPredictAnswersWithoutIt() {
        use(false);
        actions.tasks.answers.release(1000);
        model.ask();
        untilEnded();
        assertThat(actions.tasks.asked.get(0).arms()).containsExactly(Arm.BASE, Arm.AUXILIARY);
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
}
