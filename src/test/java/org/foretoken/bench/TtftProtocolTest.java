package org.foretoken.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntToDoubleFunction;
import org.foretoken.ForetokenException;
import org.foretoken.Progress;
import org.foretoken.bench.TtftProtocol.Contender;
import org.foretoken.bench.TtftProtocol.End;
import org.foretoken.bench.TtftProtocol.FirstToken;
import org.foretoken.bench.TtftProtocol.Limits;
import org.foretoken.bench.TtftProtocol.Outcome;
import org.foretoken.generate.PhaseTimes;
import org.junit.jupiter.api.Test;

class TtftProtocolTest {
    private final AtomicLong now = new AtomicLong();
    private final TtftProtocol protocol = new TtftProtocol(now::get);
    private final List<String> order = new ArrayList<>();

    /** Takes as long as it says, by the protocol's clock; run 0 and 1 are warm-up. */
    private Contender contender(String name, IntToDoubleFunction millisOfRun) {
        AtomicInteger runs = new AtomicInteger();
        FirstToken firstToken = () -> {
            order.add(name);
            double millis = millisOfRun.applyAsDouble(runs.getAndIncrement());
            now.addAndGet((long) (millis * 1e6));
            return new PhaseTimes(0.5, 0, 0, millis - 0.5, 0, 0);
        };
        return new Contender(name, firstToken);
    }

    private Outcome run(Limits limits, Contender... contenders) throws ForetokenException {
        return protocol.run(List.of(contenders), limits, "timing", Progress.NONE);
    }

    @Test
    void takesTurnsAfterWarmingUpAndStopsWhenPrecise() throws ForetokenException {
        Outcome outcome = run(
                new Limits(50, 1000),
                contender("A", i -> i < 2 ? 900 : 100 + i % 3),
                contender("B", i -> i < 2 ? 900 : 50));
        assertThat(outcome.end()).isEqualTo(End.PRECISE);
        // six is the least number of samples whose range is a 95% interval; warm-up runs are not among them
        assertThat(outcome.measured())
                .hasSize(2)
                .allSatisfy(m -> assertThat(m.samples()).hasSize(6));
        assertThat(outcome.measured().get(0).ttfts()).containsExactly(102.0, 100.0, 101.0, 102.0, 100.0, 101.0);
        assertThat(order).hasSize(16);
        for (int i = 0; i < order.size(); i++) {
            assertThat(order.get(i)).isEqualTo(i % 2 == 0 ? "A" : "B");
        }
    }

    @Test
    void goesOnWhileAnyMedianIsImprecise() throws ForetokenException {
        // the wide samples come first; with more of the narrow ones the order statistics close in
        Outcome outcome = run(
                new Limits(50, 1000),
                contender("steady", i -> 100),
                contender("noisy", i -> i < 4 ? 100 + 40 * (i % 2) : 100));
        assertThat(outcome.end()).isEqualTo(End.PRECISE);
        assertThat(outcome.measured().get(0).samples()).hasSize(9);
    }

    @Test
    void stopsAtTheMostRepetitions() throws ForetokenException {
        Outcome outcome = run(new Limits(7, 1000), contender("noisy", i -> 100 + 40 * (i % 2)));
        assertThat(outcome.end()).isEqualTo(End.REPETITIONS);
        assertThat(outcome.measured().get(0).samples()).hasSize(7);
    }

    @Test
    void stopsAtTheTimeLimitButNotBeforeFiveRepetitions() throws ForetokenException {
        Outcome slow = run(new Limits(50, 0.1), contender("slow", i -> 1000));
        assertThat(slow.end()).isEqualTo(End.SECONDS);
        assertThat(slow.measured().get(0).samples()).hasSize(5);
        Outcome longer = run(new Limits(50, 1.05), contender("noisy", i -> 100 + 40 * (i % 2)));
        assertThat(longer.end()).isEqualTo(End.SECONDS);
        assertThat(longer.measured().get(0).samples()).hasSize(9);
    }

    @Test
    void notesSamplesThatRise() throws ForetokenException {
        Outcome outcome =
                run(new Limits(20, 1000), contender("hot", i -> 100 + 3 * i), contender("even", i -> 100 + i % 2));
        Locale before = Locale.getDefault();
        Locale.setDefault(Locale.forLanguageTag("ar-EG")); // digits of its own
        try {
            assertThat(outcome.measured().get(0).drift()).contains("42%");
        } finally {
            Locale.setDefault(before);
        }
        assertThat(outcome.measured().get(0).drift())
                .isEqualTo(
                        "hot: the samples rise by 42% from first to last; the machine may be heating up or getting busier.");
        assertThat(outcome.measured().get(1).drift()).isEmpty();
    }

    @Test
    void reportsProgressAndStopsWhenCancelled() {
        List<Long> done = new ArrayList<>();
        Progress impatient = (what, units, total) -> {
            assertThat(what).isEqualTo("timing");
            assertThat(total).isEqualTo(2 + 10);
            done.add(units);
            if (units == 4) {
                throw new CancellationException();
            }
        };
        assertThatThrownBy(
                        () -> protocol.run(List.of(contender("A", i -> 100)), new Limits(10, 100), "timing", impatient))
                .isInstanceOf(CancellationException.class);
        assertThat(done).containsExactly(0L, 1L, 2L, 3L, 4L);
    }

    @Test
    void limitsThatAllowNothingAreRefused() {
        assertThatThrownBy(() -> run(new Limits(4, 10), contender("A", i -> 1)))
                .isInstanceOf(ForetokenException.class)
                .hasMessage("A measurement takes at least 5 repetitions, not 4: allow more.");
        assertThatThrownBy(() -> run(new Limits(5, 0), contender("A", i -> 1)))
                .isInstanceOf(ForetokenException.class)
                .hasMessageContaining("0.0 seconds");
    }

    @Test
    void aFailureOfAContenderPasses() {
        Contender failing = new Contender("broken", () -> {
            throw new ForetokenException("no");
        });
        assertThatThrownBy(() -> run(new Limits(5, 1), failing)).hasMessage("no");
    }
}
