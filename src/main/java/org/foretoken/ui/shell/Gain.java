package org.foretoken.ui.shell;

import java.util.OptionalDouble;
import javafx.geometry.Pos;
import javafx.scene.control.Label;
import javafx.scene.control.Tooltip;
import javafx.scene.layout.VBox;
import org.foretoken.ui.fx.Numbers;

/** One of the two figures that matter, at the right of the setup bar. */
final class Gain extends VBox {
    private final Label figure = new Label(Numbers.DASH);

    Gain(String name, String explanation) {
        getStyleClass().add("gain");
        setAlignment(Pos.CENTER_RIGHT);
        Label caption = new Label(name);
        caption.getStyleClass().add("caption");
        caption.setLabelFor(figure);
        caption.setMinWidth(USE_PREF_SIZE);
        figure.getStyleClass().add("gain-figure");
        figure.setMinWidth(USE_PREF_SIZE);
        Tooltip.install(this, new Tooltip(explanation));
        getChildren().addAll(caption, figure);
    }

    void show(OptionalDouble ratio) {
        figure.setText(ratio.isPresent() ? Numbers.ratio(ratio.getAsDouble()) : Numbers.DASH);
    }
}
