package org.foretoken.runs;

import java.util.List;
import java.util.function.DoubleFunction;
import org.foretoken.Digits;
import org.foretoken.bench.Statistics;
import org.foretoken.bench.Statistics.Interval;
import org.foretoken.eval.Score;
import org.jspecify.annotations.Nullable;

/**
 * A figure with its 95% interval.
 *
 * @param low null, as {@code high} is, where there are too few samples for an interval
 */
public record Estimate(
        double value, @Nullable Double low, @Nullable Double high) {
    /** The normal distribution's: 95% lie within so many standard deviations. */
    private static final double WIDTH = 1.959964;

    /** A figure without an interval. */
    public static Estimate of(double value) {
        return new Estimate(value, null, null);
    }

    /**
     * Three digits with the interval, if there is one to speak of: 0.890 (0.810-0.940).
     *
     * @param unit right after the figure, such as "×"
     */
    public String words(String unit) {
        return words(unit, Digits::three);
    }

    /** As {@link #words(String)}, of digits that {@code digits} writes. */
    String words(String unit, DoubleFunction<String> digits) {
        String figure = (Double.isFinite(value) ? digits.apply(value) : "-") + unit;
        return low == null || high == null || low.equals(high)
                ? figure
                : figure + " (" + digits.apply(low) + "-" + digits.apply(high) + ")";
    }

    /** The median, between order statistics. */
    public static Estimate median(List<Double> samples) {
        return of(Statistics.median(samples), Statistics.medianInterval(samples));
    }

    /**
     * How many times as fast one way is as another that took turns with it: the median over the turns of the other's time by its own. A slow minute is in
     * both, so it is known several times better than the times themselves on a machine that isn't steady.
     *
     * @param over the slower one's times in the order they were taken
     * @param under as many
     */
    public static Estimate ratioByTurn(List<Double> over, List<Double> under) {
        return median(Statistics.byTurn(over, under, (a, b) -> a / b));
    }

    /** A figure with the interval that there is, if any. */
    public static Estimate of(double value, @Nullable Interval interval) {
        return interval == null ? of(value) : new Estimate(value, interval.low(), interval.high());
    }

    /** The mean: Wilson's interval of a share where every sample is 0 or 1, otherwise the normal distribution's. */
    public static Estimate mean(List<Double> samples) {
        Score score = Score.of(samples);
        return samples.stream().allMatch(x -> x == 0 || x == 1)
                ? wilson(score.mean(), score.n())
                : normal(score.mean(), score.standardError());
    }

    /**
     * The ratio of two means over the same questions; null where the base's is 0. Where none is right the delta method knows no error: then the share's own
     * bound over the base's mean is the ratio's.
     */
    public static @Nullable Estimate ratioOfMeans(List<Double> samples, List<Double> base) {
        Score ratio = Score.ratio(samples, base);
        Double most = mean(samples).high();
        if (ratio.mean() == 0 && most != null) {
            return new Estimate(0, 0.0, most / Score.of(base).mean());
        }
        return Double.isFinite(ratio.mean()) ? normal(ratio.mean(), ratio.standardError()) : null;
    }

    /** e to the mean: perplexity of losses in nats. */
    public static Estimate perplexity(List<Double> losses) {
        Score score = Score.of(losses);
        Estimate log = normal(score.mean(), score.standardError());
        return log.low() == null || log.high() == null
                ? of(Math.exp(log.value()))
                : new Estimate(Math.exp(log.value()), Math.exp(log.low()), Math.exp(log.high()));
    }

    /** Of what is never negative, as no metric is. */
    private static Estimate normal(double mean, double standardError) {
        return Double.isFinite(standardError)
                ? new Estimate(mean, Math.max(0, mean - WIDTH * standardError), mean + WIDTH * standardError)
                : of(mean);
    }

    /** Unlike the normal distribution's it isn't empty where all is right or all is wrong, and stays within 0 and 1. */
    private static Estimate wilson(double share, int n) {
        double square = WIDTH * WIDTH;
        double centre = (share + square / (2 * n)) / (1 + square / n);
        double half = WIDTH / (1 + square / n) * Math.sqrt(share * (1 - share) / n + square / (4.0 * n * n));
        return new Estimate(
                share, Math.max(0, Math.min(share, centre - half)), Math.min(1, Math.max(share, centre + half)));
    }
}
