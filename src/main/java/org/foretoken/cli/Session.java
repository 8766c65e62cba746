package org.foretoken.cli;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.foretoken.ForetokenException;
import org.foretoken.Progress;
import org.foretoken.job.Job;
import org.foretoken.workbench.Workbench;
import org.jspecify.annotations.Nullable;

/** One command from start to end: queues its work on the engine thread, shows progress while the main thread waits, and stops cleanly on Ctrl-C. */
final class Session implements AutoCloseable {
    private static final Duration TICK = Duration.ofMillis(100);
    private static final Duration PATIENCE = Duration.ofMillis(200);
    private static final Duration LAST_MOMENT = Duration.ofSeconds(10);

    /** A command's work, on the engine thread. */
    @FunctionalInterface
    interface Work<T> {
        T run(Workbench workbench, Progress progress) throws ForetokenException;
    }

    private final Path home;
    private final Terminal terminal;
    private final ProgressLine line;
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile @Nullable Job<?> running;
    private volatile boolean stopping;
    private volatile boolean underWay;
    private @Nullable Throwable logged;

    Session(Path home, Terminal terminal) {
        this.home = home;
        this.terminal = terminal;
        this.line = new ProgressLine(terminal);
    }

    Path home() {
        return home;
    }

    Terminal terminal() {
        return terminal;
    }

    ProgressLine line() {
        return line;
    }

    /**
     * Runs {@code work} on the engine thread of a workbench of its own and waits.
     *
     * @throws CancellationException when the user stopped it
     */
    <T> T run(String title, EngineOptions engine, Work<T> work) throws ForetokenException {
        engine.speak();
        Workbench.Options options = engine.options(line::say);
        try (Workbench workbench = new Workbench(home, options)) {
            underWay = true;
            Job<T> job = workbench.jobs().submit(title, progress -> work.run(workbench, progress));
            running = job;
            if (stopping) {
                job.cancel();
            }
            try {
                watch(job);
                return job.await();
            } catch (ForetokenException | RuntimeException e) {
                logged = e;
                throw e;
            } finally {
                running = null;
                underWay = false;
                line.hide();
            }
        }
    }

    private void watch(Job<?> job) {
        long start = System.nanoTime();
        while (true) {
            try {
                job.outcome().get(TICK.toMillis(), TimeUnit.MILLISECONDS);
                return;
            } catch (TimeoutException e) {
                Duration elapsed = Duration.ofNanos(System.nanoTime() - start);
                if (elapsed.compareTo(PATIENCE) >= 0) {
                    line.show(job.snapshot(), elapsed);
                }
            } catch (ExecutionException | CancellationException e) {
                return; // await says it
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return; // await says it
            }
        }
    }

    /** Whether the log has this failure already. */
    boolean hasLogged(Throwable failure) {
        return failure.equals(logged);
    }

    /** What Ctrl-C does, on the JVM's shutdown thread: asks the job to stop and gives the main thread time to say so. */
    void interrupt() {
        stopping = true;
        if (!underWay) {
            return; // nothing to tidy up
        }
        Job<?> job = running;
        if (job != null) {
            job.cancel(); // one that is being queued is told by stopping
        }
        try {
            if (!ended.await(LAST_MOMENT.toSeconds(), TimeUnit.SECONDS)) {
                terminal.err().println("The engine did not stop within " + LAST_MOMENT.toSeconds() + " s; leaving it.");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        terminal.out().flush();
        terminal.err().flush();
        ended.countDown();
    }
}
