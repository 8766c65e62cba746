package org.foretoken.ui.runs;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.geometry.Orientation;
import javafx.geometry.Pos;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.SplitPane;
import javafx.scene.control.TableCell;
import javafx.scene.control.TableColumn;
import javafx.scene.control.TableView;
import javafx.scene.control.TextArea;
import javafx.scene.control.Tooltip;
import javafx.scene.input.KeyCode;
import javafx.scene.layout.FlowPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Pane;
import javafx.scene.layout.Priority;
import javafx.scene.layout.VBox;
import org.foretoken.eval.Answered;
import org.foretoken.ui.fx.Choices;
import org.foretoken.ui.fx.Numbers;
import org.foretoken.ui.fx.Visibility;
import org.foretoken.workbench.RunExamples.Example;
import org.jspecify.annotations.Nullable;
import org.kordamp.ikonli.feather.Feather;
import org.kordamp.ikonli.javafx.FontIcon;

/** Questions with their answers: a table of all, and one of them at length, beside the base's answer. */
public final class ExamplesView extends VBox {
    private static final double ANSWER_WIDTH = 190;
    /** Of a text's three scores. */
    private static final double SCORES_WIDTH = 250;

    private final ExamplesViewModel model;
    private final Label summary = new Label();
    private final Label place = new Label();
    private final TableView<Example> table = new TableView<>();
    private final TableColumn<Example, String> expectedColumn =
            words("Expected", example -> String.join(" | ", example.own().expected()), 140);
    private final TableColumn<Example, Example> own;
    private final TableColumn<Example, Example> other;
    private final TextArea prompt = area("example-prompt", "Prompt");
    private final TextArea expected = area("example-expected", "Expected");
    private final TextArea said = area("example-own", "Answer");
    private final TextArea otherSaid = area("example-other", "The other's answer");
    private final Label ownHead = new Label();
    private final Label otherHead = new Label();
    private final Label ownScores = new Label();
    private final Label otherScores = new Label();
    private final VBox expectedBox = headed(new Label("Expected"), expected, new Label());
    private final VBox otherBox;
    private Optional<Example> looked = Optional.empty();
    private boolean filling;

    /** @param closes whether it was opened from a list, to which one can go back */
    public ExamplesView(ExamplesViewModel model, boolean closes) {
        this.model = model;
        getStyleClass().add("examples");
        getStylesheets().add(ExamplesView.class.getResource("runs.css").toExternalForm());
        summary.setId("examples-summary");
        summary.setWrapText(true);
        summary.setMinHeight(USE_PREF_SIZE);
        own = column("Answer", example -> Optional.of(example.own()), Example::score);
        other = column("Base", Example::other, Example::otherScore);
        table();
        otherBox = headed(otherHead, otherSaid, otherScores);
        HBox answers = new HBox(8, expectedBox, headed(ownHead, said, ownScores), otherBox);
        answers.setMinHeight(USE_PREF_SIZE);
        VBox shown = new VBox(8, headed(new Label("Prompt, as the model read it"), prompt), answers);
        VBox.setVgrow(shown.getChildren().get(0), Priority.ALWAYS);
        SplitPane split = new SplitPane(table, shown);
        split.setOrientation(Orientation.VERTICAL);
        split.setDividerPositions(0.42);
        shown.getStyleClass().add("example");
        VBox.setVgrow(split, Priority.ALWAYS);
        getChildren().addAll(bar(closes), summary, split);
        setOnKeyPressed(event -> {
            if (closes && event.getCode() == KeyCode.ESCAPE) {
                event.consume();
                model.close();
            }
        });
        model.openedProperty().subscribe(this::opened);
        model.shownProperty().subscribe(this::fill);
        model.currentProperty().subscribe(this::look);
    }

