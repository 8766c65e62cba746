package org.foretoken.ui;

import static org.assertj.core.api.Assertions.assertThat;
import static org.foretoken.ui.Shown.await;
import static org.foretoken.ui.Shown.isTreeVisible;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import javafx.geometry.Bounds;
import javafx.scene.Node;
import javafx.scene.Scene;
import javafx.scene.control.ButtonBase;
import javafx.scene.control.ComboBoxBase;
import javafx.scene.control.Label;
import javafx.scene.control.ScrollPane;
import javafx.scene.control.Spinner;
import javafx.scene.control.TextInputControl;
import javafx.scene.input.KeyCode;
import javafx.scene.layout.Region;
import javafx.scene.text.Text;
import javafx.stage.Stage;
import org.foretoken.ui.fx.UiThreads;
import org.foretoken.ui.shell.Panel;
import org.foretoken.ui.shell.Remembered;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.testfx.api.FxRobot;
import org.testfx.framework.junit5.ApplicationExtension;
import org.testfx.framework.junit5.Start;

/** The window as small as it gets, with a setup in use and something measured: all that can be clicked lies in it, or can be scrolled to. */
@ExtendWith(ApplicationExtension.class)
@Timeout(120)
class SmallestWindowTest {
    private static final double WIDTH = 760;
    private static final double HEIGHT = 520;

    @TempDir
    static Path homes;

    private FakeActions actions;
    private MainWindow window;
    private Scene scene;

    @Start
    void start(Stage stage) throws Exception {
        Path home = Files.createTempDirectory(homes, "home");
        new Remembered(0, 0, WIDTH, HEIGHT, false, 0.3, 0.72, "LIGHT", List.of(), null, null).write(home);
        actions = new FakeActions(home);
        window = new MainWindow(
                stage,
                actions,
                UiThreads.javafx(),
                new FakeChoosers().withFile(FakeModels.SMOL).withTexts(Path.of("/text/wiki.txt")));
        window.show(() -> {});
        scene = stage.getScene();
    }

    @AfterEach
    void end(FxRobot robot) {
        actions.close();
        // TestFX has one window for all tests: the next one's size is its scene's again
        robot.interact(() -> scene.getWindow().sizeToScene());
    }

    @ParameterizedTest
    @EnumSource(Panel.class)
    void everythingLiesInIt(Panel panel, FxRobot robot) {
        clickToAnswers(robot);
        actions.runs.fill();
        robot.interact(() -> window.show(panel));
        measure(panel, robot);
        resize(1000, 800, robot);
        resize(WIDTH, HEIGHT, robot);
        Shown.picture("smallest-" + panel.name().toLowerCase(Locale.ROOT), scene);
        assertThat(scene.getWidth()).isEqualTo(WIDTH);
        List<Node> controls = robot.lookup((Node node) -> isControl(node) && isTreeVisible(node)).queryAll().stream()
                .filter(node -> !scrolls(node))
                .toList();
        assertThat(controls).hasSizeGreaterThan(10).allSatisfy(control -> {
            Bounds bounds = control.localToScene(control.getLayoutBounds());
            assertThat(bounds.getMinX()).as("left of %s", control).isGreaterThanOrEqualTo(-0.5);
            assertThat(bounds.getMaxX()).as("right of %s", control).isLessThanOrEqualTo(WIDTH + 0.5);
            assertThat(bounds.getMaxY()).as("foot of %s", control).isLessThanOrEqualTo(HEIGHT + 0.5);
        });
        Node status = scene.lookup(".status-bar");
        assertThat(status.localToScene(status.getLayoutBounds()).getMaxY()).isLessThanOrEqualTo(HEIGHT + 0.5);
    }

    @Test
    void whatAPromptWouldShowIsSaidWhereItCanBeSeen(FxRobot robot) {
        robot.clickOn("#empty-open");
        await(() -> window.current().baseProperty().get().isPresent());
        robot.interact(() -> window.show(Panel.PROMPT));
        Node line = robot.lookup((Node node) -> node instanceof Label label
                        && label.getText().startsWith("Run a prompt to see")
                        && isTreeVisible(node))
                .query();
        Node composer = scene.lookup(".prompt-panel .composer");
        await(() -> line.localToScene(line.getLayoutBounds()).getMaxY()
                <= composer.localToScene(composer.getLayoutBounds()).getMinY());
    }

    @Test
    void whereOneWritesAPromptIsSeenWhole(FxRobot robot) {
        robot.clickOn("#empty-open");
        await(() -> window.current().baseProperty().get().isPresent());
        robot.interact(() -> window.show(Panel.PROMPT));
        Node status = scene.lookup(".status-bar");
        for (String each : List.of("#run", "#prompt")) {
            Node control = robot.lookup(each).query();
            await(() -> control.localToScene(control.getLayoutBounds()).getMaxY()
                    <= status.localToScene(status.getLayoutBounds()).getMinY());
        }
    }

    @Test
    void whatASweepWillShowIsSaidInFull(FxRobot robot) {
        clickToAnswers(robot);
        robot.interact(() -> window.show(Panel.PARETO));
        robot.clickOn("Measure the sample models");
        Label line = robot.lookup((Node node) -> node instanceof Label label
                        && label.getText().startsWith("Each point appears")
                        && isTreeVisible(node))
                .query();
        await(() -> line.getWidth() > 0);
        assertThat(((Text) line.lookup(".text")).getText()).isEqualTo(line.getText());
    }

