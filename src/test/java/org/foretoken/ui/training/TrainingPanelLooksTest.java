package org.foretoken.ui.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.foretoken.ui.Shown.isTreeVisible;

import java.nio.file.Path;
import java.util.List;
import javafx.scene.Node;
import javafx.scene.control.ComboBox;
import javafx.scene.control.Label;
import javafx.scene.control.Labeled;
import javafx.scene.control.Spinner;
import javafx.scene.control.TitledPane;
import javafx.scene.input.KeyCode;
import javafx.stage.Stage;
import org.foretoken.ui.StyledScene;
import org.foretoken.workbench.Train;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.testfx.api.FxRobot;
import org.testfx.framework.junit5.Start;

/** What is seen and what is read out. Pictures go to target/screenshots. */
class TrainingPanelLooksTest extends TrainingPanelFixture {
    @Start
    @Override
    void start(Stage stage) {
        super.start(stage);
    }

    @Test
    void everyControlHasAName(FxRobot robot) {
        use(robot);
        robot.clickOn("#add-files");
        robot.interact(() -> robot.lookup("#more").queryAs(TitledPane.class).setExpanded(true));
        List<Node> labels = List.copyOf(robot.lookup(".label").queryAll());
        List<Node> controls =
                robot.lookup((Node node) -> node.isFocusTraversable() && isTreeVisible(node)).<Node>queryAll().stream()
                        .toList();
        assertThat(controls).hasSizeGreaterThan(25);
        assertThat(controls)
                .allSatisfy(node ->
                        assertThat(isNamed(node, labels)).as("name of %s", node).isTrue());
    }

    private static boolean isNamed(Node node, List<Node> labels) {
        String own = node.getAccessibleText();
        boolean named = (own != null && !own.isBlank())
                || (node instanceof Labeled labeled
                        && labeled.getText() != null
                        && !labeled.getText().isBlank())
                || labels.stream().anyMatch(label -> label instanceof Label l && node.equals(l.getLabelFor()));
        boolean editor = node.getParent() instanceof Spinner || node.getParent() instanceof ComboBox;
        return named || (editor && isNamed(node.getParent(), labels));
    }

    @ParameterizedTest
    @CsvSource({
        "empty, dark, 1000, 700",
        "form, light, 1000, 700",
        "form, dark, 1600, 1000",
        "running, light, 1600, 1000",
        "running, dark, 1000, 700",
        "paper, light, 1000, 700",
        "done, dark, 1600, 1000"
    })
    void everythingFits(String which, String theme, int width, int height, FxRobot robot) {
        StyledScene shown = StyledScene.inWindow(panel, theme, width, height);
        if (!which.equals("empty")) {
            use(robot);
            robot.interact(() -> {
                model.addTexts(List.of(
                        Path.of("/text/wikitext2-train.txt"), Path.of("/text/nq-open-train-of-the-hub.jsonl.gz")));
                model.draft().texts.get(1).templateProperty().set("triviaqa");
                model.draft().aim.set(which.equals("paper") ? Train.Aim.PAPER : Train.Aim.DISTILL);
                model.draft().part.set(which.equals("paper") ? Train.Part.AUXILIARY : Train.Part.PREDICTOR);
            });
        }
        if (which.equals("form") && height == 1000) {
            robot.interact(() -> ((TitledPane) panel.lookup("#more")).setExpanded(true));
        }
        if (List.of("running", "paper", "done").contains(which)) {
            robot.interact(model::start);
            int steps = which.equals("done") ? 196 : 127;
            actions.training.steps.release(steps);
            awaitStep(steps);
        }
        if (which.equals("done")) {
            awaitStage(TrainingViewModel.Stage.DONE);
        }
        robot.interact(() -> {
            shown.layOut();
            if (which.equals("running")) {
                shown.press("#curves", KeyCode.PAGE_UP);
            }
            shown.assertInside(".label");
            shown.picture("train-" + which);
        });
    }
}