    private Pane bar(boolean closes) {
        Button back = new Button("_Back to the list", new FontIcon(Feather.ARROW_LEFT));
        back.setId("examples-back");
        back.setTooltip(new Tooltip("Back to the list of records (Esc)"));
        back.setOnAction(e -> model.close());
        Button previous = new Button("_Previous", new FontIcon(Feather.CHEVRON_UP));
        previous.setId("examples-previous");
        previous.setOnAction(e -> model.previous());
        Button next = new Button("_Next", new FontIcon(Feather.CHEVRON_DOWN));
        next.setId("examples-next");
        next.setOnAction(e -> model.next());
        place.setId("examples-place");
        place.getStyleClass().add("hint");
        HBox show = Choices.labelled(
                "_Show",
                Choices.of(
                        "examples-which",
                        List.of(ExamplesViewModel.Which.values()),
                        ExamplesViewModel.Which::label,
                        model.whichProperty()));
        HBox steps = new HBox(8, place, previous, next);
        steps.setAlignment(Pos.CENTER_RIGHT);
        steps.setMinWidth(USE_PREF_SIZE);
        HBox.setHgrow(steps, Priority.ALWAYS);
        if (!closes) {
            return new FlowPane(16, 8, show, steps); // beside a form there may not be room for both
        }
        HBox bar = new HBox(8, back, show, steps);
        bar.setAlignment(Pos.CENTER_LEFT);
        return bar;
    }

    private void table() {
        table.setId("examples");
        table.setMinHeight(120); // some rows, where a small window scrolls
        table.getStyleClass().add("dense");
        table.setAccessibleText("Questions; up and down move from one to the next");
        TableColumn<Example, String> number = words("#", example -> Numbers.count(example.number()), 48);
        number.setMaxWidth(64);
        number.setComparator(RunTable.NATURAL);
        TableColumn<Example, String> question =
                words("Question", example -> ExamplesViewModel.question(example.own()), 300);
        table.getColumns().setAll(List.of(number, question, expectedColumn, own, other));
        RunTable.leaveTheRest(table, question);
        Label none = new Label("No question is like that.");
        none.getStyleClass().add("hint");
        table.setPlaceholder(none);
        table.getSelectionModel().selectedItemProperty().addListener((o, old, now) -> {
            if (!filling && now != null) {
                model.look(now);
            }
        });
    }

    private static TableColumn<Example, String> words(String title, Function<Example, String> words, double width) {
        TableColumn<Example, String> column = new TableColumn<>(title);
        column.setCellValueFactory(
                cell -> new javafx.beans.property.ReadOnlyStringWrapper(words.apply(cell.getValue())));
        column.setPrefWidth(width);
        return column;
    }

    private static TableColumn<Example, Example> column(
            String title, Function<Example, Optional<Answered>> answer, Function<Example, OptionalDouble> score) {
        TableColumn<Example, Example> column = new TableColumn<>(title);
        column.setPrefWidth(ANSWER_WIDTH);
        column.setCellValueFactory(cell -> new ReadOnlyObjectWrapper<>(cell.getValue()));
        column.setCellFactory(of -> new TableCell<>() {
            @Override
            protected void updateItem(@Nullable Example example, boolean empty) {
                super.updateItem(example, empty);
                Optional<Answered> answered = example == null ? Optional.empty() : answer.apply(example);
                OptionalDouble points = example == null ? OptionalDouble.empty() : score.apply(example);
                setText(answered.map(ExamplesViewModel::said).orElse(""));
                setGraphic(answered.flatMap(each -> mark(each, points)).orElse(null));
                setAccessibleText(answered.map(each -> verdict(each, points) + " " + ExamplesViewModel.said(each))
                        .orElse(""));
            }
        });
        column.setComparator(java.util.Comparator.comparingDouble(
                example -> score.apply(example).orElse(-1)));
        return column;
    }

    /** Right or wrong; none for a score that is neither. */
    private static Optional<FontIcon> mark(Answered answered, OptionalDouble score) {
        if (!isJudged(answered, score)) {
            return Optional.empty();
        }
        boolean right = score.getAsDouble() == 1;
        FontIcon icon = new FontIcon(right ? Feather.CHECK : Feather.X);
        icon.getStyleClass().add(right ? "said-right" : "said-wrong");
        return Optional.of(icon);
    }

