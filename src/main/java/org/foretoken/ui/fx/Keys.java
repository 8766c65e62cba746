package org.foretoken.ui.fx;

import javafx.scene.input.KeyCombination;

/** Key combinations in the words of the system. */
public final class Keys {
    private Keys() {}

    /** A combination such as "Shortcut+K" as it is called here: "Ctrl+K" or "⌘K". */
    public static String words(String combination) {
        return KeyCombination.valueOf(combination).getDisplayText();
    }
}
