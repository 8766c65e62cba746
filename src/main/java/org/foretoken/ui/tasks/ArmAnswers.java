package org.foretoken.ui.tasks;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.foretoken.eval.Answered;
import org.foretoken.eval.Metric;
import org.foretoken.eval.Score;
import org.foretoken.generate.Arm;
import org.foretoken.runs.Estimate;

/**
 * What an arm has answered so far.
 *
 * @param questions that it is asked in all; 0 before its first answer
 * @param answers in the questions' order
 */
record ArmAnswers(Arm arm, int questions, List<Answered> answers) {
    ArmAnswers {
        answers = List.copyOf(answers);
    }

    /** The mean so far; empty for what isn't measured of this arm. */
    Optional<Score> score(Metric metric) {
        List<Double> samples = samples(metric, answers);
        return samples.isEmpty() ? Optional.empty() : Optional.of(Score.of(samples));
    }

    /** The share that is right with its 95% interval, as reports have it; empty where answers are more than right or wrong. */
    Optional<Estimate> share(Metric metric) {
        List<Double> samples = samples(metric, answers);
        boolean isShare = metric.higherIsBetter()
                && !samples.isEmpty()
                && samples.stream().allMatch(value -> value == 0 || value == 1);
        return isShare ? Optional.of(Estimate.mean(samples)) : Optional.empty();
    }

    /** The mean over the base's with its 95% interval, of the questions that both have answered; empty where the base got nothing right. */
    Optional<Estimate> ratio(ArmAnswers base, Metric metric) {
        int both = Math.min(answers.size(), base.answers().size());
        List<Double> own = samples(metric, answers.subList(0, both));
        List<Double> other = samples(metric, base.answers().subList(0, both));
        boolean comparable =
                !own.isEmpty() && own.size() == other.size() && other.stream().anyMatch(value -> value > 0);
        return comparable ? Optional.ofNullable(Estimate.ratioOfMeans(own, other)) : Optional.empty();
    }

    private static List<Double> samples(Metric metric, List<Answered> answers) {
        return answers.stream()
                .map(answer -> answer.scores().get(metric.label()))
                .filter(Objects::nonNull)
                .toList();
    }
}
