package org.foretoken.ui.fx;

import java.util.Locale;
import javafx.scene.Node;
import javafx.scene.Scene;
import javafx.scene.input.KeyEvent;
import javafx.scene.input.Mnemonic;

/**
 * Lets a mnemonic be found whatever the case of its letter. JavaFX keeps those of "_Pause" and "The _paper's" apart and, asked for Alt+P, looks at one
 * kind only, even where none of it can be seen.
 */
public final class Mnemonics {
    private static final boolean MAC =
            System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("mac"); // which has no mnemonics

    private Mnemonics() {}

    /** Does so in a window; JavaFX goes first. */
    public static void anyCase(Scene scene) {
        scene.addEventHandler(KeyEvent.KEY_PRESSED, event -> {
            if (!MAC && event.isAltDown() && !event.getCode().isModifierKey()) {
                scene.getMnemonics().entrySet().stream()
                        .filter(entry -> entry.getKey().match(event))
                        .flatMap(entry -> entry.getValue().stream())
                        .filter(mnemonic -> canBeReached(mnemonic.getNode()))
                        .findFirst()
                        .ifPresent(mnemonic -> {
                            event.consume();
                            fire(mnemonic);
                        });
            }
        });
    }

    private static void fire(Mnemonic mnemonic) {
        mnemonic.getNode().requestFocus();
        mnemonic.fire();
    }

    private static boolean canBeReached(Node node) {
        boolean visible = node.getScene() != null;
        for (Node each = node; each != null; each = each.getParent()) {
            visible &= each.isVisible();
        }
        return visible && !node.isDisabled() && node.isFocusTraversable();
    }
}
