package org.foretoken.ui.layermap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.foretoken.ui.Shown.await;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javafx.scene.Scene;
import javafx.scene.control.MenuButton;
import javafx.scene.control.RadioMenuItem;
import javafx.scene.control.Spinner;
import javafx.scene.input.Clipboard;
import javafx.scene.input.ClipboardContent;
import javafx.scene.input.KeyCode;
import javafx.scene.input.MouseButton;
import javafx.stage.Stage;
import org.foretoken.ForetokenException;
import org.foretoken.kvp.Source;
import org.foretoken.ui.Shown;
import org.junit.jupiter.api.Test;
import org.testfx.api.FxRobot;
import org.testfx.framework.junit5.Start;

/** The panel under real keys and clicks on what is around the drawing. */
class LayerMapPanelTest extends MapPanelFixture {
    @Start
    @Override
    void start(Stage stage) {
        super.start(stage);
    }

    @Test
    void anEmptyPanelLeadsToTheModels(FxRobot robot) {
        assertThat(robot.lookup(".empty-state").query().isVisible()).isTrue();
        robot.clickOn(".empty-state .button");
        assertThat(modelsAsked).isTrue();
    }

    @Test
    void everythingByKeyboard(FxRobot robot) {
        open(robot);
        List<Integer> before = links();
        robot.push(KeyCode.HOME).push(KeyCode.DOWN);
        assertThat(links()).as("layer 0 is shared").isEqualTo(before);
        robot.push(KeyCode.END).push(KeyCode.LEFT).push(KeyCode.UP).push(KeyCode.UP);
        int edited = 28;
        assertThat(panel.lookup("#base-28").isFocused()).isTrue();
        assertThat(links().get(edited)).isEqualTo(before.get(edited) - 2);
        robot.push(KeyCode.SHORTCUT, KeyCode.Z);
        assertThat(links().get(edited)).isEqualTo(before.get(edited) - 1);
        robot.push(KeyCode.SHORTCUT, KeyCode.SHIFT, KeyCode.Z);
        assertThat(links().get(edited)).isEqualTo(before.get(edited) - 2);
        robot.push(KeyCode.SHORTCUT, KeyCode.Z).push(KeyCode.SHORTCUT, KeyCode.Z);
        assertThat(links()).isEqualTo(before);
        robot.push(KeyCode.SHORTCUT, KeyCode.Y);
        robot.push(KeyCode.SHIFT, KeyCode.RIGHT);
        assertThat(state().selection()).containsExactlyInAnyOrder(28, 29);
        robot.push(KeyCode.UP);
        assertThat(links().get(29)).isEqualTo(before.get(29) - 1);
        robot.push(KeyCode.ESCAPE);
        assertThat(state().selection()).isEmpty();
        robot.push(KeyCode.SHORTCUT, KeyCode.A);
        assertThat(state().selection()).hasSize(29);
    }

    @Test
    void layersHaveNamesForScreenReaders(FxRobot robot) {
        open(robot);
        assertThat(panel.lookup("#base-3").getAccessibleText())
                .matches("Base layer 3, fed by auxiliary layer \\d, K error 0\\.\\d{3}, V error 0\\.\\d{3}");
        assertThat(panel.lookup("#base-0").getAccessibleText()).startsWith("Base layer 0, shared");
        assertThat(panel.lookup("#auxiliary-7").getAccessibleText()).startsWith("Auxiliary layer 7, feeds base layers");
    }

    @Test
    void mapsGoThroughTheClipboard(FxRobot robot) {
        open(robot);
        robot.push(KeyCode.SHORTCUT, KeyCode.C);
        assertThat(clipboard(robot)).contains(links().toString());
        List<Integer> pasted = new ArrayList<>(setup.layerMap());
        pasted.set(29, 1);
        copy(robot, pasted.toString());
        robot.push(KeyCode.SHORTCUT, KeyCode.V);
        assertThat(links()).isEqualTo(pasted);
        copy(robot, "[0, 1, 2]");
        robot.clickOn("#paste-map");
        assertThat(notice()).contains("3 entries").contains("30");
        assertThat(links()).isEqualTo(pasted);
    }

