package org.foretoken.ui.breakeven;

import java.util.List;
import java.util.function.Function;
import javafx.geometry.HPos;
import javafx.scene.control.Label;
import javafx.scene.layout.GridPane;
import org.foretoken.runs.Estimate;
import org.foretoken.ui.fx.Numbers;
import org.foretoken.workbench.BreakEven;
import org.foretoken.workbench.BreakEven.Times;
import org.foretoken.workbench.BreakEvenWords;
import org.jspecify.annotations.Nullable;

/** Every prompt with every reply: what is foretold and, where it was checked, what was measured and how far off the former is, with an interval. */
final class BreakEvenRows extends GridPane {
    /** A column of times: its heading, and which. */
    private record Column(String name, Function<Times, @Nullable Double> millis) {}

    private static final List<Column> COLUMNS = List.of(
            new Column("base TTFT", Times::baseTtft),
            new Column("KV TTFT", Times::ttft),
            new Column("saved", Times::saved),
            new Column("base in all", Times::baseTotal),
            new Column("KV in all", Times::total));

    private static final String SHARE = "saved of all";
    private static final int FIRST = 3; // after prompt, reply and what the row has

    BreakEvenRows() {
        setId("break-even-rows");
        getStyleClass().add("break-even-rows");
    }

    void show(BreakEven.Result result) {
        getChildren().clear();
        heading("prompt tokens", 0);
        heading("reply tokens", 1);
        for (int c = 0; c < COLUMNS.size(); c++) {
            heading(COLUMNS.get(c).name(), FIRST + c);
        }
        heading(SHARE, FIRST + COLUMNS.size());
        int at = 1;
        for (BreakEven.Row row : result.rows()) {
            String who = "prompt " + Numbers.count(row.prompt()) + ", reply " + Numbers.count(row.reply());
            cell(Numbers.count(row.prompt()), who, 0, at, false);
            cell(Numbers.count(row.reply()), who, 1, at, false);
            BreakEven.Check check = row.check();
            times(row.foretold(), who + ", foretold", check == null ? "" : "foretold", at++);
            if (check != null) {
                times(check.measured(), who + ", measured", "measured", at++);
                off(check, who, at);
                at += 2;
            }
        }
    }

    private void times(Times times, String who, String what, int at) {
        if (!what.isEmpty()) {
            cell(what, who, 2, at, false);
        }
        for (int c = 0; c < COLUMNS.size(); c++) {
            Column column = COLUMNS.get(c);
            cell(millis(column.millis().apply(times)), who + ", " + column.name(), FIRST + c, at, false);
        }
        Double all = times.baseTotal();
        String share = all == null ? Numbers.DASH : Numbers.percent(times.saved() / all);
        cell(share, who + ", " + SHARE, FIRST + COLUMNS.size(), at, false);
    }

    private static String millis(@Nullable Double millis) {
        if (millis == null) {
            return Numbers.DASH;
        }
        return millis < 0 ? "-" + Numbers.millis(-millis) : Numbers.millis(millis);
    }

    private void off(BreakEven.Check check, String row, int at) {
        String who = row + ", off by";
        String within = row + ", off by, 95%";
        cell("off by", who, 2, at, true);
        cell("95%", within, 2, at + 1, true);
        List<Estimate> byTurn = List.of(check.baseTtft(), check.ttft(), check.saved());
        for (int c = 0; c < byTurn.size(); c++) {
            String name = COLUMNS.get(c).name();
            Estimate off = byTurn.get(c);
            cell(BreakEvenWords.off(off.value()), who + ", " + name, FIRST + c, at, true);
            String interval = BreakEvenWords.interval(off).orElse(Numbers.DASH);
            cell(interval, within + ", " + name, FIRST + c, at + 1, true);
        }
        inAll(check.baseTotal(), who, byTurn.size(), at);
        inAll(check.total(), who, byTurn.size() + 1, at);
    }

    private void inAll(@Nullable Double off, String who, int column, int at) {
        String words = off == null ? Numbers.DASH : BreakEvenWords.off(off);
        cell(words, who + ", " + COLUMNS.get(column).name(), FIRST + column, at, true);
    }

    private void heading(String words, int column) {
        cell(words, words, column, 0, true);
    }

    private void cell(String words, String who, int column, int row, boolean quiet) {
        Label label = new Label(words);
        label.setMinWidth(USE_PREF_SIZE);
        label.setAccessibleText(words.equals(who) ? words : who + ": " + words);
        if (quiet) {
            label.getStyleClass().add("hint");
        }
        setHalignment(label, HPos.RIGHT);
        add(label, column, row);
    }
}
