package org.foretoken.ui.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.foretoken.ForetokenException;
import org.foretoken.figure.FigureFiles;
import org.foretoken.train.CurvePoint;
import org.foretoken.train.Losses;
import org.foretoken.ui.training.TrainingViewModel.Stage;
import org.foretoken.workbench.Train;
import org.junit.jupiter.api.Test;

class TrainingViewModelTest extends TrainingFixture {
    @Test
    void streamsPointsPausesAndGoesOn() {
        begin();
        assertThat(stage()).isEqualTo(Stage.RUNNING);
        actions.training.steps.release(12);
        untilStep(12);
        assertThat(facts().looks()).hasSize(1);
        model.pause();
        assertThat(stage()).isEqualTo(Stage.PAUSING);
        threads.until(() -> stage() == Stage.PAUSED);
        threads.until(() -> actions.running().isEmpty());
        assertThat(notices.currentProperty().get()).as("the user knows").isEmpty();

        model.goOn();
        actions.training.steps.release(28);
        threads.until(() -> stage() == Stage.DONE);
        assertThat(actions.training.asked).hasSize(2);
        assertThat(actions.training.asked.get(1)).isEqualTo(actions.training.asked.get(0));
        assertThat(facts().steps()).as("no step twice").hasSize(40);
        assertThat(facts().looks()).hasSize(3);
        assertThat(notice()).contains("Trained 40 steps", "held-out KL 0.356 before", "base 25.5");
        assertThat(current.setupProperty().get()).contains(setup);
        model.useTrained();
        threads.until(() -> current.setupProperty()
                .get()
                .filter(s -> s.folder().equals(out()))
                .isPresent());
        threads.settle();
        assertThat(stage()).as("its own training is shown").isEqualTo(Stage.DONE);
        assertThat(facts().steps()).hasSize(40);
    }

    @Test
    void updatesAreCoalesced() {
        begin();
        actions.training.steps.release(12);
        threads.until(() -> actions.trainedFolder(out()).curve().size() == 13);
        assertThat(threads.frame()).isLessThanOrEqualTo(2);
        assertThat(facts().stepsDone()).isEqualTo(12);
    }

    @Test
    void stopAndKeepOpensTheTrainedSetup() {
        begin();
        actions.training.steps.release(5);
        untilStep(5);
        model.stopAndKeep();
        threads.until(() -> current.setupProperty()
                .get()
                .filter(s -> s.folder().equals(out()))
                .isPresent());
        threads.settle();
        assertThat(stage()).as("it can still be gone on with").isEqualTo(Stage.PAUSED);
        assertThat(facts().stepsDone()).isEqualTo(5);
    }

    @Test
    void whatAnEarlierSessionBeganIsShownAndGoneOnWith() {
        begin();
        threads.until(() -> !actions.training.asked.isEmpty());
        Train.Request request = actions.training.asked.get(0);
        model.pause();
        threads.until(() -> model.jobProperty().get().isEmpty());
        actions.training.begun(request, setup, 25);

        TrainingViewModel later = new TrainingViewModel(actions, threads.threads(), notices, current);
        threads.settle();
        assertThat(later.stageProperty().get()).isEqualTo(Stage.PAUSED);
        assertThat(later.shownProperty().get().orElseThrow().stepsDone()).isEqualTo(25);
        later.goOn();
        actions.training.steps.release(15);
        threads.until(() -> later.stageProperty().get() == Stage.DONE);
    }

    @Test
    void anUnfinishedTrainingIsFoundWithoutItsFolder() {
        useSetup();
        model.addTexts(List.of(WIKI));
        model.draft().tokens.set(40 * 1024);
        begun("other-trained", 25);
        begun("done-trained", 40);
        assertThat(model.unfinishedProperty().get()).isEmpty();
        current.use(actions.setup(List.of(0, 1), true));
        threads.settle();
        assertThat(model.unfinishedProperty().get())
                .extracting(Unfinished::words)
                .containsExactly("other-trained: step 25 of 40");
        assertThat(stage()).isEqualTo(Stage.FORM);
        model.draft().out.set(model.unfinishedProperty().get().get(0).folder().toString());
        threads.settle();
        assertThat(stage()).isEqualTo(Stage.PAUSED);
        model.goOn();
        actions.training.steps.release(15);
        threads.until(() -> stage() == Stage.DONE);
        model.another();
        threads.settle();
        assertThat(model.unfinishedProperty().get()).isEmpty();
    }

    /** A training of an earlier session, as the form says, into another folder. */
    private void begun(String folder, int steps) {
        String before = model.draft().out.get();
        model.draft().out.set(setup.folder().resolveSibling(folder).toString());
        Train.Request request = model.draft().request(setup.folder());
        model.draft().out.set(before);
        threads.settle();
        actions.training.begun(request, setup, steps);
    }

