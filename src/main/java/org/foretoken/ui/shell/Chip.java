package org.foretoken.ui.shell;

import javafx.scene.control.Button;
import javafx.scene.control.ContentDisplay;
import javafx.scene.control.Label;
import javafx.scene.control.Tooltip;
import javafx.scene.layout.VBox;

/** One part of the setup: what it is in small letters, its value below. Opens what it names. */
final class Chip extends Button {
    private final String name;
    private final Label value = new Label();

    Chip(String name, Runnable open) {
        this.name = name;
        getStyleClass().setAll("chip");
        setContentDisplay(ContentDisplay.GRAPHIC_ONLY);
        Label caption = new Label(name);
        caption.getStyleClass().add("caption");
        value.getStyleClass().add("chip-value");
        caption.setMinWidth(USE_PREF_SIZE);
        value.setMaxWidth(280);
        setGraphic(new VBox(caption, value));
        setOnAction(e -> open.run());
        show("", false);
    }

    /** @param present whether it was chosen, or the words are only a hint */
    void show(String words, boolean present) {
        value.setText(words);
        setTooltip(words.isEmpty() ? null : new Tooltip(words));
        pseudoClassStateChanged(javafx.css.PseudoClass.getPseudoClass("vacant"), !present);
        setAccessibleText(name + ": " + words);
    }
}
