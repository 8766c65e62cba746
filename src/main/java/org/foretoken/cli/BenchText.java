package org.foretoken.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.foretoken.Digits;
import org.foretoken.bench.Machine;
import org.foretoken.bench.Statistics.Interval;
import org.foretoken.runs.Estimate;
import org.foretoken.workbench.TtftRecord;
import org.foretoken.workbench.TtftRecord.Row;
import org.foretoken.workbench.TtftRecord.Sample;
import org.jspecify.annotations.Nullable;

/** A measurement as a table. */
final class BenchText {
    private BenchText() {}

    static List<String> lines(TtftRecord measured) {
        List<String> lines = new ArrayList<>();
        Machine machine = measured.machine();
        lines.add(machine.cpu() + ", " + machine.logicalCores() + " processors, " + Digits.bytes(machine.memoryBytes())
                + ", " + machine.os() + ", power: " + machine.powerSource());
        lines.add("kernel " + machine.kernel() + ", " + machine.threads() + " threads; at most "
                + Units.three(measured.peak().flopsPerSecond() / 1e9) + " GFLOP/s and "
                + Units.three(measured.peak().bytesPerSecond() / 1e9) + " GB/s here");
        if (measured.setup() != null) {
            lines.add("setup " + measured.setup() + ", source " + measured.source() + ", tail " + measured.tail());
        }
        lines.add("");
        lines.add(line(
                "tokens",
                "arm",
                "TTFT",
                "95% interval",
                "p10-p90",
                "gain, 95% interval",
                "FLOPs",
                "tok/aux/predict/first ms",
                "tokens/s",
                "memory"));
        for (Row row : measured.rows()) {
            lines.add(line(
                    Digits.count(row.tokens()),
                    row.arm(),
                    Units.millis(row.median()),
                    interval(row.interval()),
                    Units.three(row.p10()) + "-" + Units.three(row.p90()),
                    Estimate.of(row.gain(), row.gainInterval()).words(""),
                    Units.three(row.executedFlopsGain()),
                    phases(row.phases()),
                    row.decodeTokensPerSecond() == null ? "-" : Units.three(row.decodeTokensPerSecond()),
                    row.peakMemory() == null ? "-" : Digits.bytes(row.peakMemory())));
        }
        lines.add("");
        lines.add(
                "TTFT: median, from the prompt's text to the first token. gain: the base's TTFT over it, turn by turn. FLOPs: the base's executed FLOPs over its own.");
        for (Row row : measured.rows()) {
            if (!row.drift().isEmpty()) {
                lines.add("Note, " + row.arm() + " at " + Digits.count(row.tokens()) + " tokens: " + row.drift());
            }
        }
        // the arms of a length took turns, so it is theirs alike
        for (Row row : measured.rows()) {
            if (row.arm().equals(measured.rows().get(0).arm())) {
                row.busy().ifPresent(note -> lines.add("Note, " + Digits.count(row.tokens()) + " tokens: " + note));
            }
        }
        return lines;
    }

    private static String interval(@Nullable Interval interval) {
        return interval == null ? "-" : Units.three(interval.low()) + "-" + Units.three(interval.high());
    }

    private static String phases(Sample phases) {
        return Units.three(phases.tokenise()) + "/" + Units.three(phases.auxiliary()) + "/"
                + Units.three(phases.predict()) + "/" + Units.three(phases.firstStep());
    }

    private static String line(Object... cells) {
        return String.format(Locale.ROOT, "%7s  %-19s  %9s  %-15s  %-15s  %-18s  %5s  %-24s  %8s  %8s", cells)
                .stripTrailing();
    }
}
