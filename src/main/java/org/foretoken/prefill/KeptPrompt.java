package org.foretoken.prefill;

import java.util.Arrays;
import org.foretoken.kvp.PredictedReading;
import org.foretoken.kvp.Setup;
import org.foretoken.model.Decoder;
import org.foretoken.model.Flops;
import org.foretoken.model.KvCache;
import org.foretoken.model.LayerTap;
import org.jspecify.annotations.Nullable;

/**
 * Prompts that begin alike, such as questions after the same shots: the beginning is read once, into a cache that is kept, and each prompt goes on from
 * there. Every prompt is read in the same two pieces, whatever was read before it, so its numbers don't hang on the order.
 */
public final class KeptPrompt implements Prefill, AutoCloseable {
    private final Prefill whole;
    private final Decoder decoder;
    private final int tail;
    private final int[] beginning;
    private final KvCache cache;
    private final @Nullable PredictedReading predicted;
    private boolean begun;

    /**
     * Keeps nothing yet.
     *
     * @param whole reads a prompt in one go
     * @param decoder whose cache is filled
     * @param setup that predicts its entries; null where it reads for itself
     * @param exact layers that are not predicted
     * @param tail last tokens of a prompt, which the decoder reads itself in any case; at least 1
     * @param beginning what all prompts begin with, perhaps nothing
     * @param capacity tokens of the longest
     */
    KeptPrompt(
            Prefill whole, Decoder decoder, @Nullable Setup setup, int exact, int tail, int[] beginning, int capacity) {
        this.whole = whole;
        this.decoder = decoder;
        this.tail = tail;
        this.beginning = beginning.clone();
        this.cache = decoder.newCache(capacity);
        this.predicted = setup == null ? null : setup.read(cache, capacity, exact);
    }

    public Decoder decoder() {
        return decoder;
    }

    /** What was read last. */
    public KvCache cache() {
        return cache;
    }

    /** Whether entries are predicted. */
    public boolean predicts() {
        return predicted != null;
    }

    /**
     * Brings the cache to hold a prompt and nothing else.
     *
     * @param tokens perhaps none
     */
    public void read(int[] tokens) {
        int kept = Math.min(beginning.length, tokens.length);
        if (!begun) {
            append(beginning);
            begun = true;
        }
        setLength(kept);
        append(Arrays.copyOfRange(tokens, kept, tokens.length));
    }

    /** Reads further tokens. */
    public void append(int[] tokens) {
        if (tokens.length == 0) {
            return;
        }
        if (predicted != null) {
            predicted.read(tokens);
        } else {
            decoder.read(tokens, cache, decoder.config().layers().size(), false, LayerTap.NONE);
        }
    }

    /** Forgets what was read after the first {@code length} tokens. */
    public void setLength(int length) {
        if (predicted != null) {
            predicted.setLength(length);
        } else {
            cache.setLength(length);
        }
    }

    @Override
    public void prepare() {
        whole.prepare();
    }

    @Override
    public float[] fill(int[] tokens, KvCache filled, PhaseClock clock) {
        int before = Math.max(0, tokens.length - tail);
        read(Arrays.copyOf(tokens, before));
        filled.copy(cache, before);
        return decoder.prefill(Arrays.copyOfRange(tokens, before, tokens.length), filled);
    }

    @Override
    public long flops(int tokens, Flops.Definition definition) {
        return whole.flops(tokens, definition);
    }

    @Override
    public void close() {
        if (predicted != null) {
            predicted.close();
        }
        cache.close();
    }
}
