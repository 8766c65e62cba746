package org.foretoken.prefill;

import org.foretoken.model.Flops;
import org.foretoken.model.KvCache;

/** A way to fill a base's cache from a prompt. Everything after it is the same for all of them. */
public interface Prefill {
    /** Does what need not be timed, such as packing weights. */
    default void prepare() {}

    /**
     * Reads a prompt into an empty cache.
     *
     * @param tokens at least one
     * @param cache of the base, with room for them
     * @param clock told where the time went
     * @return logits after the last token, [vocabulary]
     */
    float[] fill(int[] tokens, KvCache cache, PhaseClock clock);

    /** Floating-point operations up to the first token of a prompt of that length. */
    long flops(int tokens, Flops.Definition definition);
}
