package org.foretoken.ui.runs;

import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import javafx.beans.binding.Bindings;
import javafx.beans.binding.DoubleBinding;
import javafx.beans.property.ReadOnlyStringWrapper;
import javafx.collections.ListChangeListener;
import javafx.scene.control.Label;
import javafx.scene.control.SelectionMode;
import javafx.scene.control.TableColumn;
import javafx.scene.control.TableView;
import javafx.scene.input.KeyCode;

/** The records, a row each, newest first unless a column's heading was clicked. */
final class RunTable extends TableView<RunRow> {
    private static final double SCROLL_BAR = 18;
    private static final double LEAST = 160;

    private final RunsViewModel model;
    private boolean filling;

    RunTable(RunsViewModel model) {
        this.model = model;
        setId("runs");
        getStyleClass().addAll("run-table", "dense");
        setAccessibleText("Run records; choose several with Shift or Ctrl to compare them");
        getSelectionModel().setSelectionMode(SelectionMode.MULTIPLE);
        TableColumn<RunRow, String> figures = column("Figures", RunRow::headline, 240);
        List<TableColumn<RunRow, String>> columns = List.of(
                column("Ended", RunRow::ended, 124),
                column("Of", RunRow::kind, 70),
                column("Setup or model", RunRow::measured, 130),
                column("Arm", RunRow::arm, 140),
                column("Task or prompt", RunRow::what, 150),
                figures,
                column("Machine", RunRow::machine, 110));
        getColumns().setAll(columns);
        leaveTheRest(this, figures);
        Label none = new Label("No record passes the filter.");
        none.getStyleClass().add("hint");
        setPlaceholder(none);
        setOnKeyPressed(event -> {
            if (event.getCode() == KeyCode.ENTER) {
                event.consume();
                model.openExamples();
            } else if (event.getCode() == KeyCode.DELETE || event.getCode() == KeyCode.BACK_SPACE) { // a Mac's delete
                event.consume();
                model.chosen().askDelete();
            }
        });
        model.shownProperty().subscribe(this::fill);
        model.selectedProperty().subscribe(this::choose);
        getSelectionModel().getSelectedItems().addListener((ListChangeListener<RunRow>) change -> chosen());
    }

    /**
     * Lets a column have what the others leave, if that is enough. A constrained policy shares equally what it once had to cut, as it does before the
     * panel is shown.
     */
    static <T> void leaveTheRest(TableView<T> table, TableColumn<T, ?> to) {
        DoubleBinding others = Bindings.createDoubleBinding(() -> 0.0);
        for (TableColumn<T, ?> each : table.getColumns()) {
            others = each.equals(to)
                    ? others
                    : others.add(Bindings.when(each.visibleProperty())
                            .then(each.widthProperty())
                            .otherwise(0.0));
        }
        to.prefWidthProperty()
                .bind(Bindings.max(LEAST, table.widthProperty().subtract(others).subtract(SCROLL_BAR)));
    }

    private static TableColumn<RunRow, String> column(String title, Function<RunRow, String> words, double width) {
        TableColumn<RunRow, String> column = new TableColumn<>(title);
        column.setCellValueFactory(cell -> new ReadOnlyStringWrapper(words.apply(cell.getValue())));
        column.setPrefWidth(width);
        column.setMinWidth(48);
        column.setComparator(NATURAL);
        return column;
    }

    /** By the numbers that words begin with or hold, then by the words: 64 tokens come before 512 tokens. */
    static final Comparator<String> NATURAL = Comparator.comparing(RunTable::withoutNumbers)
            .thenComparingDouble(RunTable::firstNumber)
            .thenComparing(Comparator.naturalOrder());

    private static String withoutNumbers(String words) {
        return words.replaceAll("[0-9][0-9.,]*", "");
    }

    private static double firstNumber(String words) {
        String digits = words.replaceAll(",", "").replaceAll("^[^0-9]*([0-9]+(\\.[0-9]+)?)?.*$", "$1");
        return digits.isEmpty() ? 0 : Double.parseDouble(digits);
    }

    private void fill(List<RunRow> rows) {
        filling = true;
        getItems().setAll(rows);
        sort();
        filling = false;
        choose(model.selectedProperty().get());
    }

    private void choose(List<RunRow> rows) {
        List<RunRow> now = getSelectionModel().getSelectedItems();
        if (filling || (now.size() == rows.size() && now.containsAll(rows))) {
            return;
        }
        filling = true;
        getSelectionModel().clearSelection();
        rows.forEach(getSelectionModel()::select);
        filling = false;
        if (!rows.isEmpty()) {
            scrollTo(rows.get(0));
        }
    }

    private void chosen() {
        if (!filling) {
            model.select(List.copyOf(getSelectionModel().getSelectedItems()));
        }
    }
}
