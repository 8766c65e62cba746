package org.foretoken.runs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class EstimateTest {
    private static List<Double> shares(int right, int of) {
        return Stream.concat(Collections.nCopies(right, 1.0).stream(), Collections.nCopies(of - right, 0.0).stream())
                .toList();
    }

    /** Newcombe 1998's examples of the score method: 81 of 263, 15 of 148, 0 of 20, 29 of 29. */
    @Test
    void aShareHasWilsonsInterval() {
        assertInterval(Estimate.mean(shares(81, 263)), 0.2553, 0.3662);
        assertInterval(Estimate.mean(shares(15, 148)), 0.0624, 0.1605);
        assertInterval(Estimate.mean(shares(0, 20)), 0, 0.1611);
        assertInterval(Estimate.mean(shares(29, 29)), 0.8830, 1);
    }

    private static void assertInterval(Estimate estimate, double low, double high) {
        assertThat(estimate.low()).isCloseTo(low, within(5e-5));
        assertThat(estimate.high()).isCloseTo(high, within(5e-5));
    }

    @Test
    void aMeanHasTheNormalDistributionsAndIsNeverNegative() {
        // deviation 1, error 1/√3
        Estimate estimate = Estimate.mean(List.of(3.0, 4.0, 5.0));
        assertThat(estimate.value()).isEqualTo(4);
        assertInterval(estimate, 4 - 1.959964 / Math.sqrt(3), 4 + 1.959964 / Math.sqrt(3));
        assertThat(Estimate.mean(List.of(0.0, 0.0, 0.5)).low()).isZero();
        assertThat(Estimate.mean(List.of(0.5)).low()).isNull();
    }

    @Test
    void perplexityIsTheExponentialOfTheMeanAndOfItsEnds() {
        Estimate log = Estimate.mean(List.of(1.0, 2.0, 3.5));
        Estimate perplexity = Estimate.perplexity(List.of(1.0, 2.0, 3.5));
        assertThat(perplexity.value()).isCloseTo(Math.exp(log.value()), within(1e-12));
        assertInterval(
                perplexity, Math.exp(Objects.requireNonNull(log.low())), Math.exp(Objects.requireNonNull(log.high())));
    }

    @Test
    void aRatioByTurnIsWithoutWhatATurnDidToBoth() {
        // a machine that becomes three times slower, and 2.0 to 2.5 times as fast a way
        List<Double> slow = new ArrayList<>();
        List<Double> fast = new ArrayList<>();
        for (int i = 0; i < 11; i++) {
            slow.add(100.0 * (1 + i * 0.2));
            fast.add(slow.get(i) / (i % 2 == 0 ? 2 + i / 20.0 : 2.5 - i / 20.0));
        }
        Estimate gain = Estimate.ratioByTurn(slow, fast);
        assertThat(gain.value()).isCloseTo(2.25, within(1e-9));
        assertInterval(gain, 2.05, 2.45);
        assertThatThrownBy(() -> Estimate.ratioByTurn(slow, fast.subList(1, 11)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    /** Wilson's bound of no right answer of four, .490, over the base's half. */
    @Test
    void whereNoneIsRightMoreOfTheBasesMayStillBeKept() {
        Estimate kept = Estimate.ratioOfMeans(List.of(0.0, 0.0, 0.0, 0.0), List.of(1.0, 0.0, 1.0, 0.0));
        assertInterval(Objects.requireNonNull(kept), 0, 0.9798);
        assertThat(kept.value()).isZero();
    }

    @Test
    void aShareOfNothingIsNone() {
        assertThat(Estimate.ratioOfMeans(List.of(1.0, 0.0), List.of(0.0, 0.0))).isNull();
        assertThat(Objects.requireNonNull(Estimate.ratioOfMeans(List.of(1.0, 0.0), List.of(1.0, 1.0)))
                        .value())
                .isEqualTo(0.5);
    }
}
