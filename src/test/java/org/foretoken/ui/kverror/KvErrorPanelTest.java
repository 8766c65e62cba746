package org.foretoken.ui.kverror;

import static org.assertj.core.api.Assertions.assertThat;
import static org.foretoken.ui.Shown.await;
import static org.foretoken.ui.Shown.isShown;
import static org.foretoken.ui.Shown.isTreeVisible;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import javafx.scene.Node;
import javafx.scene.control.ComboBox;
import javafx.scene.input.KeyCode;
import javafx.stage.Stage;
import org.foretoken.ui.FakeChoosers;
import org.foretoken.ui.FakeModels;
import org.foretoken.ui.PanelFixture;
import org.foretoken.ui.StyledScene;
import org.foretoken.ui.kverror.FigureLayout.Cell;
import org.foretoken.workbench.SetupSummary;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.testfx.api.FxRobot;
import org.testfx.framework.junit5.Start;

/** The panel by mouse and keys, with made-up errors. Pictures go to target/screenshots. */
class KvErrorPanelTest extends PanelFixture {
    private KvErrorViewModel model;
    private KvErrorPanel panel;

    @Start
    void start(Stage stage) {
        model = new KvErrorViewModel(actions, threads, notices, current);
        panel = new KvErrorPanel(
                model, new FakeChoosers().withTexts(Path.of("/text/wiki.txt")).withExports(actions.home()), () -> {});
        stage.setScene(StyledScene.of(panel, 920, 608));
        stage.show();
    }

    private SetupSummary use(FxRobot robot, boolean calibrated) {
        SetupSummary setup = actions.setup(15, calibrated);
        actions.setups.add(setup);
        actions.setups.add(actions.setup(10, true));
        robot.interact(() -> {
            current.use(FakeModels.smol());
            current.use(setup);
        });
        await(() -> model.othersProperty().get().size() == 1);
        return setup;
    }

    @Test
    void eachEmptyPanelSaysWhatToDo(FxRobot robot) {
        assertThat(isShown(robot, "Make a setup of a base")).isTrue();
        use(robot, false);
        assertThat(isShown(robot, "isn't fitted yet")).isTrue();
        robot.clickOn("Calibrate");
        await(() -> current.setupProperty().get().orElseThrow().hasPredictor());
        assertThat(isShown(robot, "Measure a prompt or a text to see")).isTrue();
        robot.clickOn("Measure an example");
        await(() -> model.sheetProperty().get().isPresent());
        assertThat(isShown(robot, "mean K")).isTrue();
    }

    @Test
    void mouseAndKeysTellACellsNumbers(FxRobot robot) {
        use(robot, true);
        robot.clickOn("#kv-error-prompt").write("Who built the tower").push(KeyCode.ENTER);
        await(() -> model.sheetProperty().get().isPresent());
        HeatmapView heatmap = robot.lookup("#heatmap").queryAs(HeatmapView.class);
        robot.interact(panel::layout);
        double before = heatmap.getHeight();
        FigureLayout at = new FigureLayout(heatmap.getWidth(), heatmap.getHeight(), 30, 4);
        javafx.geometry.Bounds bounds = heatmap.localToScreen(heatmap.getBoundsInLocal());
        robot.clickOn(bounds.getMinX() + at.x(1.5), bounds.getMinY() + at.y(20.5));
        assertThat(heatmap.getHeight()).as("the figure stays where it is").isEqualTo(before);
        assertThat(heatmap.chosen()).contains(new Cell(20, 1));
        assertThat(isShown(robot, "Layer 20, position 1, token \u201c built\u201d"))
                .isTrue();
        robot.push(KeyCode.RIGHT).push(KeyCode.UP).push(KeyCode.UP);
        assertThat(heatmap.chosen()).contains(new Cell(18, 2));
        assertThat(heatmap.getAccessibleText()).contains("Layer 18, position 2");
        robot.push(KeyCode.HOME).push(KeyCode.LEFT);
        assertThat(heatmap.chosen()).contains(new Cell(18, 0));
    }

    @Test
    void aTextFileIsChosenMeasuredAndStopped(FxRobot robot) {
        use(robot, true);
        robot.clickOn("#over-text");
        assertThat(robot.lookup("#measure").query().isDisabled()).isTrue();
        assertThat(isShown(robot, "No text chosen yet")).isTrue();
        robot.clickOn("#choose-text");
        assertThat(isShown(robot, "wiki.txt")).isTrue();
        robot.clickOn("#measure");
        await(() -> model.sheetProperty().get().isPresent());
        assertThat(model.sheetProperty().get().orElseThrow().positions()).isEqualTo(8);
        assertThat(isShown(robot, "perplexity")).isTrue();
        actions.tokenMillis = 200;
        HeatSheet before = model.sheetProperty().get().orElseThrow();
        robot.clickOn("#measure");
        Predicate<Node> stop = node -> "Stop Measuring KV error".equals(node.getAccessibleText());
        await(() -> robot.lookup(stop).tryQuery().isPresent());
        robot.clickOn(stop);
        await(() -> model.jobProperty().get().isEmpty());
        assertThat(model.sheetProperty().get()).contains(before);
        robot.clickOn("#over-prompt");
        assertThat(isTreeVisible(robot.lookup("#kv-error-prompt").query())).isTrue();
    }

    @Test
    void choicesAndExportsFollowTheMenus(FxRobot robot) {
        use(robot, true);
        robot.clickOn("#kv-error-prompt").write("Who built the tower");
        robot.interact(() -> {
            ComboBox<Optional<SetupSummary>> compare = robot.lookup("#compare").queryComboBox();
            compare.setValue(compare.getItems().get(1));
        });
        robot.clickOn("#measure");
        await(() -> model.sheetProperty().get().isPresent());
        assertThat(model.sheetProperty().get().orElseThrow().scale().signed()).isTrue();
        assertThat(robot.lookup("#which").query().isVisible()).isTrue();
        assertThat(robot.lookup("#head").queryComboBox().getItems()).hasSize(4);
        for (String format : List.of("csv", "svg", "pdf", "png")) {
            Path file = actions.home().resolve("kv-error." + format);
            robot.clickOn("#export").clickOn("#export-" + format);
            await(() -> Files.exists(file));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "one, light, 1000, 700",
        "one, dark, 1600, 1000",
        "two, light, 1600, 1000",
        "two, dark, 1000, 700",
        "text, light, 1000, 700",
        "text, dark, 1600, 1000"
    })
    void everythingFits(String which, String theme, int width, int height, FxRobot robot) {
        use(robot, true);
        StyledScene shown = StyledScene.inWindow(panel, theme, width, height);
        robot.interact(() -> {
            if (which.equals("two")) {
                model.otherProperty()
                        .set(Optional.of(model.othersProperty().get().get(0)));
            }
            model.text().usedProperty().set(which.equals("text"));
            model.text().fileProperty().set(Optional.of(Path.of("/text/wikitext2-valid.txt")));
            model.promptProperty()
                    .set("word ".repeat(which.equals("two") ? 120 : 30).strip());
            model.run();
        });
        await(() -> model.sheetProperty().get().isPresent());
        robot.interact(() -> {
            shown.layOut();
            shown.press("#heatmap", KeyCode.DOWN);
            assertThat(((HeatmapView) panel.lookup("#heatmap")).getHeight()).isGreaterThan(240);
            shown.assertInside(".label");
            shown.picture("kv-error-" + which);
        });
    }
}