    private static boolean isJudged(Answered answered, OptionalDouble score) {
        return !answered.expected().isEmpty()
                && score.isPresent()
                && (score.getAsDouble() == 0 || score.getAsDouble() == 1);
    }

    private static String verdict(Answered answered, OptionalDouble score) {
        return isJudged(answered, score)
                ? score.getAsDouble() == 1 ? "right:" : "wrong:"
                : score.isPresent() ? "score " + Numbers.significant(score.getAsDouble()) + ":" : "";
    }

    private static TextArea area(String id, String name) {
        TextArea area = new TextArea();
        area.setId(id);
        area.setAccessibleText(name);
        area.setEditable(false);
        area.setWrapText(true);
        area.setPrefRowCount(4);
        area.setMinHeight(40);
        return area;
    }

    /** @param told between the heading and the text */
    private static VBox headed(Label head, TextArea area, Label... told) {
        head.getStyleClass().add("form-heading");
        head.setLabelFor(area);
        VBox.setVgrow(area, Priority.ALWAYS);
        VBox box = new VBox(4, head);
        for (Label each : told) {
            each.getStyleClass().add("hint");
            box.getChildren().add(each);
        }
        box.getChildren().add(area);
        HBox.setHgrow(box, Priority.ALWAYS);
        box.setPrefWidth(200);
        return box;
    }

    private void opened(Optional<Answers> examples) {
        summary.setText(model.summary());
        Visibility.show(summary, !model.summary().isEmpty());
        String name = model.other();
        own.setText(model.own());
        other.setText(name);
        other.setVisible(!name.isEmpty());
        Visibility.show(otherBox, !name.isEmpty());
        boolean asks = examples.stream()
                .flatMap(each -> each.examples().stream())
                .anyMatch(example -> !example.own().expected().isEmpty());
        own.setPrefWidth(asks ? ANSWER_WIDTH : SCORES_WIDTH);
        other.setPrefWidth(own.getPrefWidth());
        expectedColumn.setVisible(asks);
        Visibility.show(expectedBox, asks);
        // of a text there are scores alone
        for (TextArea each : List.of(said, otherSaid)) {
            Visibility.show(each, asks);
        }
    }

    /** Has the keys go to the table. */
    void focusTable() {
        table.requestFocus();
    }

    private void fill(List<Example> examples) {
        filling = true;
        table.getItems().setAll(examples);
        table.sort();
        model.currentProperty().get().ifPresent(table.getSelectionModel()::select);
        filling = false;
        look(model.currentProperty().get());
    }

    private void look(Optional<Example> example) {
        ownScores.setText(
                example.map(each -> ExamplesViewModel.scores(each.own())).orElse(""));
        otherScores.setText(
                example.flatMap(Example::other).map(ExamplesViewModel::scores).orElse(""));
        place.setText(model.place());
        if (example.equals(looked)) {
            return; // more answers came: what is read and where the list is scrolled to stay as they are
        }
        looked = example;
        filling = true;
        if (example.isPresent()) {
            table.getSelectionModel().select(example.get());
            table.scrollTo(Math.max(0, table.getSelectionModel().getSelectedIndex() - 2));
        } else {
            table.getSelectionModel().clearSelection();
        }
        filling = false;
        prompt.setText(example.map(each -> each.own().prompt()).orElse(""));
        prompt.positionCaret(prompt.getLength()); // the question stands at its end
        expected.setText(
                example.map(each -> String.join("\n", each.own().expected())).orElse(""));
        said.setText(example.map(each -> each.own().output()).orElse(""));
        otherSaid.setText(example.flatMap(Example::other).map(Answered::output).orElse(""));
        ownHead.setText(
                example.map(each -> head(model.own(), each.own(), each.score())).orElse(""));
        otherHead.setText(example.flatMap(
                        each -> each.other().map(answer -> head(model.other(), answer, each.otherScore())))
                .orElse(model.other()));
    }

    private static String head(String who, Answered answered, OptionalDouble score) {
        String verdict = verdict(answered, score).replace(":", "");
        return who + (isJudged(answered, score) ? ": " + verdict : "");
    }
}
