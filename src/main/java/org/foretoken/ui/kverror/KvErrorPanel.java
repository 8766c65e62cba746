package org.foretoken.ui.kverror;

import java.util.Optional;
import javafx.scene.control.Label;
import javafx.scene.control.ScrollPane;
import javafx.scene.layout.Priority;
import javafx.scene.layout.StackPane;
import javafx.scene.layout.VBox;
import org.foretoken.ui.fx.EmptyState;
import org.foretoken.ui.fx.Scrolled;
import org.foretoken.ui.shell.Choosers;
import org.foretoken.workbench.SetupSummary;
import org.kordamp.ikonli.feather.Feather;

/** The KV error panel: the figure of a prompt or a text, and under it which. */
public final class KvErrorPanel extends VBox {
    private static final String EXAMPLE =
            "The lighthouse of Sumburgh Head stands at the southern tip of the main island of Shetland. It was designed"
                    + " by Robert Stevenson, who began the work in 1819, and its lamp was first lit in January 1821.";

    private static final String HINT = "Point at a cell, or move with the arrow keys, to read its numbers.";

    private final KvErrorViewModel model;
    private final HeatmapView heatmap;
    private final VBox measured;
    private final ScrollPane scrolled;
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
        scrolled = Scrolled.of(measured);
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
                "Measure a prompt or a text to see how far each layer's predicted keys and values are from the base's own, and"
                        + " where that changes the next token.",
                "Measure an _example",
                () -> {
                    model.text().usedProperty().set(false);
                    model.promptProperty().set(EXAMPLE);
                    model.run();
                });
        StackPane above = new StackPane(scrolled, noSetup, noPredictor, nothing);
        VBox.setVgrow(above, Priority.ALWAYS);
        getChildren().addAll(above, new KvErrorComposer(model, choosers));
        model.sheetProperty().subscribe(sheet -> refresh());
        model.current().setupProperty().subscribe(setup -> refresh());
    }

    /** Lines that a cell's numbers take: as many without a cell, so that the figure doesn't move under the mouse. */
    private int lines() {
        return model.measuredProperty().get().map(Measured::setups).orElse(1);
    }

    private void refresh() {
        Optional<SetupSummary> setup = model.current().setupProperty().get();
        boolean predicts = setup.filter(SetupSummary::hasPredictor).isPresent();
        Optional<HeatSheet> sheet = model.sheetProperty().get();
        noSetup.setVisible(setup.isEmpty());
        noPredictor.setVisible(setup.isPresent() && !predicts);
        nothing.setVisible(predicts && sheet.isEmpty());
        scrolled.setVisible(predicts && sheet.isPresent());
        summary.setText(model.summary());
        heatmap.show(sheet);
        tell();
    }

    private void tell() {
        String words = heatmap.toldProperty().get();
        told.setText(words.isEmpty() ? HINT + "\n ".repeat(lines()) : words);
    }
}
