package org.foretoken.ui.pareto;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;
import org.foretoken.eval.Metric;
import org.foretoken.model.Flops.Definition;
import org.foretoken.runs.Axes;
import org.foretoken.runs.Estimate;
import org.foretoken.runs.Pareto;
import org.foretoken.runs.ParetoPoint;
import org.foretoken.ui.fx.Numbers;
import org.foretoken.workbench.SweepPareto;
import org.jspecify.annotations.Nullable;

/** Points and axes in words. */
final class PointWords {
    /** Lines that a point takes, so that the chart doesn't move under the mouse. */
    static final int LINES = 4;

    private PointWords() {}

    /** What a chart is of. */
    static String chart(Pareto chart) {
        return chart.task() + ", " + Metric.words(chart.metric());
    }

    /** What a sweep has done, and what a reader of its points should know. */
    static String done(SweepPareto.Result result) {
        String added = Numbers.count(result.added(), "record") + " added";
        String reused = Numbers.count(result.reused(), "record") + " of before used";
        String records = result.reused() == 0 ? added : result.added() == 0 ? reused : added + ", " + reused;
        List<String> notes = result.pareto().points().stream()
                .map(ParetoPoint::note)
                .filter(Objects::nonNull)
                .distinct()
                .toList();
        return "Measured: " + records + "." + (notes.isEmpty() ? "" : " " + notes.get(0))
                + (notes.size() < 2 ? "" : " Other points have notes, too.");
    }

    /** What is wrong with the records' file. */
    static String faults(List<String> faults) {
        return faults.get(0) + (faults.size() > 1 ? " So are " + (faults.size() - 1) + " more." : "");
    }

    /** Everything that is known of a point, a line each for who it is, how soon, how well, and what a reader should know. */
    static String of(ParetoPoint point, Pareto among) {
        List<String> who = new ArrayList<>(List.of(point.label()));
        if (point.tokens() > 0) {
            who.add(Numbers.count(point.tokens(), "token"));
        }
        if (point.onFrontier()) {
            who.add("on the frontier");
        }
        boolean measured = point.origin().equals(ParetoPoint.MEASURED);
        if (!measured) {
            who.add(point.origin());
        }
        Estimate ttft = point.ttft();
        Estimate gain = point.gain();
        List<String> soon = new ArrayList<>();
        if (ttft != null) {
            soon.add("TTFT " + interval(ttft, 1, " ms"));
        }
        if (gain != null) {
            soon.add("gain " + interval(gain, 1, "\u00d7"));
        }
        String flops = String.join(
                ", ",
                Stream.of(Definition.values())
                        .filter(each -> point.flops().of(each) != null)
                        .map(each -> Numbers.significant(orNan(point.flops().of(each))) + "\u00d7 "
                                + each.name().toLowerCase(Locale.ROOT))
                        .toList());
        if (!flops.isEmpty()) {
            soon.add("FLOPs gain " + flops);
        }
        Estimate retained = point.retained();
        String well = (measured ? Metric.words(among.metric()) : "score") + " " + interval(point.score(), 1, "")
                + (retained == null ? "" : ", " + interval(retained, 100, "%") + " of the base's")
                + (point.note() == null ? "" : "\n" + point.note());
        return String.join(", ", who) + "\n" + String.join("; ", soon) + "\n" + well;
    }

    private static double orNan(@Nullable Double value) {
        return value == null ? Double.NaN : value;
    }

    private static String interval(Estimate estimate, double times, String unit) {
        Double low = estimate.low();
        Double high = estimate.high();
        double value = times * estimate.value();
        if (low == null || high == null || low.equals(high)) {
            return Numbers.significant(value) + unit;
        }
        // all three as fine as the greatest needs: more digits would be of the noise
        return Numbers.fine(value, times * high) + unit + " (" + Numbers.fine(times * low, times * high) + "\u2013"
                + Numbers.significant(times * high) + ")";
    }

    static String x(Axes.X x) {
        return switch (x) {
            case TTFT -> "TTFT";
            case GAIN -> "TTFT gain";
            case FLOPS -> "FLOPs gain";
        };
    }

    static String y(Axes.Y y) {
        return switch (y) {
            case SCORE -> "Score";
            case RETAINED -> "Share of the base's";
        };
    }

    static String definition(Definition definition) {
        return switch (definition) {
            case PAPER -> "the paper's";
            case EXACT -> "exact";
            case EXECUTED -> "executed";
        };
    }

    static String paper(int table) {
        return switch (table) {
            case 0 -> "None";
            case 5 -> "1.1B, TriviaQA";
            case 6 -> "3B, TriviaQA";
            default -> "1.1B, HumanEval";
        };
    }

    static String tokens(int tokens) {
        return tokens == 0 ? "All" : Numbers.count(tokens, "token");
    }
}
