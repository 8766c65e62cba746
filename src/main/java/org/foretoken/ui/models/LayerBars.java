package org.foretoken.ui.models;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javafx.css.PseudoClass;
import javafx.scene.AccessibleRole;
import javafx.scene.control.Tooltip;
import javafx.scene.layout.Pane;
import javafx.scene.layout.Region;
import javafx.util.Duration;
import org.foretoken.model.DecoderConfig;
import org.foretoken.model.LayerShape;
import org.foretoken.ui.fx.Numbers;

/** A model's layers as columns from first to last: a column's height is the layer's parameters, its lower part attention, its upper part feed-forward. Layers that an auxiliary would keep stand out. */
final class LayerBars extends Pane {
    private static final PseudoClass KEPT = PseudoClass.getPseudoClass("kept");
    private static final double HEIGHT = 72;

    private final List<Region> columns = new ArrayList<>();
    private final List<Double> attentionShare = new ArrayList<>();
    private final List<Double> heightShare = new ArrayList<>();
    private final List<String> words = new ArrayList<>();
    private final Tooltip tooltip = new Tooltip();

    LayerBars() {
        getStyleClass().add("layer-bars");
        setAccessibleRole(AccessibleRole.IMAGE_VIEW);
        setMinHeight(HEIGHT);
        setPrefHeight(HEIGHT);
        setMaxHeight(HEIGHT);
        setPickOnBounds(true);
        // One tooltip for all columns: each is a window of its own, and dear.
        tooltip.setShowDelay(Duration.millis(200));
        setOnMouseMoved(e -> point((int) (e.getX() / pitch())));
    }

    /** Draws that model. */
    void show(DecoderConfig config) {
        columns.clear();
        attentionShare.clear();
        heightShare.clear();
        words.clear();
        getChildren().clear();
        int layers = config.layers().size();
        long most = 1;
        for (int i = 0; i < layers; i++) {
            most = Math.max(most, config.parameters(i));
        }
        long total = ModelFacts.layerParameters(config);
        for (int i = 0; i < layers; i++) {
            LayerShape shape = config.layers().get(i);
            long all = config.parameters(i);
            Region attention = bar("attention-part");
            Region feedForward = bar("feed-forward-part");
            columns.add(attention);
            columns.add(feedForward);
            attentionShare.add(1 - 3.0 * config.width() * shape.ffnDim() / all);
            heightShare.add((double) all / most);
            words.add("Layer " + i + ": " + Numbers.large(all) + " parameters, "
                    + Numbers.percent((double) all / total) + " of all layers\n" + shape.heads() + " query heads, "
                    + shape.kvHeads() + " key/value heads of width " + shape.headDim() + ", feed-forward width "
                    + Numbers.count(shape.ffnDim()));
        }
        getChildren().addAll(columns);
        setAccessibleText(Numbers.count(layers, "layer") + " with " + Numbers.large(config.parameters(0)) + " to "
                + Numbers.large(most) + " parameters each");
        requestLayout();
    }

    /** Lets those layers stand out. */
    void keep(List<Integer> layers) {
        Set<Integer> kept = new HashSet<>(layers);
        for (int i = 0; i < columns.size(); i++) {
            columns.get(i).pseudoClassStateChanged(KEPT, kept.contains(i / 2));
        }
    }

    @Override
    protected void layoutChildren() {
        int layers = heightShare.size();
        double pitch = pitch();
        double gap = pitch >= 6 ? 2 : 0.5;
        for (int i = 0; i < layers; i++) {
            double height = HEIGHT * heightShare.get(i);
            double attention = height * attentionShare.get(i);
            double x = i * pitch;
            columns.get(2 * i).resizeRelocate(x, HEIGHT - attention, pitch - gap, attention);
            columns.get(2 * i + 1).resizeRelocate(x, HEIGHT - height, pitch - gap, height - attention - 1);
        }
    }

    private double pitch() {
        return Math.min(24, getWidth() / Math.max(1, heightShare.size()));
    }

    private void point(int layer) {
        if (layer < words.size()) {
            tooltip.setText(words.get(layer));
            Tooltip.install(this, tooltip);
        } else {
            Tooltip.uninstall(this, tooltip);
        }
    }

    private static Region bar(String part) {
        Region region = new Region();
        region.getStyleClass().addAll("layer-bar", part);
        return region;
    }
}
