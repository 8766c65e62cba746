package org.foretoken.eval;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A question with what a model said.
 *
 * @param prompt as the model read it
 * @param output the model's answer, cut off at a stop string, or the choice that it finds likeliest; of several samples the first
 * @param filtered the answer that is scored: spaces at both ends off, but of a program's part
 * @param stop why it ended, such as {@code stop_string}
 * @param expected answers, any of which will do
 * @param scores by metric, in the task's order
 * @param logLikelihoods of the choices, nats; empty for other tasks
 * @param samples answers that were run; empty for other tasks
 */
public record Answered(
        String id,
        String prompt,
        String output,
        String filtered,
        String stop,
        List<String> expected,
        Map<String, Double> scores,
        List<Double> logLikelihoods,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Sample> samples) {
    public Answered {
        samples = List.copyOf(Objects.requireNonNullElse((@Nullable List<Sample>) samples, List.of()));
        // records are published without texts that aren't theirs to publish
        prompt = Objects.requireNonNullElse((@Nullable String) prompt, "");
        expected = Objects.requireNonNullElse((@Nullable List<String>) expected, List.of());
    }

    /** One whose answer isn't run. */
    public Answered(
            String id,
            String prompt,
            String output,
            String filtered,
            String stop,
            List<String> expected,
            Map<String, Double> scores,
            List<Double> logLikelihoods) {
        this(id, prompt, output, filtered, stop, expected, scores, logLikelihoods, List.of());
    }

    /**
     * Scores a choice.
     *
     * @param logs of the choices' probabilities, nats
     */
    public static Answered of(Task task, Questions.Question question, List<Double> logs) {
        Map<String, Double> scores = new LinkedHashMap<>();
        List<Double> perCharacter = new ArrayList<>();
        for (int i = 0; i < logs.size(); i++) {
            String choice = question.choices().get(i);
            perCharacter.add(logs.get(i) / choice.codePointCount(0, choice.length()));
        }
        for (Metric metric : task.metrics()) {
            int best = best(metric == Metric.ACC_NORM ? perCharacter : logs);
            scores.put(metric.label(), best == question.gold() ? 1.0 : 0.0);
        }
        String chosen = question.choices().get(best(task.metrics().get(0) == Metric.ACC_NORM ? perCharacter : logs));
        return new Answered(
                question.id(), question.prompt(), chosen, chosen, "choice", question.answers(), scores, logs);
    }

    /** The first of the largest, as NumPy's arg max. */
    private static int best(List<Double> values) {
        int best = 0;
        for (int i = 1; i < values.size(); i++) {
            best = values.get(i) > values.get(best) ? i : best;
        }
        return best;
    }

    /** What a text came to. */
    public static Answered of(Questions.Question question, Map<Metric, Double> measured) {
        Map<String, Double> scores = new LinkedHashMap<>();
        measured.forEach((metric, value) -> scores.put(metric.label(), value));
        return new Answered(question.id(), question.prompt(), "", "", "text", List.of(), scores, List.of());
    }

    /** Scores programs. A metric for more samples than there are is left out. */
    public static Answered ofSamples(Task task, Questions.Question question, List<Sample> samples) {
        int passed = (int) samples.stream()
                .filter(sample -> sample.outcome().equals(Sample.PASSED))
                .count();
        Map<String, Double> scores = new LinkedHashMap<>();
        for (Metric metric : task.metrics()) {
            if (samples.size() >= metric.k()) {
                scores.put(metric.label(), PassAtK.estimate(samples.size(), passed, metric.k()));
            }
        }
        Sample first = samples.get(0);
        return new Answered(
                question.id(),
                question.prompt(),
                first.output(),
                first.output(),
                first.stop(),
                question.answers(),
                scores,
                List.of(),
                samples);
    }

    /** Scores an answer in words. */
    public static Answered of(Task task, Questions.Question question, String output, String stop) {
        String filtered = Normalisation.strip(output);
        Map<String, Double> scores = new LinkedHashMap<>();
        for (Metric metric : task.metrics()) {
            scores.put(metric.label(), metric.score(filtered, question.answers()));
        }
        return new Answered(
                question.id(), question.prompt(), output, filtered, stop, question.answers(), scores, List.of());
    }
}
