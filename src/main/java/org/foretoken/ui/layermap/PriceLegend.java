package org.foretoken.ui.layermap;

import java.util.ArrayList;
import java.util.List;
import javafx.scene.control.Label;
import javafx.scene.layout.BorderPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.VBox;
import javafx.scene.paint.CycleMethod;
import javafx.scene.paint.LinearGradient;
import javafx.scene.paint.Stop;
import javafx.scene.shape.Line;
import javafx.scene.shape.Rectangle;
import org.foretoken.ui.fx.ColourScale;
import org.foretoken.ui.fx.Numbers;
import org.foretoken.ui.fx.Visibility;

/** What the colours and lines of the drawing mean. */
final class PriceLegend extends VBox {
    private static final double WIDTH = 216;

    private final Rectangle ramp = new Rectangle(WIDTH, 8);
    private final Label least = new Label("0");
    private final Label most = new Label();
    private final VBox priced;

    PriceLegend() {
        getStyleClass().add("price-legend");
        least.getStyleClass().add("tick");
        most.getStyleClass().add("tick");
        BorderPane ends = new BorderPane(null, null, most, null, least);
        ends.setMaxWidth(WIDTH);
        Label caption = new Label("Error of a link, mean of K and V");
        caption.getStyleClass().add("caption");
        Label width = new Label("The wider, the more of the total error");
        width.getStyleClass().add("tick");
        priced = new VBox(4, caption, ramp, ends, width);
        Line dashes = new Line(0, 0, 24, 0);
        dashes.getStyleClass().add("shared-link");
        Label shared = new Label("Shared: exact, free, fixed", dashes);
        shared.getStyleClass().add("tick");
        shared.setGraphicTextGap(8);
        getChildren().addAll(priced, new HBox(shared));
    }

    void show(MapState state, boolean darkGround) {
        boolean known = state.prices().isPresent();
        Visibility.show(priced, known);
        ColourScale scale = state.scale();
        most.setText(Numbers.plain(scale.most()) + (scale.most() >= 1 ? " or more" : ""));
        List<Stop> stops = new ArrayList<>();
        for (int i = 0; i <= 16; i++) {
            stops.add(new Stop(i / 16.0, scale.line(scale.most() * i / 16, darkGround)));
        }
        ramp.setFill(new LinearGradient(0, 0, 1, 0, true, CycleMethod.NO_CYCLE, stops));
    }
}
