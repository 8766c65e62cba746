package org.foretoken.ui.tasks;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import javafx.beans.property.BooleanProperty;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.CheckBox;
import javafx.scene.control.ComboBox;
import javafx.scene.control.Label;
import javafx.scene.control.Spinner;
import javafx.scene.control.TextField;
import javafx.scene.control.Tooltip;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.VBox;
import org.foretoken.eval.Metric;
import org.foretoken.eval.Task;
import org.foretoken.generate.Arm;
import org.foretoken.ui.fx.ArmMark;
import org.foretoken.ui.fx.Choices;
import org.foretoken.ui.fx.FormFields;
import org.foretoken.ui.fx.FormGrid;
import org.foretoken.ui.fx.Visibility;
import org.foretoken.ui.shell.Choosers;
import org.foretoken.ui.shell.CurrentSetup;
import org.foretoken.workbench.SetupSummary;
import org.kordamp.ikonli.feather.Feather;
import org.kordamp.ikonli.javafx.FontIcon;

/** What to ask: which task, on which data, of whom. */
final class TasksForm extends VBox {
    private final TasksViewModel model;
    private final TaskDraft draft;
    private final Choosers choosers;
    private final FormFields fields = new FormFields();
    private final CheckBox kv = arm(Arm.KV_PREDICTION, "KV prediction");
    private final CheckBox auxiliary = arm(Arm.AUXILIARY, "Auxiliary alone");
    private final Label missing = new Label();
    private final CheckBox runCode = new CheckBox("Run what the model writes");
    private final Label sandbox =
            new Label("In a process of its own without network or your files, for some seconds each; refused where this"
                    + " machine can't hold a program back.");
    private final TextField baselines;
    private final Spinner<Integer> shots;
    private final Spinner<Integer> tail;

    TasksForm(TasksViewModel model, Choosers choosers) {
        this.model = model;
        this.choosers = choosers;
        draft = model.draft();
        getStyleClass().add("form-body");
        missing.setId("task-missing");
        missing.setWrapText(true);
        missing.setMinHeight(USE_PREF_SIZE);
        missing.getStyleClass().add("hint");
        CheckBox base = arm(Arm.BASE, "Base");
        link(base, draft.base);
        link(kv, draft.kv);
        link(auxiliary, draft.auxiliary);
        runCode.setId("task-run-code");
        runCode.selectedProperty().bindBidirectional(draft.runCode);
        sandbox.setWrapText(true);
        sandbox.setMinHeight(USE_PREF_SIZE);
        sandbox.getStyleClass().add("hint");
        baselines = FormFields.text("task-baselines", draft.baselines, "random:0.5, hybrid:4");
        FormGrid others = new FormGrid();
        others.row(
                "Base_lines",
                baselines,
                "random:0.5, static:0.5 and lazy:0.75-0.25 keep so much of the prompt; hybrid:4 computes 4 layers"
                        + " exactly and predicts the rest");
        shots = fields.whole(0, 64, 1, "task-shots", draft.shots);
        tail = fields.whole(
                1, CurrentSetup.MOST_TAIL, 1, "task-tail", model.current().tailProperty());
        FormGrid asked = new FormGrid();
        asked.row("Sol_ved examples", shots, "In each prompt, before the question");
        asked.row(
                "Quest_ions (0: all)",
                fields.whole(0, 10_000_000, 50, "task-limit", draft.limit),
                "Asked at most, the file's first");
        asked.row("_Tail", tail, "Prompt tokens that the base reads itself, after the predicted ones");
        getChildren()
                .addAll(
                        FormFields.heading("Task"),
                        task(),
                        about(),
                        FormFields.heading("Data"),
                        data(),
                        runCode,
                        sandbox,
                        FormFields.heading("Who answers"),
                        base,
                        kv,
                        auxiliary,
                        missing,
                        others,
                        FormFields.heading("How"),
                        asked);
        draft.task.subscribe(task -> refresh());
        model.current().setupProperty().subscribe(setup -> refresh());
    }

    /** Takes what was typed into a field that still has the focus. */
    void commit() {
        fields.commit();
    }

    /** What doesn't apply can't be chosen, and says why. */
    private void refresh() {
        Optional<SetupSummary> setup = model.current().setupProperty().get();
        boolean predicts = setup.filter(SetupSummary::hasPredictor).isPresent();
        boolean words = TaskDraft.asksForWords(draft.task.get());
        kv.setDisable(!predicts);
        auxiliary.setDisable(setup.isEmpty());
        missing.setText(
                setup.isEmpty()
                        ? "KV prediction and the auxiliary need a setup."
                        : predicts ? "" : "KV prediction needs a calibrated setup.");
        Visibility.show(missing, !predicts);
        baselines.setDisable(!words);
        for (Node each : List.of(runCode, sandbox)) {
            Visibility.show(each, TaskDraft.runsCode(draft.task.get()));
        }
        tail.setDisable(!words || !predicts);
        shots.setDisable(draft.task.get().kind() == Metric.Kind.TEXT);
    }

    private Node task() {
        ComboBox<Task> tasks = Choices.of("task", List.of(), Task::name, draft.task);
        tasks.setItems(model.tasks());
        tasks.setValue(draft.task.get());
        tasks.setAccessibleText("Task");
        tasks.setMaxWidth(Double.MAX_VALUE);
        tasks.setCellFactory(list -> new TaskCell());
        HBox.setHgrow(tasks, Priority.ALWAYS);
        Button own = FormFields.icon(Feather.FOLDER, "Choose a task's own JSON file");
        own.setId("task-file");
        own.setOnAction(e -> choosers.openFile("Open a task", "Tasks", "*.json").ifPresent(model::readTask));
        return new HBox(8, tasks, own);
    }

    private Label about() {
        Label about = new Label();
        about.setId("task-about");
        about.setWrapText(true);
        about.setMinHeight(USE_PREF_SIZE);
        about.getStyleClass().add("hint");
        draft.task.subscribe(task -> {
            String line = TaskWords.about(task.name());
            about.setText((line.isEmpty() ? "" : line + ". ") + TaskWords.how(task));
        });
        return about;
    }

    private Node data() {
        Label name = new Label();
        name.setId("task-data");
        name.setMinWidth(0);
        name.setMaxWidth(Double.MAX_VALUE);
        HBox.setHgrow(name, Priority.ALWAYS);
        draft.data.subscribe(file -> {
            name.setText(file.map(Path::getFileName).map(Path::toString).orElse("None chosen yet"));
            name.setTooltip(
                    file.map(path -> new Tooltip(path + "\n" + draft.task.get().licence()))
                            .orElse(null));
        });
        Button choose = new Button("_Choose…", new FontIcon(Feather.FILE_TEXT));
        choose.setId("choose-task-data");
        choose.setMinWidth(USE_PREF_SIZE);
        choose.setTooltip(new Tooltip("The task's data: JSON, JSON lines or Parquet, or a text"));
        choose.setOnAction(e -> choosers.openFile(
                        "Open a task's data", "Data", "*.jsonl", "*.json", "*.parquet", "*.gz", "*.txt", "*.md")
                .ifPresent(file -> draft.data.set(Optional.of(file))));
        HBox row = new HBox(8, name, choose);
        row.setAlignment(javafx.geometry.Pos.CENTER_LEFT);
        return row;
    }

    private static CheckBox arm(Arm arm, String words) {
        CheckBox box = new CheckBox(words);
        box.setId("task-" + arm.key());
        box.setGraphic(ArmMark.marker(arm));
        return box;
    }

    private static void link(CheckBox box, BooleanProperty property) {
        box.selectedProperty().bindBidirectional(property);
    }
}
