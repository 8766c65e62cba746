package org.foretoken.ui;

import static org.assertj.core.api.Assertions.assertThat;
import static org.foretoken.ui.Shown.isTreeVisible;

import javafx.scene.Node;
import javafx.scene.control.TextArea;
import javafx.scene.input.KeyCode;
import javafx.stage.Stage;
import org.foretoken.ui.shell.Panel;
import org.junit.jupiter.api.Test;
import org.testfx.api.FxRobot;
import org.testfx.framework.junit5.Start;

/** The whole window by keys, and its names for those who hear it. */
class MainWindowKeysTest extends MainWindowFixture {
    @Start
    @Override
    void start(Stage stage) throws Exception {
        super.start(stage);
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
    void shortcutsReachThePanelFromTheRail(FxRobot robot) {
        clickToAnswers(robot);
        robot.clickOn("#rail-layer_map").push(KeyCode.UP);
        Node entry = robot.lookup("#rail-layer_map").query();
        robot.interact(entry::requestFocus);
        robot.push(KeyCode.SHORTCUT, KeyCode.S);
        await(() -> !actions.savedMaps.isEmpty());
        robot.push(KeyCode.SHORTCUT, KeyCode.K);
        await(() -> actions.running().isEmpty() && window.current().canCalibrate());
        assertThat(entry.isFocused()).isTrue();
        assertThat(actions.calibrated).as("the window's own, once").hasSize(2);

        actions.tokenMillis = 40;
        robot.push(KeyCode.SHORTCUT, KeyCode.ENTER);
        await(() -> window.prompt().isRunning());
        robot.interact(entry::requestFocus);
        robot.push(KeyCode.ESCAPE);
        await(() -> !window.prompt().isRunning());
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
    void everyControlHasANameForScreenReaders(FxRobot robot) {
        clickToASetup(robot);
        assertNamed(robot);
        robot.clickOn("#calibrate");
        await(() -> answered(3));
        assertNamed(robot);
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
}
