package org.foretoken.ui.fx;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Threads for view models without a toolkit: the test's own thread plays the FX thread, and background questions wait until the test lets them run. */
public final class TestThreads {
    private final BlockingQueue<Runnable> fx = new LinkedBlockingQueue<>();
    private final BlockingQueue<Runnable> background = new LinkedBlockingQueue<>();
    private final UiThreads threads = new UiThreads(fx::add, fx::add, background::add);

    public UiThreads threads() {
        return threads;
    }

    /** Runs everything, in the background and for the FX thread, until the condition holds; fails after a minute. */
    public void until(BooleanSupplier condition) {
        long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("waited too long").isLessThan(end);
            Runnable question = background.poll();
            if (question != null) {
                question.run();
            }
            take();
        }
    }

    /** Runs all that is there now. */
    public void settle() {
        while (!background.isEmpty() || !fx.isEmpty()) {
            Runnable question = background.poll();
            if (question != null) {
                question.run();
            }
            take();
        }
    }

    /** The oldest question that waits in the background. */
    public Runnable question() {
        return background.remove();
    }

    /** Runs what waits for the FX thread, and says how much it was. */
    public int frame() {
        int ran = 0;
        for (Runnable next = fx.poll(); next != null; next = fx.poll()) {
            next.run();
            ran++;
        }
        return ran;
    }

    private void take() {
        try {
            Runnable next = fx.poll(1, TimeUnit.MILLISECONDS);
            if (next != null) {
                next.run();
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
