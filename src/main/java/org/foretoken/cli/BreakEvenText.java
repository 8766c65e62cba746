package org.foretoken.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.foretoken.bench.TimeCurve;
import org.foretoken.workbench.BreakEven;
import org.foretoken.workbench.BreakEvenWords;
import org.jspecify.annotations.Nullable;

/** What a setup saves and takes, as a table and as JSON. */
final class BreakEvenText {
    private BreakEvenText() {}

    static List<String> lines(BreakEven.Result result) {
        List<String> lines = new ArrayList<>();
        lines.add(result.setup() + ", tail " + result.tail() + "; " + BreakEvenWords.machine(result));
        lines.add(BreakEvenWords.timed(result));
        lines.add("");
        lines.add(line("prompt", "reply", "base TTFT", "TTFT", "saved", "base in all", "in all", "saved of all", ""));
        for (BreakEven.Row row : result.rows()) {
            lines.add(times(row, row.foretold(), "foretold"));
            BreakEven.Times measured = row.measured();
            if (measured != null) {
                lines.add(times(row, measured, "measured"));
                lines.add(line(
                        "",
                        "",
                        off(row.foretold().baseTtft(), measured.baseTtft()),
                        off(row.foretold().ttft(), measured.ttft()),
                        off(row.foretold().saved(), measured.saved()),
                        off(row.foretold().baseTotal(), measured.baseTotal()),
                        off(row.foretold().total(), measured.total()),
                        "",
                        "off by"));
            }
        }
        lines.add("");
        lines.add(BreakEvenWords.from(result));
        lines.add(BreakEvenWords.memory(result.memory()));
        return lines;
    }

    private static String times(BreakEven.Row row, BreakEven.Times times, String what) {
        Double baseTotal = times.baseTotal();
        return line(
                Units.count(row.prompt()),
                Units.count(row.reply()),
                Units.millis(times.baseTtft()),
                Units.millis(times.ttft()),
                saved(times.saved()),
                baseTotal == null ? "-" : Units.millis(baseTotal),
                times.total() == null ? "-" : Units.millis(times.total()),
                baseTotal == null ? "-" : Units.three(100 * times.saved() / baseTotal) + "%",
                what);
    }

    private static String saved(double millis) {
        return millis < 0 ? "-" + Units.millis(-millis) : Units.millis(millis);
    }

    private static String off(@Nullable Double foretold, @Nullable Double measured) {
        return BreakEvenWords.off(foretold, measured).orElse("-");
    }

    private static String line(Object... cells) {
        return String.format(Locale.ROOT, "%6s  %6s  %9s  %9s  %9s  %11s  %9s  %12s  %s", cells)
                .stripTrailing();
    }

    static ObjectNode json(BreakEven.Result result) {
        ObjectNode object = Json.object();
        object.put("setup", result.setup().toString());
        object.put("tail", result.tail());
        object.put("cpu", result.machine().cpu());
        object.put("kernel", result.machine().kernel());
        object.put("threads", result.machine().threads());
        object.set("timed", Json.integers(result.timed()));
        object.set("base_ttft_ms", curve(result.base()));
        object.set("ttft_ms", curve(result.predicted()));
        object.set("saved_ms", curve(result.saved()));
        object.set("step_ms", curve(result.step()));
        object.put("from", result.from());
        BreakEven.MemoryPaid memory = result.memory();
        object.putObject("memory_bytes")
                .put("predictor", memory.predictor())
                .put("auxiliary", memory.auxiliary())
                .put("per_prompt_token", memory.perPromptToken())
                .put("in_memory", memory.inMemory());
        ArrayNode rows = object.putArray("rows");
        for (BreakEven.Row row : result.rows()) {
            ObjectNode each = rows.addObject().put("prompt", row.prompt()).put("reply", row.reply());
            each.set("foretold_ms", times(row.foretold()));
            BreakEven.Times measured = row.measured();
            if (measured != null) {
                each.set("measured_ms", times(measured));
            }
        }
        return object;
    }

    /** What was timed, between which it goes straight on: tokens and milliseconds. */
    private static ArrayNode curve(TimeCurve curve) {
        ArrayNode points = Json.object().putArray("points");
        for (TimeCurve.Point point : curve.points()) {
            points.addObject().put("tokens", point.tokens()).put("ms", point.millis());
        }
        return points;
    }

    private static ObjectNode times(BreakEven.Times times) {
        return Json.object()
                .put("base_ttft", times.baseTtft())
                .put("ttft", times.ttft())
                .put("saved", times.saved())
                .put("base_total", times.baseTotal())
                .put("total", times.total());
    }
}
