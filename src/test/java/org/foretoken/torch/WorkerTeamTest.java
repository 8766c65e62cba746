package org.foretoken.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class WorkerTeamTest {
    @Test
    void doesEveryPartOnceInEveryRound() {
        for (int threads : new int[] {1, 2, 5}) {
            try (WorkerTeam team = new WorkerTeam(threads)) {
                assertThat(team.threads()).isEqualTo(threads);
                for (int round = 0; round < 3000; round++) {
                    AtomicIntegerArray done = new AtomicIntegerArray(round % 9);
                    team.run(done.length(), (part, thread) -> done.incrementAndGet(part));
                    for (int i = 0; i < done.length(); i++) {
                        assertThat(done.get(i)).isEqualTo(1);
                    }
                }
            }
        }
    }

    @Test
    void showsTheCallerWhatHelpersWroteAndHelpersWhatTheCallerWrote() {
        try (WorkerTeam team = new WorkerTeam(3)) {
            int[] cells = new int[64];
            for (int round = 1; round <= 5000; round++) {
                team.run(cells.length, (i, thread) -> cells[i]++);
                for (int i = 0; i < cells.length; i++) {
                    assertThat(cells[i]).isEqualTo(round);
                }
            }
            Arrays.fill(cells, 7);
            team.run(cells.length, (i, thread) -> cells[i] *= 2);
            assertThat(cells).containsOnly(14);
        }
    }

    @Test
    void wakesHelpersThatHaveParked() throws InterruptedException {
        try (WorkerTeam team = new WorkerTeam(2)) {
            for (int i = 0; i < 20; i++) {
                Thread.sleep(Duration.ofNanos(3 * WorkerTeam.SPIN_NANOS));
                Thread caller = Thread.currentThread();
                // the caller's part only ends when the helper has done the other
                AtomicIntegerArray byHelper = new AtomicIntegerArray(1);
                team.run(2, (part, thread) -> {
                    if (Thread.currentThread() != caller) {
                        byHelper.set(0, 1);
                    }
                    while (byHelper.get(0) == 0) {
                        Thread.onSpinWait();
                    }
                });
                assertThat(byHelper.get(0)).isEqualTo(1);
            }
        }
    }

    @Test
    void tellsTheCallerOfAFailureAndGoesOn() {
        try (WorkerTeam team = new WorkerTeam(2)) {
            assertThatThrownBy(() -> team.run(10, (part, thread) -> {
                        if (part == 6) {
                            throw new IndexOutOfBoundsException("six");
                        }
                    }))
                    .isInstanceOf(IllegalStateException.class)
                    .hasRootCauseMessage("six");
            AtomicIntegerArray done = new AtomicIntegerArray(10);
            team.run(10, (part, thread) -> done.incrementAndGet(part));
            for (int i = 0; i < 10; i++) {
                assertThat(done.get(i)).isEqualTo(1);
            }
        }
    }

    @Test
    void needsAThread() {
        assertThatThrownBy(() -> new WorkerTeam(0)).hasMessage("0 threads");
    }
}
