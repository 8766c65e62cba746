package org.foretoken.ui.prompt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.foretoken.ForetokenException;
import org.foretoken.generate.Arm;
import org.foretoken.generate.Refined;
import org.foretoken.ui.FakeAnswers;
import org.foretoken.ui.FakeModels;
import org.foretoken.ui.ViewModelFixture;
import org.foretoken.ui.prompt.Answer.Stage;
import org.foretoken.workbench.Generate;
import org.foretoken.workbench.ModelSummary;
import org.foretoken.workbench.PromptExample;
import org.foretoken.workbench.SetupSummary;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PromptViewModelTest extends ViewModelFixture {
    private PromptViewModel prompt;
    private SetupSummary setup;

    @BeforeEach
    void start() {
        prompt = new PromptViewModel(actions, threads.threads(), notices, current);
        setup = actions.setup(List.of(0, 1, 2), true);
        current.use(FakeModels.smol());
        current.use(setup);
        prompt.promptProperty().set("Who built it?");
    }

    private Answer answer(Arm arm) {
        return prompt.answerProperty(arm).get();
    }

    private void runToTheEnd() {
        prompt.run();
        threads.until(() -> !prompt.runningProperty().get());
    }

    @Test
    void theArmsAnswerOneAfterTheOtherBaseFirst() {
        current.tailProperty().set(32);
        runToTheEnd();
        assertThat(actions.generated)
                .extracting(Generate.Request::arm)
                .containsExactly(Arm.BASE, Arm.KV_PREDICTION, Arm.AUXILIARY);
        assertThat(actions.generated).allSatisfy(request -> {
            assertThat(request.model()).isEqualTo(setup.folder());
            assertThat(request.prompt().text()).isEqualTo("Who built it?");
            assertThat(request.prompt().chat()).as("the base has a template").isTrue();
        });
        assertThat(actions.generated.get(1).tail()).isEqualTo(32);
        assertThat(answer(Arm.BASE).text().whole()).isEqualTo(String.join("", FakeAnswers.BASE_WORDS));
    }

    @Test
    void theFirstDifferentTokenIsMarkedAndTheGainTold() {
        runToTheEnd();
        Answer predicted = answer(Arm.KV_PREDICTION);
        assertThat(predicted.text().mark()).isEqualTo(".");
        assertThat(predicted.note()).isEqualTo("Leaves the base's text at token 8 of 18.");
        assertThat(predicted.gain().orElseThrow()).isCloseTo(231.61 / 131.35, within(1e-9));
        assertThat(answer(Arm.BASE).gain()).isEmpty();
        assertThat(current.ttftGainProperty().get().orElseThrow()).isCloseTo(231.61 / 131.35, within(1e-9));
        assertThat(prompt.axisMillisProperty().get()).isCloseTo(231.61, within(1e-9));
    }

    @Test
    void onlyThePredictedCacheIsRefinedAndItsMomentTold() {
        runToTheEnd();
        assertThat(actions.generated).extracting(Generate.Request::refine).containsOnly(0);
        assertThat(answer(Arm.KV_PREDICTION).refined()).isEmpty();
        actions.generated.clear();
        prompt.refineProperty().set(true);
        runToTheEnd();
        assertThat(actions.generated).extracting(Generate.Request::refine).containsExactly(0, Refined.TOKENS, 0);
        assertThat(answer(Arm.KV_PREDICTION).refined().orElseThrow().token()).isEqualTo(Refined.TOKENS + 1);
        assertThat(answer(Arm.BASE).refined()).isEmpty();
    }

    @Test
    void whileOneAnswersTheOthersWait() {
        actions.tokenMillis = 20;
        prompt.run();
        threads.until(() -> answer(Arm.BASE).stage() == Stage.READING);
        assertThat(answer(Arm.KV_PREDICTION).stage()).isEqualTo(Stage.WAITING);
        threads.until(() -> answer(Arm.BASE).stage() == Stage.WRITING);
        assertThat(answer(Arm.KV_PREDICTION).stage()).isEqualTo(Stage.WAITING);
        threads.until(() -> answer(Arm.KV_PREDICTION).stage() == Stage.READING);
        threads.until(() -> answer(Arm.BASE).stage() == Stage.DONE);
    }

    @Test
    void behindOtherWorkAllWaitAndSayForWhat() {
        CountDownLatch training = work("Training");
        CountDownLatch timing = work("Timing");
        untilRunning("Training");
        prompt.run();
        threads.settle();
        assertThat(Arm.OF_A_SETUP).extracting(arm -> answer(arm).stage()).containsOnly(Stage.WAITING);
        assertThat(Arm.OF_A_SETUP).extracting(arm -> answer(arm).note()).containsOnly("Waits for: Training");
        training.countDown();
        untilRunning("Timing");
        prompt.refresh();
        assertThat(Arm.OF_A_SETUP).extracting(arm -> answer(arm).note()).containsOnly("Waits for: Timing");
        timing.countDown();
        threads.until(() -> answer(Arm.BASE).stage() == Stage.DONE);
    }

    private CountDownLatch work(String title) {
        CountDownLatch done = new CountDownLatch(1);
        actions.jobs.submit(title, progress -> {
            try {
                done.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return "";
        });
        return done;
    }

    private void untilRunning(String title) {
        threads.until(
                () -> actions.running().filter(job -> job.title().equals(title)).isPresent());
    }

    @Test
    void stoppingKeepsWhatWasWritten() {
        actions.tokenMillis = 10;
        prompt.run();
        threads.until(() -> answer(Arm.BASE).text().whole().length() > 3);
        prompt.stop();
        threads.until(() -> !prompt.runningProperty().get());
        assertThat(answer(Arm.BASE).stage()).isEqualTo(Stage.STOPPED);
        assertThat(answer(Arm.BASE).text().whole()).startsWith("The");
        assertThat(answer(Arm.AUXILIARY).stage()).isEqualTo(Stage.STOPPED);
        assertThat(answer(Arm.AUXILIARY).note()).isEqualTo("Stopped.");
        assertThat(notices.currentProperty().get()).isEmpty();
    }

    @Test
    void aFailureIsASentenceOnItsCardAndEndsTheRun() {
        actions.failure = Optional.of(new ForetokenException("The prompt is longer than the context of 8,192 tokens."));
        actions.tokenMillis = 50; // the others take until long after
        runToTheEnd();
        assertThat(answer(Arm.BASE).stage()).isEqualTo(Stage.FAILED);
        assertThat(answer(Arm.BASE).note()).contains("longer than the context");
        assertThat(List.of(Arm.KV_PREDICTION, Arm.AUXILIARY))
                .extracting(arm -> answer(arm).note())
                .containsOnly("Stopped because base failed: its card says why.");
    }

    @Test
    void withoutAPredictorOnlyTheOthersAnswer() {
        current.use(actions.setup(List.of(0, 1), false));
        runToTheEnd();
        assertThat(actions.generated).extracting(Generate.Request::arm).containsExactly(Arm.BASE, Arm.AUXILIARY);
        assertThat(answer(Arm.KV_PREDICTION).stage()).isEqualTo(Stage.MISSING);
    }

    @Test
    void answersOfAFormerSetupAreDropped() {
        actions.tokenMillis = 5;
        prompt.run();
        threads.until(() -> answer(Arm.BASE).stage() == Stage.WRITING);
        current.use(actions.setup(List.of(0, 1, 2, 3), true));
        threads.until(() -> actions.running().isEmpty());
        threads.settle();
        assertThat(answer(Arm.BASE)).isEqualTo(Answer.IDLE);
        assertThat(prompt.runningProperty().get()).isFalse();
        assertThat(current.ttftGainProperty().get()).isEmpty();
    }

    @Test
    void answersOfAFormerPredictorAreDropped() {
        actions.setups.add(setup);
        runToTheEnd();
        current.calibrate();
        threads.until(() -> current.canCalibrate());
        assertThat(current.setupProperty().get().orElseThrow().calibratedTokens())
                .isEqualTo(setup.calibratedTokens());
        assertThat(answer(Arm.KV_PREDICTION)).isEqualTo(Answer.IDLE);
    }

    @Test
    void aModelWithoutTokenizerSaysSo() {
        current.use(FakeModels.elm());
        prompt.run();
        assertThat(notice()).contains("has no tokenizer");
        assertThat(actions.generated).isEmpty();
    }

    @Test
    void aFreshSetupIsTriedWithAnExample() {
        prompt.promptProperty().set(" ");
        prompt.tryOut();
        threads.until(() -> !prompt.runningProperty().get());
        assertThat(actions.generated.get(0).prompt().text())
                .isEqualTo(Examples.of(Optional.empty()).get(0).text());
        assertThat(actions.generated.get(0).stops()).isEmpty();
    }

    @Test
    void aModelsOwnExampleComesFirstAndMayAskForOneLine() {
        ModelSummary smol = FakeModels.smol();
        current.use(new ModelSummary(
                smol.name(),
                smol.path(),
                smol.format(),
                smol.config(),
                smol.dtype(),
                smol.fileBytes(),
                smol.tokenizer(),
                smol.tokenizerFingerprint(),
                false,
                smol.hash(),
                smol.memory(),
                List.of(new PromptExample("A kind", "Question: What is a sparrow?\nAnswer:", true))));
        prompt.promptProperty().set("");
        prompt.tryOut();
        threads.until(() -> !prompt.runningProperty().get());
        Generate.Request asked = actions.generated.get(0);
        assertThat(asked.prompt().text()).isEqualTo("Question: What is a sparrow?\nAnswer:");
        assertThat(asked.stops()).containsExactly("\n");
    }

    @Test
    void ticksAreRound() {
        assertThat(PhaseBar.tickStep(232)).isEqualTo(100);
        assertThat(PhaseBar.tickStep(18)).isEqualTo(5);
        assertThat(PhaseBar.tickStep(0.7)).isCloseTo(0.2, within(1e-12));
    }
}
