package org.foretoken.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.foretoken.Digits;
import org.foretoken.bench.TimeCurve;
import org.foretoken.runs.Estimate;
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
            BreakEven.Check check = row.check();
            if (check != null) {
                lines.add(times(row, check.measured(), "measured"));
                lines.add(line(
                        "",
                        "",
                        off(check.baseTtft().value()),
                        off(check.ttft().value()),
                        off(check.saved().value()),
                        off(check.baseTotal()),
                        off(check.total()),
                        "",
                        "off by"));
                lines.add(line(
                        "",
                        "",
                        interval(check.baseTtft()),
                        interval(check.ttft()),
                        interval(check.saved()),
                        "",
                        "",
                        "",
                        "95%"));
            }
        }
        lines.add("");
        String checked = BreakEvenWords.checked(result);
        if (!checked.isEmpty()) {
            lines.add(checked);
        }
        lines.add(BreakEvenWords.from(result));
        lines.add(BreakEvenWords.memory(result.memory()));
        return lines;
    }

    private static String times(BreakEven.Row row, BreakEven.Times times, String what) {
        Double baseTotal = times.baseTotal();
        return line(
                Digits.count(row.prompt()),
                Digits.count(row.reply()),
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

    private static String off(@Nullable Double part) {
        return part == null ? "-" : BreakEvenWords.off(part);
    }

    private static String interval(Estimate off) {
        return BreakEvenWords.interval(off).orElse("-");
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
        object.put("other_work", result.otherWork());
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
            BreakEven.Check check = row.check();
            if (check != null) {
                each.set("measured_ms", times(check.measured()));
                ObjectNode off = each.putObject("off");
                off.set("base_ttft", estimate(check.baseTtft()));
                off.set("ttft", estimate(check.ttft()));
                off.set("saved", estimate(check.saved()));
                off.put("base_total", check.baseTotal()).put("total", check.total());
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

    private static ObjectNode estimate(Estimate estimate) {
        return Json.object()
                .put("value", estimate.value())
                .put("low", estimate.low())
                .put("high", estimate.high());
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
