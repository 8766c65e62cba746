package org.foretoken.bench;

import java.util.Comparator;
import java.util.List;

/**
 * Time by the number of tokens: straight from each measured length to the next, and on beyond the first and the last as between the two nearest. A
 * prompt of the chunk's length or less costs something for each pass, for each token and for each pair, but products of few rows are slower in parts
 * that no such formula has, and every further chunk begins with a step.
 *
 * @param points by rising number of tokens, at least one
 */
public record TimeCurve(List<Point> points) {
    /** One measurement. */
    public record Point(int tokens, double millis) {}

    public TimeCurve {
        points = points.stream().sorted(Comparator.comparingInt(Point::tokens)).toList();
        for (int i = 1; i < points.size(); i++) {
            if (points.get(i).tokens() == points.get(i - 1).tokens()) {
                throw new IllegalArgumentException(
                        "two times for " + points.get(i).tokens() + " tokens");
            }
        }
    }

    /** Milliseconds for that many tokens; never negative. */
    public double at(double tokens) {
        return Math.max(0, signedAt(tokens));
    }

    /** The same of a difference of times, which may be negative. */
    public double signedAt(double tokens) {
        if (points.size() == 1) {
            return points.get(0).millis();
        }
        int next = 1;
        while (next < points.size() - 1 && points.get(next).tokens() < tokens) {
            next++;
        }
        Point a = points.get(next - 1);
        Point b = points.get(next);
        double way = (tokens - a.tokens()) / (b.tokens() - a.tokens());
        return a.millis() + way * (b.millis() - a.millis());
    }
}
