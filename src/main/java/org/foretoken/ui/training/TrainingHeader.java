package org.foretoken.ui.training;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import javafx.geometry.Pos;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.ProgressBar;
import javafx.scene.control.Tooltip;
import javafx.scene.layout.FlowPane;
import javafx.scene.layout.VBox;
import org.foretoken.figure.FigureFiles;
import org.foretoken.train.CurvePoint;
import org.foretoken.ui.figure.ExportMenu;
import org.foretoken.ui.fx.Numbers;
import org.foretoken.ui.fx.Visibility;
import org.foretoken.ui.shell.Choosers;
import org.foretoken.ui.training.TrainingViewModel.Stage;
import org.kordamp.ikonli.feather.Feather;
import org.kordamp.ikonli.javafx.FontIcon;

/** Above the curves: how far training is, what can be done with it, and its figures. */
final class TrainingHeader extends VBox {
    private static final double WORDS = 320;

    private final TrainingViewModel model;
    private final Choosers choosers;
    private final Label title = new Label();
    private final Label state = new Label();
    private final ProgressBar bar = new ProgressBar();
    private final Button goOn = button("_Go on", "go-on", Feather.PLAY, "Go on where it stopped, as if it hadn't been");
    private final Button pause =
            button("_Pause", "pause", Feather.PAUSE, "Stop after this step; it can be gone on with");
    private final Button keep = button(
            "_Stop and keep",
            "stop-and-keep",
            Feather.CHECK,
            "Stop after this step and open the trained setup with the best weights so far");
    private final Button use = button(
            "_Use trained setup", "use-trained", Feather.CHECK, "Open the trained setup with the best weights so far");
    private final Button another =
            button("_New training", "another", Feather.PLUS, "As this one, from the setup above into another folder");
    private final FlowPane buttons = new FlowPane(8, 8);
    private final VBox words = new VBox(2, title, state);
    private final FlowPane top = new FlowPane(16, 8, words, buttons);
    private final Figure kl = new Figure("Held-out KL");
    private final Figure perplexity = new Figure("Perplexity");
    private final Figure topOne = new Figure("Same top-1");
    private final Figure speed = new Figure("Speed");
    private final Figure time = new Figure("Time");
    /** Whether what stopped it had the focus: what takes its place has it next. */
    private boolean focusFollows;

    /** A number, what it is, and what it is to be compared with. */
    private static final class Figure extends VBox {
        private final String name;
        private final Label value = new Label();
        private final Label beside = new Label();

        Figure(String name) {
            this.name = name;
            Label caption = new Label(name);
            caption.getStyleClass().add("caption");
            value.getStyleClass().add("gain-figure");
            beside.getStyleClass().add("caption");
            setMinWidth(72);
            getChildren().addAll(caption, value, beside);
        }

        void show(String number, String comparison) {
            value.setText(number);
            beside.setText(comparison);
            setAccessibleText(name + " " + number + " " + comparison);
        }
    }

    TrainingHeader(TrainingViewModel model, Choosers choosers) {
        super(8);
        this.model = model;
        this.choosers = choosers;
        title.getStyleClass().add("form-heading");
        title.setId("training-title");
        title.setMinWidth(0);
        state.setId("training-state");
        state.setMinWidth(0);
        bar.setMaxWidth(Double.MAX_VALUE);
        bar.getStyleClass().add("training-bar");
        goOn.setOnAction(e -> model.goOn());
        pause.setOnAction(e -> model.pause());
        keep.setOnAction(e -> model.stopAndKeep());
        use.setOnAction(e -> model.useTrained());
        another.setOnAction(e -> model.another());
        buttons.getChildren().setAll(goOn, pause, keep, use, another, export());
        buttons.setAlignment(Pos.CENTER_LEFT);
        top.setAlignment(Pos.CENTER_LEFT);
        top.setMinWidth(0); // it would stay as wide as its words were in a wider window
        widthProperty().addListener((o, old, now) -> arrange());
        buttons.widthProperty().addListener((o, old, now) -> arrange());
        FlowPane figures = new FlowPane(24, 8, kl, perplexity, topOne, speed, time);
        getChildren().addAll(top, bar, figures);
    }

    /** The buttons stand beside the words where there is room for both, otherwise under them, in two rows if need be. */
    private void arrange() {
        buttons.setPrefWrapLength(getWidth());
        double room = getWidth() - buttons.prefWidth(-1) - top.getHgap();
        words.setPrefWidth(Math.floor(room >= WORDS ? room : getWidth()));
    }

