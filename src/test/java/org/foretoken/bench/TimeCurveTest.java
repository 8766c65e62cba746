package org.foretoken.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.foretoken.bench.TimeCurve.Point;
import org.junit.jupiter.api.Test;

class TimeCurveTest {
    private static final double CLOSE = 1e-9;

    @Test
    void goesStraightFromPointToPoint() {
        TimeCurve curve = new TimeCurve(List.of(new Point(512, 200), new Point(16, 20), new Point(112, 60)));
        assertThat(curve.points()).extracting(Point::tokens).containsExactly(16, 112, 512);
        assertThat(curve.at(16)).isCloseTo(20, within(CLOSE));
        assertThat(curve.at(64)).isCloseTo(40, within(CLOSE));
        assertThat(curve.at(112)).isCloseTo(60, within(CLOSE));
        assertThat(curve.at(312)).isCloseTo(130, within(CLOSE));
        assertThat(curve.at(512)).isCloseTo(200, within(CLOSE));
    }

    @Test
    void goesOnAsBetweenTheNearestTwo() {
        TimeCurve curve = new TimeCurve(List.of(new Point(20, 10), new Point(40, 30), new Point(80, 50)));
        assertThat(curve.at(120)).isCloseTo(70, within(CLOSE));
        assertThat(curve.at(15)).isCloseTo(5, within(CLOSE));
        assertThat(curve.at(1)).isZero();
    }

    @Test
    void oneLengthTellsOfItselfAlone() {
        assertThat(new TimeCurve(List.of(new Point(64, 8))).at(100)).isEqualTo(8);
    }

    @Test
    void twoTimesForOneLengthAreRefused() {
        List<Point> twice = List.of(new Point(64, 8), new Point(64, 9));
        assertThatThrownBy(() -> new TimeCurve(twice)).hasMessageContaining("64");
    }
}
