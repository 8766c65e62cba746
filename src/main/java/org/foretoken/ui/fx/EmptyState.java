package org.foretoken.ui.fx;

import javafx.geometry.Pos;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.layout.VBox;
import org.kordamp.ikonli.Ikon;
import org.kordamp.ikonli.javafx.FontIcon;

/** What a panel shows while it has nothing: a line that says what will be here, and the one action that fills it. */
public final class EmptyState extends VBox {
    private final Button action = new Button();

    public EmptyState(Ikon icon, String line, String actionText, Runnable action) {
        getStyleClass().add("empty-state");
        setAlignment(Pos.CENTER);
        Label text = new Label(line);
        text.setWrapText(true);
        text.getStyleClass().add("empty-line");
        this.action.setText(actionText);
        this.action.setMnemonicParsing(true);
        this.action.getStyleClass().add("accent");
        this.action.setOnAction(e -> action.run());
        getChildren().addAll(new FontIcon(icon), text, this.action);
    }

    /** The one action. */
    public Button action() {
        return action;
    }
}
