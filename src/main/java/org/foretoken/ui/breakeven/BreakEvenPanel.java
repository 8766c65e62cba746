package org.foretoken.ui.breakeven;

import java.util.Optional;
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
import org.foretoken.ui.figure.ExportMenu;
import org.foretoken.ui.fx.EmptyState;
import org.foretoken.ui.fx.FormFields;
import org.foretoken.ui.fx.JobProgress;
import org.foretoken.ui.fx.Keys;
import org.foretoken.ui.fx.Scrolled;
import org.foretoken.ui.fx.Visibility;
import org.foretoken.ui.shell.Choosers;
import org.foretoken.workbench.BreakEven;
import org.foretoken.workbench.BreakEvenWords;
import org.foretoken.workbench.SetupSummary;
import org.kordamp.ikonli.feather.Feather;
import org.kordamp.ikonli.javafx.FontIcon;

/** The Break-even panel: what to foretell at the left; the curves, what they tell and what it costs at the right. */
public final class BreakEvenPanel extends BorderPane {
    private static final String SOON = "The curves appear as soon as all lengths are timed.";
    private static final String HINT = "Point at the chart, or move with the arrow keys, to read any prompt.";

    private final BreakEvenViewModel model;
    private final BreakEvenForm form;
    private final Label amount = FormFields.sentence("break-even-amount", "hint");
    private final Label problem = FormFields.sentence("break-even-problem", "hint");
    private final Button measure = new Button("_Measure", new FontIcon(Feather.PLAY));
    private final Button stop = new Button("_Stop", new FontIcon(Feather.SQUARE));
    private final Label title = FormFields.sentence("break-even-title", "form-heading");
    private final Label from = FormFields.sentence("break-even-from");
    private final BreakEvenView chart = new BreakEvenView();
    private final BreakEvenRows rows = new BreakEvenRows();
    private final Label memory = FormFields.sentence("break-even-memory");
    private final Label timed = FormFields.sentence("break-even-timed", "hint");
    private final ScrollPane shown;
    private final EmptyState noSetup;
    private final EmptyState noPredictor;
    private final EmptyState nothing;
    private final Label waiting = new Label();

    /** @param openModels shows the panel where setups are made */
    public BreakEvenPanel(BreakEvenViewModel model, Choosers choosers, Runnable openModels) {
        this.model = model;
        setId("break-even");
        getStyleClass().add("break-even-panel");
        getStylesheets().add(BreakEvenPanel.class.getResource("breakeven.css").toExternalForm());
        form = new BreakEvenForm(model);
        shown = shown(choosers);
        noSetup = new EmptyState(
                Feather.CLOCK,
                "Make a setup of a base and an auxiliary to foretell from which prompt on it answers sooner.",
                "Choose a m_odel",
                openModels);
        noPredictor = new EmptyState(
                Feather.CLOCK,
                "The setup's predictor isn't fitted yet: calibrate it to foretell from which prompt on it answers sooner.",
                "Cali_brate",
                model.current()::calibrate);
        nothing = new EmptyState(
                Feather.CLOCK,
                "Time a few prompts to foretell, for any prompt and reply, what the setup saves on this machine, what"
                        + " memory it takes, and from which prompt on it answers sooner.",
                "Time a _few prompts",
                this::measure);
        waiting.getStyleClass().add("hint");
        setLeft(side());
        setCenter(new StackPane(shown, noSetup, noPredictor, nothing, waiting));
        setMinHeight(0);
        Keys.escapeStops(this, () -> model.jobProperty().get().isPresent(), model::stop);
        model.draft().onChange(this::refresh);
        model.problemProperty().subscribe(now -> refresh());
        model.jobProperty().subscribe(now -> refresh());
        model.current().setupProperty().subscribe(now -> refresh());
        model.figureProperty().subscribe(this::show);
    }

