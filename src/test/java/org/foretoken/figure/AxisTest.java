package org.foretoken.figure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class AxisTest {
    private static List<String> labels(Axis axis, int atMost) {
        return axis.ticks(atMost).stream().map(tick -> axis.label(tick, atMost)).toList();
    }

    @Test
    void ticksAreRoundAndWrittenAlike() {
        assertThat(labels(new Axis(0.19, 0.37, false), 5)).containsExactly("0.20", "0.25", "0.30", "0.35");
        assertThat(labels(new Axis(0, 200, false), 4)).containsExactly("0", "50", "100", "150", "200");
        assertThat(labels(new Axis(25.2, 32.9, false), 4)).containsExactly("26", "28", "30", "32");
    }

    @Test
    void anAxisHasTwoNumbersOrMore() {
        assertThat(labels(new Axis(8, 92, false), 4))
                .as("steps of 50 would be one")
                .containsExactly("20", "40", "60", "80");
        assertThat(labels(new Axis(0.3, 0.7, false), 1)).hasSizeGreaterThan(1);
    }

    @Test
    void lossesOverPowersOfTenAreLogarithmic() {
        Axis axis = Axis.of(List.of(25.0, 50_000.0, Double.NaN), 0.06);
        assertThat(axis.log()).isTrue();
        assertThat(labels(axis, 4)).containsExactly("100", "1,000", "10,000");
        assertThat(axis.share(axis.least())).isZero();
        assertThat(axis.share(Math.sqrt(axis.least() * axis.most()))).isCloseTo(0.5, within(1e-9));
        assertThat(Axis.of(List.of(25.0, 33.0), 0.06).log()).isFalse();
    }

    @Test
    void greatNumbersOfALogarithmicAxisAreShort() {
        assertThat(labels(new Axis(2e4, 2e10, true), 4)).containsExactly("1e5", "1e6", "1e7", "1e8", "1e9", "1e10");
        assertThat(labels(new Axis(0, 200_000, false), 2)).containsExactly("0", "100,000", "200,000");
    }

    @Test
    void pointsHaveRoomOnBothSides() {
        Axis axis = Axis.around(List.of(1.0, 3.0), false);
        assertThat(axis.least()).isBetween(0.8, 0.99);
        assertThat(axis.most()).isBetween(3.01, 3.2);
        Axis log = Axis.around(List.of(1.0, 4.0), true);
        assertThat(log.least() * log.most()).isCloseTo(4, within(1e-9));
        assertThat(log.share(2)).isCloseTo(0.5, within(1e-9));
        assertThat(log.value(log.share(3))).isCloseTo(3, within(1e-9));
        assertThat(axis.value(axis.share(1.7))).isCloseTo(1.7, within(1e-9));
        // by powers of ten there would be one number
        assertThat(labels(log, 6)).containsExactly("1", "2", "3", "4");
        assertThat(Axis.around(List.of(0.0, 4.0), true).log())
                .as("0 has no logarithm")
                .isFalse();
        for (List<Double> values : List.of(List.<Double>of(), List.of(0.0), List.of(2.5))) {
            for (boolean logarithmic : new boolean[] {true, false}) {
                Axis alone = Axis.around(values, logarithmic);
                assertThat(alone.most()).isGreaterThan(alone.least());
                assertThat(alone.ticks(4)).isNotEmpty();
            }
        }
    }

    @Test
    void oneNumberAndNoneHaveAnAxisToo() {
        for (List<Double> values : List.of(List.<Double>of(), List.of(0.0), List.of(3.5, 3.5))) {
            Axis axis = Axis.of(values, 0.06);
            assertThat(axis.most()).isGreaterThan(axis.least());
            assertThat(axis.ticks(4)).isNotEmpty();
        }
    }
}
