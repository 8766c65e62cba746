package org.foretoken.ui.prompt;

import java.util.Locale;
import javafx.geometry.Pos;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.ScrollPane;
import javafx.scene.control.Tooltip;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;
import org.foretoken.generate.Arm;
import org.foretoken.generate.Refined;
import org.foretoken.ui.fx.ArmMark;
import org.foretoken.ui.fx.Numbers;
import org.foretoken.ui.fx.Visibility;
import org.foretoken.ui.prompt.Answer.Stage;

/** One arm's answer: how long to its first token, where that time went, and its text. */
final class ArmCard extends VBox {
    private final Arm arm;
    private final Label ttft = new Label();
    private final Label gain = new Label();
    private final Label rate = new Label();
    private final Label exact = new Label();
    private final PhaseBar phases;
    private final Label phaseWords = new Label();
    private final AnswerFlow text = new AnswerFlow();
    private final ScrollPane scroll = new ScrollPane();
    private final Label note = new Label();
    private final Button remedy = new Button();
    private Answer shown = Answer.still(Stage.WAITING, "");

    ArmCard(Arm arm) {
        this.arm = arm;
        this.phases = new PhaseBar(arm);
        setId("card-" + arm.kind().name().toLowerCase(Locale.ROOT));
        getStyleClass().addAll("card-panel", ArmMark.styleClass(arm));
        Label title = new Label(ArmMark.title(arm), ArmMark.marker(arm));
        title.getStyleClass().add("card-title");
        ttft.getStyleClass().add("ttft");
        ttft.setMinWidth(USE_PREF_SIZE);
        gain.getStyleClass().add("card-gain");
        rate.getStyleClass().add("hint");
        phaseWords.getStyleClass().add("hint");
        phaseWords.setWrapText(true);
        // Two lines in every card, so that the texts below begin at one height.
        phaseWords.setMinHeight(34);
        phaseWords.setAlignment(Pos.TOP_LEFT);
        note.getStyleClass().add("hint");
        note.setWrapText(true);
        note.setMinHeight(USE_PREF_SIZE);
        Visibility.show(remedy, false);
        Region space = new Region();
        HBox.setHgrow(space, Priority.ALWAYS);
        HBox top = new HBox(8, title, space, rate);
        top.setAlignment(Pos.BASELINE_LEFT);
        HBox figures = new HBox(12, ttft, gain);
        figures.setAlignment(Pos.BASELINE_LEFT);
        Label caption = new Label("time to first token");
        caption.getStyleClass().add("hint");
        exact.setId("exact");
        exact.getStyleClass().add("hint");
        exact.setMinWidth(0);
        exact.setTooltip(
                new Tooltip("The predicted cache was made exact behind the first token: from here on the text is"
                        + " the base's own continuation"));
        scroll.setContent(text);
        scroll.setFitToWidth(true);
        scroll.setFocusTraversable(true);
        scroll.setAccessibleText(ArmMark.title(arm) + ": answer");
        scroll.getStyleClass().add("answer-scroll");
        scroll.setHbarPolicy(ScrollPane.ScrollBarPolicy.NEVER);
        VBox.setVgrow(scroll, Priority.ALWAYS);
        getChildren().addAll(top, new VBox(figures, caption), phases, phaseWords, scroll, exact, note, remedy);
        show(Answer.IDLE, Double.NaN);
    }

    /** What to do about an arm that can't answer yet; null text hides it. */
    void offer(String words, Runnable action) {
        remedy.setText(words);
        remedy.setOnAction(e -> action.run());
    }

    /** @param axisMillis end of the time axis that all cards share */
    void show(Answer answer, double axisMillis) {
        phases.show(answer.times(), axisMillis);
        if (answer.equals(shown)) {
            return;
        }
        shown = answer;
        ttft.setText(Numbers.millis(answer.ttft()));
        gain.setText(answer.gain().isPresent() ? Numbers.ratio(answer.gain().getAsDouble()) : "");
        rate.setText(Double.isNaN(answer.tokensPerSecond()) ? "" : Numbers.rate(answer.tokensPerSecond()));
        phaseWords.setText(phases.words());
        exact.setText(answer.refined().map(ArmCard::words).orElse(""));
        Visibility.show(exact, !exact.getText().isEmpty());
        boolean missing = answer.stage() == Stage.MISSING;
        Visibility.show(remedy, missing);
        note.getStyleClass().setAll("label", answer.stage() == Stage.FAILED ? "problem-text" : "hint");
        note.setText(
                switch (answer.stage()) {
                    // words that stand still: frames of an animation would be in the time that is measured
                    case READING -> "Reads the prompt…";
                    case WRITING -> answer.note().isEmpty() ? "Writes…" : answer.note();
                    default -> answer.note();
                });
        Visibility.show(note, !note.getText().isEmpty());
        text.show(answer.text());
        setAccessibleText(ArmMark.title(arm) + ": time to first token " + ttft.getText()
                + (gain.getText().isEmpty() ? "" : ", " + gain.getText() + " of the base") + ". "
                + (exact.getText().isEmpty() ? "" : exact.getText() + " ")
                + answer.text().whole());
    }

    private static String words(Refined refined) {
        return refined.swapped()
                ? "Exact cache from token " + Numbers.count(refined.token()) + " on, at "
                        + Numbers.millis(refined.atMillis()) + "."
                : refined.token() == 1 ? "The cache is exact as it is." : "Ended before the exact cache was there.";
    }
}
