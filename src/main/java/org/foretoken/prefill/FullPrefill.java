package org.foretoken.prefill;

import org.foretoken.model.Decoder;
import org.foretoken.model.Flops;
import org.foretoken.model.KvCache;

/** The model reads the whole prompt itself. */
public record FullPrefill(Decoder decoder) implements Prefill {
    @Override
    public float[] fill(int[] tokens, KvCache cache, PhaseClock clock) {
        return decoder.prefill(tokens, cache);
    }

    @Override
    public KeptPrompt keep(int[] beginning, int capacity) {
        return new KeptPrompt(this, decoder, null, 0, 1, beginning, capacity);
    }

    @Override
    public long flops(int tokens, Flops.Definition definition) {
        return Flops.prefill(decoder.config(), tokens, definition);
    }
}
