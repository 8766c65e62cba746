package org.foretoken.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.foretoken.bench.Statistics.Interval;
import org.foretoken.bench.Statistics.Trend;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StatisticsTest {
    /** 1 to n, from above and below the middle in turns: nothing hangs together. */
    private static List<Double> upTo(int n) {
        return IntStream.range(0, n)
                .mapToObj(i -> (double) (i % 2 == 0 ? 1 + i / 2 : n - i / 2))
                .toList();
    }

    @Test
    void quantilesAreNumpys() {
        List<Double> values = List.of(7.0, 1.0, 4.0, 2.0);
        assertThat(Statistics.median(values)).isEqualTo(3.0);
        assertThat(Statistics.quantile(values, 0)).isEqualTo(1.0);
        assertThat(Statistics.quantile(values, 1)).isEqualTo(7.0);
        assertThat(Statistics.quantile(values, 0.1)).isCloseTo(1.3, within(1e-12));
        assertThat(Statistics.quantile(values, 0.9)).isCloseTo(6.1, within(1e-12));
        assertThat(Statistics.median(List.of(5.0))).isEqualTo(5.0);
        assertThatThrownBy(() -> Statistics.median(List.of())).isInstanceOf(IllegalArgumentException.class);
    }

    /** Median and interval of walks about 1 in which each step keeps so much of the one before: how many intervals hold 1. */
    private static double held(double kept, int n) {
        Random random = new Random(1);
        int held = 0;
        for (int i = 0; i < 4000; i++) {
            List<Double> samples = new ArrayList<>();
            double state = random.nextGaussian();
            for (int j = 0; j < n; j++) {
                samples.add(Math.exp(state));
                state = kept * state + Math.sqrt(1 - kept * kept) * random.nextGaussian();
            }
            Interval interval = Statistics.medianInterval(samples);
            if (interval != null && interval.low() <= 1 && interval.high() >= 1) {
                held++;
            }
        }
        return held / 4000.0;
    }

    /** Ranks of the usual tables, such as Conover's: n, lower rank, upper rank. */
    @ParameterizedTest
    @CsvSource({"6,1,6", "8,1,8", "9,2,8", "10,2,9", "11,2,10", "12,3,10", "15,4,12", "20,6,15", "25,8,18", "50,18,33"})
    void theMediansIntervalHasTheRanksOfTheTables(int n, double low, double high) {
        assertThat(Statistics.medianInterval(upTo(n))).isEqualTo(new Interval(low, high));
    }

    @Test
    void fiveSamplesHaveNoInterval() {
        for (int n = 1; n < 6; n++) {
            assertThat(Statistics.medianInterval(upTo(n))).isNull();
        }
    }

    /** Skewed, as timings are: the median of exp(normal) is 1. */
    @Test
    void theIntervalHoldsTheTrueMedianAsOftenAsItSays() {
        assertThat(held(0, 11)).isBetween(0.95, 0.995);
        assertThat(held(0, 50)).isBetween(0.95, 0.99);
    }

    /** A machine that is busy for some samples on end: taken for independent, 30 of them would hold the median 81 times of 100. */
    @Test
    void itHoldsTheMedianOfSamplesThatHangTogether() {
        assertThat(held(0.5, 30)).isBetween(0.93, 0.97);
        assertThat(held(0.8, 100)).isBetween(0.9, 0.97);
    }

    @Test
    void samplesThatKeepToOneSideAreWorthFewer() {
        List<Double> halves = new ArrayList<>(IntStream.range(0, 40)
                .mapToObj(i -> i < 20 ? 10.0 + i % 3 : 20.0 + i % 3)
                .toList());
        assertThat(Statistics.correlationTime(halves)).isGreaterThan(8);
        assertThat(Statistics.medianInterval(halves)).isEqualTo(new Interval(10, 22));
        Collections.shuffle(halves, new Random(2));
        assertThat(Statistics.correlationTime(halves)).isLessThan(2);
        assertThat(Statistics.correlationTime(List.of(3.0, 3.0, 3.0))).isEqualTo(1);
    }

    @Test
    void manySamplesDoNotLeaveTheRangeOfDouble() {
        assertThat(Statistics.medianInterval(upTo(5000))).isEqualTo(new Interval(2431, 2570));
    }

    @Test
    void aRiseIsFoundWithItsSizeDespiteOutliers() {
        List<Double> samples = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            samples.add(100 + i + (i == 7 ? 500.0 : 0));
        }
        Trend trend = Statistics.trend(samples);
        assertThat(trend.change()).isCloseTo(19 / 110.0, within(0.01));
        assertThat(trend.probability()).isLessThan(1e-4);
        assertThat(Statistics.trend(samples.reversed()).change()).isCloseTo(-19 / 110.0, within(0.01));
    }

    @Test
    void noTrendIsFoundInWhatHasNone() {
        Trend flat = Statistics.trend(List.of(3.0, 3.0, 3.0, 3.0, 3.0));
        assertThat(flat.change()).isZero();
        assertThat(flat.probability()).isCloseTo(1, within(1e-6));
        assertThat(Statistics.trend(List.of(10.0, 12.0, 9.0, 11.0, 10.5, 9.5)).probability())
                .isGreaterThan(0.3);
    }

    @ParameterizedTest
    @CsvSource({"0,0.5", "1,0.158655254", "1.959964,0.025", "3,0.001349898"})
    void theNormalTailIsTheTables(double z, double tail) {
        assertThat(Statistics.normalTail(z)).isCloseTo(tail, within(1e-7));
    }
}
