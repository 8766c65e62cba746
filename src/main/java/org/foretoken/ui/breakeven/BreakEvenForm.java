package org.foretoken.ui.breakeven;

import javafx.scene.control.CheckBox;
import javafx.scene.control.Tooltip;
import javafx.scene.layout.VBox;
import org.foretoken.ui.fx.FormFields;
import org.foretoken.ui.fx.FormGrid;
import org.foretoken.ui.shell.CurrentSetup;

/** What to foretell, and how to measure for it. */
final class BreakEvenForm extends VBox {
    private final FormFields fields = new FormFields();

    BreakEvenForm(BreakEvenViewModel model) {
        BreakEvenDraft draft = model.draft();
        getStyleClass().add("form-body");
        FormGrid asked = new FormGrid();
        asked.row(
                "_Prompts",
                FormFields.text("break-even-prompts", draft.prompts, "32, 128, 512"),
                "Their lengths in tokens");
        asked.row(
                "_Replies",
                FormFields.text("break-even-replies", draft.replies, "16, 128"),
                "Their lengths in tokens, the first included");
        asked.row(
                "_Tail",
                fields.whole(
                        1,
                        CurrentSetup.MOST_TAIL,
                        1,
                        "break-even-tail",
                        model.current().tailProperty()),
                "Prompt tokens that the base reads itself, after the predicted ones");
        CheckBox check = FormFields.check("_Check by measuring", "break-even-check", draft.check);
        check.setTooltip(new Tooltip("Measures the prompts and replies above, too, and shows how far off each is"));
        FormGrid timed = new FormGrid();
        timed.row(
                "Repet_itions",
                fields.whole(5, 10_000, 5, "break-even-repetitions", draft.repetitions),
                "Timed runs at each length, at most; fewer once every median is known to 3%");
        timed.row(
                "Seco_nds",
                fields.fraction(0.1, 86_400, 10, "break-even-seconds", draft.seconds),
                "Of timed runs for each length, at most");
        getChildren()
                .addAll(
                        FormFields.heading("Tokens"),
                        asked,
                        check,
                        FormFields.heading("Timing of each length, at most"),
                        timed);
    }

    /** Takes what was typed into a field that still has the focus. */
    void commit() {
        fields.commit();
    }
}
