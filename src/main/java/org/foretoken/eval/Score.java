package org.foretoken.eval;

import java.util.List;

/**
 * A mean with its standard error.
 *
 * @param standardError of the mean, from the samples' deviation with n − 1, as lm-eval has it; NaN for one sample
 * @param n samples
 */
public record Score(double mean, double standardError, int n) {
    /** That of some samples, at least one. */
    public static Score of(List<Double> samples) {
        double mean = mean(samples);
        return new Score(mean, deviation(samples, mean) / Math.sqrt(samples.size()), samples.size());
    }

    /**
     * The ratio of two means over the same questions. Both rise and fall with how hard the questions happen to be, so the error is that of the
     * differences y − r·x (the delta method), smaller than if each had been measured on questions of its own.
     *
     * @param samples y
     * @param base x, question by question
     * @return NaN where the base's mean is 0
     */
    public static Score ratio(List<Double> samples, List<Double> base) {
        int n = samples.size();
        double of = mean(base);
        double ratio = of == 0 ? Double.NaN : mean(samples) / of;
        Double[] residuals = new Double[n];
        for (int i = 0; i < n; i++) {
            residuals[i] = samples.get(i) - ratio * base.get(i);
        }
        return new Score(ratio, deviation(List.of(residuals), 0) / Math.sqrt(n) / of, n);
    }

    /** e to the mean: perplexity of a loss in nats. Its error by the delta method. */
    public Score exponential() {
        return new Score(Math.exp(mean), Math.exp(mean) * standardError, n);
    }

    private static double mean(List<Double> samples) {
        return samples.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
    }

    private static double deviation(List<Double> samples, double mean) {
        double squares =
                samples.stream().mapToDouble(x -> (x - mean) * (x - mean)).sum();
        return samples.size() < 2 ? Double.NaN : Math.sqrt(squares / (samples.size() - 1));
    }
}
