package org.foretoken.ui.layermap;

import java.util.Set;
import javafx.scene.paint.Color;
import javafx.scene.shape.CubicCurve;
import javafx.scene.shape.StrokeLineCap;

/** A link as it is drawn: coloured by its price, as wide as its share of the total error, dashed where shared. */
final class LinkCurve extends CubicCurve {
    private static final double THIN = 1.25;
    private static final double THICK = 7;

    LinkCurve(String styleClass) {
        getStyleClass().add(styleClass);
        setManaged(false);
        setFill(null);
        setStrokeLineCap(StrokeLineCap.ROUND);
    }

    /**
     * Draws the link of a base layer.
     *
     * @param mean price of all links that have one
     * @param colour of its price
     * @param lit base layers whose links stand out; empty for none
     */
    void show(MapState state, int layer, double mean, Color colour, Set<Integer> lit) {
        double price = state.price(layer);
        boolean shared = state.isShared(layer);
        boolean priced = !shared && !Double.isNaN(price);
        double share = priced && mean > 0 ? price / mean : 0.4;
        getStyleClass().setAll("link", shared ? "shared-link" : priced ? "priced-link" : "unpriced-link");
        if (priced) {
            setStroke(colour);
        }
        boolean stands = lit.contains(layer);
        setStrokeWidth((shared ? THIN : Math.clamp(2.5 * share, THIN, THICK)) + (stands ? 1 : 0));
        setOpacity(lit.isEmpty() || stands ? 1 : 0.4);
    }

    /** From one point to another, level at both. */
    void connect(double x0, double y0, double x1, double y1) {
        setStartX(x0);
        setStartY(y0);
        setControlX1((x0 + x1) / 2);
        setControlY1(y0);
        setControlX2((x0 + x1) / 2);
        setControlY2(y1);
        setEndX(x1);
        setEndY(y1);
    }
}
