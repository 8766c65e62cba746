package org.foretoken.bench;

import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleBinaryOperator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** What is said of a handful of timings. Nothing here assumes a distribution: timings have none worth assuming. */
public final class Statistics {
    private static final double CONFIDENCE = 0.95;

    /** Where a value lies, both ends included. */
    public record Interval(double low, double high) {
        /** Its width in parts of {@code value}. */
        public double relativeTo(double value) {
            return (high - low) / value;
        }
    }

    /**
     * Whether samples rise or fall while they are taken.
     *
     * @param change from the first to the last along the trend, in parts of the median; negative when they fall
     * @param probability that samples without a trend show one as clear as this (two-sided)
     */
    public record Trend(double change, double probability) {}

    private Statistics() {}

    /** The middle value, or the mean of the two in the middle. */
    public static double median(List<Double> samples) {
        return quantile(samples, 0.5);
    }

    /**
     * The value below which a share of the samples lies, interpolated between the two nearest (Hyndman and Fan's type 7, as NumPy does).
     *
     * @param samples at least one
     * @param share 0 to 1
     */
    public static double quantile(List<Double> samples, double share) {
        double[] sorted = sorted(samples);
        double at = share * (sorted.length - 1);
        int below = (int) Math.floor(at);
        int above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
    }

    /**
     * The 95% confidence interval of the median, between two order statistics. The number of samples below the true median is binomial(n, 1/2)
     * whatever the distribution, so [x(k), x(n+1-k)] misses it with probability 2·P(B < k); k is the largest that keeps this at 5%.
     *
     * <p>That holds for independent samples. Timings in a row aren't: a busy second falls on several of them, and {@link #correlationTime} of them say
     * no more than one. So k is found for n over that many samples, and scaled to n.
     *
     * @param samples in the order they were taken
     * @return null for fewer than six samples: the whole range of five covers only 93.75%. The whole range where samples hang together so much that
     *     they are worth fewer than six
     */
    public static @Nullable Interval medianInterval(List<Double> samples) {
        double[] sorted = sorted(samples);
        int n = sorted.length;
        if (rank(n) == 0) {
            return null;
        }
        int worth = (int) (n / correlationTime(samples));
        int k = Math.max(1, rank(worth) * (n + 1) / (worth + 1));
        return new Interval(sorted[k - 1], sorted[n - k]);
    }

    /** The largest k for which [x(k), x(n+1-k)] of n independent samples covers the median often enough; 0 where none does. */
    private static int rank(int n) {
        double miss = 0;
        // P(B = 0), P(B = 1), … from the logarithm, since 2⁻ⁿ leaves the range of double for large n
        double logTerm = -n * Math.log(2);
        int k = 0;
        while (k < n) {
            miss += 2 * Math.exp(logTerm);
            if (miss > 1 - CONFIDENCE) {
                break;
            }
            logTerm += Math.log((double) (n - k) / (k + 1));
            k++;
        }
        return k;
    }

    /**
     * How many samples in a row say as much of the median as one independent sample: 1 + 2 Σ ρ(k), where ρ(k) is how often samples k apart lie on the
     * same side of the median rather than on different ones. The sum goes on in pairs while these are positive (Geyer's initial positive sequence,
     * Statistical Science 7, 1992); what comes later is noise.
     *
     * @param samples in the order they were taken
     * @return at least 1
     */
    static double correlationTime(List<Double> samples) {
        double median = median(samples);
        double[] sides =
                samples.stream().mapToDouble(x -> Math.signum(x - median)).toArray();
        double all = agreement(sides, 0);
        double time = -1;
        for (int k = 0; all > 0 && k + 1 < sides.length; k += 2) {
            double pair = agreement(sides, k) + agreement(sides, k + 1);
            if (pair <= 0) {
                break;
            }
            time += 2 * pair / all;
        }
        return Math.max(1, time);
    }

    private static double agreement(double[] sides, int apart) {
        double sum = 0;
        for (int i = apart; i < sides.length; i++) {
            sum += sides[i] * sides[i - apart];
        }
        return sum;
    }

    /**
     * One way's samples by another's, turn by turn: what a turn did to both is in neither.
     *
     * @param a as many as {@code b}, taken in turns with them
     */
    public static List<Double> byTurn(List<Double> a, List<Double> b, DoubleBinaryOperator operator) {
        if (a.size() != b.size()) {
            throw new IllegalArgumentException(a.size() + " and " + b.size() + " samples were not taken in turns");
        }
        return IntStream.range(0, a.size())
                .mapToObj(i -> operator.applyAsDouble(a.get(i), b.get(i)))
                .toList();
    }

    /**
     * The trend of samples in the order they were taken: Theil and Sen's slope (the median of the slopes of all pairs), with Mann and Kendall's test of
     * whether later ones tend to be larger. Neither is moved by single outliers.
     *
     * @param samples at least two
     */
    public static Trend trend(List<Double> samples) {
        int n = samples.size();
        double[] slopes = new double[n * (n - 1) / 2];
        int count = 0;
        int score = 0;
        for (int i = 0; i < n; i++) {
            for (int j = i + 1; j < n; j++) {
                double difference = samples.get(j) - samples.get(i);
                slopes[count++] = difference / (j - i);
                score += (int) Math.signum(difference);
            }
        }
        double slope = median(Arrays.stream(slopes).boxed().toList());
        double deviation = Math.sqrt(n * (n - 1.0) * (2 * n + 5) / 18);
        // one step towards zero makes up for the score's taking whole numbers only
        double z = Math.max(0, Math.abs(score) - 1) / deviation;
        return new Trend(slope * (n - 1) / median(samples), 2 * normalTail(z));
    }

    /** P(Z > z) of the standard normal distribution, z ≥ 0, to 1e-7 (Abramowitz and Stegun 26.2.17). */
    static double normalTail(double z) {
        double t = 1 / (1 + 0.2316419 * z);
        double series =
                t * (0.319381530 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
        return Math.exp(-z * z / 2) / Math.sqrt(2 * Math.PI) * series;
    }

    private static double[] sorted(List<Double> samples) {
        if (samples.isEmpty()) {
            throw new IllegalArgumentException("no samples");
        }
        return samples.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    }
}
