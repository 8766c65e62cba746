package org.foretoken.ui;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import javafx.embed.swing.SwingFXUtils;
import javafx.scene.Node;
import javafx.scene.Scene;
import javafx.scene.control.Labeled;
import javafx.scene.image.WritableImage;
import javax.imageio.ImageIO;
import org.testfx.api.FxRobot;
import org.testfx.util.WaitForAsyncUtils;

/** What a panel's tests wait for and look for. */
public final class Shown {
    private Shown() {}

    /** Until it holds on the FX thread, and what followed from it has been done there. */
    public static void await(BooleanSupplier condition) {
        await(20, condition);
    }

    /** The same where models work in between. */
    public static void awaitWork(BooleanSupplier condition) {
        await(120, condition);
    }

    /** The same for so many seconds at most. */
    public static void await(int seconds, BooleanSupplier condition) {
        try {
            WaitForAsyncUtils.waitFor(
                    seconds, TimeUnit.SECONDS, () -> WaitForAsyncUtils.waitForAsyncFx(20_000, condition::getAsBoolean));
        } catch (TimeoutException e) {
            throw new AssertionError("waited too long", e);
        }
        WaitForAsyncUtils.waitForFxEvents();
    }

    /** The text of a label or button. */
    public static String text(FxRobot robot, String query) {
        return robot.lookup(query).<Labeled>query().getText();
    }

    /** Whether some label or button that can be seen has that in its words. */
    public static boolean isShown(FxRobot robot, String text) {
        return robot.lookup((Node node) -> node instanceof Labeled label
                        && label.getText() != null
                        && label.getText().contains(text)
                        && isTreeVisible(node))
                .tryQuery()
                .isPresent();
    }

    /** Whether a node and all around it are visible. */
    public static boolean isTreeVisible(Node node) {
        for (Node each = node; each != null; each = each.getParent()) {
            if (!each.isVisible()) {
                return false;
            }
        }
        return true;
    }

    /** Writes what a scene shows as target/screenshots/NAME.png. */
    public static void picture(String name, Scene scene) {
        Path file = Path.of("target/screenshots", name + ".png");
        WritableImage image = WaitForAsyncUtils.waitForAsyncFx(20_000, () -> scene.snapshot(null));
        try {
            Files.createDirectories(file.getParent());
            ImageIO.write(SwingFXUtils.fromFXImage(image, null), "png", file.toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        assertThat(file).isNotEmptyFile();
    }
}
