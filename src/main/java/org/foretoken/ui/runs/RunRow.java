package org.foretoken.ui.runs;

import java.util.Locale;
import org.foretoken.runs.RunRecord;
import org.foretoken.ui.fx.Numbers;
import org.foretoken.workbench.RunWords;

/** A run record in a table's words, which are made once. Equal to itself alone: comparing all answers takes too long. */
final class RunRow {
    static final RunWords WORDS = new RunWords(Numbers::significant);

    private final RunRecord record;
    private final String ended;
    private final String measured;
    private final String arm;
    private final String what;
    private final String headline;
    private final String machine;
    private final String all;

    RunRow(RunRecord record) {
        this.record = record;
        ended = WORDS.ended(record);
        measured = WORDS.measured(record);
        arm = WORDS.arm(record);
        what = WORDS.what(record);
        headline = WORDS.headline(record);
        // first what differs from record to record, as a column shows a part of it
        machine = record.machine().kernel() + ", "
                + Numbers.count(record.machine().threads(), "thread") + ", "
                + record.machine().cpu();
        all = String.join(
                        "\n",
                        record.id(),
                        record.kind().label(),
                        ended,
                        measured,
                        arm,
                        what,
                        headline,
                        machine,
                        record.subject().base().name())
                .toLowerCase(Locale.ROOT);
    }

    RunRecord record() {
        return record;
    }

    String id() {
        return record.id();
    }

    String ended() {
        return ended;
    }

    String kind() {
        return record.kind().label();
    }

    /** Setup or model. */
    String measured() {
        return measured;
    }

    String arm() {
        return arm;
    }

    /** Task or prompt length. */
    String what() {
        return what;
    }

    String headline() {
        return headline;
    }

    String machine() {
        return machine;
    }

    /** What it is, in a line. */
    String title() {
        return measured + (measured.equals(arm) ? "" : ", " + arm) + ": " + what;
    }

    /** Whether each of the words is in it somewhere. */
    boolean has(String words) {
        for (String word : words.toLowerCase(Locale.ROOT).split("\\s+", -1)) {
            if (!all.contains(word)) {
                return false;
            }
        }
        return true;
    }
}
