package org.foretoken.ui.tasks;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import javafx.geometry.HPos;
import javafx.scene.control.Label;
import javafx.scene.control.RadioButton;
import javafx.scene.control.ToggleGroup;
import javafx.scene.layout.GridPane;
import org.foretoken.eval.Metric;
import org.foretoken.eval.Task;
import org.foretoken.generate.Arm;
import org.foretoken.ui.fx.ArmMark;
import org.foretoken.ui.fx.Numbers;

/** Scores so far, a row an arm; the row that is chosen says whose answers are looked at. */
final class ScoresGrid extends GridPane {
    private final TasksViewModel model;
    private List<Arm> arms = List.of();
    private List<Column> columns = List.of();
    private final List<RadioButton> choices = new ArrayList<>();
    private final List<List<Label>> cells = new ArrayList<>();

    /** A column: its heading, and what it says of an arm. */
    private record Column(String name, Function<ArmAnswers, String> words) {}

    ScoresGrid(TasksViewModel model) {
        this.model = model;
        setId("task-scores");
        getStyleClass().add("task-scores");
    }

    void show(Evaluation evaluation) {
        List<Arm> now = evaluation.arms().stream().map(ArmAnswers::arm).toList();
        columns = columns(evaluation);
        if (!now.equals(arms) || getColumnCount() != columns.size() + 1) {
            arms = now;
            build();
        }
        for (int i = 0; i < arms.size(); i++) {
            ArmAnswers arm = evaluation.arms().get(i);
            for (int c = 0; c < columns.size(); c++) {
                Label cell = cells.get(i).get(c);
                String words = columns.get(c).words().apply(arm);
                cell.setText(words);
                cell.setAccessibleText(arm.arm().label() + ", " + columns.get(c).name() + ": " + words);
            }
            choices.get(i).setSelected(model.shownArmProperty().get().equals(Optional.of(arm.arm())));
        }
    }

    private static List<Column> columns(Evaluation evaluation) {
        Task task = evaluation.request().task();
        List<Column> columns = new ArrayList<>();
        columns.add(new Column(
                task.kind() == Metric.Kind.TEXT ? "windows" : "answered",
                arm -> Numbers.count(arm.answers().size()) + " of " + Numbers.count(arm.questions())));
        for (Metric metric : task.metrics()) {
            columns.add(new Column(TaskWords.name(metric), arm -> TaskWords.score(arm, metric)));
        }
        Metric own = task.metrics().get(0);
        if (own.higherIsBetter() && evaluation.base().isPresent()) {
            columns.add(new Column(
                    "share of the base's",
                    arm -> evaluation
                            .base()
                            .filter(base -> !arm.arm().equals(Arm.BASE))
                            .map(base -> TaskWords.ratio(arm, base, own))
                            .orElse(Numbers.DASH)));
        }
        return columns;
    }

    private void build() {
        getChildren().clear();
        choices.clear();
        cells.clear();
        ToggleGroup group = new ToggleGroup();
        add(heading("Answers of"), 0, 0);
        for (int c = 0; c < columns.size(); c++) {
            Label name = heading(columns.get(c).name());
            setHalignment(name, HPos.RIGHT);
            add(name, c + 1, 0);
        }
        for (int i = 0; i < arms.size(); i++) {
            Arm arm = arms.get(i);
            RadioButton choice = new RadioButton(ArmMark.title(arm));
            choice.setId("task-shown-" + arm.key());
            choice.setGraphic(ArmMark.marker(arm));
            choice.setToggleGroup(group);
            choice.setMinWidth(USE_PREF_SIZE);
            choice.selectedProperty().addListener((o, was, is) -> {
                if (is && !model.shownArmProperty().get().equals(Optional.of(arm))) {
                    model.look(arm);
                }
            });
            choices.add(choice);
            add(choice, 0, i + 1);
            List<Label> row = new ArrayList<>();
            for (int c = 0; c < columns.size(); c++) {
                Label cell = new Label();
                cell.setMinWidth(USE_PREF_SIZE);
                setHalignment(cell, HPos.RIGHT);
                row.add(cell);
                add(cell, c + 1, i + 1);
            }
            cells.add(row);
        }
    }

    private static Label heading(String words) {
        Label label = new Label(words);
        label.getStyleClass().add("hint");
        label.setMinWidth(USE_PREF_SIZE);
        return label;
    }
}
