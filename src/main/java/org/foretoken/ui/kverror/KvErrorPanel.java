package org.foretoken.ui.kverror;

import java.util.Optional;
import javafx.beans.binding.Bindings;
import javafx.geometry.Pos;
import javafx.scene.control.Button;
import javafx.scene.control.CheckBox;
import javafx.scene.control.Label;
import javafx.scene.control.TextArea;
import javafx.scene.control.Tooltip;
import javafx.scene.input.KeyEvent;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.StackPane;
import javafx.scene.layout.VBox;
import org.foretoken.ui.fx.EmptyState;
import org.foretoken.ui.fx.JobProgress;
import org.foretoken.ui.fx.Keys;
import org.foretoken.ui.shell.Choosers;
import org.foretoken.workbench.SetupSummary;
import org.kordamp.ikonli.feather.Feather;
import org.kordamp.ikonli.javafx.FontIcon;

/** The KV error panel: the figure of a prompt, and the prompt under it. */
public final class KvErrorPanel extends VBox {
    private static final String EXAMPLE =
            "The lighthouse of Sumburgh Head stands at the southern tip of the main island of Shetland. It was designed"
                    + " by Robert Stevenson, who began the work in 1819, and its lamp was first lit in January 1821.";

    private static final String HINT = "Point at a cell, or move with the arrow keys, to read its numbers.";

    private final KvErrorViewModel model;
    private final HeatmapView heatmap;
    private final VBox measured;
    private final EmptyState noSetup;
    private final EmptyState noPredictor;
    private final EmptyState nothing;
    private final Label summary = new Label();
    private final Label told = new Label();

    /** @param openModels shows the panel where setups are made */
    public KvErrorPanel(KvErrorViewModel model, Choosers choosers, Runnable openModels) {
        this.model = model;
        getStyleClass().add("kv-error-panel");
        getStylesheets().add(KvErrorPanel.class.getResource("kverror.css").toExternalForm());
        heatmap = new HeatmapView(model::words);
        VBox.setVgrow(heatmap, Priority.ALWAYS);
        told.setId("told");
        told.getStyleClass().add("told");
        heatmap.toldProperty().subscribe(words -> tell());
        told.setMinHeight(USE_PREF_SIZE);
        summary.setId("summary");
        summary.getStyleClass().add("kv-error-summary");
        summary.setWrapText(true);
        summary.setMinHeight(USE_PREF_SIZE);
        measured = new VBox(8, new KvErrorToolbar(model, choosers), summary, heatmap, told);
        measured.getStyleClass().add("kv-error-measured");
        noSetup = new EmptyState(
                Feather.GRID,
                "Make a setup of a base and an auxiliary to see where its predicted cache differs from the base's own.",
                "Choose a _model",
                openModels);
        noPredictor = new EmptyState(
                Feather.GRID,
                "The setup's predictor isn't fitted yet: calibrate it to see where its cache differs from the base's own.",
                "_Calibrate",
                model.current()::calibrate);
        nothing = new EmptyState(
                Feather.GRID,
                "Measure a prompt to see how far each layer's predicted keys and values are from the base's own, and"
                        + " where that changes the next token.",
                "Measure an _example",
                () -> {
                    model.promptProperty().set(EXAMPLE);
                    model.run();
                });
        StackPane above = new StackPane(measured, noSetup, noPredictor, nothing);
        VBox.setVgrow(above, Priority.ALWAYS);
        getChildren().addAll(above, composer());
        model.sheetProperty().subscribe(sheet -> refresh());
        model.current().setupProperty().subscribe(setup -> refresh());
    }

    /** Lines that a cell's numbers take: as many without a cell, so that the figure doesn't move under the mouse. */
    private int lines() {
        return Math.max(1, model.measuredProperty().get().size());
    }

    private void refresh() {
        Optional<SetupSummary> setup = model.current().setupProperty().get();
        boolean predicts = setup.filter(SetupSummary::hasPredictor).isPresent();
        Optional<HeatSheet> sheet = model.sheetProperty().get();
        noSetup.setVisible(setup.isEmpty());
        noPredictor.setVisible(setup.isPresent() && !predicts);
        nothing.setVisible(predicts && sheet.isEmpty());
        measured.setVisible(predicts && sheet.isPresent());
        summary.setText(model.summary());
        heatmap.show(sheet);
        tell();
    }

    private void tell() {
        String words = heatmap.toldProperty().get();
        told.setText(words.isEmpty() ? HINT + "\n ".repeat(lines()) : words);
    }

    private VBox composer() {
        TextArea prompt = new TextArea();
        prompt.setId("kv-error-prompt");
        prompt.setWrapText(true);
        prompt.setPrefRowCount(2);
        prompt.setMinHeight(56);
        prompt.setPromptText("Write a prompt. Enter measures it, Shift+Enter breaks the line.");
        prompt.setAccessibleText("Prompt to measure");
        prompt.textProperty().bindBidirectional(model.promptProperty());
        prompt.addEventFilter(KeyEvent.KEY_PRESSED, event -> Keys.sends(event, prompt, model::run));
        HBox.setHgrow(prompt, Priority.ALWAYS);
        Button measure = new Button("_Measure", new FontIcon(Feather.PLAY));
        measure.setId("measure");
        measure.getStyleClass().add("accent");
        measure.setMinWidth(USE_PREF_SIZE);
        measure.setTooltip(new Tooltip("Compute the exact and the predicted cache and compare them (Enter)"));
        measure.setOnAction(e -> model.run());
        measure.disableProperty()
                .bind(Bindings.createBooleanBinding(
                        () -> !model.canRun(),
                        model.promptProperty(),
                        model.jobProperty(),
                        model.current().setupProperty()));
        CheckBox chat = new CheckBox("C_hat template");
        chat.setMnemonicParsing(true);
        chat.selectedProperty().bindBidirectional(model.chatProperty());
        chat.disableProperty()
                .bind(model.current()
                        .baseProperty()
                        .map(base -> base.map(b -> !b.chatTemplate()).orElse(true)));
        JobProgress progress = new JobProgress(true);
        model.jobProperty().subscribe(progress::show);
        HBox settings = new HBox(16, chat, KvErrorToolbar.comparison(model), progress);
        settings.setAlignment(Pos.CENTER_LEFT);
        VBox composer = new VBox(8, settings, new HBox(8, prompt, measure));
        composer.getStyleClass().add("composer");
        composer.setMinHeight(USE_PREF_SIZE);
        return composer;
    }
}
