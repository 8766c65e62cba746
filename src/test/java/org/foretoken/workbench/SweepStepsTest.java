package org.foretoken.workbench;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.foretoken.Progress;
import org.junit.jupiter.api.Test;

class SweepStepsTest {
    private long now;
    private String heard = "";

    private SweepSteps steps(long timings, long answers) {
        return new SweepSteps((what, done, total) -> heard = what, timings, answers, () -> now);
    }

    private void pass(Duration time) {
        now += time.toNanos();
    }

    @Test
    void saysWhatAllPartsStillTakeOnceEachKindWasThere() {
        SweepSteps steps = steps(2, 4);
        Progress timing = steps.timing();
        timing.report("half", 1, 4);
        assertThat(heard).isEqualTo("1 of 6: half");
        pass(Duration.ofMinutes(2));

        steps.answers().report("base", 0, 9);
        assertThat(heard).isEqualTo("2 of 6: base");
        pass(Duration.ofMinutes(10));

        // this one's ten minutes, two more of answers, one timing
        Progress answers = steps.answers();
        answers.report("half", 0, 9);
        assertThat(heard).isEqualTo("3 of 6 (32 min left in all): half");
        pass(Duration.ofMinutes(4));
        answers.report("half", 4, 9);
        assertThat(heard).isEqualTo("3 of 6 (28 min left in all): half");
        pass(Duration.ofMinutes(6));

        steps.timing().report("other", 0, 4);
        assertThat(heard).isEqualTo("4 of 6 (22 min left in all): other");
    }

    @Test
    void partsFoundInTheRecordsDontCount() {
        SweepSteps steps = steps(1, 4);
        steps.timing();
        steps.answers();
        steps.answers().report("first", 0, 9);
        assertThat(heard).isEqualTo("3 of 5: first");
        pass(Duration.ofMinutes(70));
        steps.answers().report("second", 0, 9);
        assertThat(heard).isEqualTo("4 of 5 (2 h 20 min left in all): second");
        pass(Duration.ofMinutes(70));
        Progress last = steps.answers();
        last.report("third", 0, 9);
        assertThat(heard).isEqualTo("5 of 5 (70 min left in all): third");
        pass(Duration.ofSeconds(4190));
        last.report("third", 8, 9);
        assertThat(heard).as("slower than those before").isEqualTo("5 of 5 (9 min left in all): third");
    }
}
