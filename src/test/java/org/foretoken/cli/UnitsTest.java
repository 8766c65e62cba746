package org.foretoken.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class UnitsTest {
    @Test
    void threeSignificantDigits() {
        assertThat(Units.three(0.012345)).isEqualTo("0.0123");
        assertThat(Units.three(1)).isEqualTo("1.00");
        assertThat(Units.three(0.1)).isEqualTo("0.100");
        assertThat(Units.three(12.345)).isEqualTo("12.3");
        assertThat(Units.three(999.6)).isEqualTo("1,000");
        assertThat(Units.three(123456)).isEqualTo("123,000");
        assertThat(Units.three(0)).isEqualTo("0");
        assertThat(Units.three(-1.2345)).isEqualTo("-1.23");
        assertThat(Units.three(Double.NaN)).isEqualTo("-");
    }

    @Test
    void units() {
        assertThat(Units.amount(49_152)).isEqualTo("49,152");
        assertThat(Units.amount(134_515_008)).isEqualTo("135 million");
        assertThat(Units.amount(1_079_000_000)).isEqualTo("1.08 billion");
        assertThat(Units.millis(45.678)).isEqualTo("45.7 ms");
        assertThat(Units.millis(2345)).isEqualTo("2.35 s");
    }
}
