package org.foretoken.prefill;

import java.util.List;
import org.foretoken.model.DecoderConfig;
import org.foretoken.model.Flops;
import org.foretoken.model.KvCache;
import org.jspecify.annotations.Nullable;

/** A way to fill a base's cache from a prompt. Everything after it is the same for all of them. */
public interface Prefill {
    /** Does what need not be timed, such as packing weights. */
    default void prepare() {}

    /** Models beside the base that read the prompt, whose context and vocabulary bound it, too. */
    default List<DecoderConfig> readers() {
        return List.of();
    }

    /**
     * Reads a prompt into an empty cache.
     *
     * @param tokens at least one
     * @param cache of the base, with room for them
     * @param clock told where the time went
     * @return logits after the last token, [vocabulary]
     */
    float[] fill(int[] tokens, KvCache cache, PhaseClock clock);

    /**
     * Reads a prompt in place of {@link #fill} so that the exact cache can follow behind the first token.
     *
     * @param parts that the work is cut into, at least 1
     * @return closed by the caller, before the cache; null where the cache is exact at once, or is by intent what it is
     */
    default @Nullable Refinement refinement(int[] tokens, KvCache cache, int parts) {
        return null;
    }

    /**
     * For prompts that begin alike.
     *
     * @param beginning what all of them begin with
     * @param capacity tokens of the longest
     * @return closed by the caller; null where a prompt can only be read whole
     */
    default @Nullable KeptPrompt keep(int[] beginning, int capacity) {
        return null;
    }

    /** Floating-point operations up to the first token of a prompt of that length. */
    long flops(int tokens, Flops.Definition definition);
}