    @Test
    void presetsAutoAndSources(FxRobot robot) {
        open(robot);
        robot.clickOn("#presets").clickOn("First-heavy");
        assertThat(links()).isEqualTo(state().sheet().presets().get("First-heavy"));
        openAuto(robot);
        robot.clickOn("#auto-free");
        Scene popover = robot.lookup("#auto-free").query().getScene();
        Shown.picture("layer-map-auto", popover);
        takeAuto(robot);
        assertThat(links())
                .isEqualTo(state().sheet().auto(Source.HIDDEN, false, 8).orElseThrow());
        openAuto(robot);
        Spinner<Integer> depth = robot.lookup("#auto-depth").query();
        robot.interact(() -> depth.getValueFactory().setValue(3));
        robot.clickOn("#auto-monotone");
        assertThat(robot.lookup("#auto-joint").query().isDisabled()).isTrue();
        assertThat(robot.lookup("#depth-kv-8").tryQuery()).as("a line a source").isPresent();
        takeAuto(robot);
        assertThat(links())
                .isEqualTo(state().sheet().auto(Source.HIDDEN, true, 3).orElseThrow());
        assertThat(text("#skipped-layers")).isEqualTo("Auxiliary runs 3 of 8 layers, skips the last 5");
        MenuButton source = robot.lookup("#source").query();
        assertThat(source.getItems()).extracting(item -> item.isDisable()).containsExactly(false, true, false);
        assertThat(source.getItems().get(1).getText()).isEqualTo("joint: calibrate with this source first");
        openAuto(robot);
        await(() -> robot.lookup("#depth-kv-5").tryQuery().isPresent());
        robot.clickOn("#depth-kv-5");
        takeAuto(robot);
        assertThat(links()).isEqualTo(state().sheet().auto(Source.KV, true, 5).orElseThrow());
        robot.clickOn("#undo");
        assertThat(state().draft().source()).isEqualTo(Source.HIDDEN);
        robot.clickOn("#source").clickOn("kv");
        assertThat(state().draft().source()).isEqualTo(Source.KV);
        assertThat(((RadioMenuItem) source.getItems().get(2)).isSelected()).isTrue();
        robot.clickOn("#revert");
        assertThat(state().dirty()).isFalse();
        robot.clickOn("#undo");
        assertThat(state().draft().source()).isEqualTo(Source.KV);
    }

    private static void openAuto(FxRobot robot) {
        robot.clickOn("#auto");
        await(() -> robot.lookup("#auto-apply").tryQuery().isPresent());
    }

    /** While its form fades out it takes clicks on what it covers. */
    private static void takeAuto(FxRobot robot) {
        robot.clickOn("#auto-apply");
        await(() -> robot.lookup("#auto-apply").tryQuery().isEmpty());
    }

    @Test
    void whatCannotBeSavedIsSaidAndKept(FxRobot robot) {
        open(robot);
        actions.failure = Optional.of(new ForetokenException("The disk is full: free some space."));
        robot.clickOn("#base-9").clickOn("#auxiliary-6").clickOn("#save-map");
        await(() -> notices.currentProperty().get().isPresent());
        assertThat(notice()).isEqualTo("The disk is full: free some space.");
        assertThat(links().get(9)).isEqualTo(6);
        assertThat(state().dirty()).isTrue();
        assertThat(state().saving()).isFalse();
    }

    @Test
    void withoutPricesItCanBeEditedAllTheSame(FxRobot robot) {
        setup = actions.setup(EVERY_FOURTH, false);
        actions.setups.clear();
        actions.setups.add(setup);
        open(robot);
        assertThat(text("#total-keys")).isEqualTo("–");
        assertThat(text("#no-prices")).startsWith("Calibrate with source hidden");
        robot.drag(at("#base-20"), MouseButton.PRIMARY).dropTo(at("#auxiliary-5"));
        assertThat(links().get(20)).isEqualTo(5);
    }

    private static Set<String> clipboard(FxRobot robot) {
        List<String> found = new ArrayList<>();
        robot.interact(() -> found.add(Clipboard.getSystemClipboard().getString()));
        return Set.copyOf(found);
    }

    private static void copy(FxRobot robot, String text) {
        ClipboardContent content = new ClipboardContent();
        content.putString(text);
        robot.interact(() -> Clipboard.getSystemClipboard().setContent(content));
    }
}
