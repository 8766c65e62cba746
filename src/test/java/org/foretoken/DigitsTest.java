package org.foretoken;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class DigitsTest {
    @Test
    void countsAndBytes() {
        assertThat(Digits.count(0)).isEqualTo("0");
        assertThat(Digits.count(-1_234_567)).isEqualTo("-1,234,567");
        assertThat(Digits.bytes(999)).isEqualTo("999 B");
        assertThat(Digits.bytes(46_080)).isEqualTo("46.1 kB");
        assertThat(Digits.bytes(92_000_000)).isEqualTo("92.0 MB");
        assertThat(Digits.bytes(2_500_000_000L)).isEqualTo("2.50 GB");
    }

    @Test
    void aWaitIsNoFinerThanCanBeKnown() {
        assertThat(Digits.wait(Duration.ofMillis(100))).isEqualTo("1 s");
        assertThat(Digits.wait(Duration.ofSeconds(89))).isEqualTo("89 s");
        assertThat(Digits.wait(Duration.ofSeconds(90))).isEqualTo("2 min");
        assertThat(Digits.wait(Duration.ofSeconds(200))).isEqualTo("3 min");
        assertThat(Digits.wait(Duration.ofMinutes(99))).isEqualTo("99 min");
        assertThat(Digits.wait(Duration.ofMinutes(125))).isEqualTo("2 h 5 min");
    }
}
