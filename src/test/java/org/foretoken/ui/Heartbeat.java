package org.foretoken.ui;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import javafx.application.Platform;

/**
 * Beats on the FX thread every few milliseconds and keeps the longest time that a beat had to wait there: how long the window would have been frozen.
 * Time in which the FX thread was ready to run but other processes had the processors doesn't count, where the system tells it (Linux).
 */
final class Heartbeat implements AutoCloseable {
    private static final Path SCHEDULER = Path.of("/proc/thread-self/schedstat");

    private final AtomicLong longestNanos = new AtomicLong();
    private final Thread heart = Thread.ofPlatform().daemon().unstarted(this::beat);
    private volatile boolean beating = true;
    private long heldUpNanos = -1;

    Heartbeat() {
        heart.start();
    }

    private void beat() {
        while (beating) {
            long asked = System.nanoTime();
            Platform.runLater(() -> heard(asked));
            try {
                Thread.sleep(2);
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private void heard(long asked) {
        long waited = System.nanoTime() - asked;
        long heldUp = heldUpNanos();
        long others = heldUpNanos < 0 ? 0 : heldUp - heldUpNanos;
        heldUpNanos = heldUp;
        longestNanos.accumulateAndGet(waited - others, Math::max);
    }

    /** How long this thread has waited for a processor since it began; 0 where the system doesn't tell. */
    private static long heldUpNanos() {
        try {
            return Files.exists(SCHEDULER)
                    ? Long.parseLong(Files.readString(SCHEDULER).split(" ", -1)[1])
                    : 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    double longestMillis() {
        return longestNanos.get() / 1e6;
    }

    @Override
    public void close() {
        beating = false;
        heart.interrupt();
    }
}
