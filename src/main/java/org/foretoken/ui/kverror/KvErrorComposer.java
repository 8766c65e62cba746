package org.foretoken.ui.kverror;

import java.nio.file.Path;
import javafx.beans.binding.Bindings;
import javafx.beans.binding.BooleanExpression;
import javafx.geometry.Pos;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.CheckBox;
import javafx.scene.control.Label;
import javafx.scene.control.RadioButton;
import javafx.scene.control.Spinner;
import javafx.scene.control.TextArea;
import javafx.scene.control.ToggleGroup;
import javafx.scene.control.Tooltip;
import javafx.scene.input.KeyEvent;
import javafx.scene.layout.FlowPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.StackPane;
import javafx.scene.layout.VBox;
import org.foretoken.ui.fx.JobProgress;
import org.foretoken.ui.fx.Keys;
import org.foretoken.ui.fx.Spinners;
import org.foretoken.ui.shell.Choosers;
import org.kordamp.ikonli.feather.Feather;
import org.kordamp.ikonli.javafx.FontIcon;

/** What to measure: a prompt that is written here, or windows of a text file. */
final class KvErrorComposer extends VBox {
    private final KvErrorViewModel model;

    KvErrorComposer(KvErrorViewModel model, Choosers choosers) {
        super(8);
        this.model = model;
        getStyleClass().add("composer");
        setMinHeight(USE_PREF_SIZE);
        TextChoice text = model.text();
        ToggleGroup group = new ToggleGroup();
        RadioButton prompt = kind(group, "A p_rompt", "over-prompt");
        RadioButton file = kind(group, "A _text file", "over-text");
        prompt.setSelected(!text.usedProperty().get());
        file.selectedProperty().bindBidirectional(text.usedProperty());
        text.usedProperty().subscribe(used -> prompt.setSelected(!used));
        CheckBox chat = new CheckBox("C_hat template");
        chat.setMnemonicParsing(true);
        chat.selectedProperty().bindBidirectional(model.chatProperty());
        chat.disableProperty()
                .bind(BooleanExpression.booleanExpression(model.current()
                                .baseProperty()
                                .map(base -> base.map(b -> !b.chatTemplate()).orElse(true)))
                        .or(text.usedProperty()));
        JobProgress progress = new JobProgress(true);
        model.jobProperty().subscribe(progress::show);
        FlowPane settings = new FlowPane(16, 8, prompt, file, chat, KvErrorToolbar.comparison(model), progress);
        settings.setAlignment(Pos.CENTER_LEFT);
        StackPane what = new StackPane(shown(prompt(), false), shown(text(choosers), true));
        HBox.setHgrow(what, Priority.ALWAYS);
        getChildren().addAll(settings, new HBox(8, what, measure()));
    }

    private static RadioButton kind(ToggleGroup group, String words, String id) {
        RadioButton button = new RadioButton(words);
        button.setId(id);
        button.setMnemonicParsing(true);
        button.setToggleGroup(group);
        button.setMinWidth(USE_PREF_SIZE);
        return button;
    }

    private Node shown(Node node, boolean withText) {
        model.text().usedProperty().subscribe(used -> node.setVisible(used == withText));
        return node;
    }

    private Node prompt() {
        TextArea prompt = new TextArea();
        prompt.setId("kv-error-prompt");
        prompt.setWrapText(true);
        prompt.setPrefRowCount(2);
        prompt.setMinHeight(56);
        prompt.setPromptText("Write a prompt. Enter measures it, Shift+Enter breaks the line.");
        prompt.setAccessibleText("Prompt to measure");
        prompt.textProperty().bindBidirectional(model.promptProperty());
        prompt.addEventFilter(KeyEvent.KEY_PRESSED, event -> Keys.sends(event, prompt, model::run));
        return prompt;
    }

    private Node text(Choosers choosers) {
        TextChoice text = model.text();
        Button choose = new Button("Ch_oose text…");
        choose.setId("choose-text");
        choose.setMinWidth(USE_PREF_SIZE);
        choose.setOnAction(e -> choosers.textFiles().stream()
                .findFirst()
                .ifPresent(file -> text.fileProperty().set(java.util.Optional.of(file))));
        Label name = new Label();
        name.setId("text-name");
        name.getStyleClass().add("hint");
        text.fileProperty()
                .subscribe(file -> name.setText(
                        file.map(Path::getFileName).map(Path::toString).orElse("No text chosen yet")));
        FlowPane row = new FlowPane(
                16,
                8,
                new HBox(8, choose, name),
                number("_Windows of 256 tokens", "windows", Spinners.bound(1, 1024, text.windowsProperty())),
                number("_Leave out first tokens", "skip", Spinners.bound(0, 100_000_000, text.skipProperty())));
        ((HBox) row.getChildren().get(0)).setAlignment(Pos.CENTER_LEFT);
        row.setAlignment(Pos.CENTER_LEFT);
        return row;
    }

    private static HBox number(String words, String id, Spinner<Integer> spinner) {
        spinner.setId(id);
        spinner.setPrefWidth(104);
        Label label = new Label(words);
        label.setMnemonicParsing(true);
        label.setLabelFor(spinner);
        label.setMinWidth(USE_PREF_SIZE);
        HBox together = new HBox(8, label, spinner);
        together.setAlignment(Pos.CENTER_LEFT);
        return together;
    }

    private Button measure() {
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
                        model.text().usedProperty(),
                        model.text().fileProperty(),
                        model.current().setupProperty()));
        return measure;
    }
}
