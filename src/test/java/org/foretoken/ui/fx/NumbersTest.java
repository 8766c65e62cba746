package org.foretoken.ui.fx;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NumbersTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0.5|0.500",
                "1.8449|1.84",
                "9.996|10.0",
                "99.95|100",
                "999.4|999",
                "12345|12,300",
                "0|0",
                "0.00123|0.00123",
                "-2.5|-2.50"
            })
    void threeSignificantDigits(double value, String words) {
        assertThat(Numbers.significant(value)).isEqualTo(words);
    }

    @Test
    void anIntervalsNumbersAreAsFineAsItsGreatest() {
        assertThat(Numbers.fine(0.005, 0.0278)).isEqualTo("0.0050");
        assertThat(Numbers.fine(0.000883, 0.0278)).isEqualTo("0.0009");
        assertThat(Numbers.fine(9.87, 10.2)).isEqualTo("9.9");
        assertThat(Numbers.fine(123.4, 1234)).isEqualTo("123");
    }

    @Test
    void whatWasNotMeasuredIsADash() {
        assertThat(Numbers.millis(Double.NaN)).isEqualTo(Numbers.DASH);
        assertThat(Numbers.ratio(Double.POSITIVE_INFINITY)).isEqualTo(Numbers.DASH);
        assertThat(Numbers.rate(Double.NaN)).isEqualTo(Numbers.DASH);
    }

    @Test
    void everyNumberHasAUnit() {
        assertThat(Numbers.millis(18.44)).isEqualTo("18.4 ms");
        assertThat(Numbers.millis(999.6)).isEqualTo("1.00 s");
        assertThat(Numbers.millis(120_000)).isEqualTo("2.00 min");
        assertThat(Numbers.bytes(269_000_000)).isEqualTo("269 MB");
        assertThat(Numbers.bytes(999_900_000)).isEqualTo("1.00 GB");
        assertThat(Numbers.large(134_515_008)).isEqualTo("135 M");
        assertThat(Numbers.ratio(1.838)).isEqualTo("1.84×");
        assertThat(Numbers.percent(0.0333)).isEqualTo("3.33%");
        assertThat(Numbers.count(1, "layer")).isEqualTo("1 layer");
        assertThat(Numbers.count(8192, "token")).isEqualTo("8,192 tokens");
    }

    @Test
    void timeLeftIsRough() {
        assertThat(Numbers.left(Duration.ofMillis(1200))).isEqualTo("1 s left");
        assertThat(Numbers.left(Duration.ofSeconds(200))).isEqualTo("3 min left");
    }
}
