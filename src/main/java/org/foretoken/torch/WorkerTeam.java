package org.foretoken.torch;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Threads that share short pieces of work, the caller being one of them. A product of one token lasts some 15 µs, so helpers spin between two pieces
 * and only park when none has come for {@link #SPIN_NANOS}.
 *
 * <p>Parts are taken from a counter in ascending order by whoever is free: a helper that the system has put aside delays nobody, since its share is
 * done by the others. Results don't depend on who does a part as long as parts write to places of their own.
 *
 * <p>One thread at a time may call {@link #run}, any thread.
 */
public final class WorkerTeam implements AutoCloseable {
    /** One piece of work in parts that may be done at once. */
    @FunctionalInterface
    public interface Work {
        /**
         * Does a part.
         *
         * @param part its number
         * @param thread which thread of the team does it, 0 to threads - 1; the caller is 0
         */
        void part(int part, int thread);
    }

    /** How long a helper spins before it parks. Longer than the time between two tokens, sampling and the caller's own work included. */
    static final long SPIN_NANOS = 1_000_000;

    // far enough apart that no two share a cache line, nor a pair of lines fetched together
    private static final int OPEN = 16;
    private static final int UNFINISHED = 48;
    private static final int SLEEPERS = 80;
    private static final int SLOTS = 96;

    /** OPEN: round << 32 | parts that nobody has taken. UNFINISHED: parts not yet done. SLEEPERS: helpers parked or about to. */
    private final AtomicLongArray counters = new AtomicLongArray(SLOTS);

    private final List<Thread> helpers = new ArrayList<>();
    private volatile boolean closed;

    // Written before OPEN is set, read by whoever takes a part of that round: OPEN orders both. They change only when
    // no part is open or unfinished.
    private Work work = (part, thread) -> {};
    private int parts;
    private volatile @Nullable Throwable failure;

    /**
     * @param threads that work, the caller included; with one, the caller does everything
     */
    public WorkerTeam(int threads) {
        if (threads < 1) {
            throw new IllegalArgumentException(threads + " threads");
        }
        for (int i = 1; i < threads; i++) {
            int thread = i;
            helpers.add(Thread.ofPlatform()
                    .daemon()
                    .name("foretoken-worker-" + thread)
                    .start(() -> help(thread)));
        }
    }

    /** Threads that work, the caller included. */
    public int threads() {
        return helpers.size() + 1;
    }

    /** Does every part of the work, 0 to {@code count - 1}, and returns when all are done. */
    public void run(int count, Work todo) {
        if (helpers.isEmpty() || count == 1) {
            for (int part = 0; part < count; part++) {
                todo.part(part, 0);
            }
            return;
        }
        work = todo;
        parts = count;
        counters.set(UNFINISHED, count);
        long round = (counters.get(OPEN) >>> 32) + 1;
        counters.set(OPEN, (round << 32) | count);
        if (counters.get(SLEEPERS) > 0) {
            helpers.forEach(LockSupport::unpark);
        }
        while (takePart(0)) {}
        while (counters.get(UNFINISHED) > 0) {
            Thread.onSpinWait();
        }
        Throwable thrown = failure;
        if (thrown != null) {
            failure = null;
            throw new IllegalStateException("A part of the work failed", thrown);
        }
    }

    /** Takes one part and does it; false when none is open. */
    private boolean takePart(int thread) {
        long open = counters.get(OPEN);
        int left = (int) open;
        if (left == 0) {
            return false;
        }
        // These belong to the round of `open` if the exchange succeeds: a later round has another number.
        Work mine = work;
        int part = parts - left;
        if (!counters.compareAndSet(OPEN, open, open - 1)) {
            return true;
        }
        try {
            mine.part(part, thread);
        } catch (Throwable e) {
            failure = e;
        }
        counters.decrementAndGet(UNFINISHED);
        return true;
    }

    private void help(int thread) {
        long idleSince = System.nanoTime();
        int spins = 0;
        while (!closed) {
            if (takePart(thread)) {
                spins = 0;
                continue;
            }
            Thread.onSpinWait();
            if (spins++ == 0) {
                idleSince = System.nanoTime();
            } else if (spins % 128 == 0 && System.nanoTime() - idleSince > SPIN_NANOS) {
                sleep();
                spins = 0;
            }
        }
    }

    private void sleep() {
        counters.incrementAndGet(SLEEPERS);
        while (!closed && (int) counters.get(OPEN) == 0) {
            LockSupport.park(this);
        }
        counters.decrementAndGet(SLEEPERS);
    }

    /** Ends the helpers. */
    @Override
    public void close() {
        closed = true;
        helpers.forEach(LockSupport::unpark);
    }
}
