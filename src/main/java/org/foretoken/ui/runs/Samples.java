package org.foretoken.ui.runs;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import org.foretoken.eval.Answered;
import org.foretoken.eval.Metric;
import org.foretoken.generate.PhaseTimes;
import org.foretoken.runs.Estimate;
import org.foretoken.runs.RunRecord;
import org.foretoken.train.CurvePoint;
import org.foretoken.ui.figure.Pen.Spot;
import org.foretoken.ui.fx.Numbers;

/**
 * A record's raw samples, as a figure shows them.
 *
 * @param title what they are, with unit
 * @param across what is counted from left to right
 * @param line drawn from spot to spot: a training's steps
 * @param dots one a sample
 * @param middle their median with its interval; empty for none
 * @param words what is known of each dot
 */
record Samples(
        String title, String across, List<Spot> line, List<Spot> dots, Optional<Estimate> middle, List<String> words) {
    Samples {
        line = List.copyOf(line);
        dots = List.copyOf(dots);
        words = List.copyOf(words);
    }

    /** Those of a record; empty where it has nothing to draw, such as answers in words. */
    static Optional<Samples> of(RunRecord record) {
        RunRecord.Timing timing = record.timing();
        RunRecord.Answers answers = record.answers();
        RunRecord.Training training = record.training();
        Optional<Samples> samples = timing != null
                ? Optional.of(times(timing))
                : answers != null ? losses(answers) : training == null ? Optional.empty() : curve(training);
        return samples.filter(each -> !each.dots().isEmpty());
    }

    private static Samples times(RunRecord.Timing timing) {
        List<PhaseTimes> samples = timing.samples();
        return new Samples(
                "Time to first token, ms",
                "sample, in the order taken",
                List.of(),
                spots(timing.ttfts()),
                samples.isEmpty() ? Optional.empty() : Optional.of(Estimate.median(timing.ttfts())),
                IntStream.range(0, samples.size())
                        .mapToObj(i -> "Sample " + (i + 1) + ": "
                                + Numbers.millis(samples.get(i).ttft()) + " (tokenise "
                                + Numbers.significant(samples.get(i).tokenise()) + ", auxiliary "
                                + Numbers.significant(samples.get(i).auxiliary()) + ", predict "
                                + Numbers.significant(samples.get(i).predict()) + ", first step "
                                + Numbers.significant(samples.get(i).firstStep()) + ")")
                        .toList());
    }

    private static Optional<Samples> losses(RunRecord.Answers answers) {
        String loss = Metric.LOSS.label();
        List<Answered> windows = answers.examples().stream()
                .filter(example -> example.scores().containsKey(loss))
                .toList();
        if (windows.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new Samples(
                "Mean loss of a window, nats",
                "window of the text",
                List.of(),
                spots(windows.stream()
                        .map(window -> Objects.requireNonNull(window.scores().get(loss)))
                        .toList()),
                Optional.empty(),
                windows.stream()
                        .map(window -> "Window " + window.id() + ": " + ExamplesViewModel.scores(window))
                        .toList()));
    }

    private static Optional<Samples> curve(RunRecord.Training training) {
        List<CurvePoint> looks =
                training.curve().stream().filter(CurvePoint::heldOut).toList();
        return Optional.of(new Samples(
                "Loss: each step (line), held out (dots)",
                "step",
                training.curve().stream()
                        .filter(point -> !point.heldOut())
                        .map(point -> new Spot(point.step(), point.loss()))
                        .toList(),
                looks.stream()
                        .map(point -> new Spot(point.step(), point.loss()))
                        .toList(),
                Optional.empty(),
                looks.stream()
                        .map(point -> "After step " + Numbers.count(point.step()) + ", held out: loss "
                                + Numbers.significant(point.loss()) + ", KL "
                                + Numbers.significant(point.losses().divergence()) + ", perplexity "
                                + Numbers.significant(Math.exp(point.losses().base())))
                        .toList()));
    }

    private static List<Spot> spots(List<Double> values) {
        return IntStream.range(0, values.size())
                .mapToObj(i -> new Spot(i + 1, values.get(i)))
                .toList();
    }
}
