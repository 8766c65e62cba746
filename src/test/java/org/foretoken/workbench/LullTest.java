package org.foretoken.workbench;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class LullTest {
    private static final Duration SLICE = Duration.ofMillis(1);

    @Test
    void itIsTheFirstSliceWithoutMuchWork() {
        assertThat(Lull.await(
                        Duration.ofMillis(10), SLICE, worked(0, 900_000, 900_000, 1_200_000, 1_200_000, 1_300_000)))
                .isEqualTo(3);
        assertThat(Lull.await(Duration.ofMillis(10), SLICE, worked(7, 7))).isEqualTo(1);
    }

    @Test
    void itIsNotWaitedForWithoutEnd() {
        long[] busy = LongStream.range(0, 20).map(i -> i * 1_000_000).toArray();
        assertThat(Lull.await(Duration.ofMillis(4), SLICE, worked(busy))).isEqualTo(4);
    }

    private static LongSupplier worked(long... nanos) {
        return LongStream.of(nanos).iterator()::nextLong;
    }
}