    @Test
    void everyLayerIsReachedByKeysAndTheirLinksAreSaved(FxRobot robot) {
        clickToAnswers(robot);
        robot.interact(() -> window.show(Panel.LAYER_MAP));
        await(() -> robot.lookup("#base-29").tryQuery().isPresent());
        robot.push(KeyCode.END);
        assertSeen("#base-29", robot);
        robot.push(KeyCode.HOME);
        assertSeen("#base-0", robot);
        assertThat(robot.lookup("#layer-map").query().getLayoutBounds().getWidth())
                .as("nothing is at the right of what is seen")
                .isLessThanOrEqualTo(scroll(robot).getViewportBounds().getWidth());
        robot.push(KeyCode.END).push(KeyCode.UP).push(KeyCode.SHORTCUT, KeyCode.S);
        await(() -> actions.savedMaps.size() == 1);
    }

    private static ScrollPane scroll(FxRobot robot) {
        Node each = robot.lookup("#layer-map").query();
        while (!(each instanceof ScrollPane)) {
            each = each.getParent();
        }
        return (ScrollPane) each;
    }

    private static void assertSeen(String layer, FxRobot robot) {
        Node node = robot.lookup(layer).query();
        assertThat(node.isFocused()).isTrue();
        Bounds all = scroll(robot).localToScene(scroll(robot).getLayoutBounds());
        await(() -> all.contains(node.localToScene(node.getLayoutBounds())));
    }

    @Test
    void theButtonsOfATrainingLieInIt(FxRobot robot) {
        clickToAnswers(robot);
        robot.interact(() -> window.show(Panel.TRAIN));
        robot.clickOn("#add-files");
        await(() -> !robot.lookup("#train").query().isDisabled());
        robot.clickOn("#train");
        actions.training.steps.release(3);
        await(() -> isTreeVisible(robot.lookup("#pause").query()));
        resize(1000, 800, robot);
        resize(WIDTH, HEIGHT, robot);
        assertInside("#pause, #stop-and-keep, #export-curves, #curves", robot);
        robot.clickOn("#pause");
        await(() -> isTreeVisible(robot.lookup("#go-on").query()));
        resize(1000, 800, robot);
        resize(WIDTH, HEIGHT, robot);
        Shown.picture("smallest-training", scene);
        assertInside("#go-on, #use-trained, #another, #export-curves, #curves", robot);
    }

    /** All of these can be seen, as wide as they would be, within the width. */
    private static void assertInside(String query, FxRobot robot) {
        for (String each : query.split(", ", -1)) {
            Region control = robot.lookup(each).queryAs(Region.class);
            assertThat(isTreeVisible(control)).as("%s seen", each).isTrue();
            assertThat(control.localToScene(control.getLayoutBounds()).getMaxX())
                    .as("right of %s", each)
                    .isLessThanOrEqualTo(WIDTH + 0.5);
            assertThat(control.getWidth()).as("width of %s", each).isGreaterThanOrEqualTo(control.prefWidth(-1) - 0.5);
        }
    }

    private void clickToAnswers(FxRobot robot) {
        robot.clickOn("#empty-open");
        await(() -> window.current().baseProperty().get().isPresent());
        robot.clickOn("#early-layers");
        await(() -> window.current().canCalibrate());
        robot.clickOn("#calibrate");
        await(() -> actions.generated.size() >= 3 && actions.running().isEmpty());
    }

    /** A window that was larger gets as small as one that never was. */
    private void resize(double width, double height, FxRobot robot) {
        robot.interact(() -> {
            scene.getWindow().setWidth(scene.getWindow().getWidth() + width - scene.getWidth());
            scene.getWindow().setHeight(scene.getWindow().getHeight() + height - scene.getHeight());
        });
        await(() -> scene.getWidth() == width && scene.getHeight() == height);
        robot.interact(scene.getRoot()::layout);
    }

    /** What takes room beyond the empty panel. */
    private void measure(Panel panel, FxRobot robot) {
        if (panel == Panel.KV_ERROR) {
            robot.clickOn("#kv-error-prompt").write("Sunset").push(KeyCode.ENTER);
            await(() -> isTreeVisible(robot.lookup("#heatmap").query()));
        } else if (panel == Panel.LAYER_MAP) {
            await(() -> robot.lookup("#map-tail").tryQuery().isPresent());
        } else if (panel == Panel.TASKS) {
            actions.tasks.answers.release(1000);
            await(() -> !robot.lookup("#task-ask").query().isDisabled());
            robot.interact(() -> robot.lookup("#task-ask").<ButtonBase>query().fire());
            await(() -> robot.lookup("#examples").tryQuery().isPresent());
        }
    }

    private static boolean isControl(Node node) {
        return node instanceof ButtonBase
                || node instanceof ComboBoxBase
                || node instanceof Spinner
                || node instanceof TextInputControl;
    }

    private static boolean scrolls(Node node) {
        for (Node each = node; each != null; each = each.getParent()) {
            if (each instanceof ScrollPane || each instanceof javafx.scene.control.skin.VirtualFlow) {
                return true;
            }
        }
        return false;
    }
}
