package org.foretoken.ui.layermap;

import static org.assertj.core.api.Assertions.assertThat;

import atlantafx.base.theme.PrimerLight;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import javafx.application.Application;
import javafx.embed.swing.SwingFXUtils;
import javafx.event.EventType;
import javafx.geometry.Point2D;
import javafx.scene.Node;
import javafx.scene.Scene;
import javafx.scene.control.Label;
import javafx.scene.control.MenuButton;
import javafx.scene.control.RadioMenuItem;
import javafx.scene.control.Spinner;
import javafx.scene.input.Clipboard;
import javafx.scene.input.ClipboardContent;
import javafx.scene.input.KeyCode;
import javafx.scene.input.MouseButton;
import javafx.scene.input.MouseEvent;
import javafx.stage.Stage;
import javax.imageio.ImageIO;
import org.foretoken.ForetokenException;
import org.foretoken.kvp.Source;
import org.foretoken.ui.FakeActions;
import org.foretoken.ui.fx.UiThreads;
import org.foretoken.ui.shell.CurrentSetup;
import org.foretoken.ui.shell.Notices;
import org.foretoken.workbench.SetupSummary;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.testfx.api.FxRobot;
import org.testfx.framework.junit5.ApplicationExtension;
import org.testfx.framework.junit5.Start;
import org.testfx.util.WaitForAsyncUtils;

/** The panel under a real mouse and real keys, with a setup of 30 base layers and the auxiliary layers 0, 4, 8, …, 28 of which the first is shared. */
@ExtendWith(ApplicationExtension.class)
@Timeout(120)
class LayerMapPanelTest {
    private static final List<Integer> EVERY_FOURTH = List.of(0, 4, 8, 12, 16, 20, 24, 28);

    @TempDir
    static Path homes;

    private FakeActions actions;
    private CurrentSetup current;
    private LayerMapViewModel model;
    private LayerMapPanel panel;
    private Notices notices;
    private SetupSummary setup;
    private boolean modelsAsked;

    @Start
    void start(Stage stage) throws IOException {
        Application.setUserAgentStylesheet(new PrimerLight().getUserAgentStylesheet());
        actions = new FakeActions(Files.createTempDirectory(homes, "home"));
        notices = new Notices(homes);
        UiThreads threads = UiThreads.javafx();
        current = new CurrentSetup(actions, threads, notices);
        model = new LayerMapViewModel(actions, threads, notices, current);
        panel = new LayerMapPanel(model, () -> modelsAsked = true);
        setup = actions.setup(EVERY_FOURTH, true);
        actions.setups.add(setup);
        Scene scene = new Scene(panel, 920, 608);
        scene.getStylesheets()
                .add(Objects.requireNonNull(LayerMapPanelTest.class.getResource("/org/foretoken/ui/foretoken.css"))
                        .toExternalForm());
        stage.setScene(scene);
        stage.show();
    }

    @AfterEach
    void end() {
        actions.close();
    }

    private void open(FxRobot robot) {
        robot.interact(() -> current.use(setup));
        await(() -> model.stateProperty().get().isPresent());
        robot.interact(() -> panel.lookup("#base-1").requestFocus());
    }

    private MapState state() {
        return model.stateProperty().get().orElseThrow();
    }

    private List<Integer> links() {
        return state().draft().links();
    }

    private Point2D at(String node) {
        Node found = panel.lookup(node);
        return found.localToScreen(
                found.getLayoutBounds().getCenterX(), found.getLayoutBounds().getCenterY());
    }

    @Test
    void anEmptyPanelLeadsToTheModels(FxRobot robot) {
        assertThat(robot.lookup(".empty-state").query().isVisible()).isTrue();
        robot.clickOn(".empty-state .button");
        assertThat(modelsAsked).isTrue();
    }

