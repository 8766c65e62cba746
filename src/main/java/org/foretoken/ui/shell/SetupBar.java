package org.foretoken.ui.shell;

import atlantafx.base.controls.Popover;
import java.util.Optional;
import java.util.OptionalDouble;
import javafx.geometry.Pos;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.Spinner;
import javafx.scene.control.Tooltip;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;
import org.foretoken.ui.fx.JobProgress;
import org.foretoken.ui.fx.Keys;
import org.foretoken.ui.fx.Numbers;
import org.foretoken.ui.fx.Spinners;
import org.foretoken.ui.fx.Visibility;
import org.foretoken.workbench.SetupSummary;
import org.kordamp.ikonli.feather.Feather;
import org.kordamp.ikonli.javafx.FontIcon;

/** The current setup along the top: its parts as chips, *Calibrate*, and what it gains. */
public final class SetupBar extends HBox {
    private final CurrentSetup current;
    private final Chip base;
    private final Chip auxiliary;
    private final Chip source;
    private final Chip tail;
    private final Chip state;
    private final Button calibrate = new Button("_Calibrate");
    private final Button options = new Button(null, new FontIcon(Feather.CHEVRON_DOWN));
    private final HBox calibrateButtons = new HBox(calibrate, options);
    private final JobProgress progress = new JobProgress(false);
    private final Gain flops = new Gain(
            "FLOPs gain",
            "Executed FLOPs of the base reading a prompt of 512 tokens, over those of this setup reading it");
    private final Gain ttft = new Gain(
            "TTFT gain, last answer",
            "Time to first token of the base over that of KV prediction, in the last prompt that both answered: one run"
                    + " each, no measurement. Pareto repeats it and gives an interval.");

    /** @param openModels shows the models panel, where base and auxiliary are chosen */
    public SetupBar(CurrentSetup current, Choosers choosers, Runnable openModels) {
        this.current = current;
        getStyleClass().add("setup-bar");
        setAlignment(Pos.CENTER_LEFT);
        CalibrateForm form = new CalibrateForm(current, choosers);
        Popover calibration = popover(form);
        form.setOnStarted(calibration::hide);
        Popover tailChoice = popover(tailForm());
        base = new Chip("Base", openModels);
        auxiliary = new Chip("Auxiliary", openModels);
        source = new Chip("Source", () -> toggle(calibration, options));
        tail = new Chip("Tail", () -> toggle(tailChoice, this.tail()));
        state = new Chip("State", () -> toggle(calibration, options));
        calibrate.setId("calibrate");
        calibrate.setTooltip(new Tooltip("Fit the predictor on text (" + Keys.words("Shortcut+K") + ")"));
        calibrate.setOnAction(e -> current.calibrate());
        options.setAccessibleText("Calibration settings");
        options.setTooltip(new Tooltip("Source, text and length of the calibration"));
        options.setOnAction(e -> toggle(calibration, options));
        Region space = new Region();
        HBox.setHgrow(space, Priority.ALWAYS);
        HBox sourceAndTail = new HBox(source, arrow(), tail, arrow());
        sourceAndTail.setAlignment(Pos.CENTER_LEFT);
        // In a narrow window they make room: both can be set elsewhere, too.
        sourceAndTail.visibleProperty().bind(widthProperty().greaterThan(980));
        sourceAndTail.setMinWidth(USE_PREF_SIZE);
        sourceAndTail.managedProperty().bind(sourceAndTail.visibleProperty());
        getChildren().addAll(base, arrow(), auxiliary, arrow(), sourceAndTail, state, space);
        getChildren().addAll(progress, calibrateButtons, flops, ttft);
        calibrateButtons.setMinWidth(USE_PREF_SIZE);
        calibrateButtons.setAlignment(Pos.CENTER);
        current.baseProperty().addListener((o, old, now) -> refresh());
        current.setupProperty().addListener((o, old, now) -> refresh());
        current.sourceProperty().addListener((o, old, now) -> refresh());
        current.tailProperty().addListener((o, old, now) -> refresh());
        current.ttftGainProperty().addListener((o, old, now) -> refresh());
        current.calibratingProperty().addListener((o, old, now) -> refresh());
        refresh();
    }

    private Chip tail() {
        return tail;
    }

    private void refresh() {
        Optional<SetupSummary> setup = current.setupProperty().get();
        String baseName = current.baseProperty()
                .get()
                .map(b -> b.name())
                .or(() -> setup.map(SetupSummary::baseName))
                .orElse("choose a model");
        base.show(baseName, setup.isPresent() || current.baseProperty().get().isPresent());
        auxiliary.show(setup.map(SetupWords::auxiliary).orElse("none yet"), setup.isPresent());
        source.show(setup.isPresent() ? current.sourceProperty().get().label() : Numbers.DASH, setup.isPresent());
        tail.show(
                setup.isPresent() ? Numbers.count(current.tailProperty().get(), "token") : Numbers.DASH,
                setup.isPresent());
        state.show(setup.map(SetupWords::state).orElse(Numbers.DASH), setup.isPresent());
        flops.show(setup.map(s -> OptionalDouble.of(s.flopsGain())).orElse(OptionalDouble.empty()));
        ttft.show(current.ttftGainProperty().get());
        boolean running = current.calibratingProperty().get().isPresent();
        progress.show(current.calibratingProperty().get());
        Visibility.show(calibrateButtons, !running);
        calibrateButtons.setDisable(!current.canCalibrate());
        // The next step is what stands out: calibrating until it is done, afterwards no more.
        boolean next = setup.filter(SetupSummary::hasPredictor).isEmpty();
        calibrate.getStyleClass().setAll("button", "left-pill", next ? "accent" : "quiet");
        options.getStyleClass().setAll("button", "right-pill", "button-icon", next ? "accent" : "quiet");
    }

    private VBox tailForm() {
        Spinner<Integer> tokens = Spinners.bound(1, CurrentSetup.MOST_TAIL, current.tailProperty());
        Label question = new Label("Prompt tokens that the base reads _itself");
        question.setMnemonicParsing(true);
        question.setLabelFor(tokens);
        Label why =
                new Label("1 is the paper's setting. More cost time and make the answer truer: 32 of a prompt of 512"
                        + " add about 6% of the base's own time.");
        why.getStyleClass().add("hint");
        why.setWrapText(true);
        VBox form = new VBox(question, tokens, why);
        form.getStyleClass().add("popover-form");
        return form;
    }

    static Popover popover(Node content) {
        Popover popover = new Popover(content);
        popover.setArrowLocation(Popover.ArrowLocation.TOP_CENTER);
        popover.setHeaderAlwaysVisible(false);
        popover.setDetachable(false);
        return popover;
    }

    private static void toggle(Popover popover, Node owner) {
        if (popover.isShowing()) {
            popover.hide();
        } else {
            popover.show(owner);
        }
    }

    private static FontIcon arrow() {
        FontIcon icon = new FontIcon(Feather.CHEVRON_RIGHT);
        icon.getStyleClass().add("chip-arrow");
        return icon;
    }
}
