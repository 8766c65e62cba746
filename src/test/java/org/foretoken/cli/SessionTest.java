package org.foretoken.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import org.foretoken.ForetokenException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

@Timeout(60)
class SessionTest {
    @TempDir
    private Path home;

    private static EngineOptions engine() {
        EngineOptions options = new EngineOptions();
        new CommandLine(options).parseArgs();
        return options;
    }

    @Test
    void worksOnTheEngineThreadAndHandsBackTheResult() throws ForetokenException {
        Captured captured = new Captured(home, true);
        String thread = captured.session()
                .run(
                        "Working",
                        engine(),
                        (workbench, progress) -> Thread.currentThread().getName());
        assertThat(thread).isEqualTo("engine");
        assertThat(captured.err()).as("nothing to show for quick work").isEmpty();
    }

    @Test
    void showsProgressOfLongWorkAndTakesItAway() throws ForetokenException {
        Captured captured = new Captured(home, true);
        captured.session().run("Working", engine(), (workbench, progress) -> {
            progress.report("Counting", 0, 10);
            while (!captured.err().contains("Counting 50%")) {
                progress.report("Counting", 5, 10);
                Thread.onSpinWait();
            }
            return 1;
        });
        assertThat(captured.err()).contains("left").endsWith("\r\u001b[K");
    }

    @Test
    void failuresComeThroughAndAreKnownToBeLogged() {
        Captured captured = new Captured(home, false);
        ForetokenException failure = new ForetokenException("Not today; try tomorrow.");
        assertThatThrownBy(() -> captured.session().run("Working", engine(), (workbench, progress) -> {
                    throw failure;
                }))
                .isSameAs(failure);
        assertThat(captured.session().hasLogged(failure)).isTrue();
        assertThat(captured.session().hasLogged(new ForetokenException("Another.")))
                .isFalse();
    }

    @Test
    void ctrlCStopsTheJobAndWaitsForTheCommandToEnd() throws InterruptedException {
        Captured captured = new Captured(home, false);
        CountDownLatch started = new CountDownLatch(1);
        Thread ctrlC = new Thread(() -> {
            try {
                started.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            captured.session().interrupt();
        });
        ctrlC.start();
        assertThatThrownBy(() -> captured.session().run("Working", engine(), (workbench, progress) -> {
                    while (true) {
                        progress.report("Forever", 0, 0);
                        started.countDown();
                    }
                }))
                .isInstanceOf(CancellationException.class);
        assertThat(ctrlC.isAlive()).as("waits for the command").isTrue();
        captured.session().close();
        ctrlC.join();
        assertThat(captured.err()).isEmpty();
    }
}
