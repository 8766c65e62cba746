package org.foretoken.ui.pareto;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import javafx.scene.control.CheckBox;
import javafx.scene.control.Tooltip;
import javafx.scene.layout.FlowPane;
import org.foretoken.runs.ParetoFigure;
import org.foretoken.runs.SeriesLook;

/** The legend on the screen: each series with its marker, to be shown or hidden. */
final class SeriesBar extends FlowPane {
    private final ParetoViewModel model;
    private List<SeriesLook> looks = List.of();

    SeriesBar(ParetoViewModel model) {
        super(16, 4);
        this.model = model;
        setId("series");
        getStyleClass().add("series-bar");
        setMinHeight(USE_PREF_SIZE);
        setMinWidth(0);
    }

    void show(Optional<ParetoFigure> figure) {
        List<SeriesLook> now = figure.map(shown ->
                        List.copyOf(SeriesLook.of(shown.pareto().points()).values()))
                .orElse(List.of());
        if (!now.equals(looks)) {
            looks = now;
            getChildren().setAll(now.stream().map(this::entry).toList());
        }
        Set<String> hidden = model.look().hidden.get();
        for (int i = 0; i < looks.size(); i++) {
            ((CheckBox) getChildren().get(i))
                    .setSelected(!hidden.contains(looks.get(i).name()));
        }
    }

    private CheckBox entry(SeriesLook look) {
        CheckBox box = new CheckBox(look.name());
        box.setMnemonicParsing(false); // of a setup's name
        box.setGraphic(new SeriesMark(look));
        box.maxWidthProperty().bind(widthProperty());
        box.setAccessibleText("Show " + look.name());
        box.setTooltip(new Tooltip("Show or hide " + look.name()));
        box.setOnAction(e -> model.show(look.name(), box.isSelected()));
        return box;
    }
}
