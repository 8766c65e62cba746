package org.foretoken.ui.tasks;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import javafx.geometry.Pos;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.ScrollPane;
import javafx.scene.control.Tooltip;
import javafx.scene.layout.BorderPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.StackPane;
import javafx.scene.layout.VBox;
import org.foretoken.ui.fx.EmptyState;
import org.foretoken.ui.fx.FormFields;
import org.foretoken.ui.fx.JobProgress;
import org.foretoken.ui.fx.Keys;
import org.foretoken.ui.fx.Scrolled;
import org.foretoken.ui.fx.Visibility;
import org.foretoken.ui.runs.ExamplesView;
import org.foretoken.ui.shell.Choosers;
import org.foretoken.ui.tasks.TasksViewModel.Stage;
import org.kordamp.ikonli.feather.Feather;
import org.kordamp.ikonli.javafx.FontIcon;

/** The Tasks panel: what to ask at the left, scores and every answer at the right. */
public final class TasksPanel extends BorderPane {
    private final TasksViewModel model;
    private final TasksForm form;
    private final Label problem = new Label();
    private final Button ask = new Button("_Ask", new FontIcon(Feather.PLAY));
    private final Button stop = new Button("_Stop", new FontIcon(Feather.SQUARE));
    private final Label title = new Label();
    private final Label state = new Label();
    private final Button toRuns = new Button("Show in _runs", new FontIcon(Feather.ARCHIVE));
    private final ScoresGrid scores;
    private final ScrollPane scoresScroll;
    private final ExamplesView examples;
    private final VBox shown = new VBox(8);
    private final EmptyState nothing;
    private final EmptyState nobody;

    /**
     * @param showRuns shows the run records of these ids
     * @param openModels shows the panel where setups are made
     */
    public TasksPanel(TasksViewModel model, Choosers choosers, Consumer<List<String>> showRuns, Runnable openModels) {
        this.model = model;
        setId("tasks");
        getStyleClass().add("tasks-panel");
        getStylesheets().add(TasksPanel.class.getResource("tasks.css").toExternalForm());
        form = new TasksForm(model, choosers);
        scores = new ScoresGrid(model);
        scoresScroll = new ScrollPane(scores);
        examples = new ExamplesView(model.examples(), false);
        nothing = new EmptyState(
                Feather.HELP_CIRCLE,
                "Ask a task's questions to see every answer beside the base's as it comes, and each arm's score with its"
                        + " interval or standard error.",
                "Ask the _quiz",
                model::askQuiz);
        nobody = new EmptyState(
                Feather.HELP_CIRCLE,
                "Open a model to ask it a task's questions: its answers and scores appear here as they come.",
                "Choose a _model",
                openModels);
        setLeft(side());
        setCenter(new StackPane(shown(showRuns), nothing, nobody));
        setMinHeight(0);
        Keys.escapeStops(this, () -> model.jobProperty().get().isPresent(), model::stop);
        model.evaluationProperty().subscribe(evaluation -> refresh());
        model.stageProperty().subscribe(stage -> refresh());
        model.jobProperty().subscribe(job -> refresh());
        model.shownArmProperty().subscribe(arm -> refresh());
        model.problemProperty().subscribe(why -> refresh());
        model.quizThereProperty().subscribe(there -> refresh());
        model.current().setupProperty().subscribe(setup -> refresh());
        model.current().baseProperty().subscribe(base -> refresh());
    }

    private VBox side() {
        problem.setId("task-problem");
        problem.setWrapText(true);
        problem.setMinHeight(USE_PREF_SIZE);
        problem.getStyleClass().add("hint");
        ask.setId("task-ask");
        ask.getStyleClass().add("accent");
        ask.setMaxWidth(Double.MAX_VALUE);
        ask.setTooltip(new Tooltip("Ask the questions and score the answers"));
        ask.setOnAction(e -> {
            form.commit();
            model.ask();
            stop.requestFocus();
        });
        stop.setId("task-stop");
        stop.setMaxWidth(Double.MAX_VALUE);
        stop.setTooltip(new Tooltip("Stop asking; asking the same again goes on from there (Esc)"));
        stop.setOnAction(e -> model.stop());
        VBox footer = new VBox(8, problem, ask, stop);
        VBox side = FormFields.side(form, footer);
        side.setId("tasks-side");
        side.getStyleClass().add("tasks-side");
        return side;
    }

    private ScrollPane shown(Consumer<List<String>> showRuns) {
        title.setId("task-title");
        title.getStyleClass().add("form-heading");
        title.setMinWidth(0);
        state.setId("task-state");
        state.setWrapText(true);
        state.setMinHeight(USE_PREF_SIZE);
        JobProgress progress = new JobProgress(true);
        progress.withoutStop();
        model.jobProperty().subscribe(progress::show);
        toRuns.setId("task-runs");
        toRuns.setMinWidth(USE_PREF_SIZE);
        toRuns.setTooltip(new Tooltip("The records of these answers, to compare with others"));
        toRuns.setOnAction(e -> model.evaluationProperty().get().ifPresent(done -> showRuns.accept(done.records())));
        state.setMinWidth(0);
        HBox end = new HBox(16, state, toRuns);
        end.setAlignment(Pos.CENTER_LEFT);
        scoresScroll.setFitToHeight(true);
        scoresScroll.setVbarPolicy(ScrollPane.ScrollBarPolicy.NEVER);
        scoresScroll.setFocusTraversable(false);
        scoresScroll.setMinHeight(USE_PREF_SIZE);
        VBox.setVgrow(examples, Priority.ALWAYS);
        VBox top = new VBox(8, title, progress, end, scoresScroll);
        top.getStyleClass().add("tasks-top");
        top.setMinHeight(USE_PREF_SIZE);
        shown.getChildren().addAll(top, examples);
        shown.setMinWidth(0);
        ScrollPane scroll = Scrolled.of(shown);
        scroll.visibleProperty().bind(shown.visibleProperty());
        return scroll;
    }

    private void refresh() {
        Optional<Evaluation> evaluation = model.evaluationProperty().get();
        Stage stage = model.stageProperty().get();
        boolean running = model.jobProperty().get().isPresent();
        boolean somebody = model.current().setupProperty().get().isPresent()
                || model.current().baseProperty().get().isPresent();
        boolean quiz = model.quizThereProperty().get();
        shown.setVisible(evaluation.isPresent());
        nobody.setVisible(evaluation.isEmpty() && !somebody && !quiz);
        nothing.setVisible(evaluation.isEmpty() && (somebody || quiz));
        Visibility.show(nothing.action(), quiz);
        Optional<String> why = model.problemProperty().get();
        problem.setText(why.orElse(""));
        Visibility.show(problem, why.isPresent() && !running);
        ask.setDisable(why.isPresent());
        Visibility.show(ask, !running);
        if (!running && stop.isFocused()) {
            ask.requestFocus(); // takes its place
        }
        Visibility.show(stop, running);
        evaluation.ifPresent(now -> show(now, stage));
    }

    private void show(Evaluation now, Stage stage) {
        title.setText(TaskWords.title(now));
        String words = TaskWords.state(now, stage);
        state.setText(words);
        Visibility.show(state, !words.isEmpty());
        state.getStyleClass().remove("problem-text");
        if (stage == Stage.FAILED) {
            state.getStyleClass().add("problem-text");
        }
        Visibility.show(toRuns, !now.records().isEmpty());
        scores.show(now);
        Visibility.show(scoresScroll, !now.arms().isEmpty());
        examples.setVisible(!now.arms().isEmpty());
    }
}
