package org.foretoken.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.foretoken.runs.RunRecord;
import org.foretoken.workbench.RunWords;

/** Run records as lines. */
final class RunsText {
    private static final RunWords WORDS = new RunWords(Units::three);

    private RunsText() {}

    static List<String> lines(List<RunRecord> records) {
        if (records.isEmpty()) {
            return List.of("There are no such records. 'foretoken eval', 'bench', 'pareto' and 'train' make some.");
        }
        List<String> lines = new ArrayList<>();
        lines.add(line("id", "ended", "of", "arm", "tail", "setup or model", "what"));
        for (RunRecord record : records) {
            RunRecord.Subject subject = record.subject();
            lines.add(line(
                    record.id(),
                    WORDS.ended(record),
                    record.kind().label(),
                    subject.arm(),
                    subject.tail() == null ? "-" : subject.tail(),
                    WORDS.measured(record),
                    WORDS.result(record)));
        }
        return lines;
    }

    private static String line(Object... cells) {
        return String.format(Locale.ROOT, "%-10s  %-16s  %-8s  %-9s  %4s  %-20s  %s", cells)
                .stripTrailing();
    }

    /** One record at length. */
    static List<String> record(RunRecord record) {
        return WORDS.facts(record).stream()
                .map(fact -> String.format(Locale.ROOT, "%-11s %s", fact.name(), fact.value()))
                .toList();
    }
}
