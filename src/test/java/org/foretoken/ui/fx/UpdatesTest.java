package org.foretoken.ui.fx;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Updates of the window: at most one a frame, and never a stale one. */
class UpdatesTest {
    private final TestThreads threads = new TestThreads();

    @Test
    void aThousandMarksAreOneUpdateAFrame() {
        AtomicInteger updates = new AtomicInteger();
        Coalesced coalesced = new Coalesced(threads.threads().pulse(), updates::incrementAndGet);
        for (int i = 0; i < 1000; i++) {
            coalesced.mark();
        }
        assertThat(threads.frame()).isEqualTo(1);
        coalesced.mark();
        threads.frame();
        assertThat(updates).hasValue(2);
    }

    @Test
    void anAnswerToAnEarlierQuestionIsDropped() {
        List<String> heard = new ArrayList<>();
        Latest latest = new Latest(threads.threads());
        latest.ask(() -> "first", heard::add, failure -> heard.add("failed"));
        latest.ask(() -> "second", heard::add, failure -> heard.add("failed"));
        Runnable first = threads.question();
        threads.question().run();
        first.run();
        threads.frame();
        assertThat(heard).containsExactly("second");
    }

    @Test
    void whatIsForgottenIsNotHeard() {
        List<String> heard = new ArrayList<>();
        Latest latest = new Latest(threads.threads());
        latest.<String>ask(
                () -> {
                    throw new IllegalStateException("late");
                },
                heard::add,
                failure -> heard.add("failed"));
        latest.forget();
        threads.settle();
        assertThat(heard).isEmpty();
    }
}
