package org.foretoken.ui;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.foretoken.ui.Shown.isTreeVisible;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import javafx.application.Platform;
import javafx.scene.Node;
import javafx.scene.control.Label;
import javafx.scene.control.Labeled;
import javafx.scene.control.Spinner;
import javafx.scene.control.SplitPane;
import javafx.scene.control.TextArea;
import javafx.scene.input.KeyCode;
import javafx.stage.Stage;
import org.foretoken.generate.Arm;
import org.foretoken.ui.fx.UiThreads;
import org.foretoken.ui.shell.Panel;
import org.foretoken.ui.shell.Remembered;
import org.foretoken.workbench.Generate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.testfx.api.FxRobot;
import org.testfx.framework.junit5.ApplicationExtension;
import org.testfx.framework.junit5.Start;
import org.testfx.util.WaitForAsyncUtils;

/** The whole window, with made-up answers. */
@ExtendWith(ApplicationExtension.class)
@Timeout(120)
class MainWindowTest {
    @TempDir
    static Path homes;

    private Path home;
    private FakeActions actions;
    private MainWindow window;
    private Stage stage;

    @Start
    void start(Stage stage) throws Exception {
        this.stage = stage;
        home = java.nio.file.Files.createTempDirectory(homes, "home");
        new Remembered(0, 0, 980, 700, false, 0.3, 0.72, "LIGHT", List.of(), null, null).write(home);
        actions = new FakeActions(home);
        window = new MainWindow(
                stage,
                actions,
                UiThreads.javafx(),
                new FakeChoosers().withFile(FakeModels.SMOL).withFolder(FakeModels.ELM));
        window.show(() -> {});
    }

    @AfterEach
    void end() {
        actions.close();
    }

    /** Two clicks: a model, its early layers. */
    private void clickToASetup(FxRobot robot) {
        robot.clickOn("#empty-open");
        await(() -> window.current().baseProperty().get().isPresent());
        robot.clickOn("#early-layers");
        await(() -> window.current().canCalibrate());
    }

