package org.foretoken.ui.layermap;

import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import javafx.beans.value.ObservableValue;
import javafx.scene.control.Label;
import javafx.scene.control.Tooltip;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.VBox;
import org.foretoken.ui.fx.Numbers;
import org.foretoken.ui.fx.Visibility;
import org.foretoken.workbench.LayerMapSheet;

/** What the map breaks and costs, what its focused link costs, and what the colours mean: beside the drawing. */
final class MapFigures extends VBox {
    /** A number, how it differs from the saved map's, and what it is. */
    private static final class Figure extends VBox {
        private final Label number = new Label();
        private final Label change = new Label();

        Figure(String id, String name, String explanation) {
            Label caption = new Label(name);
            caption.getStyleClass().add("caption");
            caption.setLabelFor(number);
            number.setId(id);
            number.getStyleClass().add("map-figure");
            change.getStyleClass().add("hint");
            Tooltip.install(this, new Tooltip(explanation + ".\nBelow it: the change since it was saved."));
            getChildren().addAll(caption, number, change);
            setMaxWidth(Double.MAX_VALUE);
            HBox.setHgrow(this, Priority.ALWAYS);
        }

        void show(String text, double difference) {
            number.setText(text);
            boolean changed = Double.isFinite(difference) && Math.abs(difference) >= 0.0005;
            change.setText(
                    changed ? String.format(Locale.ROOT, "%+.3f", difference).replace('-', '−') : "");
        }
    }

    private final Figure keys = new Figure(
            "total-keys", "K error", "Mean over the base layers of the keys' relative error on held-out tokens");
    private final Figure values = new Figure(
            "total-values", "V error", "Mean over the base layers of the values' relative error on held-out tokens");
    private final Figure gain = new Figure(
            "flops-gain",
            "Executed-FLOPs gain",
            "Executed FLOPs of the base reading a prompt of " + LayerMapSheet.PROMPT_TOKENS
                    + " tokens, over those of this map reading it");
    private final Figure ttft = new Figure(
            "ttft-gain", "TTFT gain", "Time to first token of the base, over that of KV prediction by this map");
    private final Label ttftOrigin = hint("ttft-origin");
    private final Label fit = hint("fit-state");
    private final Label layers = hint("skipped-layers");
    private final Label details = hint("link-details");
    private final Label unknown = hint("no-prices");
    private final Label keyHelp = hint("key-help");
    private final PriceLegend legend = new PriceLegend();

    /** @param fitted what the weights of the draft are doing */
    MapFigures(ObservableValue<String> fitted) {
        getStyleClass().add("map-figures");
        fit.textProperty().bind(fitted);
        details.getStyleClass().setAll("label", "link-details");
        keyHelp.setText(MapKeys.HELP);
        Label about = new Label("Link");
        about.getStyleClass().add("section-heading");
        getChildren()
                .addAll(
                        new VBox(4, new HBox(8, keys, values), fit),
                        unknown,
                        new HBox(8, gain, ttft),
                        new VBox(4, layers, ttftOrigin),
                        new VBox(4, about, details),
                        legend,
                        keyHelp);
    }

    void show(MapState state, int focused, OptionalDouble measured, boolean darkGround) {
        MapTotals totals = state.totals();
        MapTotals saved = MapTotals.of(state.sheet(), state.saved());
        boolean sameSource = state.shown().source() == state.saved().source();
        keys.show(Numbers.significant(totals.keys()), sameSource ? totals.keys() - saved.keys() : Double.NaN);
        values.show(Numbers.significant(totals.values()), sameSource ? totals.values() - saved.values() : Double.NaN);
        double flops = totals.cost().flopsGain();
        gain.show(Numbers.ratio(flops), flops - saved.cost().flopsGain());
        int skipped = totals.cost().skippedLayers();
        layers.setText("Auxiliary runs " + totals.cost().auxiliaryLayers() + " of "
                + Numbers.count(state.sheet().auxiliaryLayers(), "layer")
                + (skipped == 0 ? "" : ", skips the last " + skipped));
        double relative = flops / saved.cost().flopsGain();
        boolean changed = !state.shown().equals(state.saved());
        ttft.show(
                measured.isPresent() ? Numbers.ratio(measured.getAsDouble() * (changed ? relative : 1)) : Numbers.DASH,
                Double.NaN);
        ttftOrigin.setText(
                measured.isEmpty()
                        ? "Nothing was measured yet: expect about the FLOPs gain."
                        : changed
                                ? "Predicted: the saved map's last measured " + Numbers.ratio(measured.getAsDouble())
                                        + ", by the change in FLOPs."
                                : "Last measured, with the saved map.");
        Optional<String> why = why(state, totals);
        unknown.setText(why.orElse(""));
        Visibility.show(unknown, why.isPresent());
        details.setText(LinkWords.details(state, Math.min(focused, state.sheet().baseLayers() - 1)));
        legend.show(state, darkGround);
    }

    private static Optional<String> why(MapState state, MapTotals totals) {
        if (state.prices().isEmpty()) {
            return Optional.of(
                    "Calibrate with source " + state.shown().source().label() + " to see what each link costs.");
        }
        return totals.unpriced() == 0
                ? Optional.empty()
                : Optional.of(Numbers.count(totals.unpriced(), "link") + (totals.unpriced() == 1 ? " has" : " have")
                        + " no statistics: drawn grey.");
    }

    private static Label hint(String id) {
        Label label = new Label();
        label.setId(id);
        label.getStyleClass().add("hint");
        label.setWrapText(true);
        label.setMinHeight(USE_PREF_SIZE);
        return label;
    }
}
