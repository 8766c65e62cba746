package org.foretoken.cli;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.foretoken.Digits;
import org.foretoken.eval.AnswerHeader;
import org.foretoken.eval.Metric;
import org.foretoken.eval.Score;
import org.foretoken.eval.Task;
import org.foretoken.generate.Arm;
import org.foretoken.runs.Estimate;
import org.foretoken.workbench.Evaluate.ArmResult;
import org.foretoken.workbench.Evaluate.Result;

/** An evaluation as a table and as JSON. */
final class EvalText {
    private static final JsonMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .defaultPropertyInclusion(JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, null))
            .build();

    private EvalText() {}

    static List<String> lines(Result result) {
        Task task = result.task();
        AnswerHeader header = result.arms().get(0).header();
        List<String> lines = new ArrayList<>();
        lines.add(task.name() + " version " + task.version() + ", "
                + task.shots().count() + "-shot, "
                + Digits.count(result.arms().get(0).answers().size()) + " questions of " + result.data() + " (sha256 "
                + header.dataSha256().substring(0, 12) + ")");
        lines.add(result.model() + ", kernel " + header.kernel() + ", " + header.threads() + " threads");
        if (header.samples() != null) {
            lines.add("samples of each: " + header.samples() + ", run by Python " + header.python());
        }
        lines.add("");
        lines.add(line("arm", "tail", "metric", "score", "of the base's"));
        for (ArmResult arm : result.arms()) {
            Integer tail = arm.header().tail();
            String name = arm.arm().label();
            String reads = tail == null ? "-" : tail.toString();
            for (Metric metric : measured(task, arm)) {
                Optional<Score> ratio = arm.arm().equals(Arm.BASE) ? Optional.empty() : result.ratio(arm, metric);
                lines.add(line(
                        name,
                        reads,
                        metric.label(),
                        score(arm.score(metric), metric),
                        ratio.map(EvalText::score).orElse("-")));
                if (metric == Metric.LOSS) {
                    lines.add(line("", "", "perplexity", score(arm.score(metric).exponential()), "-"));
                }
                name = "";
                reads = "";
            }
        }
        lines.add("");
        for (ArmResult arm : result.arms()) {
            outcomes(arm).ifPresent(lines::add);
        }
        lines.add(
                "score ± standard error of the mean, or (95% interval) where all or none is right; of the base's: the ratio over"
                        + " the same questions.");
        return lines;
    }

    /** How the programs ended; empty for a task that runs none. */
    private static Optional<String> outcomes(ArmResult arm) {
        Map<String, Integer> counts = new LinkedHashMap<>();
        arm.answers().stream()
                .flatMap(answer -> answer.samples().stream())
                .forEach(sample -> counts.merge(sample.outcome().replace('_', ' '), 1, Integer::sum));
        return counts.isEmpty()
                ? Optional.empty()
                : Optional.of(arm.arm().label() + ", programs: "
                        + counts.entrySet().stream()
                                .map(each -> each.getValue() + " " + each.getKey())
                                .collect(Collectors.joining(", "))
                        + ".");
    }

    private static List<Metric> measured(Task task, ArmResult arm) {
        return task.metrics().stream().filter(arm::has).toList();
    }

    /** A share of all or of nothing knows no standard error: then its interval, as reports have it. */
    private static String score(Score score, Metric metric) {
        boolean none = score.mean() == 0 && score.standardError() == 0;
        boolean all = score.mean() == 1 && score.standardError() == 0;
        if (!metric.higherIsBetter() || !(none || all)) {
            return score(score);
        }
        Estimate share = Estimate.mean(Collections.nCopies(score.n(), score.mean()));
        return String.format(Locale.ROOT, "%.4f (%.4f-%.4f)", share.value(), share.low(), share.high());
    }

    private static String score(Score score) {
        return String.format(Locale.ROOT, "%.4f", score.mean())
                + (score.standardError() > 0 ? String.format(Locale.ROOT, " ± %.4f", score.standardError()) : "");
    }

    private static String line(Object... cells) {
        return String.format(Locale.ROOT, "%-19s  %4s  %-16s  %-22s  %s", cells).stripTrailing();
    }

    static ObjectNode json(Result result) {
        Task task = result.task();
        ObjectNode json = Json.object()
                .put("task", task.name())
                .put("task_version", task.version())
                .put("licence", task.licence())
                .put("shots", task.shots().count())
                .put("data", result.data().toString())
                .put("model", result.model().toString());
        ArrayNode arms = json.putArray("arms");
        for (ArmResult arm : result.arms()) {
            ObjectNode node = arms.addObject().put("arm", arm.arm().key());
            node.set("header", JSON.valueToTree(arm.header()));
            ObjectNode scores = node.putObject("scores");
            for (Metric metric : measured(task, arm)) {
                ObjectNode score = scores.putObject(metric.label());
                put(score, "", arm.score(metric));
                score.put("n", arm.answers().size());
                if (metric == Metric.LOSS) {
                    put(scores.putObject("perplexity"), "", arm.score(metric).exponential());
                }
                if (!arm.arm().equals(Arm.BASE)) {
                    result.ratio(arm, metric).ifPresent(ratio -> put(score, "ratio_", ratio));
                }
            }
            node.set("examples", JSON.valueToTree(arm.answers()));
        }
        return json;
    }

    private static void put(ObjectNode into, String prefix, Score score) {
        into.put(prefix + "mean", score.mean());
        if (Double.isFinite(score.standardError())) {
            into.put(prefix + "standard_error", score.standardError());
        }
    }
}