    /** Shows how it stands. */
    void refresh() {
        Stage stage = model.stageProperty().get();
        boolean running = Set.of(Stage.RUNNING, Stage.PAUSING, Stage.KEEPING).contains(stage);
        focusFollows |= (pause.isFocused() || keep.isFocused()) && stage != Stage.RUNNING;
        Visibility.show(goOn, stage == Stage.PAUSED);
        Visibility.show(pause, running);
        Visibility.show(keep, running);
        pause.setDisable(stage != Stage.RUNNING);
        keep.setDisable(stage != Stage.RUNNING);
        Visibility.show(use, stage == Stage.PAUSED || stage == Stage.DONE);
        Visibility.show(another, stage == Stage.PAUSED || stage == Stage.DONE);
        use.getStyleClass().setAll("button", stage == Stage.DONE ? "accent" : "quiet");
        if (focusFollows && !running) {
            (stage == Stage.PAUSED ? goOn : use).requestFocus();
            focusFollows = false;
        }
        another.setDisable(model.current().setupProperty().get().isEmpty());
        model.shownProperty().get().ifPresent(facts -> show(facts, stage));
    }

    private void show(CurveFacts facts, Stage stage) {
        title.setText(String.valueOf(facts.request().out().getFileName()));
        state.setText(state(facts, stage));
        bar.setProgress(
                stage == Stage.RUNNING && facts.curve().isEmpty()
                        ? ProgressBar.INDETERMINATE_PROGRESS
                        : (double) facts.stepsDone() / facts.stepsInAll());
        bar.setAccessibleText(state.getText());
        Optional<CurvePoint> first = facts.firstLook();
        Optional<CurvePoint> last = facts.lastLook();
        kl.show(
                last.map(look -> Numbers.significant(look.losses().divergence()))
                        .orElse(Numbers.DASH),
                first.map(look -> "before " + Numbers.significant(look.losses().divergence()))
                        .orElse(" "));
        perplexity.show(
                last.map(look -> Numbers.significant(CurveFacts.perplexity(look)))
                        .orElse(Numbers.DASH),
                last.map(look -> "base " + Numbers.significant(CurveFacts.basePerplexity(look)))
                        .orElse(" "));
        topOne.show(
                last.map(look -> Numbers.percent(look.losses().topOne())).orElse(Numbers.DASH),
                first.map(look -> "before " + Numbers.percent(look.losses().topOne()))
                        .orElse(" "));
        speed.show(
                facts.tokensPerSecond().stream()
                        .mapToObj(Numbers::rate)
                        .findFirst()
                        .orElse(Numbers.DASH),
                " ");
        time.show(
                facts.steps().isEmpty() ? Numbers.DASH : TrainingWords.time(facts.taken()),
                stage == Stage.DONE ? " " : left(facts).map(Numbers::left).orElse(" "));
    }

    /** As the status bar has it while it goes on; of one that is paused, by its last steps. */
    private Optional<Duration> left(CurveFacts facts) {
        return model.jobProperty().get().map(job -> job.snapshot().left()).orElseGet(facts::left);
    }

    private static String state(CurveFacts facts, Stage stage) {
        String step = "step " + Numbers.count(facts.stepsDone()) + " of " + Numbers.count(facts.stepsInAll());
        String best = facts.bestLook()
                .filter(look -> look.step() > 0)
                .map(look -> ", best after step " + Numbers.count(look.step()))
                .orElse("");
        return switch (stage) {
            case FORM -> "";
            case RUNNING ->
                facts.curve().isEmpty() ? "Getting ready: models and text are read" : "Training, " + step + best;
            case PAUSING -> "Pausing after this step, " + step;
            case KEEPING -> "Stopping after this step, " + step;
            case PAUSED -> "Paused at " + step + best;
            case DONE -> "Done, " + step + best;
        };
    }

    private ExportMenu export() {
        ExportMenu export = new ExportMenu(
                "export-curves", "Charts", "The charts in light colours, or all points as a table", this::export);
        export.item("Points as CSV", "csv");
        export.disableProperty()
                .bind(model.shownProperty()
                        .map(shown ->
                                shown.map(facts -> facts.curve().isEmpty()).orElse(true)));
        return export;
    }

    private void export(String format) {
        model.shownProperty()
                .get()
                .ifPresent(facts -> choosers.saveAs("training." + format)
                        .ifPresent(file -> model.export(
                                file,
                                () -> format.equals("csv")
                                        ? CurveTable.of(facts.curve()).getBytes(StandardCharsets.UTF_8)
                                        : FigureFiles.of(title.getText(), CurveFigure.of(Chart.of(facts)), format))));
    }

    private static Button button(String words, String id, Feather icon, String why) {
        Button button = new Button(words, new FontIcon(icon));
        button.setId(id);
        button.setMnemonicParsing(true);
        button.setTooltip(new Tooltip(why));
        return button;
    }
}
