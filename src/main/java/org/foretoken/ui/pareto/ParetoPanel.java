package org.foretoken.ui.pareto;

import java.util.Optional;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.ScrollPane;
import javafx.scene.control.Tooltip;
import javafx.scene.layout.BorderPane;
import javafx.scene.layout.Priority;
import javafx.scene.layout.StackPane;
import javafx.scene.layout.VBox;
import org.foretoken.runs.ParetoFigure;
import org.foretoken.ui.fx.EmptyState;
import org.foretoken.ui.fx.FormFields;
import org.foretoken.ui.fx.JobProgress;
import org.foretoken.ui.fx.Keys;
import org.foretoken.ui.fx.Scrolled;
import org.foretoken.ui.fx.Visibility;
import org.foretoken.ui.shell.Choosers;
import org.kordamp.ikonli.feather.Feather;
import org.kordamp.ikonli.javafx.FontIcon;

/** The Pareto panel: what to measure at the left, the points at the right. */
public final class ParetoPanel extends BorderPane {
    private static final String SOON = "Each point appears as soon as it is measured: the base's first.";
    private static final String HINT =
            "Point at a marker, or move with the arrow keys, to read its numbers; click it, or press Enter, to open its runs.";

    private final ParetoViewModel model;
    private final SweepForm form;
    private final Label amount = new Label();
    private final Label problem = new Label();
    private final Button measure = new Button("_Measure", new FontIcon(Feather.PLAY));
    private final Button stop = new Button("_Stop", new FontIcon(Feather.SQUARE));
    private final ParetoView chart;
    private final SeriesBar series;
    private final Label told = new Label();
    private final ScrollPane shown;
    private final EmptyState nothing;
    private final Label waiting = new Label();

    public ParetoPanel(ParetoViewModel model, Choosers choosers) {
        this.model = model;
        setId("pareto");
        getStyleClass().add("pareto-panel");
        getStylesheets().add(ParetoPanel.class.getResource("pareto.css").toExternalForm());
        form = new SweepForm(model, choosers);
        chart = new ParetoView(model::open);
        VBox.setVgrow(chart, Priority.ALWAYS);
        series = new SeriesBar(model);
        told.setId("pareto-told");
        told.getStyleClass().add("told");
        told.setWrapText(true);
        told.setMinHeight(USE_PREF_SIZE);
        chart.toldProperty().subscribe(words -> told.setText(padded(words)));
        VBox all = new VBox(8, new ParetoToolbar(model, choosers), chart, series, told);
        all.getStyleClass().add("pareto-shown");
        shown = Scrolled.of(all);
        nothing = new EmptyState(
                Feather.TARGET,
                "Measure how soon setups answer and how well: each is a point here as soon as it is measured, and what is"
                        + " recorded is never measured again.",
                "Measure the sample mo_dels",
                model::measureSampleModels);
        waiting.getStyleClass().add("hint");
        waiting.setWrapText(true);
        setLeft(side());
        setCenter(new StackPane(shown, nothing, waiting));
        Keys.escapeStops(this, () -> model.jobProperty().get().isPresent(), model::stop);
        model.draft().onChange(this::refresh);
        model.problemProperty().subscribe(now -> refresh());
        model.jobProperty().subscribe(now -> refresh());
        model.setupsProperty().subscribe(now -> refresh());
        model.figureProperty().subscribe(this::show);
        visibleProperty().addListener((o, was, is) -> {
            if (is) {
                model.findSetups();
                model.showRecorded();
            }
        });
        model.current().baseProperty().addListener((o, old, now) -> {
            if (isVisible()) {
                model.showRecorded();
            }
        });
    }

    /** As many lines always, so that the chart doesn't move under the mouse. */
    private static String padded(String words) {
        String text = words.isEmpty() ? HINT : words;
        return text
                + "\n ".repeat((int) Math.max(0, PointWords.LINES - text.lines().count()));
    }

    private VBox side() {
        amount.setId("pareto-amount");
        amount.setWrapText(true);
        problem.setId("pareto-problem");
        problem.setWrapText(true);
        problem.setMinHeight(USE_PREF_SIZE);
        problem.getStyleClass().add("hint");
        measure.setId("measure-pareto");
        measure.getStyleClass().add("accent");
        measure.setMaxWidth(Double.MAX_VALUE);
        measure.setTooltip(new Tooltip("Measure what isn't recorded yet"));
        measure.setOnAction(e -> {
            form.commit();
            model.measure();
            stop.requestFocus();
        });
        stop.setId("stop-pareto");
        stop.setMaxWidth(Double.MAX_VALUE);
        stop.setTooltip(new Tooltip("Stop measuring; what was measured is recorded, and gone on from (Esc)"));
        stop.setOnAction(e -> model.stop());
        JobProgress progress = new JobProgress(false);
        progress.withoutStop();
        model.jobProperty().subscribe(progress::show);
        progress.waitsProperty().subscribe(words -> waiting.setText(words.isEmpty() ? SOON : words));
        VBox footer = new VBox(8, amount, problem, progress, measure, stop);
        return FormFields.side(form, footer);
    }

    private void refresh() {
        boolean running = model.jobProperty().get().isPresent();
        Optional<String> why = model.problemProperty().get();
        form.setDisable(running);
        amount.setText(model.draft().amount(model.setupsProperty().get()));
        Visibility.show(amount, why.isEmpty() && !running);
        problem.setText(why.orElse(""));
        Visibility.show(problem, why.isPresent() && !running);
        Visibility.show(measure, !running);
        measure.setDisable(why.isPresent());
        if (!running && stop.isFocused()) {
            measure.requestFocus(); // takes its place
        }
        Visibility.show(stop, running);
        boolean points = model.figureProperty().get().isPresent();
        shown.setVisible(points);
        nothing.setVisible(!points && !running);
        waiting.setVisible(!points && running);
    }

    private void show(Optional<ParetoFigure> figure) {
        chart.show(figure);
        series.show(figure);
        refresh();
    }
}
