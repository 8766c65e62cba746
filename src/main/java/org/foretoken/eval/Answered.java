package org.foretoken.eval;

import java.util.List;
import java.util.Map;

/**
 * A question with what a model said.
 *
 * @param prompt as the model read it
 * @param output the model's answer, cut off at a stop string
 * @param filtered the answer that is scored: spaces at both ends off
 * @param stop why it ended, such as {@code stop_string}
 * @param expected answers, any of which will do
 * @param scores by metric, in the task's order
 */
public record Answered(
        String id,
        String prompt,
        String output,
        String filtered,
        String stop,
        List<String> expected,
        Map<String, Double> scores) {
    /** Scores an answer. */
    public static Answered of(Task task, Questions.Question question, String output, String stop) {
        String filtered = Normalisation.strip(output);
        Map<String, Double> scores = new java.util.LinkedHashMap<>();
        for (Metric metric : task.metrics()) {
            scores.put(metric.label(), metric.score(filtered, question.answers()));
        }
        return new Answered(question.id(), question.prompt(), output, filtered, stop, question.answers(), scores);
    }
}
