package org.foretoken.bench;

import java.util.List;

/**
 * Time by the number of tokens, t(n) = constant + linear·n + quadratic·n²: what every pass takes, what every token takes, and attention. None of the
 * three is negative.
 *
 * @param constant milliseconds
 * @param linear milliseconds a token
 * @param quadratic milliseconds a token squared
 */
public record TimeCurve(double constant, double linear, double quadratic) {
    private static final int TERMS = 3;

    /** One measurement. */
    public record Point(int tokens, double millis) {}

    /**
     * The curve with the least squares of relative errors, Σ (t(n)/millis − 1)², so that short prompts count as much as long ones.
     *
     * @param points at least one; with fewer than three lengths terms are 0
     */
    public static TimeCurve fit(List<Point> points) {
        long lengths = points.stream().mapToInt(Point::tokens).distinct().count();
        double scale = points.stream().mapToInt(Point::tokens).max().orElseThrow();
        double[] best = new double[TERMS];
        double least = Double.POSITIVE_INFINITY;
        // the best of non-negative coefficients is the unconstrained best of some of the terms: all choices of them are
        // tried
        for (int terms = 1; terms < 1 << TERMS; terms++) {
            if (Integer.bitCount(terms) > lengths) {
                continue;
            }
            double[] tried = unconstrained(points, scale, terms);
            double error = 0;
            for (Point point : points) {
                double relative = value(tried, point.tokens() / scale) / point.millis() - 1;
                error += relative * relative;
            }
            boolean allowed = tried[0] >= 0 && tried[1] >= 0 && tried[2] >= 0;
            if (allowed && error < least) {
                least = error;
                best = tried;
            }
        }
        return new TimeCurve(best[0], best[1] / scale, best[2] / (scale * scale));
    }

    /** Milliseconds for that many tokens. */
    public double at(double tokens) {
        return value(new double[] {constant, linear, quadratic}, tokens);
    }

    private static double value(double[] terms, double n) {
        return terms[0] + n * (terms[1] + n * terms[2]);
    }

    /**
     * Solves the normal equations for some terms, the others 0.
     *
     * @param terms a bit for each power of n
     */
    private static double[] unconstrained(List<Point> points, double scale, int terms) {
        double[][] equations = new double[TERMS][TERMS + 1];
        for (Point point : points) {
            double n = point.tokens() / scale;
            double[] row = {1 / point.millis(), n / point.millis(), n * n / point.millis()};
            for (int i = 0; i < TERMS; i++) {
                for (int j = 0; j < TERMS; j++) {
                    equations[i][j] += row[i] * row[j];
                }
                equations[i][TERMS] += row[i];
            }
        }
        for (int i = 0; i < TERMS; i++) {
            if ((terms & 1 << i) == 0) {
                for (int j = 0; j < TERMS; j++) {
                    equations[i][j] = 0;
                    equations[j][i] = 0;
                }
                equations[i][i] = 1;
                equations[i][TERMS] = 0;
            }
        }
        return solved(equations);
    }

    /** Gauss and Jordan; the matrix is symmetric and positive, so that no row need be exchanged. */
    private static double[] solved(double[][] equations) {
        for (int i = 0; i < TERMS; i++) {
            for (int row = 0; row < TERMS; row++) {
                double factor = row == i ? 0 : equations[row][i] / equations[i][i];
                for (int j = i; j <= TERMS; j++) {
                    equations[row][j] -= factor * equations[i][j];
                }
            }
        }
        double[] solution = new double[TERMS];
        for (int i = 0; i < TERMS; i++) {
            solution[i] = equations[i][TERMS] / equations[i][i];
        }
        return solution;
    }
}
