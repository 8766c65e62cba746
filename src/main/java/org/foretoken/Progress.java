package org.foretoken;

import java.util.concurrent.CancellationException;

/**
 * What a long loop of the engine reports to and asks. A loop calls {@link #report} as often as it likes, at every unit of work, and stops by the
 * exception where it is no longer wanted; the receiver coalesces.
 */
@FunctionalInterface
public interface Progress {
    /** For callers that neither show progress nor cancel. */
    Progress NONE = (what, done, total) -> {};

    /**
     * Says how far the work is.
     *
     * @param what the work in a few words, such as "Calibrating on 8,192 tokens"
     * @param done units finished, 0 to {@code total}
     * @param total units in all, or 0 when it isn't known
     * @throws CancellationException when the work is no longer wanted
     */
    void report(String what, long done, long total);
}
