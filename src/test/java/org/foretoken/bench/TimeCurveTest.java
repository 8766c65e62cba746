package org.foretoken.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.Stream;
import org.foretoken.bench.TimeCurve.Point;
import org.junit.jupiter.api.Test;

class TimeCurveTest {
    private static final double CLOSE = 1e-9;

    @Test
    void findsTheCurveThatPointsLieOn() {
        TimeCurve curve = TimeCurve.fit(points(new TimeCurve(12, 0.5, 3e-5), 16, 48, 240, 1600));
        assertThat(curve.constant()).isCloseTo(12, within(1e-7));
        assertThat(curve.linear()).isCloseTo(0.5, within(CLOSE));
        assertThat(curve.quadratic()).isCloseTo(3e-5, within(CLOSE));
        assertThat(curve.at(1000)).isCloseTo(12 + 500 + 30, within(1e-6));
    }

    @Test
    void noTermIsNegative() {
        // a straight line through these would cross zero above the origin's left: 10, 30 at 20, 40
        TimeCurve curve = TimeCurve.fit(List.of(new Point(20, 10), new Point(40, 30)));
        assertThat(curve.constant()).isNotNegative();
        assertThat(curve.linear()).isNotNegative();
        assertThat(curve.quadratic()).isPositive();
        assertThat(curve.at(0)).isNotNegative();
    }

    @Test
    void shortPromptsCountAsMuchAsLongOnes() {
        // no curve of the form meets both of 1,000: the error that is left is alike in parts of the time
        TimeCurve curve = TimeCurve.fit(List.of(new Point(1, 10), new Point(1000, 900), new Point(1000, 1100)));
        assertThat(curve.at(1)).isCloseTo(10, within(1e-6));
        // Σ (t/900 − 1)² + (t/1100 − 1)² is least here, below the mean of the two
        double best = (1.0 / 900 + 1.0 / 1100) / (1.0 / (900 * 900) + 1.0 / (1100 * 1100));
        assertThat(curve.at(1000)).isCloseTo(best, within(1e-6));
    }

    @Test
    void oneLengthGivesAConstantOrALine() {
        TimeCurve curve = TimeCurve.fit(List.of(new Point(64, 8)));
        assertThat(curve.at(64)).isCloseTo(8, within(CLOSE));
    }

    private static List<Point> points(TimeCurve curve, Integer... lengths) {
        return Stream.of(lengths).map(n -> new Point(n, curve.at(n))).toList();
    }
}
