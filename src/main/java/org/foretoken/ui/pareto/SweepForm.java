package org.foretoken.ui.pareto;

import java.nio.file.Path;
import java.util.Optional;
import javafx.geometry.Pos;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.CheckBox;
import javafx.scene.control.ComboBox;
import javafx.scene.control.Label;
import javafx.scene.control.TitledPane;
import javafx.scene.control.Tooltip;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.VBox;
import org.foretoken.eval.Metric;
import org.foretoken.eval.Task;
import org.foretoken.ui.fx.Choices;
import org.foretoken.ui.fx.FormFields;
import org.foretoken.ui.fx.FormGrid;
import org.foretoken.ui.fx.ShippedTasks;
import org.foretoken.ui.shell.Choosers;
import org.kordamp.ikonli.feather.Feather;
import org.kordamp.ikonli.javafx.FontIcon;

/** What to measure: which setups, on which task, at which lengths. */
final class SweepForm extends VBox {
    private final SweepDraft draft;
    private final ParetoViewModel model;
    private final Choosers choosers;
    private final FormFields fields = new FormFields();

    SweepForm(ParetoViewModel model, Choosers choosers) {
        this.model = model;
        this.choosers = choosers;
        draft = model.draft();
        getStyleClass().add("form-body");
        Button quick = new Button("_Quick", new FontIcon(Feather.ZAP));
        quick.setId("pareto-quick");
        quick.setMinWidth(USE_PREF_SIZE);
        quick.setTooltip(new Tooltip("The sample models, a part of their quiz, one prompt length: about a minute"));
        quick.setOnAction(e -> model.sampleModels());
        Label setups = FormFields.heading("Setups");
        setups.setMaxWidth(Double.MAX_VALUE);
        HBox.setHgrow(setups, Priority.ALWAYS);
        HBox top = new HBox(8, setups, quick);
        top.setAlignment(Pos.BOTTOM_LEFT);
        getChildren().addAll(top, new SetupChoice(model));
        FormGrid arms = new FormGrid();
        arms.row(
                "_Tails",
                FormFields.text("pareto-tails", draft.tails, "each setup's own"),
                "Prompt tokens that the base reads itself, such as 1, 32: each an arm");
        arms.row(
                "_Baselines",
                FormFields.text("pareto-arms", draft.further, "random:0.5, hybrid:4"),
                "random:0.5, static:0.5 and lazy:0.75-0.25 keep so much of the prompt; hybrid:4 computes 4 layers"
                        + " exactly and predicts the rest");
        getChildren().addAll(arms, FormFields.check("Each auxiliary _alone", "pareto-auxiliaries", draft.auxiliaries));
        getChildren().addAll(FormFields.heading("Task"), task(), data());
        FormGrid asked = new FormGrid();
        asked.row("S_core", metric(), "What points are scored by");
        asked.row("Quest_ions", fields.whole(0, 1_000_000, 50, "pareto-limit", draft.limit), "At most; 0 asks all");
        getChildren().add(asked);
        FormGrid timed = new FormGrid();
        timed.row(
                "Prompt _lengths",
                FormFields.text("pareto-lengths", draft.lengths, "128, 512"),
                "Tokens of the prompts whose time to first token is measured");
        getChildren().addAll(FormFields.heading("Time to first token"), timed, more());
    }

    /** Takes what was typed into a field that still has the focus. */
    void commit() {
        fields.commit();
    }

    private Node task() {
        ComboBox<Task> tasks = Choices.of("pareto-task", ShippedTasks.all(), Task::name, draft.task);
        tasks.setAccessibleText("Task");
        tasks.setMaxWidth(Double.MAX_VALUE);
        HBox.setHgrow(tasks, Priority.ALWAYS);
        Button own = FormFields.icon(Feather.FOLDER, "Choose a task's JSON file");
        own.setOnAction(e -> choosers.textFiles().stream().findFirst().ifPresent(model::readTask));
        return new HBox(8, tasks, own);
    }

    private Node data() {
        Label data = new Label();
        data.setId("pareto-data");
        data.setMaxWidth(Double.MAX_VALUE);
        HBox.setHgrow(data, Priority.ALWAYS);
        draft.data.subscribe(file -> {
            data.setText(file.map(Path::getFileName).map(Path::toString).orElse("No data file chosen yet"));
            data.setTooltip(file.map(path -> new Tooltip(path.toString())).orElse(null));
        });
        Button choose = FormFields.icon(Feather.FILE_TEXT, "Choose the task's data file");
        choose.setId("choose-data");
        choose.setOnAction(
                e -> choosers.textFiles().stream().findFirst().ifPresent(file -> draft.data.set(Optional.of(file))));
        HBox row = new HBox(8, data, choose);
        row.setAlignment(Pos.CENTER_LEFT);
        return row;
    }

    private ComboBox<Metric> metric() {
        ComboBox<Metric> metric = Choices.of(
                "pareto-metric", draft.task.get().metrics(), each -> Metric.words(each.shown()), draft.metric);
        draft.task.addListener((o, old, now) -> Choices.refill(metric, now.metrics(), draft.metric.get()));
        metric.setMaxWidth(176);
        return metric;
    }

    private TitledPane more() {
        FormGrid grid = new FormGrid();
        grid.row("Sol_ved examples", fields.whole(0, 64, 1, "pareto-shots", draft.shots), "In each prompt");
        grid.row(
                "_Repetitions",
                fields.whole(5, 10_000, 5, "pareto-repetitions", draft.repetitions),
                "Timed runs of an arm at a length, at most");
        grid.row(
                "Seco_nds",
                fields.fraction(0.1, 86_400, 10, "pareto-seconds", draft.seconds),
                "Of timed runs at a length, at most");
        CheckBox fresh = FormFields.check("Measure all again", "pareto-fresh", draft.fresh);
        fresh.setTooltip(new Tooltip("Whatever is recorded"));
        TitledPane more = new TitledPane("More", new VBox(8, grid, fresh));
        more.setId("pareto-more");
        more.setExpanded(false);
        more.setAnimated(false);
        more.getStyleClass().add("more");
        return more;
    }
}
