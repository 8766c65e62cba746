package org.foretoken.ui.fx;

import java.util.List;
import javafx.geometry.VPos;
import javafx.scene.control.Label;
import javafx.scene.layout.ColumnConstraints;
import javafx.scene.layout.GridPane;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;

/** Facts, a name and a value a row. */
public final class FactGrid extends GridPane {
    /** One row. */
    public record Fact(String name, String value) {}

    public FactGrid() {
        getStyleClass().add("fact-grid");
        ColumnConstraints names = new ColumnConstraints(Region.USE_PREF_SIZE, 128, Region.USE_PREF_SIZE);
        ColumnConstraints values = new ColumnConstraints();
        values.setHgrow(Priority.ALWAYS);
        values.setMinWidth(0);
        getColumnConstraints().setAll(names, values);
    }

    /** Shows these facts in place of the former ones. */
    public void show(List<Fact> facts) {
        getChildren().clear();
        for (int row = 0; row < facts.size(); row++) {
            Label name = new Label(facts.get(row).name());
            name.getStyleClass().add("fact-name");
            name.setMinWidth(Region.USE_PREF_SIZE);
            Label value = new Label(facts.get(row).value());
            value.getStyleClass().add("fact-value");
            value.setWrapText(true);
            name.setLabelFor(value);
            GridPane.setValignment(name, VPos.TOP);
            addRow(row, name, value);
        }
    }
}
