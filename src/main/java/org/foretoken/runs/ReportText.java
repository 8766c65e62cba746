package org.foretoken.runs;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.foretoken.Digits;
import org.foretoken.bench.Machine;
import org.foretoken.eval.Metric;
import org.foretoken.model.Flops.Definition;
import org.jspecify.annotations.Nullable;

/** A report in Markdown, every number of it out of records. */
public final class ReportText {
    private static final int ALL_LAYERS = 6;
    private static final int DAY = 10; // characters of a timestamp
    private static final Pattern BACKTICKS = Pattern.compile("`+");
    private static final double GREAT = 99_950; // 100,000 in three digits

    private final List<String> lines = new ArrayList<>();
    private final String base;
    private final List<Pareto> charts;
    private final Map<String, RunRecord> records;

    /**
     * @param base the model's name
     * @param charts of one base on one machine, at least one
     * @param records that the charts' points name, by id
     */
    public ReportText(String base, List<Pareto> charts, Map<String, RunRecord> records) {
        this.base = base;
        this.charts = charts;
        this.records = records;
    }

    /**
     * The document.
     *
     * @param figures a figure's path for each chart, as a link from the document
     * @param commands that make the records again
     */
    public String markdown(List<String> figures, String commands) {
        Pareto first = charts.get(0);
        Machine machine = first.machine();
        lines.add("# KV prediction on " + base);
        lines.add("Written by `foretoken report` from " + records.size() + " run records (" + days() + "): "
                + machine.cpu() + ", " + machine.threads() + " threads, kernel " + machine.kernel() + ", "
                + machine.os() + ", Foretoken "
                + records.values().stream().map(RunRecord::program).distinct().collect(Collectors.joining(" and "))
                + ". Every number is computed from raw samples; intervals are 95%.");
        asked();
        frontier();
        for (int tokens : lengths()) {
            table(tokens);
        }
        for (int i = 0; i < charts.size(); i++) {
            lines.add("");
            lines.add(
                    "![" + charts.get(i).yLabel() + " against " + first.axes().xLabel() + "](" + figures.get(i) + ")");
            String notDrawn = ParetoFigure.notDrawn(charts.get(i), ", but in the table");
            if (!notDrawn.isEmpty()) {
                lines.add("");
                lines.add(notDrawn);
            }
        }
        reading();
        lines.add("");
        lines.add("## To make it again");
        String fence = fence(commands);
        lines.add(fence);
        lines.addAll(commands.strip().lines().toList());
        lines.add(fence);
        return String.join("\n", lines) + "\n";
    }

    /** Longer than whatever it encloses could end it with. */
    private static String fence(String text) {
        int longest = BACKTICKS
                .matcher(text)
                .results()
                .mapToInt(run -> run.end() - run.start())
                .max()
                .orElse(0);
        return "`".repeat(Math.max(3, longest + 1));
    }

    private String days() {
        List<String> days = records.values().stream()
                .map(RunRecord::timestamp)
                .map(time -> time.substring(0, Math.min(time.length(), DAY)))
                .distinct()
                .sorted()
                .toList();
        return days.size() == 1 ? days.get(0) : days.get(0) + " to " + days.getLast();
    }

    private void asked() {
        lines.add("");
        for (RunRecord record : records.values()) {
            RunRecord.Answers answers = record.answers();
            if (answers != null) {
                RunRecord.Asked asked = answers.asked();
                String line = "- **" + asked.task() + "**, version " + asked.version() + ": "
                        + answers.examples().size()
                        + (ParetoPoint.has(record, Metric.LOSS)
                                ? windows(asked)
                                : " questions, " + asked.shots() + "-shot")
                        + " of `" + fileName(asked.data()) + "` (sha256 "
                        + asked.dataSha256().substring(0, 12) + ")";
                if (!lines.contains(line)) {
                    lines.add(line);
                }
            }
        }
    }

    private static String windows(RunRecord.Asked asked) {
        return " windows" + (asked.window() == null ? "" : " of " + asked.window() + " tokens");
    }

