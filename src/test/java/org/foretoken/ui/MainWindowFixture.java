package org.foretoken.ui;

import static org.assertj.core.api.Assertions.assertThat;
import static org.foretoken.ui.Shown.isTreeVisible;

import java.nio.file.Path;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import javafx.scene.Node;
import javafx.scene.control.Label;
import javafx.scene.control.Labeled;
import javafx.scene.control.Spinner;
import javafx.stage.Stage;
import org.foretoken.ui.fx.UiThreads;
import org.foretoken.ui.shell.Remembered;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.testfx.api.FxRobot;
import org.testfx.framework.junit5.ApplicationExtension;
import org.testfx.framework.junit5.Start;

/** The whole window, with made-up answers. */
@ExtendWith(ApplicationExtension.class)
@Timeout(120)
abstract class MainWindowFixture {
    @TempDir
    static Path homes;

    Path home;
    FakeActions actions;
    MainWindow window;
    Stage stage;

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
        // TestFX has one stage for all tests: one left narrower than the window may be would be widened to just that
        stage.setWidth(980);
        stage.sizeToScene();
        window.show(() -> {});
    }

    @AfterEach
    void end() {
        actions.close();
    }

    /** Two clicks: a model, its early layers. */
    void clickToASetup(FxRobot robot) {
        robot.clickOn("#empty-open");
        await(() -> window.current().baseProperty().get().isPresent());
        robot.clickOn("#early-layers");
        await(() -> window.current().canCalibrate());
    }

    /** A third: the setup is calibrated and answers. */
    void clickToAnswers(FxRobot robot) {
        clickToASetup(robot);
        robot.clickOn("#calibrate");
        await(() -> answered(3));
    }

    boolean answered(int prompts) {
        return actions.generated.size() >= prompts
                && !window.prompt().isRunning()
                && actions.running().isEmpty();
    }

    static void assertNamed(FxRobot robot) {
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

    static void await(BooleanSupplier condition) {
        Shown.await(40, condition);
    }
}