    @Test
    void aDragFromABaseLayerChangesItsLinkAndIsSaved(FxRobot robot) throws IOException {
        open(robot);
        int before = links().get(20);
        String error = text("#total-keys");
        robot.drag(at("#base-20"), MouseButton.PRIMARY).moveTo(at("#auxiliary-5"));
        assertThat(state().draft().links().get(20))
                .as("not before it is dropped")
                .isEqualTo(before);
        assertThat(state().shown().links().get(20)).isEqualTo(5);
        assertThat(text("#total-keys")).as("totals while the mouse moves").isNotEqualTo(error);
        Label price = (Label) panel.lookup("#auxiliary-5 .drop-price");
        assertThat(price.isVisible()).isTrue();
        assertThat(Double.parseDouble(price.getText()))
                .isCloseTo(state().price(20, 5), org.assertj.core.api.Assertions.within(5e-4));
        picture("layer-map-dragging", robot);
        robot.drop();
        assertThat(links().get(20)).isEqualTo(5);
        assertThat(price.isVisible()).isFalse();

        robot.push(KeyCode.SHORTCUT, KeyCode.S);
        await(() -> !state().dirty());
        assertThat(actions.savedMaps).singleElement().satisfies(saved -> {
            assertThat(saved.setup()).isEqualTo(setup.folder());
            assertThat(saved.links()).isEqualTo(links());
            assertThat(saved.links().get(20)).isEqualTo(5);
            assertThat(saved.source()).isEqualTo(Source.HIDDEN);
        });
        assertThat(current.setupProperty().get().orElseThrow().layerMap()).isEqualTo(links());
    }

    @Test
    void aDragFromAnAuxiliaryLayerFeedsTheBaseLayerItIsDroppedOn(FxRobot robot) throws IOException {
        open(robot);
        robot.drag(at("#auxiliary-2"), MouseButton.PRIMARY).moveTo(at("#base-11"));
        assertThat(panel.lookup("#base-0 .drop-price").isVisible())
                .as("a shared link can't be changed")
                .isFalse();
        picture("layer-map-dragging-from-auxiliary", robot);
        robot.drop();
        assertThat(links().get(11)).isEqualTo(2);
        robot.drag(at("#auxiliary-3"), MouseButton.PRIMARY).dropTo(at("#base-0"));
        assertThat(links().get(0)).as("shared").isZero();
    }

    @Test
    void aDragThatEndsNowhereOrIsStoppedChangesNothing(FxRobot robot) {
        open(robot);
        List<Integer> before = links();
        robot.drag(at("#base-20"), MouseButton.PRIMARY).dropTo(at("#base-20").add(-150, 0));
        robot.drag(at("#base-20"), MouseButton.PRIMARY).moveTo(at("#auxiliary-1"));
        robot.push(KeyCode.ESCAPE).drop();
        assertThat(links()).isEqualTo(before);
        assertThat(state().shown()).isEqualTo(state().draft());
    }

    @Test
    void aClickOnABaseLayerAndOneOnAnAuxiliaryLayerReRoute(FxRobot robot) {
        open(robot);
        robot.clickOn("#base-9").clickOn("#auxiliary-6");
        assertThat(links().get(9)).isEqualTo(6);
        robot.clickOn(at("#base-12"));
        clickWith(robot, "#base-14", true, false);
        clickWith(robot, "#base-13", false, true);
        clickWith(robot, "#base-20", false, true);
        assertThat(state().selection()).containsExactlyInAnyOrder(12, 14, 20);
        robot.clickOn("#auxiliary-1");
        assertThat(List.of(links().get(12), links().get(14), links().get(20))).containsOnly(1);
        assertThat(links().get(13)).isNotEqualTo(1);
    }

    @Test
    void aBoxSelectsAndAllGoTogether(FxRobot robot) {
        open(robot);
        Point2D right = new Point2D(120, 0);
        robot.drag(at("#base-15").add(right).subtract(0, 5), MouseButton.PRIMARY)
                .dropTo(at("#base-18").add(0, 4));
        assertThat(state().selection()).containsExactlyInAnyOrder(15, 16, 17, 18);
        robot.drag(at("#base-16"), MouseButton.PRIMARY).dropTo(at("#auxiliary-7"));
        assertThat(links().subList(15, 19)).containsOnly(7);
        robot.push(KeyCode.SHORTCUT, KeyCode.Z);
        assertThat(links()).as("one step back for all").isEqualTo(setup.layerMap());
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
        assertThat(notices.currentProperty().get().orElseThrow().sentence())
                .contains("3 entries")
                .contains("30");
        assertThat(links()).isEqualTo(pasted);
    }

