package org.foretoken.ui.layermap;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.RadioButton;
import javafx.scene.control.Spinner;
import javafx.scene.control.SpinnerValueFactory.IntegerSpinnerValueFactory;
import javafx.scene.control.ToggleGroup;
import javafx.scene.layout.HBox;
import javafx.scene.layout.VBox;
import org.foretoken.ui.fx.Numbers;
import org.foretoken.ui.fx.Spinners;

/** The map of least error: in order or free, of all auxiliary layers or the first few. */
final class AutoForm extends VBox {
    private final LayerMapViewModel model;
    private final RadioButton monotone = new RadioButton("In _order: links never cross");
    private final RadioButton free = new RadioButton("_Free: each base layer takes its cheapest link");
    private final Spinner<Integer> depth = Spinners.whole(1, 1, 1);
    private final DepthCurve curve =
            new DepthCurve(layers -> depth.getValueFactory().setValue(layers));
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
            model.stateProperty()
                    .get()
                    .flatMap(state -> map(state, depth.getValue()))
                    .ifPresent(links -> {
                        model.apply(links);
                        onDone.run();
                    });
        });
        getChildren().addAll(heading, monotone, free, row, why, curve, outcome, apply);
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
        refresh();
    }

    private Optional<List<Integer>> map(MapState state, int most) {
        return state.sheet().auto(state.draft().source(), monotone.isSelected(), most);
    }

    private void refresh() {
        Optional<MapState> state = model.stateProperty().get();
        boolean priced = state.isPresent() && map(state.get(), 1).isPresent();
        apply.setDisable(!priced);
        curve.setVisible(priced);
        curve.setManaged(priced);
        if (!priced) {
            outcome.setText("Calibrate first: the search needs the price of every link.");
            return;
        }
        List<DepthCurve.Point> points = new ArrayList<>();
        for (int most = 1; most <= layers; most++) {
            MapTotals totals = totals(state.get(), most);
            if (!Double.isNaN(totals.error())) {
                points.add(new DepthCurve.Point(most, totals.cost().flopsGain(), totals.error()));
            }
        }
        curve.show(points, depth.getValue());
        MapTotals totals = totals(state.get(), depth.getValue());
        outcome.setText("K error " + Numbers.significant(totals.keys()) + ", V error "
                + Numbers.significant(totals.values()) + ", executed-FLOPs gain "
                + Numbers.ratio(totals.cost().flopsGain()));
    }

    private MapTotals totals(MapState state, int most) {
        return MapTotals.of(
                state.sheet(), state.draft().withLinks(map(state, most).orElseThrow()));
    }
}
