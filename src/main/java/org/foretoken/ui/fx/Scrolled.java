package org.foretoken.ui.fx;

import javafx.scene.Node;
import javafx.scene.control.ScrollPane;

/** What fills the room that there is, and scrolls where a small window has less than it needs. */
public final class Scrolled {
    private Scrolled() {}

    public static ScrollPane of(Node content) {
        ScrollPane scroll = new ScrollPane(content);
        scroll.setFitToWidth(true);
        scroll.setFitToHeight(true);
        scroll.setHbarPolicy(ScrollPane.ScrollBarPolicy.NEVER);
        scroll.setFocusTraversable(false);
        return scroll;
    }
}
