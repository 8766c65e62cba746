package org.foretoken.ui.runs;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import javafx.geometry.Pos;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.ScrollPane;
import javafx.scene.control.Tooltip;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.StackPane;
import javafx.scene.layout.VBox;
import org.foretoken.ui.fx.FactGrid;
import org.foretoken.ui.fx.Visibility;
import org.foretoken.ui.runs.RunsViewModel.Detail;
import org.foretoken.ui.shell.Choosers;
import org.foretoken.workbench.RunWords;
import org.kordamp.ikonli.Ikon;
import org.kordamp.ikonli.feather.Feather;
import org.kordamp.ikonli.javafx.FontIcon;

/** The chosen record at length, or the chosen ones side by side, and what can be done with them. */
final class RunDetails extends VBox {
    private static final String HINT =
            "Choose a record to see all that is known of it, or several (Shift, Ctrl) to lay them side by side.";
    private static final double TOLD = 32;

    private final RunsViewModel model;
    private final Label title = new Label();
    private final Button reload =
            button("reload", "_Open", Feather.FOLDER, "Make the setup that was measured the current one");
    private final Button questions = button(
            "questions", "_Questions…", Feather.LIST, "Every question with its prompt and answers (Enter in the list)");
    private final Button export =
            button("export-runs", "E_xport…", Feather.DOWNLOAD, "Write the chosen records as JSON lines");
    private final Button delete = button("delete-runs", "_Delete…", Feather.TRASH_2, "Take the chosen records away");
    private final Label question = new Label();
    private final HBox asking = new HBox();
    private final FactGrid facts = new FactGrid();
    private final SampleView samples = new SampleView();
    private final Label told = new Label();
    private final VBox figure;
    private final HBox one;
    private final ComparisonView comparison = new ComparisonView();
    private final ScrollPane several = new ScrollPane(comparison);
    private final Label hint = new Label(HINT);

    RunDetails(RunsViewModel model, Choosers choosers) {
        this.model = model;
        getStyleClass().add("run-detail");
        title.setId("run-title");
        title.getStyleClass().add("run-title");
        title.setMinWidth(0);
        HBox.setHgrow(title, Priority.ALWAYS);
        title.setMaxWidth(Double.MAX_VALUE);
        HBox actions = new HBox(8, title, reload, questions, export, delete);
        actions.setAlignment(Pos.CENTER_LEFT);
        reload.setOnAction(e -> model.chosen().reload());
        questions.setOnAction(e -> model.openExamples());
        export.setOnAction(e -> choosers.saveAs("runs.jsonl").ifPresent(model.chosen()::export));
        delete.setOnAction(e -> model.chosen().askDelete());
        asking();
        told.setId("samples-told");
        told.getStyleClass().add("hint");
        told.setWrapText(true);
        told.setMinHeight(TOLD);
        told.setPrefHeight(TOLD);
        told.setAlignment(Pos.TOP_LEFT);
        told.textProperty().bind(samples.toldProperty());
        VBox.setVgrow(samples, Priority.ALWAYS);
        figure = new VBox(samples, told);
        ScrollPane scroll = new ScrollPane(facts);
        scroll.setFitToWidth(true);
        scroll.setMinWidth(280);
        one = new HBox(16, scroll, figure);
        for (Node part : List.of(scroll, figure)) {
            HBox.setHgrow(part, Priority.ALWAYS);
        }
        scroll.setPrefWidth(400);
        figure.setPrefWidth(400);
        hint.getStyleClass().add("hint");
        hint.setWrapText(true);
        StackPane body = new StackPane(one, several, hint);
        body.setAlignment(Pos.TOP_LEFT);
        VBox.setVgrow(body, Priority.ALWAYS);
        getChildren().addAll(actions, asking, body);
        model.detailProperty().subscribe(this::show);
        model.chosen().askedProperty().subscribe(asked -> ask(!asked.isEmpty()));
    }

    private static Button button(String id, String words, Ikon icon, String tip) {
        Button button = new Button(words, new FontIcon(icon));
        button.setId(id);
        button.setMnemonicParsing(true);
        button.setTooltip(new Tooltip(tip));
        button.setMinWidth(USE_PREF_SIZE);
        return button;
    }

    private void asking() {
        Button yes = new Button("Delete for _good");
        yes.setId("delete-yes");
        yes.getStyleClass().add("danger");
        yes.setOnAction(e -> model.chosen().delete());
        Button no = new Button("_Keep");
        no.setId("delete-no");
        no.setCancelButton(true);
        no.setOnAction(e -> model.chosen().keep());
        question.setId("delete-question");
        question.setWrapText(true);
        HBox.setHgrow(question, Priority.ALWAYS);
        question.setMaxWidth(Double.MAX_VALUE);
        asking.getStyleClass().add("delete-question");
        asking.getChildren().setAll(question, no, yes);
        asking.setMinHeight(USE_PREF_SIZE);
        for (Region each : List.of(yes, no)) {
            each.setMinWidth(USE_PREF_SIZE);
        }
        ask(false);
    }

    private void ask(boolean open) {
        question.setText(open ? model.chosen().question() : "");
        Visibility.show(asking, open);
        if (open) {
            asking.getChildren().get(1).requestFocus();
        }
    }

    private void show(Optional<Detail> detail) {
        boolean single = detail.filter(each -> each.comparison().isEmpty()).isPresent();
        title.setText(detail.map(RunDetails::title).orElse(""));
        for (Button each : List.of(reload, questions, export, delete)) {
            Visibility.show(each, detail.isPresent());
        }
        reload.setDisable(!single);
        questions.setDisable(!model.hasExamples());
        Visibility.show(one, single);
        Visibility.show(several, detail.isPresent() && !single);
        Visibility.show(hint, detail.isEmpty());
        detail.ifPresent(each -> {
            facts.show(each.facts().stream()
                    // what came out first
                    .sorted(Comparator.comparing(fact -> !fact.name().equals(RunWords.RESULT)))
                    .map(fact -> new FactGrid.Fact(fact.name(), fact.value()))
                    .toList());
            each.comparison().ifPresent(comparison::show);
            Optional<Samples> drawn = single ? Samples.of(each.rows().get(0).record()) : Optional.empty();
            Visibility.show(figure, drawn.isPresent());
            samples.show(drawn);
        });
    }

    private static String title(Detail detail) {
        return detail.rows().size() == 1
                ? detail.rows().get(0).title()
                : detail.rows().size() + " records side by side";
    }
}
