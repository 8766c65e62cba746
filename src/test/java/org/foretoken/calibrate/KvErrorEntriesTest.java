package org.foretoken.calibrate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.assertj.core.data.Offset;
import org.foretoken.calibrate.KvError.Entries;
import org.foretoken.calibrate.KvError.Metric;
import org.junit.jupiter.api.Test;

/** Metrics from the sums that are kept of an entry. */
class KvErrorEntriesTest {
    /** Two heads of two numbers at one position: exact (3, 4) and (0, 12), predicted (3, 5) and (5, 12). */
    @Test
    void headsAddUpToTheirLayer() {
        float[] sums = {1, 25, 34, 29, 1, 25, 144, 169, 144, 5};
        Entries entries = new Entries(List.of(2), List.of(2), List.of(sums));
        assertThat(entries.value(Metric.RELATIVE_L2, 0, 0, 0)).isCloseTo(1 / 5.0, Offset.offset(1e-12));
        assertThat(entries.value(Metric.RELATIVE_L2, 0, 0, 1)).isCloseTo(5 / 12.0, Offset.offset(1e-12));
        assertThat(entries.value(Metric.RELATIVE_L2, 0, 0)).isCloseTo(Math.sqrt(26) / 13, Offset.offset(1e-12));
        assertThat(entries.value(Metric.L1, 0, 0, 0)).isCloseTo(0.5, Offset.offset(1e-12));
        assertThat(entries.value(Metric.L1, 0, 0, 1)).isCloseTo(2.5, Offset.offset(1e-12));
        assertThat(entries.value(Metric.L1, 0, 0)).isCloseTo(1.5, Offset.offset(1e-12));
        assertThat(entries.value(Metric.COSINE, 0, 0, 0)).isCloseTo(29 / Math.sqrt(25 * 34), Offset.offset(1e-12));
        assertThat(entries.value(Metric.COSINE, 0, 0, 1)).isCloseTo(12.0 / 13, Offset.offset(1e-12));
        assertThat(entries.value(Metric.COSINE, 0, 0)).isCloseTo(173 / Math.sqrt(169 * 203), Offset.offset(1e-12));
    }

    @Test
    void entriesOfZerosAreNeitherNaNNorInfinitelyWrong() {
        float[] sums = {0, 0, 0, 0, 0, 4, 0, 4, 0, 2};
        Entries entries = new Entries(List.of(2), List.of(2), List.of(sums));
        assertThat(entries.value(Metric.RELATIVE_L2, 0, 0, 0)).isZero();
        assertThat(entries.value(Metric.COSINE, 0, 0, 0)).isEqualTo(1);
        assertThat(entries.value(Metric.COSINE, 0, 0, 1)).isZero();
    }
}
