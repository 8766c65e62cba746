package org.foretoken.ui.fx;

import java.util.function.BooleanSupplier;
import javafx.event.EventTarget;
import javafx.scene.Node;
import javafx.scene.TraversalDirection;
import javafx.scene.control.TextArea;
import javafx.scene.input.KeyCode;
import javafx.scene.input.KeyCombination;
import javafx.scene.input.KeyEvent;
import javafx.scene.layout.Pane;

/** Key combinations in the words of the system. */
public final class Keys {
    private Keys() {}

    /** Enter runs it, Shift+Enter breaks the line, Tab goes on as it does elsewhere in place of writing one; whether the key was that. */
    public static boolean sends(KeyEvent event, TextArea text, Runnable run) {
        if (event.getCode() == KeyCode.TAB && !event.isShortcutDown()) {
            event.consume();
            text.requestFocusTraversal(event.isShiftDown() ? TraversalDirection.PREVIOUS : TraversalDirection.NEXT);
            return true;
        }
        if (event.getCode() != KeyCode.ENTER) {
            return false;
        }
        event.consume();
        if (event.isShiftDown()) {
            text.replaceSelection("\n");
        } else {
            run.run();
        }
        return true;
    }

    /** Esc within a panel stops what runs there; with nothing to stop the key is others'. */
    public static void escapeStops(Node panel, BooleanSupplier running, Runnable stop) {
        panel.addEventHandler(KeyEvent.KEY_PRESSED, event -> {
            if (event.getCode() == KeyCode.ESCAPE && running.getAsBoolean()) {
                event.consume();
                stop.run();
            }
        });
    }

    /** With the focus beside the panels, on the rail or a bar, shortcuts that nothing takes there and Esc are for the panel that is shown. */
    public static void reachTheShown(Pane panels, Node window) {
        window.addEventHandler(KeyEvent.KEY_PRESSED, event -> {
            if ((event.isShortcutDown() || event.getCode() == KeyCode.ESCAPE) && !isIn(panels, event.getTarget())) {
                event.consume();
                panels.getChildren().stream()
                        .filter(Node::isVisible)
                        .forEach(panel -> panel.fireEvent(event.copyFor(panel, panel)));
            }
        });
    }

    private static boolean isIn(Node whole, EventTarget target) {
        return target instanceof Node part && (part.equals(whole) || isIn(whole, part.getParent()));
    }

    /** A combination such as "Shortcut+K" as it is called here: "Ctrl+K" or "⌘K". */
    public static String words(String combination) {
        return KeyCombination.valueOf(combination).getDisplayText();
    }
}