    @Test
    void aFailureIsToldAndWhatWasDoneStays() {
        begin();
        actions.training.steps.release(3);
        untilStep(3);
        actions.training.failure = Optional.of(new ForetokenException("Training stopped at step 4: the loss is NaN."));
        actions.training.steps.release();
        threads.until(() -> stage() == Stage.PAUSED);
        assertThat(notice()).contains("the loss is NaN");
        assertThat(facts().stepsDone()).isEqualTo(3);
    }

    @Test
    void tellsSpeedTimeBestAndEverySteps() {
        begin();
        actions.training.steps.release(22);
        untilStep(22);
        threads.until(() -> facts().looks().size() == 2);
        assertThat(facts().tokensPerSecond().orElseThrow()).isCloseTo(450, org.assertj.core.api.Assertions.within(1.0));
        assertThat(facts().left().orElseThrow().toSeconds()).isEqualTo(18 * 1024 / 450);
        assertThat(facts().bestLook().orElseThrow().step()).isEqualTo(20);
        assertThat(facts().finished()).isFalse();
        assertThat(TrainingWords.step(facts(), 20))
                .contains("20,480 tokens", "loss", "learning rate 0.000300", "Held out: KL", "(base 25.5)");
        assertThat(TrainingWords.layer(facts(), 2)).contains("nothing is predicted");
        assertThat(TrainingWords.layer(facts(), 29)).contains("before: K ", "After step 20: K ");
        assertThat(TrainingWords.facts(facts().request()).toString()).contains("wiki.txt", "40 steps of 4 sequences");
    }

    @Test
    void curvesAreExported() throws Exception {
        begin();
        actions.training.steps.release(40);
        threads.until(() -> stage() == Stage.DONE);
        List<String> table = CurveTable.of(facts().curve()).lines().toList();
        assertThat(table).hasSize(1 + 40 + 3);
        assertThat(table.get(0)).startsWith("step,held_out,tokens,seconds,loss").endsWith("value_l1_29");
        assertThat(table.get(1)).startsWith("0,true,0,0.0,0.356");
        assertThat(table).allSatisfy(row -> assertThat(row.split(",", -1)).hasSize(14 + 60));
        for (String format : FigureFiles.FORMATS) {
            Path file = home.resolve("curves." + format);
            CurveFacts facts = facts();
            model.export(file, () -> FigureFiles.of("Curves", CurveFigure.of(Chart.of(facts)), format));
            threads.settle();
            assertThat(file).isNotEmptyFile();
        }
        assertThat(Files.readString(home.resolve("curves.svg")))
                .contains("KL to the base", "Value error by layer", "<polyline", "<polygon", "stroke-dasharray");
        assertThat(Files.readString(home.resolve("curves.pdf"), StandardCharsets.ISO_8859_1))
                .contains("Perplexity of held-out text", " l\n", "h f");
    }

    @Test
    void patienceEndsIt() {
        begin();
        actions.training.steps.release(2);
        untilStep(2);
        TrainingDraft draft = model.draft();
        draft.patience.set(2);
        Train.Request request = draft.request(setup.folder());
        CurvePoint step = facts().steps().get(0);
        CurvePoint look = facts().looks().get(0);
        assertThat(finished(request, look)).as("a look before the first step").isFalse();
        draft.tokens.set(200 * 1024);
        request = draft.request(setup.folder());
        List<CurvePoint> curve = List.of(look, at(step, 20, 1), at(look, 20, 0.3), at(step, 40, 1), at(look, 40, 0.31));
        assertThat(CurveFacts.of(request, curve).finished())
                .as("one look was no better")
                .isFalse();
        List<CurvePoint> longer = new ArrayList<>(curve);
        longer.add(at(step, 60, 1));
        longer.add(at(look, 60, 0.32));
        assertThat(CurveFacts.of(request, longer).finished()).as("nor were two").isTrue();
        assertThat(CurveFacts.of(request, longer).bestLook().orElseThrow().step())
                .isEqualTo(20);
    }

    private static boolean finished(Train.Request request, CurvePoint... curve) {
        return CurveFacts.of(request, List.of(curve)).finished();
    }

    private static CurvePoint at(CurvePoint like, long step, double kl) {
        Losses losses = like.losses();
        return new CurvePoint(
                step,
                like.heldOut(),
                1024 * step,
                step,
                kl,
                0,
                0,
                new Losses(kl, 0, losses.base(), 0, 0, 0, losses.reference(), losses.keys(), losses.values()));
    }
}
