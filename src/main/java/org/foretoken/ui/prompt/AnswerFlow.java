package org.foretoken.ui.prompt;

import atlantafx.base.controls.SelectableTextFlow;
import javafx.scene.layout.StackPane;
import javafx.scene.shape.Path;
import javafx.scene.text.Text;

/** An answer's text, selectable, with the first token that differs from the base's underlined and laid on a colour. */
final class AnswerFlow extends StackPane {
    private final Text same = text("answer-text");
    private final Text mark = text("answer-mark");
    private final Text rest = text("answer-text");
    private final SelectableTextFlow flow = new SelectableTextFlow(same, mark, rest);
    private final Path ground = new Path();

    AnswerFlow() {
        flow.getStyleClass().add("answer");
        ground.getStyleClass().add("mark-ground");
        ground.setManaged(false);
        ground.setMouseTransparent(true);
        getChildren().addAll(ground, flow);
    }

    void show(MarkedText words) {
        // The space before a word belongs to its token, but an underlined space would look like a slip.
        String word = words.mark().stripLeading();
        set(same, words.same() + words.mark().substring(0, words.mark().length() - word.length()));
        set(mark, word);
        set(rest, words.rest());
    }

    private void set(Text text, String words) {
        if (!text.getText().equals(words)) {
            text.setText(words);
            requestLayout();
        }
    }

    @Override
    protected void layoutChildren() {
        super.layoutChildren();
        flow.layout();
        int from = same.getText().length();
        ground.getElements()
                .setAll(flow.getRangeShape(from, from + mark.getText().length(), false));
        ground.relocate(
                flow.getLayoutX() + ground.getLayoutBounds().getMinX(),
                flow.getLayoutY() + ground.getLayoutBounds().getMinY());
        ground.setVisible(!mark.getText().isEmpty());
    }

    private static Text text(String styleClass) {
        Text text = new Text("");
        text.getStyleClass().add(styleClass);
        return text;
    }
}
