package org.foretoken.workbench;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/**
 * A moment in which this process does nothing. What a window draws when an arm's turn comes, and what the JIT compiles after it, would be in the arm's time
 * to first token: on two cores answers of the sample models took three times as long.
 */
final class Lull {
    /** Longer than a progress bar takes to show what was reported. */
    private static final Duration SLICE = Duration.ofMillis(150);

    /** Of a slice that counts as idle: garbage is collected and carets blink. */
    private static final double IDLE = 0.2;

    private Lull() {}

    /**
     * Waits for one on the calling thread.
     *
     * @param longest it goes on after that in any case
     */
    static void await(Duration longest) {
        OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        await(longest, SLICE, system::getProcessCpuTime);
    }

    /**
     * As {@link #await(Duration)}.
     *
     * @param worked nanoseconds of processor time so far
     * @return slices that it took
     */
    static int await(Duration longest, Duration slice, LongSupplier worked) {
        int most = Math.toIntExact(longest.dividedBy(slice));
        for (int slices = 1; slices <= most; slices++) {
            long before = worked.getAsLong();
            LockSupport.parkNanos(slice.toNanos());
            if (worked.getAsLong() - before < IDLE * slice.toNanos()) {
                return slices;
            }
        }
        return most;
    }
}
