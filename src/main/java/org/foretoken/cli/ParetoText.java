package org.foretoken.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.foretoken.Digits;
import org.foretoken.eval.Metric;
import org.foretoken.runs.Axes;
import org.foretoken.runs.Estimate;
import org.foretoken.runs.Pareto;
import org.foretoken.runs.ParetoPoint;
import org.foretoken.workbench.SweepPareto;
import org.jspecify.annotations.Nullable;

/** Points of a sweep as lines and as a table. */
final class ParetoText {
    private ParetoText() {}

    /** A point that has just been measured. */
    static String point(ParetoPoint point) {
        Estimate ttft = point.ttft();
        return point.label() + ", " + Digits.count(point.tokens()) + " tokens: TTFT "
                + (ttft == null ? "-" : ttft.words("") + " ms") + ", gain " + orDash(point.gain()) + ", score "
                + point.score().words("");
    }

    private static String orDash(@Nullable Estimate estimate) {
        return estimate == null ? "-" : estimate.words("");
    }

    static List<String> lines(SweepPareto.Result result) {
        Pareto pareto = result.pareto();
        List<String> lines = new ArrayList<>();
        lines.add(pareto.task() + " version " + pareto.version() + ", " + Digits.count(pareto.questions())
                + (pareto.ofText() ? " windows; " : " questions; ")
                + pareto.machine().cpu() + ", kernel "
                + pareto.machine().kernel() + ", " + pareto.machine().threads() + " threads");
        lines.add("");
        lines.add(line("arm", "tokens", "TTFT ms", "gain", "FLOPs", Metric.words(pareto.metric()), "retained %", ""));
        for (ParetoPoint point : pareto.points()) {
            Double flops = point.flops().of(pareto.axes().flops());
            lines.add(line(
                    point.label(),
                    point.tokens() == 0 ? "-" : Digits.count(point.tokens()),
                    orDash(point.ttft()),
                    orDash(point.gain()),
                    flops == null ? "-" : Units.three(flops),
                    point.score().words(""),
                    percent(point.retained()),
                    point.onFrontier() ? "frontier" : ""));
        }
        lines.add("");
        lines.add(
                "In brackets: 95% intervals. gain: the base's TTFT over the arm's, turn by turn. FLOPs: the base's over the"
                        + " arm's, " + pareto.axes().flopsLabel() + " definition.");
        lines.add("frontier: no other arm at that length is better in "
                + (pareto.axes().x() == Axes.X.TTFT ? "TTFT" : pareto.axes().xLabel()) + " or "
                + (pareto.axes().y() == Axes.Y.SCORE ? "score" : "share retained")
                + " and as good in the other.");
        pareto.points().stream()
                .filter(point -> point.note() != null)
                .forEach(point -> lines.add("Note, " + point.label() + ": " + point.note()));
        return lines;
    }

    private static String percent(@Nullable Estimate retained) {
        if (retained == null) {
            return "-";
        }
        Double low = retained.low();
        Double high = retained.high();
        return new Estimate(100 * retained.value(), low == null ? null : 100 * low, high == null ? null : 100 * high)
                .words("");
    }

    private static String line(Object... cells) {
        return String.format(Locale.ROOT, "%-38s  %6s  %-19s  %-18s  %5s  %-20s  %-18s  %s", cells)
                .stripTrailing();
    }
}
