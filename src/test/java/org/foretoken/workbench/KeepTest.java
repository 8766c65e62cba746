package org.foretoken.workbench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.foretoken.workbench.PruneLayers.Keep;
import org.junit.jupiter.api.Test;

class KeepTest {
    @Test
    void fractionsOfThePaper() {
        assertThat(Keep.fraction(0.5, 7).layers()).containsExactly(0, 2, 4, 6);
        assertThat(Keep.fraction(0.75, 9).layers()).containsExactly(0, 1, 2, 4, 5, 6, 8);
        assertThat(Keep.fraction(0.25, 10).layers()).containsExactly(0, 4, 8);
        assertThat(Keep.fraction(0.75, 30).layers()).hasSize(23).doesNotContain(3, 7, 11, 15, 19, 23, 27);
        assertThat(Keep.fraction(1, 3).layers()).containsExactly(0, 1, 2);
    }

    @Test
    void otherFractionsSpreadEvenly() {
        assertThat(Keep.fraction(1 / 3.0, 9).layers()).containsExactly(0, 3, 6);
        assertThat(Keep.fraction(2 / 3.0, 9).layers()).containsExactly(0, 1, 3, 4, 6, 7);
        assertThat(Keep.fraction(0.1, 30).layers()).containsExactly(0, 10, 20);
        for (int layers = 1; layers < 40; layers++) {
            for (int kept = 1; kept <= layers; kept++) {
                assertThat(Keep.fraction((double) kept / layers, layers).layers())
                        .hasSize(kept)
                        .startsWith(0);
            }
        }
    }

    @Test
    void refusesWhatIsNoFraction() {
        for (double wrong : new double[] {0, -0.5, 1.01, Double.NaN}) {
            assertThatThrownBy(() -> Keep.fraction(wrong, 4)).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
