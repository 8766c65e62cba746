package org.foretoken.ui;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.foretoken.ui.Shown.isTreeVisible;

import java.nio.file.Path;
import java.util.List;
import javafx.application.Platform;
import javafx.scene.Node;
import javafx.scene.control.Label;
import javafx.scene.control.Spinner;
import javafx.scene.control.SplitPane;
import javafx.scene.input.KeyCode;
import javafx.stage.Stage;
import org.foretoken.generate.Arm;
import org.foretoken.ui.shell.Panel;
import org.foretoken.ui.shell.Remembered;
import org.foretoken.workbench.Generate;
import org.junit.jupiter.api.Test;
import org.testfx.api.FxRobot;
import org.testfx.framework.junit5.Start;
import org.testfx.util.WaitForAsyncUtils;

/** The whole window by mouse. */
class MainWindowTest extends MainWindowFixture {
    @Start
    @Override
    void start(Stage stage) throws Exception {
        super.start(stage);
    }

    @Test
    void threeClicksLeadToAnswersSideBySide(FxRobot robot) {
        clickToAnswers(robot);
        assertThat(actions.generated)
                .extracting(Generate.Request::arm)
                .containsExactly(Arm.BASE, Arm.KV_PREDICTION, Arm.AUXILIARY);
        double width = robot.lookup("#card-base").query().getBoundsInParent().getWidth();
        assertThat(robot.lookup("#card-kv_prediction")
                        .query()
                        .getBoundsInParent()
                        .getWidth())
                .isEqualTo(width);
        assertThat(robot.lookup("#card-auxiliary").query().getBoundsInParent().getWidth())
                .isEqualTo(width);
        assertThat(robot.lookup("131 ms").tryQuery()).isPresent();
        assertThat(robot.lookup("1.76×").queryAll()).hasSizeGreaterThanOrEqualTo(2);
        assertThat(isTreeVisible(robot.lookup("TTFT gain, last answer").query()))
                .as("it isn't a measurement")
                .isTrue();
    }

    @Test
    void aRefinedAnswerSaysFromWhereItIsExact(FxRobot robot) {
        clickToAnswers(robot);
        Label exact = robot.lookup("#card-kv_prediction #exact").query();
        assertThat(exact.getText()).isEmpty();
        robot.clickOn("#refine");
        robot.clickOn("#run");
        await(() -> answered(6));
        assertThat(exact.getText()).isEqualTo("Exact cache from token 5 on, at 312 ms.");
        assertThat(robot.lookup("#card-base #exact").<Label>query().getText()).isEmpty();
    }

    @Test
    void theLowestWindowHasRoomForEveryPanelsEntry(FxRobot robot) {
        Stage stage = (Stage) robot.lookup("#theme").query().getScene().getWindow();
        double height = stage.getHeight();
        robot.interact(() -> stage.setHeight(stage.getMinHeight()));
        try {
            Node rail = robot.lookup(".rail").query();
            Node last = robot.lookup("#theme").query();
            await(() -> last.localToScene(last.getLayoutBounds()).getMaxY()
                    <= rail.localToScene(rail.getLayoutBounds()).getMaxY());
            assertThat(rail.localToScene(rail.getLayoutBounds()).getMaxY()).isLessThan(stage.getMinHeight());
        } finally {
            robot.interact(() -> stage.setHeight(height)); // the tests after this one have the same stage
        }
    }

    @Test
    void theRecordsBehindAPointAreShownInTheRunsPanel(FxRobot robot) {
        actions.runs.fill();
        robot.push(KeyCode.SHORTCUT, KeyCode.DIGIT8);
        await(() -> robot.lookup("#runs").query().isVisible()
                && robot.lookup("8 records").tryQuery().isPresent());
        robot.interact(() -> window.show(Panel.MODELS));
        robot.interact(() -> window.showRuns(List.of("k512", "b512")));
        await(() -> robot.lookup("2 records side by side").tryQuery().isPresent());
        assertThat(robot.lookup("gain over the first").tryQuery()).isPresent();
    }

    @Test
    void theLayerMapIsEditedSavedAndSeenInTheSetupBar(FxRobot robot) {
        clickToASetup(robot);
        robot.clickOn("#rail-layer_map");
        await(() -> robot.lookup("#base-20").tryQuery().isPresent());
        robot.push(KeyCode.SHORTCUT, KeyCode.K);
        await(() -> window.current()
                .setupProperty()
                .get()
                .filter(s -> s.hasPredictor())
                .isPresent());
        assertThat(isTreeVisible(robot.lookup("#layer-map").query()))
                .as("who edits stays")
                .isTrue();
        assertNamed(robot);
        robot.clickOn("#base-20").push(KeyCode.UP).push(KeyCode.SHORTCUT, KeyCode.S);
        await(() ->
                window.current().setupProperty().get().orElseThrow().layerMap().get(20) == 13);
        assertThat(actions.savedMaps).hasSize(1);
    }

    @Test
    void everyFieldTakesTheLongestTail(FxRobot robot) {
        clickToASetup(robot);
        robot.interact(() -> window.current().tailProperty().set(100_000));
        assertThat(window.current().tailProperty().get()).isEqualTo(100_000);
        robot.clickOn("#rail-layer_map");
        await(() -> robot.lookup("#map-tail").tryQuery().isPresent());
        Spinner<Integer> ofTheMap = robot.lookup("#map-tail").query();
        robot.interact(() -> ofTheMap.getValueFactory().setValue(100_000));
        assertThat(ofTheMap.getValue()).isEqualTo(100_000);
    }

    @Test
    void whatGoesWrongIsSaidAboveThePanels(FxRobot robot) {
        Platform.runLater(() -> window.models().open(Path.of("/models/recipe.txt")));
        await(() -> robot.lookup(".notice").query().isVisible());
        assertThat(robot.lookup(".notice").query().getAccessibleText()).contains("/models/recipe.txt is no model");
    }

    @Test
    void theWindowIsRememberedAsItWasLeft(FxRobot robot) {
        robot.clickOn("#empty-open");
        await(() -> window.current().baseProperty().get().isPresent());
        SplitPane models = robot.lookup(".models-panel").query();
        robot.interact(() -> models.setDividerPositions(0.4));
        WaitForAsyncUtils.waitForFxEvents();
        robot.interact(stage::hide);
        Remembered left = Remembered.read(home);
        assertThat(left.base()).isEqualTo(FakeModels.SMOL.toString());
        assertThat(left.added()).containsExactly(FakeModels.SMOL.toString());
        assertThat(left.width()).isEqualTo(980);
        assertThat(left.modelsDivider()).isCloseTo(0.4, within(0.02));
        assertThat(left.theme()).isEqualTo("LIGHT");
    }
}