    private static String fileName(String path) {
        return path.substring(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
    }

    /** Who is not beaten, chart by chart. */
    private void frontier() {
        lines.add("");
        lines.add("## Who is on the frontier");
        for (Pareto chart : charts) {
            for (int tokens : lengths()) {
                String names = chart.points().stream()
                        .filter(point -> point.onFrontier() && point.tokens() == tokens)
                        .sorted((a, b) -> Double.compare(gain(a), gain(b)))
                        .map(point -> point.label() + " (" + three(gain(point)) + "×, "
                                + three(Objects.requireNonNull(chart.axes().y(point))
                                        .value())
                                + ")")
                        .collect(Collectors.joining("; "));
                lines.add("- " + chart.yLabel() + ", prompts of " + tokens + " tokens: " + names + ".");
            }
        }
    }

    private static double gain(ParetoPoint point) {
        Estimate gain = point.gain();
        return gain == null ? 0 : gain.value();
    }

    private List<Integer> lengths() {
        return List.copyOf(charts.stream()
                .flatMap(chart -> chart.points().stream())
                .map(ParetoPoint::tokens)
                .collect(Collectors.toCollection(TreeSet::new)));
    }

    /** An arm a line, a chart's score a column. */
    private void table(int tokens) {
        Map<String, Map<Pareto, ParetoPoint>> rows = new LinkedHashMap<>();
        for (Pareto chart : charts) {
            for (ParetoPoint point : chart.points()) {
                if (point.tokens() == tokens) {
                    // of two with one label, such as bases of one name, the newer comes first
                    rows.computeIfAbsent(point.label(), label -> new LinkedHashMap<>())
                            .putIfAbsent(chart, point);
                }
            }
        }
        lines.add("");
        lines.add("## Prompts of " + tokens + " tokens");
        List<String> head =
                new ArrayList<>(List.of("arm", "auxiliary", "reads", "maps", "FLOPs gain", "TTFT ms", "TTFT gain"));
        charts.forEach(chart -> head.addAll(
                chart.higherIsBetter() && hasRetained(chart)
                        ? List.of(name(chart), "of the base's")
                        : List.of(name(chart))));
        lines.add("| " + String.join(" | ", head) + " |");
        lines.add("|" + " --- |".repeat(head.size()));
        rows.forEach((label, points) -> lines.add("| " + String.join(" | ", cells(label, points)) + " |"));
    }

    private static boolean hasRetained(Pareto chart) {
        return chart.points().stream().anyMatch(point -> point.retained() != null);
    }

    /** Of a text there are several metrics, a chart each; of two texts the same ones. */
    private String name(Pareto chart) {
        if (!chart.ofText()) {
            return chart.task();
        }
        boolean alone = charts.stream()
                        .filter(each -> each.metric().equals(chart.metric()))
                        .count()
                == 1;
        String metric = Metric.words(chart.metric());
        return alone ? metric : chart.task() + ": " + metric;
    }

    private List<String> cells(String label, Map<Pareto, ParetoPoint> points) {
        ParetoPoint any = points.values().iterator().next();
        RunRecord.Subject subject =
                Objects.requireNonNull(records.get(any.records().get(0))).subject();
        Double flops = any.flops().of(Definition.EXECUTED);
        List<String> cells = new ArrayList<>(List.of(
                label,
                layers(subject),
                subject.source() == null ? "" : subject.source(),
                subject.made() == null ? "" : subject.made().words(),
                flops == null ? "-" : three(flops) + "×",
                estimate(any.ttft(), ""),
                estimate(any.gain(), "×")));
        for (Pareto chart : charts) {
            ParetoPoint point = points.get(chart);
            cells.add(point == null ? "-" : estimate(point.score(), ""));
            if (chart.higherIsBetter() && hasRetained(chart)) {
                cells.add(point == null ? "-" : estimate(point.retained(), ""));
            }
        }
        return cells;
    }

    private static String layers(RunRecord.Subject subject) {
        List<Integer> layers = subject.selectLayers();
        if (layers == null) {
            RunRecord.Model auxiliary = subject.auxiliary();
            return auxiliary == null ? "" : auxiliary.name();
        }
        boolean first = layers.getLast() == layers.size() - 1;
        if (first) {
            return "first " + layers.size();
        }
        return layers.size() + ": "
                + layers.stream().limit(ALL_LAYERS).map(String::valueOf).collect(Collectors.joining(", "))
                + (layers.size() > ALL_LAYERS ? ", …" : "");
    }

    private void reading() {
        lines.add("");
        lines.add(
                "FLOPs gain: the base's executed FLOPs over the arm's. TTFT: median, from the prompt's text to the first"
                        + " token's id; its gain is the median over turns of the base's time by the arm's. Of the base's:"
                        + " the ratio over the same questions. Frontier: no other arm at that length is better in "
                        + charts.get(0).axes().xLabel()
                        + " or score and as good in the other, by medians and means alone.");
        lines.add("");
        lines.add(
                "The base's TTFT is timed anew beside each setup, in turns, and its row shows one of these times: gains"
                        + " can't be had by dividing the column of TTFTs.");
        if (charts.stream().anyMatch(Pareto::ofText)) {
            lines.add("");
            lines.add(
                    "Perplexity, kl and top one are over windows of a text with every position predicted: a tail changes"
                            + " an arm's times only, not these. A model reads each window from its first token on. A window's sample"
                            + " is the mean over all its tokens but the first, and the score is the mean of samples; a"
                            + " perplexity is e to the power of it.");
        }
        lines.add("");
        lines.add(
                "Intervals cover windows, questions and turns, not training, nor what random pruning drew: every predictor was"
                        + " made in one run.");
    }

    private static String estimate(@Nullable Estimate estimate, String unit) {
        return estimate == null ? "-" : estimate.words(unit, ReportText::digits);
    }

    private static String three(double value) {
        return Double.isFinite(value) ? digits(value) : "-";
    }

    /** Three digits, of great numbers two: nobody counts the zeros of 610,000,000. */
    private static String digits(double value) {
        return value < GREAT
                ? Digits.three(value)
                : String.format(Locale.ROOT, "%.1e", value).replaceFirst("e\\+0?", "e");
    }
}
