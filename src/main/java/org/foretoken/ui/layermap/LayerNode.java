package org.foretoken.ui.layermap;

import javafx.css.PseudoClass;
import javafx.geometry.HPos;
import javafx.geometry.Pos;
import javafx.geometry.VPos;
import javafx.scene.AccessibleRole;
import javafx.scene.control.Label;
import javafx.scene.layout.Region;
import javafx.scene.paint.Color;
import javafx.scene.shape.Rectangle;
import org.foretoken.ui.fx.Numbers;

/** A layer: its number at the outer side, a bar as wide as its share of parameters at the side of the links, and while something is dragged the price of dropping it here. */
final class LayerNode extends Region {
    private static final PseudoClass SELECTED = PseudoClass.getPseudoClass("selected");
    private static final PseudoClass SKIPPED = PseudoClass.getPseudoClass("skipped");
    private static final PseudoClass SHARED = PseudoClass.getPseudoClass("shared");
    private static final PseudoClass TARGET = PseudoClass.getPseudoClass("target");
    private static final PseudoClass LIT = PseudoClass.getPseudoClass("lit");

    private final boolean base;
    private final int layer;
    private final double share;
    private final Region bar = new Region();
    private final Label number;
    private final Label price = new Label();
    private final Rectangle swatch = new Rectangle(8, 8);

    /** @param share of the parameters of the largest layer */
    LayerNode(boolean base, int layer, double share) {
        this.base = base;
        this.layer = layer;
        this.share = share;
        number = new Label(Integer.toString(layer));
        number.getStyleClass().add("layer-number");
        number.setAlignment(base ? Pos.CENTER_LEFT : Pos.CENTER_RIGHT);
        bar.getStyleClass().add("node-bar");
        price.getStyleClass().add("drop-price");
        price.setGraphic(swatch);
        price.setVisible(false);
        price.setMouseTransparent(true);
        getStyleClass().add("layer-node");
        setId((base ? "base-" : "auxiliary-") + layer);
        setAccessibleRole(AccessibleRole.BUTTON);
        getChildren().addAll(number, bar, price);
    }

    int layer() {
        return layer;
    }

    void show(String words, boolean selected, boolean skipped, boolean shared) {
        setAccessibleText(words);
        pseudoClassStateChanged(SELECTED, selected);
        pseudoClassStateChanged(SKIPPED, skipped);
        pseudoClassStateChanged(SHARED, shared);
    }

    /** Shows what a drop here would cost; NaN when that isn't known. */
    void light(double cost, Color colour, boolean target) {
        price.setText(Double.isNaN(cost) ? Numbers.DASH : Numbers.significant(cost));
        swatch.setFill(colour);
        price.setVisible(true);
        pseudoClassStateChanged(LIT, true);
        pseudoClassStateChanged(TARGET, target);
        if (target) {
            toFront();
        }
    }

    /** Nothing is dragged any more. */
    void unlight() {
        price.setVisible(false);
        pseudoClassStateChanged(LIT, false);
        pseudoClassStateChanged(TARGET, false);
    }

    @Override
    protected void layoutChildren() {
        double width = getWidth();
        double height = getHeight();
        double thick = MapLayout.barHeight(height);
        double length = Math.max(3, (width - MapLayout.NUMBER) * share);
        double top = Math.round((height - thick) / 2);
        number.setVisible(height >= 10);
        layoutInArea(
                number,
                base ? width - MapLayout.NUMBER + 6 : 0,
                0,
                MapLayout.NUMBER - 6,
                height,
                0,
                base ? HPos.LEFT : HPos.RIGHT,
                VPos.CENTER);
        bar.resizeRelocate(base ? 0 : width - length, top, length, thick);
        double badge = Math.ceil(price.prefWidth(-1));
        double tall = Math.min(price.prefHeight(-1), Math.max(height, 12));
        price.resizeRelocate(base ? -badge - 8 : width + 8, (height - tall) / 2, badge, tall);
    }
}
