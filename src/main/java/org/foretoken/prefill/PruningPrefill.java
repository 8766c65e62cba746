package org.foretoken.prefill;

import org.foretoken.model.Decoder;
import org.foretoken.model.Flops;
import org.foretoken.model.KvCache;
import org.foretoken.model.Pruning;

/** The model reads the prompt itself, but not all of it: the paper's token-pruning baselines. */
public record PruningPrefill(Decoder decoder, Pruning pruning) implements Prefill {
    @Override
    public float[] fill(int[] tokens, KvCache cache, PhaseClock clock) {
        int layers = decoder.config().layers().size();
        return tokens.length == 1
                ? decoder.prefill(tokens, cache)
                : decoder.prefill(tokens, cache, pruning.choice(layers, tokens.length));
    }

    @Override
    public long flops(int tokens, Flops.Definition definition) {
        return Flops.prefill(decoder.config(), pruning, tokens, definition);
    }
}
