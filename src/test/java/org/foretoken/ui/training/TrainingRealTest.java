package org.foretoken.ui.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.foretoken.ui.Shown.awaitWork;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.LongStream;
import javafx.stage.Stage;
import org.foretoken.Shared;
import org.foretoken.kvp.Source;
import org.foretoken.text.corpus.TextPart;
import org.foretoken.train.CurvePoint;
import org.foretoken.ui.FakeChoosers;
import org.foretoken.ui.RealPanelFixture;
import org.foretoken.ui.StyledScene;
import org.foretoken.workbench.Calibrate;
import org.foretoken.workbench.PruneLayers;
import org.foretoken.workbench.SetupSummary;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.testfx.api.FxRobot;
import org.testfx.framework.junit5.Start;

/** The panel over the real engine, with a model of 260 thousand parameters. */
@Tag("shared")
class TrainingRealTest extends RealPanelFixture {
    private TrainingViewModel model;
    private Path text;

    @Start
    void start(Stage stage) throws Exception {
        text = home.resolve("text.txt");
        Files.writeString(text, "Once upon a time there was a little dog who saw a big red ball. ".repeat(200));
        model = new TrainingViewModel(actions, threads, notices, current);
        stage.setScene(
                StyledScene.of(new TrainingPanel(model, new FakeChoosers().withTexts(text), () -> {}), 920, 700));
        stage.show();
    }

    @Test
    void trainsPausesGoesOnAndOpensWhatWasTrained(FxRobot robot) throws Exception {
        SetupSummary made = actions.prune(
                        Shared.path("models/stories260K"), new PruneLayers.Keep(List.of(0, 1, 2)), "stories")
                .await();
        SetupSummary setup = actions.calibrate(new Calibrate.Request(
                        made.folder(),
                        Optional.empty(),
                        List.of(TextPart.of(text)),
                        List.of(Source.HIDDEN),
                        1024,
                        OptionalDouble.empty()))
                .await()
                .setup();
        byte[] maps = Files.readAllBytes(setup.folder().resolve("predictor.safetensors"));
        robot.interact(() -> current.use(setup));
        awaitWork(() -> !model.draft().out.get().isEmpty());
        robot.interact(() -> {
            TrainingDraft draft = model.draft();
            draft.batch.set(2);
            draft.length.set(32);
            draft.tokens.set(200 * 64);
            draft.learningRate.set(1e-3);
            draft.validateEvery.set(10);
            draft.heldOutSequences.set(4);
        });
        robot.clickOn("#add-files").clickOn("#train");
        awaitWork(() -> facts().stepsDone() >= 12);
        robot.clickOn("#pause");
        awaitWork(() -> model.stageProperty().get() == TrainingViewModel.Stage.PAUSED);
        List<CurvePoint> before = facts().curve();
        assertThat(facts().stepsDone()).isBetween(12L, 199L);

        TrainingViewModel later = new TrainingViewModel(actions, threads, notices, current);
        awaitWork(() -> later.stageProperty().get() == TrainingViewModel.Stage.PAUSED);
        assertThat(later.shownProperty().get().orElseThrow().curve())
                .as("a later session finds it")
                .isEqualTo(before);

        robot.clickOn("#go-on");
        awaitWork(() -> model.stageProperty().get() == TrainingViewModel.Stage.DONE);
        assertThat(facts().curve()).startsWith(before.toArray(CurvePoint[]::new));
        assertThat(facts().steps())
                .extracting(CurvePoint::step)
                .isEqualTo(LongStream.rangeClosed(1, 200).boxed().toList());
        assertThat(facts().bestLook().orElseThrow().losses().divergence())
                .isLessThan(facts().firstLook().orElseThrow().losses().divergence());
        assertThat(facts().lastLook().orElseThrow().losses().keys()).hasSize(5);
        robot.clickOn("#use-trained");
        awaitWork(() -> current.setupProperty()
                .get()
                .filter(s -> s.folder().equals(facts().request().out()))
                .isPresent());
        assertThat(current.setupProperty().get().orElseThrow().hasPredictor()).isTrue();
        assertThat(Files.readAllBytes(setup.folder().resolve("predictor.safetensors")))
                .as("the setup that it began with is as it was")
                .isEqualTo(maps)
                .isNotEqualTo(Files.readAllBytes(facts().request().out().resolve("predictor.safetensors")));
    }

    private CurveFacts facts() {
        return model.shownProperty().get().orElseThrow();
    }
}
