package org.foretoken.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.OptionalDouble;
import org.foretoken.bench.OtherWork.Ticks;
import org.junit.jupiter.api.Test;

class OtherWorkTest {
    private static final List<String> BEFORE = List.of(
            "cpu  100 10 50 800 20 5 5 10 7 0",
            "cpu0 50 5 25 400 10 3 2 5 3 0",
            "cpu1 50 5 25 400 10 2 3 5 4 0",
            "intr 1");
    private static final List<String> AFTER = List.of(
            "cpu  180 10 70 870 30 5 5 30 9 0",
            "cpu0 90 5 35 435 15 3 2 15 4 0",
            "cpu1 90 5 35 435 15 2 3 15 5 0",
            "intr 9");

    @Test
    void whatIsBusyAndNotOursIsOthers() {
        Ticks before = Ticks.of(BEFORE).orElseThrow();
        Ticks after = Ticks.of(AFTER).orElseThrow();
        assertThat(before).isEqualTo(new Ticks(180, 1000, 2));
        // 80 of user's, 20 of the system's and 20 of the host's in 200 ticks, a second of two processors; 0.8 s of them
        // were ours
        assertThat(before.others(after, 800, 1000)).isCloseTo(0.6 - 0.4, within(1e-12));
        assertThat(before.others(after, 2000, 1000))
                .as("more of ours than there was")
                .isZero();
    }

    @Test
    void anotherFormIsNoAnswer() {
        assertThat(Ticks.of(List.of())).isEmpty();
        assertThat(Ticks.of(List.of("cpu  1 2 3", "cpu0 1 2 3"))).isEmpty();
        assertThat(Ticks.of(List.of("intr 1 2 3 4 5 6 7 8 9"))).isEmpty();
    }

    @Test
    void aShareLiesBetweenNoneAndAll() {
        OtherWork others = OtherWork.begin();
        long end = System.nanoTime() + 300_000_000;
        double sum = 0;
        while (System.nanoTime() < end) {
            sum += Math.sin(sum + 1);
        }
        assertThat(sum).isFinite();
        OptionalDouble share = others.share();
        assertThat(share.orElse(0)).isBetween(0.0, 1.0);
    }

    @Test
    void aNoteNamesMuchOtherWorkAndPassesOverLittle() {
        assertThat(OtherWork.note(null)).isEmpty();
        assertThat(OtherWork.note(0.04)).isEmpty();
        assertThat(OtherWork.note(0.338).orElseThrow())
                .isEqualTo(
                        "Other work took 34% of the processors while this was timed: time it again when nothing else runs.");
    }
}
