package org.foretoken.ui.prompt;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import javafx.animation.Animation;
import javafx.animation.KeyFrame;
import javafx.animation.Timeline;
import javafx.geometry.Orientation;
import javafx.geometry.Pos;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.ScrollPane;
import javafx.scene.control.SplitPane;
import javafx.scene.layout.FlowPane;
import javafx.scene.layout.StackPane;
import javafx.scene.layout.VBox;
import javafx.util.Duration;
import org.foretoken.generate.Arm;
import org.foretoken.ui.fx.CardRow;
import org.foretoken.ui.fx.EmptyState;
import org.foretoken.ui.fx.Keys;
import org.foretoken.ui.fx.Visibility;
import org.foretoken.ui.prompt.Answer.Stage;
import org.foretoken.workbench.PromptExample;
import org.kordamp.ikonli.feather.Feather;
import org.kordamp.ikonli.javafx.FontIcon;

/** The answers side by side, the prompt below. */
public final class PromptPanel extends SplitPane {
    private final PromptViewModel model;
    private final Map<Arm, ArmCard> cards = new LinkedHashMap<>();
    private final CardRow row = new CardRow(264, 336);
    private final ScrollPane answers = new ScrollPane();
    private final Node noBase;
    private final Node noAnswer;

    /** @param openModels shows the models panel */
    public PromptPanel(PromptViewModel model, Runnable openModels) {
        this.model = model;
        noAnswer = examples();
        Composer composer = new Composer(model);
        // Whenever the panel comes up, one can write at once.
        visibleProperty().addListener((o, was, is) -> {
            if (is) {
                composer.focusPrompt();
            }
        });
        noBase = new EmptyState(
                Feather.MESSAGE_SQUARE,
                "Choose a base model to see it answer a prompt, beside KV prediction and the auxiliary.",
                "Choose a _model",
                openModels);
        getStyleClass().add("prompt-panel");
        setOrientation(Orientation.VERTICAL);
        for (Arm arm : Arm.OF_A_SETUP) {
            ArmCard card = new ArmCard(arm);
            cards.put(arm, card);
            model.answerProperty(arm).addListener((o, old, now) -> card.show(now, axis()));
        }
        model.axisMillisProperty().addListener((o, old, now) -> refresh());
        model.runningProperty().addListener((o, old, now) -> refresh());
        model.current().setupProperty().addListener((o, old, now) -> refresh());
        model.current().baseProperty().addListener((o, old, now) -> refresh());
        row.getChildren().setAll(cards.values());
        // All three are there from the start, so that none has to be styled while something runs.
        answers.setContent(new StackPane(noBase, noAnswer, row));
        answers.setFitToWidth(true);
        answers.setFitToHeight(true);
        answers.setMinHeight(160);
        SplitPane.setResizableWithParent(composer, false);
        getItems().addAll(answers, composer);
        Keys.escapeStops(this, () -> model.runningProperty().get(), model::stop);
        offers(openModels);
        refresh();
        waiting();
    }

    /** Until the base's turn comes: nothing is measured meanwhile. */
    private void waiting() {
        Timeline clock = new Timeline(new KeyFrame(Duration.millis(250), e -> {
            if (model.answerProperty(Arm.BASE).get().stage() == Stage.WAITING) {
                model.refresh();
            }
        }));
        clock.setCycleCount(Animation.INDEFINITE);
        model.runningProperty().subscribe(running -> {
            if (running) {
                clock.play();
            } else {
                clock.stop();
            }
        });
    }

    private double axis() {
        return model.axisMillisProperty().get();
    }

    private void refresh() {
        boolean hasSetup = model.current().setupProperty().get().isPresent();
        ArmCard auxiliary = card(Arm.AUXILIARY);
        cards.forEach((arm, card) -> card.show(model.answerProperty(arm).get(), axis()));
        Visibility.show(auxiliary, hasSetup);
        boolean hasBase = model.current().baseProperty().get().isPresent() || hasSetup;
        noBase.setVisible(!hasBase);
        noAnswer.setVisible(hasBase && !model.hasAnswers());
        Visibility.show(
                row, hasBase && model.hasAnswers()); // the cards' height would push the examples out of a low window
    }

    private void offers(Runnable openModels) {
        ArmCard card = card(Arm.KV_PREDICTION);
        Runnable offer = () -> {
            if (model.current().setupProperty().get().isPresent()) {
                card.offer("Calibrate", model.current()::calibrate);
            } else {
                card.offer("Make a setup", openModels);
            }
        };
        model.current().setupProperty().addListener((o, old, now) -> offer.run());
        offer.run();
    }

    private ArmCard card(Arm arm) {
        return Objects.requireNonNull(cards.get(arm));
    }

    private Node examples() {
        Label line = new Label(
                "Run a prompt to see every arm answer it side by side, and where the time to the first token goes.");
        line.setWrapText(true);
        line.getStyleClass().add("empty-line");
        FlowPane buttons = new FlowPane(8, 8);
        buttons.setAlignment(Pos.CENTER);
        Runnable fill = () -> buttons.getChildren()
                .setAll(model.examples().stream().map(this::button).toList());
        model.current().baseProperty().addListener((o, old, now) -> fill.run());
        fill.run();
        VBox pane = new VBox(new FontIcon(Feather.MESSAGE_SQUARE), line, buttons);
        pane.getStyleClass().add("empty-state");
        pane.setAlignment(Pos.CENTER);
        return pane;
    }

    private Button button(PromptExample example) {
        Button button = new Button(example.title());
        button.getStyleClass().add("example");
        button.setOnAction(e -> model.run(example));
        return button;
    }
}
