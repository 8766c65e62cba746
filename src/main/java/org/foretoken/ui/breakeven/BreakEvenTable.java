package org.foretoken.ui.breakeven;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.foretoken.bench.TimeCurve;
import org.foretoken.workbench.BreakEven;

/** Times as CSV, milliseconds: the lengths that were timed, then what was foretold of prompts and replies, and measured where it was checked. */
final class BreakEvenTable {
    private BreakEvenTable() {}

    static String of(BreakEven.Result result) {
        List<String> rows = new ArrayList<>(List.of("kind,prompt,reply,base_ttft,ttft,saved,base_total,total"));
        for (TimeCurve.Point point : result.base().points()) {
            int tokens = point.tokens();
            double saved = result.saved().signedAt(tokens);
            rows.add(row("timed", tokens, "", point.millis(), result.predicted().at(tokens), saved, "", ""));
        }
        for (BreakEven.Row row : result.rows()) {
            rows.add(times("foretold", row, row.foretold()));
            if (row.check() != null) {
                rows.add(times("measured", row, row.check().measured()));
            }
        }
        return String.join("\n", rows) + "\n";
    }

    private static String times(String kind, BreakEven.Row row, BreakEven.Times times) {
        return row(
                kind,
                row.prompt(),
                row.reply(),
                times.baseTtft(),
                times.ttft(),
                times.saved(),
                Objects.requireNonNullElse(times.baseTotal(), ""),
                Objects.requireNonNullElse(times.total(), ""));
    }

    private static String row(Object... cells) {
        return Stream.of(cells).map(Object::toString).collect(Collectors.joining(","));
    }
}
