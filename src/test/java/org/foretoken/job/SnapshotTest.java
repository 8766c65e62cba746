package org.foretoken.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.foretoken.job.Job.Snapshot;
import org.junit.jupiter.api.Test;

class SnapshotTest {
    private static final Snapshot BEGIN = new Snapshot("Training", 0, 0, 0, Duration.ZERO);

    private static Snapshot after(Snapshot before, long done, long total, long seconds) {
        return before.then("Training", done, total, Duration.ofSeconds(seconds));
    }

    @Test
    void workThatIsGoneOnWithIsTimedFromWhereItStood() {
        Snapshot resumed = after(BEGIN, 150, 200, 60);
        assertThat(resumed.left()).as("loading says nothing of the rate").isEmpty();
        assertThat(after(after(resumed, 151, 200, 5), 152, 200, 6).left()).contains(Duration.ofSeconds(264));
    }

    @Test
    void anInterludeIsTimedByItself() {
        Snapshot training = after(after(BEGIN, 0, 200, 0), 20, 200, 90);
        assertThat(training.left()).contains(Duration.ofSeconds(810));
        Snapshot looking = after(after(training, 0, 16, 5), 4, 16, 2);
        assertThat(looking.left()).contains(Duration.ofSeconds(6));
        Snapshot back = after(looking, 20, 200, 7);
        assertThat(back.left()).isEmpty();
        assertThat(after(back, 21, 200, 5).left()).contains(Duration.ofSeconds(895));
    }
}
