package org.foretoken.ui.fx;

import java.util.Locale;
import java.util.Optional;
import javafx.scene.Node;
import javafx.scene.Scene;
import javafx.scene.control.ButtonBase;
import javafx.scene.control.CheckBox;
import javafx.scene.control.ToggleButton;
import javafx.scene.input.KeyEvent;
import javafx.scene.input.Mnemonic;

/**
 * Lets a mnemonic be found whatever the case of its letter, and tick its box. JavaFX keeps those of "_Pause" and "The _paper's" apart and, asked for Alt+P,
 * looks at one kind only, even where none of it can be seen; a check box or radio button it leaves as it was.
 */
public final class Mnemonics {
    private static final boolean MAC =
            System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("mac"); // which has no mnemonics

    private Mnemonics() {}

    /** Does so in a window; JavaFX goes first, but for check boxes and radio buttons. */
    public static void anyCase(Scene scene) {
        scene.windowProperty().subscribe(window -> {
            if (window != null) {
                window.addEventFilter(
                        KeyEvent.KEY_PRESSED, event -> tick(scene, event)); // the scene's would come too late
            }
        });
        scene.addEventHandler(
                KeyEvent.KEY_PRESSED,
                event -> reached(scene, event).ifPresent(mnemonic -> {
                    event.consume();
                    mnemonic.getNode().requestFocus();
                    mnemonic.fire();
                }));
    }

    private static void tick(Scene scene, KeyEvent event) {
        reached(scene, event)
                .map(Mnemonic::getNode)
                .filter(node -> node instanceof CheckBox || node instanceof ToggleButton)
                .map(ButtonBase.class::cast)
                .ifPresent(button -> {
                    event.consume();
                    button.requestFocus();
                    button.fire();
                });
    }

    private static Optional<Mnemonic> reached(Scene scene, KeyEvent event) {
        if (MAC
                || scene.getWindow() == null
                || !event.isAltDown()
                || event.getCode().isModifierKey()) {
            return Optional.empty();
        }
        return scene.getMnemonics().entrySet().stream()
                .filter(entry -> entry.getKey().match(event))
                .flatMap(entry -> entry.getValue().stream())
                .filter(mnemonic -> canBeReached(mnemonic.getNode()))
                .findFirst();
    }

    private static boolean canBeReached(Node node) {
        boolean visible = node.getScene() != null;
        for (Node each = node; each != null; each = each.getParent()) {
            visible &= each.isVisible();
        }
        return visible && !node.isDisabled() && node.isFocusTraversable();
    }
}