    /** A third: the setup is calibrated and answers. */
    private void clickToAnswers(FxRobot robot) {
        clickToASetup(robot);
        robot.clickOn("#calibrate");
        await(() -> answered(3));
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
    void everythingByKeyboard(FxRobot robot) {
        robot.push(KeyCode.SHORTCUT, KeyCode.O);
        await(() -> window.current().baseProperty().get().isPresent());
        robot.push(KeyCode.ALT, KeyCode.E);
        await(() -> window.current().canCalibrate());
        robot.push(KeyCode.SHORTCUT, KeyCode.K);
        await(() -> answered(3));
        TextArea prompt = robot.lookup("#prompt").query();
        assertThat(prompt.isFocused()).as("one can write at once").isTrue();

        robot.push(KeyCode.SHORTCUT, KeyCode.A).push(KeyCode.DELETE);
        robot.write("Who").push(KeyCode.SHIFT, KeyCode.ENTER).write("built it");
        assertThat(prompt.getText()).isEqualTo("Who\nbuilt it");
        robot.push(KeyCode.ENTER);
        await(() -> answered(6));
        assertThat(actions.generated.get(5).prompt().text()).isEqualTo("Who\nbuilt it");
        robot.interact(prompt::requestFocus);
        robot.push(KeyCode.TAB);
        assertThat(prompt.isFocused()).as("Tab goes on").isFalse();
        robot.push(KeyCode.SHIFT, KeyCode.TAB);
        assertThat(prompt.isFocused()).as("and comes back").isTrue();
        assertThat(prompt.getText()).isEqualTo("Who\nbuilt it");

        robot.push(KeyCode.SHORTCUT, KeyCode.HOME).push(KeyCode.UP);
        assertThat(prompt.getText()).as("the prompt before").startsWith("Read the text");

        actions.tokenMillis = 40;
        robot.push(KeyCode.SHORTCUT, KeyCode.ENTER);
        await(() -> window.prompt().isRunning());
        robot.push(KeyCode.ESCAPE);
        await(() -> !window.prompt().isRunning());
        assertThat(actions.running()).isEmpty();

        robot.push(KeyCode.SHORTCUT, KeyCode.DIGIT1);
        assertThat(isTreeVisible(robot.lookup("#models").query())).isTrue();
    }

    @Test
    void theWindowIsNeverFrozenWhileTheEngineWorks(FxRobot robot) {
        clickToAnswers(robot);
        // The first round still loads classes; on a busy machine more is held up, so the best round counts.
        double best = Double.MAX_VALUE;
        for (int round = 1; round <= 5 && best > 50; round++) {
            int before = actions.generated.size();
            actions.tokenMillis = 1;
            actions.repeat = 20;
            try (Heartbeat heartbeat = new Heartbeat()) {
                Platform.runLater(() -> window.prompt().tryOut());
                await(() -> answered(before + 3));
                best = Math.min(best, heartbeat.longestMillis());
            }
        }
        assertThat(best)
                .as("longest time that the FX thread was held, in milliseconds")
                .isLessThan(50);
    }

    @Test
    void theHeartbeatFeelsWorkAndWaiting(FxRobot robot) {
        try (Heartbeat heartbeat = new Heartbeat()) {
            robot.interact(() -> {
                long end = System.nanoTime() + 2_000_000_000L;
                long burnt = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
                while (ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() < burnt + 80_000_000
                        && System.nanoTime() < end) {
                    Thread.onSpinWait();
                }
            });
            WaitForAsyncUtils.waitForFxEvents();
            assertThat(heartbeat.longestMillis()).isGreaterThan(60);
        }
        try (Heartbeat heartbeat = new Heartbeat()) {
            robot.interact(() -> WaitForAsyncUtils.sleep(200, TimeUnit.MILLISECONDS));
            assertThat(heartbeat.longestMillis()).isGreaterThan(60);
        }
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
    void whoForetellsStaysThereThroughCalibrating(FxRobot robot) {
        clickToASetup(robot);
        actions.breakEven.lengths.release(100);
        robot.push(KeyCode.SHORTCUT, KeyCode.DIGIT9).push(KeyCode.SHORTCUT, KeyCode.K);
        await(() -> !robot.lookup("#measure-break-even").query().isDisabled());
        robot.push(KeyCode.ALT, KeyCode.F);
        await(() -> isTreeVisible(robot.lookup("#break-even-chart").query()));
        assertNamed(robot);
    }

    @Test
    void whatGoesWrongIsSaidAboveThePanels(FxRobot robot) {
        Platform.runLater(() -> window.models().open(Path.of("/models/recipe.txt")));
        await(() -> robot.lookup(".notice").query().isVisible());
        assertThat(robot.lookup(".notice").query().getAccessibleText()).contains("/models/recipe.txt is no model");
    }

    @Test
    void everyControlHasANameForScreenReaders(FxRobot robot) {
        clickToASetup(robot);
        assertNamed(robot);
        robot.clickOn("#calibrate");
        await(() -> answered(3));
        assertNamed(robot);
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

    @Test
    void thePanelsAreShownByRailAndKeys(FxRobot robot) {
        robot.clickOn("#rail-prompt");
        assertThat(isTreeVisible(robot.lookup("#prompt").query())).isTrue();
        robot.push(KeyCode.SHORTCUT, KeyCode.DIGIT1);
        assertThat(isTreeVisible(robot.lookup("#models").query())).isTrue();
        robot.push(KeyCode.SHORTCUT, KeyCode.DIGIT5);
        assertThat(isTreeVisible(robot.lookup("#training").query())).isTrue();
        assertNamed(robot);
        robot.clickOn("#rail-models").clickOn("#rail-train");
        assertThat(isTreeVisible(robot.lookup("#training").query())).isTrue();
        robot.push(KeyCode.SHORTCUT, KeyCode.DIGIT9);
        assertThat(isTreeVisible(robot.lookup("#break-even").query())).isTrue();
        assertNamed(robot);
        robot.interact(() -> window.show(Panel.PROMPT));
        assertThat(isTreeVisible(robot.lookup("#models").query())).isFalse();
    }

    private boolean answered(int prompts) {
        return actions.generated.size() >= prompts
                && !window.prompt().isRunning()
                && actions.running().isEmpty();
    }

    private static void assertNamed(FxRobot robot) {
        List<Node> labels = List.copyOf(robot.lookup(".label").queryAll());
        Predicate<Node> canBeFocused = node -> node.isFocusTraversable() && isTreeVisible(node);
        assertThat(robot.lookup(canBeFocused).<Node>queryAll())
                .isNotEmpty()
                .allSatisfy(node ->
                        assertThat(isNamed(node, labels)).as("name of %s", node).isTrue());
    }

    private static boolean isNamed(Node node, List<Node> labels) {
        String own = node.getAccessibleText();
        if (own != null && !own.isBlank()) {
            return true;
        }
        if (node instanceof Labeled labeled
                && labeled.getText() != null
                && !labeled.getText().isBlank()) {
            return true;
        }
        Node spinner = node.getParent() instanceof Spinner<?> parent ? parent : node;
        return labels.stream()
                        .anyMatch(candidate -> candidate instanceof Label label && spinner.equals(label.getLabelFor()))
                || (spinner != node && isNamed(spinner, labels));
    }

    private static void await(BooleanSupplier condition) {
        Shown.await(40, condition);
    }
}
