package org.foretoken.ui.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.foretoken.ui.Shown.await;
import static org.foretoken.ui.Shown.text;

import java.nio.file.Files;
import java.util.List;
import javafx.geometry.Bounds;
import javafx.stage.Stage;
import org.foretoken.ui.training.CurveView.Place;
import org.junit.jupiter.api.Test;
import org.testfx.api.FxRobot;
import org.testfx.framework.junit5.Start;

/** The charts under the mouse. */
class CurveViewTest extends TrainingPanelFixture {
    @Start
    @Override
    void start(Stage stage) {
        super.start(stage);
    }

    @Test
    void theMouseTellsAStepsNumbersAndMenusExport(FxRobot robot) {
        use(robot);
        robot.clickOn("#add-files");
        robot.clickOn("#train");
        actions.training.steps.release(40);
        awaitStage(TrainingViewModel.Stage.RUNNING);
        awaitStep(40);
        CurveView curves = robot.lookup("#curves").queryAs(CurveView.class);
        ChartFrame at = ChartFrame.of(1, curves.getWidth(), curves.getHeight());
        Bounds bounds = curves.localToScreen(curves.getBoundsInLocal());
        double height = curves.getHeight();
        robot.clickOn(bounds.getMinX() + at.left() + at.width() * 20 / 196, bounds.getMinY() + at.top() + 20);
        assertThat(curves.chosen()).contains(new Place(false, 20));
        assertThat(text(robot, "#training-told")).contains("Step 20", "Held out: KL");
        assertThat(curves.getHeight()).as("the charts stay where they are").isEqualTo(height);
        for (String format : List.of("csv", "svg", "pdf", "png")) {
            robot.clickOn("#export-curves").clickOn("#export-curves-" + format);
            await(() -> Files.exists(actions.home().resolve("training." + format)));
        }
    }

    @Test
    void aStepThatWasPointedAtGoesWithTheMouse(FxRobot robot) {
        use(robot);
        robot.clickOn("#add-files");
        robot.clickOn("#train");
        actions.training.steps.release(40);
        awaitStep(40);
        CurveView curves = robot.lookup("#curves").queryAs(CurveView.class);
        ChartFrame at = ChartFrame.of(1, curves.getWidth(), curves.getHeight());
        Bounds bounds = curves.localToScreen(curves.getBoundsInLocal());
        double x = bounds.getMinX() + at.left() + at.width() * 20 / 196;
        double y = bounds.getMinY() + at.top() + 20;
        robot.moveTo(x, y);
        assertThat(curves.chosen()).contains(new Place(false, 20));
        robot.moveTo("#training-title");
        assertThat(curves.chosen()).isEmpty();
        assertThat(text(robot, "#training-told")).doesNotContain("Step 20");
    }
}
