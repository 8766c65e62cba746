package org.foretoken.ui.fx;

import javafx.geometry.HPos;
import javafx.scene.control.Control;
import javafx.scene.control.Label;
import javafx.scene.control.Tooltip;
import javafx.scene.layout.ColumnConstraints;
import javafx.scene.layout.GridPane;
import javafx.scene.layout.Priority;

/** Fields of a form, a name and a field a row. */
public final class FormGrid extends GridPane {
    private static final double FIELD = 112;

    public FormGrid() {
        super(16, 8);
        ColumnConstraints names = new ColumnConstraints();
        names.setHgrow(Priority.ALWAYS);
        ColumnConstraints fields = new ColumnConstraints();
        fields.setHalignment(HPos.RIGHT);
        getColumnConstraints().setAll(names, fields);
    }

    /**
     * Adds a row.
     *
     * @param name with the mnemonic that leads to the field
     * @param why what the field does, for its tooltip
     */
    public void row(String name, Control field, String why) {
        Label label = new Label(name);
        label.setMnemonicParsing(true);
        label.setLabelFor(field);
        label.setTooltip(new Tooltip(why));
        label.setMinWidth(USE_PREF_SIZE);
        field.setTooltip(new Tooltip(why));
        field.setMinWidth(FIELD);
        addRow(getRowCount(), label, field);
    }
}
