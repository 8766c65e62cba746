package org.foretoken.ui.runs;

import java.util.List;
import java.util.Optional;
import javafx.geometry.Orientation;
import javafx.scene.control.Label;
import javafx.scene.control.SplitPane;
import javafx.scene.layout.Priority;
import javafx.scene.layout.StackPane;
import javafx.scene.layout.VBox;
import org.foretoken.ui.fx.EmptyState;
import org.foretoken.ui.fx.Visibility;
import org.foretoken.ui.shell.Choosers;
import org.kordamp.ikonli.feather.Feather;

/** The Runs panel: every record, the chosen ones below; or the questions of one. */
public final class RunsPanel extends StackPane {
    private static final String CHOOSE = "Choose a _model";

    private final RunsViewModel model;
    private final VBox list;
    private final ExamplesView examples;
    private final EmptyState none;
    private final Label faults = new Label();
    private final RunTable table;

    /**
     * The panel.
     *
     * @param openModels shows the panel where setups are made
     * @param openTasks shows the panel where tasks are asked
     */
    public RunsPanel(RunsViewModel model, Choosers choosers, Runnable openModels, Runnable openTasks) {
        this.model = model;
        setId("runs-panel");
        getStyleClass().add("runs-panel");
        getStylesheets().add(RunsPanel.class.getResource("runs.css").toExternalForm());
        table = new RunTable(model);
        table.setMinHeight(96);
        RunDetails details = new RunDetails(model, choosers);
        details.setMinHeight(160);
        SplitPane split = new SplitPane(table, details);
        split.setOrientation(Orientation.VERTICAL);
        split.setDividerPositions(0.5);
        VBox.setVgrow(split, Priority.ALWAYS);
        faults.setId("run-faults");
        faults.getStyleClass().addAll("problem-text", "run-faults");
        faults.setWrapText(true);
        faults.setMinHeight(USE_PREF_SIZE);
        list = new VBox(new RunsToolbar(model), faults, split);
        examples = new ExamplesView(model.examples(), true);
        none = new EmptyState(
                Feather.ARCHIVE,
                "What is measured and trained is kept here, to be compared and opened again: the panels Tasks, Pareto,"
                        + " Break-even and Train leave records, and so does the command line.",
                CHOOSE,
                () -> (model.hasModel() ? openTasks : openModels).run());
        examples.setVisible(false);
        getChildren().addAll(list, examples, none);
        model.rowsProperty().subscribe(rows -> refresh());
        model.current().baseProperty().subscribe(base -> refresh());
        model.current().setupProperty().subscribe(setup -> refresh());
        model.faultsProperty().subscribe(this::tell);
        model.examples().openedProperty().subscribe(opened -> refresh());
    }

    private void tell(List<String> sentences) {
        faults.setText(String.join("\n", sentences));
        Visibility.show(faults, !sentences.isEmpty());
        refresh();
    }

    private void refresh() {
        Optional<List<RunRow>> rows = model.rowsProperty().get();
        boolean empty = rows.filter(List::isEmpty).isPresent()
                && model.faultsProperty().get().isEmpty();
        boolean questions = model.examples().openedProperty().get().isPresent();
        none.setVisible(empty);
        none.action().setText(model.hasModel() ? "Ask a tas_k" : CHOOSE);
        boolean opened = !empty && questions && !examples.isVisible();
        examples.setVisible(!empty && questions);
        if (opened) {
            examples.focusTable();
        }
        boolean back = !list.isVisible() && !empty && !questions;
        list.setVisible(!empty && !questions);
        if (back) {
            table.requestFocus();
        }
    }
}
