package org.foretoken.ui;

import java.util.Objects;
import javafx.scene.Parent;
import javafx.scene.Scene;

/** A part of the window by itself, dressed as in the window. */
public final class StyledScene {
    private StyledScene() {}

    public static Scene of(Parent part, double width, double height) {
        Scene scene = new Scene(part, width, height);
        scene.getStylesheets()
                .add(Objects.requireNonNull(MainWindow.class.getResource("foretoken.css"))
                        .toExternalForm());
        return scene;
    }
}
