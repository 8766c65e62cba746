package org.foretoken.ui.training;

import static org.foretoken.ui.Shown.await;

import java.nio.file.Path;
import javafx.stage.Stage;
import org.foretoken.ui.FakeChoosers;
import org.foretoken.ui.FakeModels;
import org.foretoken.ui.PanelFixture;
import org.foretoken.ui.StyledScene;
import org.foretoken.ui.fx.Mnemonics;
import org.foretoken.workbench.SetupSummary;
import org.junit.jupiter.api.Timeout;
import org.testfx.api.FxRobot;
import org.testfx.framework.junit5.Start;

/** The panel with a training that makes a step when the test lets it. */
@Timeout(180)
abstract class TrainingPanelFixture extends PanelFixture {
    TrainingViewModel model;
    TrainingPanel panel;

    @Start
    void start(Stage stage) {
        model = new TrainingViewModel(actions, threads, notices, current);
        panel = new TrainingPanel(
                model,
                new FakeChoosers()
                        .withFolder(Path.of("/text/books"))
                        .withTexts(Path.of("/text/wiki.txt"), Path.of("/text/questions.jsonl"))
                        .withExports(actions.home()),
                () -> {});
        stage.setScene(StyledScene.of(panel, 920, 608));
        Mnemonics.anyCase(stage.getScene());
        stage.show();
    }

    SetupSummary use(FxRobot robot) {
        SetupSummary setup = actions.setup(15, true);
        actions.setups.add(setup);
        robot.interact(() -> {
            current.use(FakeModels.smol());
            current.use(setup);
        });
        await(() -> !model.draft().out.get().isEmpty());
        return setup;
    }

    CurveFacts facts() {
        return model.shownProperty().get().orElseThrow();
    }

    void awaitStep(long step) {
        await(() -> facts().stepsDone() >= step);
    }

    void awaitStage(TrainingViewModel.Stage wanted) {
        await(() -> model.stageProperty().get() == wanted);
    }
}
