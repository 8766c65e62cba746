package org.foretoken.ui.layermap;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.RadioButton;
import javafx.scene.control.Spinner;
import javafx.scene.control.SpinnerValueFactory.IntegerSpinnerValueFactory;
import javafx.scene.control.ToggleGroup;
import javafx.scene.layout.HBox;
import javafx.scene.layout.VBox;
import org.foretoken.kvp.Source;
import org.foretoken.ui.fx.Numbers;
import org.foretoken.ui.fx.Spinners;
import org.foretoken.ui.fx.Visibility;
import org.foretoken.workbench.LayerMapSheet;

/** The map of least error: by one source or another, in order or free, of all auxiliary layers or the first few. */
final class AutoForm extends VBox {
    private final LayerMapViewModel model;
    private final RadioButton monotone = new RadioButton("In _order: links never cross");
    private final RadioButton free = new RadioButton("_Free: each base layer takes its cheapest link");
    private final Spinner<Integer> depth = Spinners.whole(1, 1, 1);
    private final Map<Source, RadioButton> sources = new EnumMap<>(Source.class);
    private final DepthCurve curve = new DepthCurve(this::take);
    private final Label outcome = new Label();
    private final Button apply = new Button("_Use this map");
    private int layers;

    /** @param onDone called when a map was taken */
    AutoForm(LayerMapViewModel model, Runnable onDone) {
        this.model = model;
        getStyleClass().add("popover-form");
        ToggleGroup kind = new ToggleGroup();
        monotone.setToggleGroup(kind);
        free.setToggleGroup(kind);
        monotone.setMnemonicParsing(true);
        free.setMnemonicParsing(true);
        monotone.setId("auto-monotone");
        free.setId("auto-free");
        monotone.setSelected(true);
        Label heading = new Label("The map of least total error");
        heading.getStyleClass().add("form-heading");
        ToggleGroup reads = new ToggleGroup();
        HBox sourceRow = new HBox(16);
        for (Source source : List.of(Source.HIDDEN, Source.JOINT, Source.KV)) {
            RadioButton button = new RadioButton(source.label());
            button.setId("auto-" + source.label());
            button.setToggleGroup(reads);
            button.setGraphic(DepthCurve.sample(source));
            sources.put(source, button);
            sourceRow.getChildren().add(button);
        }
        Label most = new Label("Auxiliary _layers at most");
        most.setMnemonicParsing(true);
        most.setLabelFor(depth);
        depth.setId("auto-depth");
        depth.setPrefWidth(88);
        Label why = new Label("Fewer are faster, as the auxiliary stops at the highest layer in use, and less true.");
        why.getStyleClass().add("hint");
        why.setWrapText(true);
        outcome.setId("auto-outcome");
        outcome.setWrapText(true);
        outcome.setMinHeight(USE_PREF_SIZE);
        HBox row = new HBox(8, most, depth);
        row.setAlignment(javafx.geometry.Pos.CENTER_LEFT);
        apply.setId("auto-apply");
        apply.getStyleClass().add("accent");
        apply.setDefaultButton(true);
        apply.setOnAction(e -> {
            depth.commitValue();
            model.stateProperty().get().flatMap(this::map).ifPresent(links -> {
                model.apply(links, source());
                onDone.run();
            });
        });
        getChildren().addAll(heading, sourceRow, monotone, free, row, why, curve, outcome, apply);
        reads.selectedToggleProperty().addListener((o, old, now) -> refresh());
        kind.selectedToggleProperty().addListener((o, old, now) -> refresh());
        depth.valueProperty().addListener((o, old, now) -> refresh());
    }

    /** Starts from the setup as it is now: all its auxiliary layers are allowed at first. */
    void show(MapState state) {
        if (layers != state.sheet().auxiliaryLayers()) {
            layers = state.sheet().auxiliaryLayers();
            ((IntegerSpinnerValueFactory) depth.getValueFactory()).setMax(layers);
            depth.getValueFactory().setValue(layers);
        }
        sources.forEach((source, button) -> {
            button.setDisable(state.sheet().prices(source).isEmpty());
            button.setSelected(source == state.draft().source());
        });
        refresh();
    }

    private Source source() {
        return sources.entrySet().stream()
                .filter(each -> each.getValue().isSelected())
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse(Source.HIDDEN);
    }

    /** Takes a point of the curve. */
    private void take(LayerMapSheet.Point point) {
        depth.getValueFactory().setValue(point.depth());
        sources.forEach((source, button) -> button.setSelected(source == point.source()));
    }

    private Optional<List<Integer>> map(MapState state) {
        return state.sheet().auto(source(), monotone.isSelected(), depth.getValue());
    }

    private void refresh() {
        MapState state = model.stateProperty().get().orElse(null);
        List<Integer> links = state == null ? null : map(state).orElse(null);
        apply.setDisable(links == null);
        Visibility.show(curve, links != null);
        if (state == null || links == null) {
            outcome.setText("Calibrate first: the search needs the price of every link.");
            return;
        }
        MapTotals totals = MapTotals.of(
                state.sheet(), new MapDraft(links, source(), state.draft().tail()));
        curve.show(
                state.sheet().curve(monotone.isSelected(), state.draft().tail()),
                source(),
                totals.cost().auxiliaryLayers());
        outcome.setText("K error " + Numbers.significant(totals.keys()) + ", V error "
                + Numbers.significant(totals.values()) + ", executed-FLOPs gain "
                + Numbers.ratio(totals.cost().flopsGain()));
    }
}
