package org.foretoken.prefill;

/** Where the time of one prefill goes. What no phase claims is the base's own. */
public final class PhaseClock {
    private long auxiliaryNanos;
    private long predictNanos;

    /** Adds time that the auxiliary took. */
    public void auxiliary(long nanos) {
        auxiliaryNanos += nanos;
    }

    /** Adds time that the maps took. */
    public void predict(long nanos) {
        predictNanos += nanos;
    }

    /** Nanoseconds of the auxiliary so far. */
    public long auxiliary() {
        return auxiliaryNanos;
    }

    /** Nanoseconds of the maps so far. */
    public long predict() {
        return predictNanos;
    }
}
