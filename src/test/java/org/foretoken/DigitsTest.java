package org.foretoken;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class DigitsTest {
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
