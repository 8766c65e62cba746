package org.foretoken.runs;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.foretoken.AtomicFile;
import org.foretoken.ForetokenException;
import org.foretoken.bench.Machine;
import org.foretoken.eval.Metric;
import org.jspecify.annotations.Nullable;

/**
 * Time to first token against accuracy: all that a chart, a table or a file of it is written from.
 *
 * @param task name of what was asked
 * @param version of the task
 * @param metric what scores are: a metric's label, or perplexity
 * @param higherIsBetter of the score
 * @param questions asked, or windows of a text read
 * @param machine that measured
 * @param axes that the frontier is drawn on
 * @param points measured ones by length, then arm; then published ones
 */
public record Pareto(
        String task,
        int version,
        String metric,
        boolean higherIsBetter,
        int questions,
        Machine machine,
        Axes axes,
        List<ParetoPoint> points) {
    private static final JsonMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .defaultPropertyInclusion(JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, null))
            .build();

    /** What it can be written as, by their usual extensions. */
    public static final List<String> FORMATS = List.of("csv", "json", "tex", "svg", "pdf", "png");

    private static final List<String> COLUMNS = List.of(
            "origin",
            "series",
            "label",
            "arm",
            "tail",
            "tokens",
            "ttft_ms",
            "ttft_ms_low",
            "ttft_ms_high",
            "ttft_gain",
            "ttft_gain_low",
            "ttft_gain_high",
            "flops_gain_paper",
            "flops_gain_exact",
            "flops_gain_executed",
            "score",
            "score_low",
            "score_high",
            "retained",
            "retained_low",
            "retained_high",
            "on_frontier",
            "records",
            "note",
            "program",
            "timestamp",
            "turns",
            "end",
            "auxiliary",
            "select_layers",
            "source",
            "predictor",
            "task",
            "version",
            "metric",
            "questions",
            "cpu",
            "os",
            "kernel",
            "threads");

    /** The columns that a published point has none of. */
    private static final int MEASUREMENT = COLUMNS.size() - COLUMNS.indexOf("program");

    public Pareto {
        points = List.copyOf(points);
    }

    /** What scores are on the chosen axis. */
    public String yLabel() {
        String name = Metric.words(metric);
        return axes.y() == Axes.Y.SCORE ? task + ": " + name : task + ": share of the base's " + name;
    }

    /** Whether a text was read, so that it has windows in place of questions, and several metrics. */
    public boolean ofText() {
        return Stream.of(Metric.values())
                .anyMatch(
                        each -> each.kind() == Metric.Kind.TEXT && each.shown().equals(metric));
    }

    /** Whether another has the same task and metric. */
    public boolean isLike(Pareto other) {
        return task.equals(other.task) && version == other.version && metric.equals(other.metric);
    }

    /** Whether another shows the same records by the same metric, whatever its axes and its name for the task. */
    public boolean showsTheSame(Pareto other) {
        return metric.equals(other.metric) && records().equals(other.records());
    }

    private Set<List<String>> records() {
        return points.stream().map(ParetoPoint::records).collect(Collectors.toSet());
    }

    /** The same on other axes, which have another frontier. */
    public Pareto on(Axes other) {
        return with(other, points);
    }

    /**
     * The same with the points of one of the paper's tables beside in place of others.
     *
     * @param table as {@link PaperPoints} has them; 0 for none
     */
    public Pareto withPaper(int table) throws ForetokenException {
        List<ParetoPoint> all =
                new ArrayList<>(points.stream().filter(ParetoPoint::measured).toList());
        all.addAll(table == 0 ? List.of() : PaperPoints.of(table));
        return with(axes, all);
    }

    private Pareto with(Axes others, List<ParetoPoint> all) {
        return new Pareto(
                task, version, metric, higherIsBetter, questions, machine, others, others.marked(all, higherIsBetter));
    }

    /** Lengths of the prompts that were measured. */
    public List<Integer> lengths() {
        return lengths(points);
    }

    /** The same of some points. */
    static List<Integer> lengths(List<ParetoPoint> points) {
        return points.stream()
                .filter(ParetoPoint::measured)
                .map(ParetoPoint::tokens)
                .distinct()
                .sorted()
                .toList();
    }

    /**
     * What a chart should say about itself.
     *
     * @param shown its points
     */
    String caption(List<ParetoPoint> shown) {
        return conditions(lengths(shown)) + " " + reading(shown);
    }

    /** How a chart of some points is to be read. */
    static String reading(List<ParetoPoint> shown) {
        return "Bars are 95% intervals; the stepped line is the frontier"
                + (lengths(shown).size() > 1 ? " at each length" : "")
                + (ParetoFigure.tails(shown).isEmpty()
                        ? "."
                        : "; dashes join the tails of a setup, of which a longer one takes more time.");
    }

    /**
     * What was asked, and on what it was measured.
     *
     * @param lengths of prompts that were timed
     */
    String conditions(List<Integer> lengths) {
        String prompts = lengths.stream().map(String::valueOf).collect(Collectors.joining(", "));
        return task + " version " + version + ", " + questions
                + (ofText() ? " windows" : " questions") + ", prompts of " + prompts + " tokens, on "
                + machine.cpu() + ", kernel " + machine.kernel() + ", " + machine.threads() + " threads.";
    }

    /** As JSON on one line, names in snake_case, absent values left out. */
    public String json() {
        try {
            return JSON.writeValueAsString(this);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("points are always writable", e);
        }
    }

    /** As comma-separated values (RFC 4180), a line a point, names in the first. */
    public String csv() {
        List<String> lines = new ArrayList<>();
        lines.add(String.join(",", COLUMNS));
        for (ParetoPoint p : points) {
            lines.add(Stream.of(
                            Stream.of(p.origin(), p.series(), p.label(), p.arm(), p.tail(), p.tokens()),
                            estimate(p.ttft()),
                            estimate(p.gain()),
                            Stream.of(
                                    p.flops().paper(),
                                    p.flops().exact(),
                                    p.flops().executed()),
                            estimate(p.score()),
                            estimate(p.retained()),
                            Stream.of(p.onFrontier(), String.join(" ", p.records()), p.note()),
                            measurement(p.measurement()))
                    .flatMap(cells -> cells)
                    .map(Pareto::cell)
                    .collect(Collectors.joining(",")));
        }
        return String.join("\r\n", lines) + "\r\n";
    }

    private static Stream<@Nullable Object> estimate(@Nullable Estimate estimate) {
        return estimate == null
                ? Stream.of(null, null, null)
                : Stream.of(estimate.value(), estimate.low(), estimate.high());
    }

    /** Of a published point the chart's task and machine are none of its own. */
    private Stream<@Nullable Object> measurement(ParetoPoint.@Nullable Measurement m) {
        if (m == null) {
            return Stream.generate(() -> (Object) null).limit(MEASUREMENT);
        }
        String layers = m.selectLayers() == null
                ? null
                : m.selectLayers().stream().map(String::valueOf).collect(Collectors.joining(" "));
        return Stream.of(
                m.program(),
                m.timestamp(),
                m.turns(),
                m.end(),
                m.auxiliary(),
                layers,
                m.source(),
                m.predictor(),
                task,
                version,
                metric,
                questions,
                machine.cpu(),
                machine.os(),
                machine.kernel(),
                machine.threads());
    }

    private static String cell(@Nullable Object value) {
        String text = value == null ? "" : String.format(Locale.ROOT, "%s", value);
        return text.matches("[^,\"\r\n]*") ? text : '"' + text.replace("\"", "\"\"") + '"';
    }

    /** As a LaTeX document: a figure (pgfplots) and a table (booktabs). */
    public String tex() {
        return ParetoTex.of(this);
    }

    /**
     * Writes {@code pareto.csv}, {@code pareto.json}, {@code pareto.tex} and the figure as {@code pareto.svg}, {@code pareto.pdf} and {@code
     * pareto.png}, each whole or not at all.
     *
     * @param folder made where needed
     * @return the files
     */
    public List<Path> write(Path folder) throws ForetokenException {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new ForetokenException(
                    folder + " can't be made (" + ForetokenException.reason(e) + "): choose another.", e);
        }
        List<Path> written = new ArrayList<>();
        for (String format : FORMATS) {
            // what LaTeX makes of it must not fall on the figure of that name
            Path file = folder.resolve(format.equals("tex") ? "pareto-latex.tex" : "pareto." + format);
            AtomicFile.write(file, as(format));
            written.add(file);
        }
        return written;
    }

    /**
     * As the content of a file: all points, or the figure of them.
     *
     * @param format one of {@link #FORMATS}
     */
    public byte[] as(String format) {
        return switch (format) {
            case "csv" -> csv().getBytes(StandardCharsets.UTF_8);
            case "json" -> (json() + "\n").getBytes(StandardCharsets.UTF_8);
            case "tex" -> tex().getBytes(StandardCharsets.UTF_8);
            case "svg", "pdf", "png" -> ParetoFigure.of(this).as(format);
            default -> throw new IllegalArgumentException(format);
        };
    }
}
