package org.foretoken.ui.fx;

import javafx.scene.Node;

/** Whether a node is there. */
public final class Visibility {
    private Visibility() {}

    /** Shows a node, or leaves it out: then it takes no room either. */
    public static void show(Node node, boolean shown) {
        node.setVisible(shown);
        node.setManaged(shown);
    }
}
