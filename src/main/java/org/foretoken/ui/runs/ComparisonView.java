package org.foretoken.ui.runs;

import java.util.List;
import javafx.geometry.VPos;
import javafx.scene.control.Label;
import javafx.scene.layout.GridPane;
import org.foretoken.runs.RunRecord;
import org.foretoken.workbench.RunComparison;

/** Records side by side: figures first, then what isn't the same, a column each. */
final class ComparisonView extends GridPane {
    private static final double COLUMN = 220;

    ComparisonView() {
        setId("comparison");
        getStyleClass().add("comparison");
    }

    void show(RunComparison comparison) {
        getChildren().clear();
        List<RunRecord> records = comparison.records();
        for (int i = 0; i < records.size(); i++) {
            RunRecord record = records.get(i);
            add(label(RunRow.WORDS.measured(record) + ", " + RunRow.WORDS.arm(record), "comparison-head"), i + 1, 0);
            add(label(RunRow.WORDS.what(record) + ", " + RunRow.WORDS.ended(record), "hint"), i + 1, 1);
        }
        int row = section("Figures, 95% intervals", comparison.figures(), 2);
        row = section("What differs", comparison.differences(), row);
        for (String note : comparison.notes()) {
            Label words = label(note, "hint");
            words.setMaxWidth(COLUMN * 2);
            add(words, 0, row++, records.size() + 1, 1);
        }
    }

    private int section(String title, List<RunComparison.Row> rows, int from) {
        if (rows.isEmpty()) {
            return from;
        }
        int row = from;
        add(label(title, "section-heading"), 0, row++, REMAINING, 1);
        for (RunComparison.Row each : rows) {
            Label name = label(each.name(), "fact-name");
            add(name, 0, row);
            for (int i = 0; i < each.values().size(); i++) {
                Label value = label(each.values().get(i), "fact-value");
                value.setAccessibleText(each.name() + ": " + each.values().get(i));
                add(value, i + 1, row);
            }
            row++;
        }
        return row;
    }

    private static Label label(String words, String style) {
        Label label = new Label(words);
        label.getStyleClass().add(style);
        label.setWrapText(true);
        label.setMaxWidth(COLUMN);
        label.setMinHeight(USE_PREF_SIZE);
        setValignment(label, VPos.TOP);
        return label;
    }
}
