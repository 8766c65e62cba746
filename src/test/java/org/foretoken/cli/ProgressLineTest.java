package org.foretoken.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.foretoken.job.Job.Snapshot;
import org.junit.jupiter.api.Test;

class ProgressLineTest {
    private static Snapshot moment(String what, long done, long total, long seconds) {
        return new Snapshot(what, done, total, 0, Duration.ofSeconds(seconds));
    }

    @Test
    void saysWhatHowFarAndHowLong() {
        assertThat(ProgressLine.text(moment("Reading x", 0, 0, 1))).isEqualTo("Reading x");
        assertThat(ProgressLine.text(moment("Calibrating on 8,192 tokens", 2048, 8192, 10)))
                .isEqualTo("Calibrating on 8,192 tokens 25%, 30 s left");
        assertThat(ProgressLine.text(moment("Calibrating", 0, 8192, 10))).isEqualTo("Calibrating 0%");
        assertThat(ProgressLine.text(moment("Calibrating", 9, 8, 10))).startsWith("Calibrating 100%");
    }

    @Test
    void neverWrapsTheScreen() {
        String text = ProgressLine.text(moment("Reading " + "x".repeat(200), 1, 3, 1000));
        assertThat(text).hasSize(79).endsWith("... 33%, 33 min left");
    }

    @Test
    void drawsOverItselfOnAScreenAndGoesAway() {
        Captured captured = new Captured(Path.of("unused"), true);
        ProgressLine line = captured.session().line();
        line.show(moment("Counting", 1, 4, 1), Duration.ofSeconds(1));
        line.show(moment("Counting", 2, 4, 2), Duration.ofSeconds(2));
        line.hide();
        line.show(moment("Counting", 3, 4, 3), Duration.ofSeconds(3));
        assertThat(captured.err())
                .isEqualTo("\rCounting 25%, 3 s left\u001b[K\rCounting 50%, 2 s left\u001b[K\r\u001b[K");
    }

    @Test
    void whatIsSaidStays() {
        Captured captured = new Captured(Path.of("unused"), true);
        ProgressLine line = captured.session().line();
        line.say("Unpacking");
        line.show(moment("Counting", 1, 4, 1), Duration.ofSeconds(1));
        line.say("Unpacked");
        assertThat(captured.err())
                .isEqualToNormalizingNewlines("Unpacking\n\rCounting 25%, 3 s left\u001b[K\rUnpacked\u001b[K\n");
    }

    @Test
    void isSparseInAFile() {
        Captured captured = new Captured(Path.of("unused"), false);
        ProgressLine line = captured.session().line();
        for (int tenths = 2; tenths < 300; tenths++) {
            Duration elapsed = Duration.ofMillis(tenths * 100L);
            String what = tenths < 8 ? "Opening" : "Counting";
            line.show(new Snapshot(what, tenths, 300, 0, elapsed), elapsed);
        }
        line.hide();
        assertThat(captured.err().lines())
                .as("not what passed within a second; then a line every ten")
                .containsExactly("Counting 6%, 28 s left", "Counting 39%, 18 s left", "Counting 72%, 8 s left");
    }
}