    @Test
    void presetsAutoAndSources(FxRobot robot) throws IOException {
        open(robot);
        robot.clickOn("#presets").clickOn("First-heavy");
        assertThat(links()).isEqualTo(state().sheet().presets().get("First-heavy"));
        robot.clickOn("#auto");
        await(() -> robot.lookup("#auto-free").tryQuery().isPresent());
        robot.clickOn("#auto-free");
        Scene popover = robot.lookup("#auto-free").query().getScene();
        picture("layer-map-auto", popover, robot);
        robot.clickOn("#auto-apply");
        assertThat(links())
                .isEqualTo(state().sheet().auto(Source.HIDDEN, false, 8).orElseThrow());
        robot.clickOn("#auto");
        await(() -> robot.lookup("#auto-depth").tryQuery().isPresent());
        Spinner<Integer> depth = robot.lookup("#auto-depth").query();
        robot.interact(() -> depth.getValueFactory().setValue(3));
        robot.clickOn("#auto-monotone");
        assertThat(robot.lookup("#auto-joint").query().isDisabled()).isTrue();
        assertThat(robot.lookup("#depth-kv-8").tryQuery()).as("a line a source").isPresent();
        robot.clickOn("#auto-apply");
        assertThat(links())
                .isEqualTo(state().sheet().auto(Source.HIDDEN, true, 3).orElseThrow());
        assertThat(text("#skipped-layers")).isEqualTo("Auxiliary runs 3 of 8 layers, skips the last 5");
        MenuButton source = robot.lookup("#source").query();
        assertThat(source.getItems()).extracting(item -> item.isDisable()).containsExactly(false, true, false);
        assertThat(source.getItems().get(1).getText()).isEqualTo("joint: calibrate with this source first");
        robot.clickOn("#auto");
        await(() -> robot.lookup("#depth-kv-5").tryQuery().isPresent());
        robot.clickOn("#depth-kv-5").clickOn("#auto-apply");
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

    @Test
    void whatCannotBeSavedIsSaidAndKept(FxRobot robot) {
        open(robot);
        actions.failure = Optional.of(new ForetokenException("The disk is full: free some space."));
        robot.clickOn("#base-9").clickOn("#auxiliary-6").clickOn("#save-map");
        await(() -> notices.currentProperty().get().isPresent());
        assertThat(notices.currentProperty().get().orElseThrow().sentence())
                .isEqualTo("The disk is full: free some space.");
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

    /** The headless mouse doesn't know which keys are held. */
    private void clickWith(FxRobot robot, String node, boolean shift, boolean shortcut) {
        Node view = panel.lookup("#layer-map");
        Point2D screen = at(node);
        Point2D scene = view.localToScene(view.screenToLocal(screen));
        for (EventType<MouseEvent> type : List.of(MouseEvent.MOUSE_PRESSED, MouseEvent.MOUSE_RELEASED)) {
            robot.interact(() -> view.fireEvent(new MouseEvent(
                    type,
                    scene.getX(),
                    scene.getY(),
                    screen.getX(),
                    screen.getY(),
                    MouseButton.PRIMARY,
                    1,
                    shift,
                    shortcut,
                    false,
                    false,
                    true,
                    false,
                    false,
                    false,
                    false,
                    true,
                    null)));
        }
    }

    private String text(String label) {
        return ((Label) panel.lookup(label)).getText();
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

    private void picture(String name, FxRobot robot) throws IOException {
        picture(name, panel.getScene(), robot);
    }

    private static void picture(String name, Scene scene, FxRobot robot) throws IOException {
        Path file = Path.of("target/screenshots", name + ".png");
        Files.createDirectories(file.getParent());
        robot.interact(() -> {
            try {
                ImageIO.write(SwingFXUtils.fromFXImage(scene.snapshot(null), null), "png", file.toFile());
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
    }

    private static void await(BooleanSupplier condition) {
        try {
            WaitForAsyncUtils.waitFor(20, TimeUnit.SECONDS, condition::getAsBoolean);
        } catch (java.util.concurrent.TimeoutException e) {
            throw new AssertionError("waited too long", e);
        }
        WaitForAsyncUtils.waitForFxEvents();
    }
}
