package org.foretoken.ui;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import javafx.scene.Node;
import javafx.scene.control.Labeled;
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

    private static void await(int seconds, BooleanSupplier condition) {
        try {
            WaitForAsyncUtils.waitFor(
                    seconds, TimeUnit.SECONDS, () -> WaitForAsyncUtils.waitForAsyncFx(20_000, condition::getAsBoolean));
        } catch (TimeoutException e) {
            throw new AssertionError("waited too long", e);
        }
        WaitForAsyncUtils.waitForFxEvents();
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
}