    private VBox side() {
        measure.setId("measure-break-even");
        measure.getStyleClass().add("accent");
        measure.setMaxWidth(Double.MAX_VALUE);
        measure.setTooltip(new Tooltip("Time a few lengths, and foretell the others"));
        measure.setOnAction(e -> measure());
        stop.setId("stop-break-even");
        stop.setMaxWidth(Double.MAX_VALUE);
        stop.setTooltip(new Tooltip("Stop timing; measuring begins again (Esc)"));
        stop.setOnAction(e -> model.stop());
        JobProgress progress = new JobProgress(false);
        progress.withoutStop();
        model.jobProperty().subscribe(progress::show);
        progress.waitsProperty().subscribe(words -> waiting.setText(words.isEmpty() ? SOON : words));
        VBox side = FormFields.side(form, new VBox(8, amount, problem, progress, measure, stop));
        side.setId("break-even-side");
        side.getStyleClass().add("break-even-side");
        return side;
    }

    private void measure() {
        form.commit();
        model.measure();
        stop.requestFocus();
    }

    private ScrollPane shown(Choosers choosers) {
        title.setMinWidth(0);
        title.setMaxWidth(Double.MAX_VALUE);
        HBox.setHgrow(title, Priority.ALWAYS);
        ExportMenu export = new ExportMenu(
                "export-break-even",
                "Figure",
                "The figure in light colours",
                format -> choosers.saveAs("break-even." + format).ifPresent(file -> model.export(file, format)));
        export.item("Times as CSV", "csv");
        HBox top = new HBox(8, title, export);
        top.setAlignment(Pos.CENTER_LEFT);
        Label told = FormFields.sentence("break-even-told", "told");
        chart.toldProperty().subscribe(words -> told.setText(words.isEmpty() ? HINT : words));
        VBox.setVgrow(chart, Priority.ALWAYS);
        ScrollPane table = new ScrollPane(rows);
        table.getStyleClass().add("break-even-scroll");
        table.setAccessibleText("What each prompt and reply takes; arrow keys scroll");
        table.setFitToHeight(true);
        table.setVbarPolicy(ScrollPane.ScrollBarPolicy.NEVER);
        table.setMinHeight(USE_PREF_SIZE);
        VBox all = new VBox(8, top, from, chart, told, table, memory, timed);
        all.getStyleClass().add("break-even-shown");
        return Scrolled.of(all);
    }

    private void refresh() {
        boolean running = model.jobProperty().get().isPresent();
        Optional<String> why = model.problemProperty().get();
        Optional<SetupSummary> setup = model.current().setupProperty().get();
        boolean predicts = setup.filter(SetupSummary::hasPredictor).isPresent();
        boolean measured = model.figureProperty().get().isPresent();
        form.setDisable(running);
        amount.setText(why.isPresent() ? "" : model.amount());
        Visibility.show(amount, why.isEmpty() && !running);
        problem.setText(why.orElse(""));
        Visibility.show(problem, why.isPresent() && !running);
        Visibility.show(measure, !running);
        measure.setDisable(why.isPresent());
        if (!running && stop.isFocused()) {
            measure.requestFocus(); // takes its place
        }
        Visibility.show(stop, running);
        noSetup.setVisible(setup.isEmpty());
        noPredictor.setVisible(setup.isPresent() && !predicts);
        shown.setVisible(predicts && measured);
        nothing.setVisible(predicts && !measured && !running);
        nothing.action().setDisable(why.isPresent());
        waiting.setVisible(predicts && !measured && running);
    }

    private void show(Optional<BreakEvenFigure> figure) {
        chart.show(figure);
        figure.ifPresent(now -> {
            BreakEven.Result result = now.result();
            title.setText(now.title());
            from.setText(BreakEvenWords.from(result));
            rows.show(result);
            memory.setText(BreakEvenWords.memory(result.memory()));
            timed.setText((BreakEvenWords.machine(result) + ". " + BreakEvenWords.timed(result) + " "
                                    + BreakEvenWords.checked(result))
                            .strip()
                    + " Measured " + now.time() + ".");
        });
        refresh();
    }
}
