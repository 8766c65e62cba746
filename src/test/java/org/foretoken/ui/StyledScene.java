package org.foretoken.ui;

import static org.assertj.core.api.Assertions.assertThat;
import static org.foretoken.ui.Shown.isTreeVisible;

import atlantafx.base.theme.PrimerDark;
import atlantafx.base.theme.PrimerLight;
import java.util.List;
import java.util.Objects;
import javafx.application.Application;
import javafx.scene.Node;
import javafx.scene.Parent;
import javafx.scene.Scene;
import javafx.scene.control.Labeled;
import javafx.scene.input.KeyCode;
import javafx.scene.input.KeyEvent;
import javafx.scene.layout.StackPane;
import javafx.scene.text.Text;
import org.testfx.util.WaitForAsyncUtils;

/** A part of the window by itself, dressed as in the window. */
public final class StyledScene {
    private final Scene scene;
    private final String suffix;

    private StyledScene(Scene scene, String suffix) {
        this.scene = scene;
        this.suffix = suffix;
    }

    public static Scene of(Parent part, double width, double height) {
        Scene scene = new Scene(part, width, height);
        scene.getStylesheets()
                .add(Objects.requireNonNull(MainWindow.class.getResource("foretoken.css"))
                        .toExternalForm());
        return scene;
    }

    /** Light or dark, for all scenes. */
    public static void useTheme(String theme) {
        Application.setUserAgentStylesheet(
                (theme.equals("dark") ? new PrimerDark() : new PrimerLight()).getUserAgentStylesheet());
    }

    /** A panel at the size that it has in a window of that size, taken off the stage: the headless screen is smaller than some. */
    public static StyledScene inWindow(Parent panel, String theme, int width, int height) {
        return WaitForAsyncUtils.waitForAsyncFx(20_000, () -> {
            useTheme(theme);
            if (panel.getScene() != null) {
                Scene before = panel.getScene();
                before.setRoot(new StackPane());
                before.getWindow().hide();
            }
            return new StyledScene(of(panel, width - 80, height - 92), "-" + theme + "-" + width);
        });
    }

    public double width() {
        return scene.getWidth();
    }

    public double height() {
        return scene.getHeight();
    }

    public void layOut() {
        scene.getRoot().applyCss();
        scene.getRoot().layout();
    }

    /** A key for a node, without the focus that only a window gives. */
    public void press(String node, KeyCode key) {
        scene.lookup(node).fireEvent(new KeyEvent(KeyEvent.KEY_PRESSED, "", "", key, false, false, false, false));
    }

    /** All such nodes that can be seen end within the width. */
    public void assertInside(String selector) {
        for (Node node : scene.getRoot().lookupAll(selector)) {
            if (isTreeVisible(node)) {
                assertThat(node.localToScene(node.getBoundsInLocal()).getMaxX())
                        .as("%s", node)
                        .isLessThanOrEqualTo(width());
            }
        }
    }

    /** All labels that can be seen show their whole text. */
    public void assertNothingCut() {
        List<Labeled> labels = scene.getRoot().lookupAll(".label").stream()
                .filter(Shown::isTreeVisible)
                .map(Labeled.class::cast)
                .toList();
        assertThat(labels)
                .isNotEmpty()
                .allSatisfy(
                        label -> assertThat(isCut(label)).as("cut: %s", label).isFalse());
    }

    /** Some of these can be seen that say this, and all of them show their whole text. */
    public void assertReadable(String selector, String words) {
        List<Labeled> saying = scene.getRoot().lookupAll(selector).stream()
                .filter(node -> node instanceof Labeled && isTreeVisible(node))
                .map(Labeled.class::cast)
                .filter(label -> label.getText() != null && label.getText().contains(words))
                .toList();
        assertThat(saying)
                .isNotEmpty()
                .allSatisfy(
                        label -> assertThat(isCut(label)).as("cut: %s", label).isFalse());
    }

    /** Whether the text on the screen is shorter than what it should be. */
    private static boolean isCut(Labeled label) {
        String all = label.getText() == null ? "" : label.getText().replace("_", "");
        return label.lookup(".text") instanceof Text shown
                && !shown.getText().replace("_", "").equals(all);
    }

    /** To target/screenshots, under a name that ends in the theme and the window's width. */
    public void picture(String name) {
        Shown.picture(name + suffix, scene);
    }
}
