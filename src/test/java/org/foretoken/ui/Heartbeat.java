package org.foretoken.ui;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import javafx.application.Platform;

/**
 * Beats on the FX thread every few milliseconds and keeps the longest time that our code held it: computing while a beat waited, or blocked (asleep, at
 * a lock, waiting for an answer) with our code on the stack. It doesn't measure by the clock alone, since on a busy machine other processes hold the
 * window up as well, and the software renderer of headless tests does.
 */
final class Heartbeat implements AutoCloseable {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final AtomicLong longestNanos = new AtomicLong();
    private final Thread heart = Thread.ofPlatform().daemon().unstarted(this::beat);
    private final Thread fx = fxThread();
    private volatile boolean beating = true;

    Heartbeat() {
        heart.start();
    }

    private void beat() {
        long blockedSince = 0;
        while (beating) {
            long burnt = THREADS.getThreadCpuTime(fx.threadId());
            Platform.runLater(
                    () -> longestNanos.accumulateAndGet(THREADS.getCurrentThreadCpuTime() - burnt, Math::max));
            long now = System.nanoTime();
            if (!isBlocked()) {
                blockedSince = 0;
            } else if (blockedSince == 0) {
                blockedSince = now;
            } else {
                longestNanos.accumulateAndGet(now - blockedSince, Math::max);
            }
            try {
                Thread.sleep(2);
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private boolean isBlocked() {
        return fx.getState() != Thread.State.RUNNABLE
                && Arrays.stream(fx.getStackTrace())
                        .anyMatch(frame -> frame.getClassName().startsWith("org.foretoken."));
    }

    private static Thread fxThread() {
        CompletableFuture<Thread> thread = new CompletableFuture<>();
        Platform.runLater(() -> thread.complete(Thread.currentThread()));
        return thread.join();
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
