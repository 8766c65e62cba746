package org.foretoken.ui;

import java.util.concurrent.atomic.AtomicLong;
import javafx.application.Platform;

/** Beats on the FX thread every few milliseconds and keeps the longest gap: how long the window would have been frozen. */
final class Heartbeat implements AutoCloseable {
    private final AtomicLong longestNanos = new AtomicLong();
    private volatile boolean beating = true;
    private volatile long lastNanos = System.nanoTime();
    private final Thread heart = Thread.ofPlatform().daemon().start(this::beat);

    private void beat() {
        while (beating) {
            Platform.runLater(() -> {
                long now = System.nanoTime();
                longestNanos.accumulateAndGet(now - lastNanos, Math::max);
                lastNanos = now;
            });
            try {
                Thread.sleep(2);
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    double longestMillis() {
        return Math.max(longestNanos.get(), System.nanoTime() - lastNanos) / 1e6;
    }

    @Override
    public void close() {
        beating = false;
        heart.interrupt();
    }
}
