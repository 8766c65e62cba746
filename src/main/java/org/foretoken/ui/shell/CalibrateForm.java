package org.foretoken.ui.shell;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import javafx.scene.control.Button;
import javafx.scene.control.Hyperlink;
import javafx.scene.control.Label;
import javafx.scene.control.RadioButton;
import javafx.scene.control.Spinner;
import javafx.scene.control.ToggleGroup;
import javafx.scene.layout.HBox;
import javafx.scene.layout.VBox;
import org.foretoken.kvp.Source;
import org.foretoken.ui.fx.Spinners;
import org.foretoken.ui.fx.Visibility;

/** How to calibrate: what the predictor reads, on which text, how much of it. */
final class CalibrateForm extends VBox {
    private final CurrentSetup current;
    private final Label text = new Label();
    private final Hyperlink ownText = new Hyperlink("Use the text that comes with Foretoken");
    private Runnable onStarted = () -> {};

    CalibrateForm(CurrentSetup current, Choosers choosers) {
        this.current = current;
        getStyleClass().add("popover-form");
        ToggleGroup sources = new ToggleGroup();
        getChildren().add(heading("What the predictor reads"));
        getChildren().addAll(choice(sources, Source.HIDDEN), choice(sources, Source.JOINT), choice(sources, Source.KV));

        text.setWrapText(true);
        Button choose = new Button("Choose _text…");
        choose.setOnAction(e -> {
            List<Path> files = choosers.textFiles();
            if (!files.isEmpty()) {
                current.calibrationTextProperty().set(files);
            }
        });
        ownText.setOnAction(e -> current.calibrationTextProperty().set(List.of()));
        current.calibrationTextProperty().addListener((o, old, now) -> showText());
        showText();
        getChildren().addAll(heading("Text, best like the prompts to come"), text, new HBox(8, choose, ownText));

        Spinner<Integer> tokens = Spinners.bound(256, 1 << 20, current.calibrationTokensProperty());
        Label atMost = heading("_Tokens at most");
        atMost.setMnemonicParsing(true);
        atMost.setLabelFor(tokens);
        Button start = new Button("Calibrate");
        start.getStyleClass().add("accent");
        start.setDefaultButton(true);
        start.setOnAction(e -> {
            onStarted.run();
            current.calibrate();
        });
        getChildren().addAll(atMost, tokens, start);
        current.setupProperty().addListener((o, old, now) -> start.setDisable(!current.canCalibrate()));
        current.calibratingProperty().addListener((o, old, now) -> start.setDisable(!current.canCalibrate()));
        start.setDisable(!current.canCalibrate());
    }

    /** Called when the user starts the calibration from here. */
    void setOnStarted(Runnable onStarted) {
        this.onStarted = onStarted;
    }

    private RadioButton choice(ToggleGroup group, Source source) {
        RadioButton button = new RadioButton(
                switch (source) {
                    case HIDDEN -> "hidden: the state after the mapped layer, truest";
                    case JOINT -> "joint: keys and values together";
                    case KV -> "kv: keys give keys, values give values (the paper)";
                });
        button.setWrapText(true);
        button.setToggleGroup(group);
        button.setSelected(current.sourceProperty().get() == source);
        button.setOnAction(e -> current.sourceProperty().set(source));
        current.sourceProperty().addListener((o, old, now) -> button.setSelected(now == source));
        return button;
    }

    private void showText() {
        List<Path> files = current.calibrationTextProperty().get();
        boolean own = files.isEmpty();
        text.setText(
                own
                        ? "The text that comes with Foretoken"
                        : files.stream()
                                .map(f -> String.valueOf(f.getFileName()))
                                .collect(Collectors.joining(", ")));
        Visibility.show(ownText, !own);
    }

    private static Label heading(String words) {
        Label label = new Label(words);
        label.getStyleClass().add("form-heading");
        return label;
    }
}
