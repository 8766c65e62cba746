package org.foretoken.ui.prompt;

import atlantafx.base.controls.Popover;
import java.util.Optional;
import javafx.beans.binding.Bindings;
import javafx.geometry.Pos;
import javafx.scene.control.Button;
import javafx.scene.control.CheckBox;
import javafx.scene.control.Label;
import javafx.scene.control.Spinner;
import javafx.scene.control.TextArea;
import javafx.scene.control.Tooltip;
import javafx.scene.input.KeyCode;
import javafx.scene.input.KeyEvent;
import javafx.scene.layout.FlowPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.VBox;
import org.foretoken.ui.fx.Keys;
import org.foretoken.ui.fx.Spinners;
import org.foretoken.ui.shell.CurrentSetup;
import org.kordamp.ikonli.feather.Feather;
import org.kordamp.ikonli.javafx.FontIcon;

/** Where the prompt is written, and how it is to be answered. */
final class Composer extends VBox {
    /** Room for the settings in the smallest window. */
    private static final double NARROWEST = 648;

    private final PromptViewModel model;
    private final TextArea prompt = new TextArea();
    private final Button send = new Button("_Run", new FontIcon(Feather.PLAY));
    private final Button stop = new Button("_Stop", new FontIcon(Feather.SQUARE));

    Composer(PromptViewModel model) {
        this.model = model;
        getStyleClass().add("composer");
        prompt.setId("prompt");
        prompt.setWrapText(true);
        prompt.setPromptText(
                "Write a prompt. Enter runs it, Shift+Enter breaks the line, the up key brings back the last one.");
        prompt.setAccessibleText("Prompt");
        prompt.textProperty().bindBidirectional(model.promptProperty());
        prompt.addEventFilter(KeyEvent.KEY_PRESSED, this::key);
        prompt.setMinHeight(56);
        prompt.setPrefRowCount(3);
        send.setId("run");
        send.getStyleClass().add("accent");
        send.setOnAction(e -> model.run());
        send.setTooltip(new Tooltip("Answer the prompt by every arm (Enter)"));
        stop.setId("stop");
        stop.setOnAction(e -> model.stop());
        stop.setTooltip(new Tooltip("Stop (Esc)"));
        send.disableProperty()
                .bind(Bindings.createBooleanBinding(
                        () -> model.promptProperty().get().isBlank()
                                || model.current().baseProperty().get().isEmpty(),
                        model.promptProperty(),
                        model.current().baseProperty()));
        send.visibleProperty().bind(model.runningProperty().not());
        send.managedProperty().bind(send.visibleProperty());
        stop.visibleProperty().bind(model.runningProperty());
        stop.managedProperty().bind(stop.visibleProperty());
        send.setMinWidth(88);
        stop.setMinWidth(88);
        HBox.setHgrow(prompt, Priority.ALWAYS);
        HBox writing = new HBox(8, prompt, new VBox(send, stop));
        VBox.setVgrow(writing, Priority.ALWAYS);
        getChildren().addAll(settings(), writing);
    }

    /** Puts the caret where one writes. */
    void focusPrompt() {
        prompt.requestFocus();
        prompt.end();
    }

    private FlowPane settings() {
        FlowPane row = new FlowPane(16, 8);
        row.setPrefWrapLength(NARROWEST); // two rows there: so high is the composer at least
        row.getStyleClass().add("settings-row");
        CheckBox chat = new CheckBox("C_hat template");
        chat.setMnemonicParsing(true);
        chat.selectedProperty().bindBidirectional(model.chatProperty());
        chat.setTooltip(new Tooltip("Give the prompt as the user's message of a chat"));
        chat.disableProperty()
                .bind(model.current()
                        .baseProperty()
                        .map(b -> b.map(m -> !m.chatTemplate()).orElse(true)));
        Popover sampling = new Popover(new SamplingForm(model.samplingProperty()));
        sampling.setArrowLocation(Popover.ArrowLocation.BOTTOM_CENTER);
        sampling.setDetachable(false);
        Button how = new Button();
        how.setMnemonicParsing(true);
        how.textProperty().bind(model.samplingProperty().map(s -> "Samplin_g: " + SamplingForm.words(s)));
        how.setOnAction(e -> sampling.show(how));
        row.setAlignment(Pos.CENTER_LEFT);
        Spinner<Integer> tail =
                Spinners.bound(1, CurrentSetup.MOST_TAIL, model.current().tailProperty());
        tail.setTooltip(new Tooltip(
                "Last prompt tokens that the base reads itself: 1 is the paper's setting, more are truer and slower"));
        CheckBox oneLine = new CheckBox("One _line");
        oneLine.setMnemonicParsing(true);
        oneLine.selectedProperty().bindBidirectional(model.oneLineProperty());
        oneLine.setTooltip(new Tooltip("End an answer with its first line"));
        CheckBox refine = new CheckBox("Re_fine");
        refine.setId("refine");
        refine.setMnemonicParsing(true);
        refine.selectedProperty().bindBidirectional(model.refineProperty());
        refine.setTooltip(
                new Tooltip("Make the predicted cache exact behind the first token: from then on the text is the"
                        + " base's own continuation"));
        row.getChildren()
                .addAll(
                        chat,
                        oneLine,
                        number("_Tail", tail),
                        refine,
                        number("Ma_x tokens", Spinners.bound(1, 1 << 16, model.maxTokensProperty())),
                        how);
        return row;
    }

    private static HBox number(String words, Spinner<Integer> spinner) {
        Label label = new Label(words);
        label.setMnemonicParsing(true);
        label.setLabelFor(spinner);
        label.setMinWidth(USE_PREF_SIZE);
        spinner.setPrefWidth(88);
        HBox box = new HBox(8, label, spinner);
        box.setAlignment(Pos.CENTER_LEFT);
        return box;
    }

    private void key(KeyEvent event) {
        if (Keys.sends(event, prompt, model::run)) {
            return;
        }
        if (event.getCode() == KeyCode.UP && !event.isShiftDown() && onFirstLine()) {
            recall(event, model.history().back(prompt.getText()));
        } else if (event.getCode() == KeyCode.DOWN && !event.isShiftDown() && onLastLine()) {
            recall(event, model.history().forward());
        }
    }

    private void recall(KeyEvent event, Optional<String> text) {
        text.ifPresent(words -> {
            event.consume();
            prompt.setText(words);
            prompt.end();
        });
    }

    private boolean onFirstLine() {
        return prompt.getCaretPosition() == 0 || prompt.getText().lastIndexOf('\n', prompt.getCaretPosition() - 1) < 0;
    }

    private boolean onLastLine() {
        return prompt.getText().indexOf('\n', prompt.getCaretPosition()) < 0;
    }
}
