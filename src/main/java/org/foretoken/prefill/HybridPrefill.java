package org.foretoken.prefill;

import java.util.Arrays;
import java.util.List;
import org.foretoken.kvp.Setup;
import org.foretoken.model.DecoderConfig;
import org.foretoken.model.Flops;
import org.foretoken.model.KvCache;

/**
 * Keys and values of the base's first layers are its own, those of the others are predicted: KV prediction with none, the base alone with all. An
 * auxiliary's layers that are the base's own run once.
 *
 * @param exact layers from the first that the base computes itself, 0 to all
 * @param tail prompt tokens that the base reads itself, at least 1
 */
public record HybridPrefill(Setup setup, int exact, int tail) implements Prefill {
    @Override
    public List<DecoderConfig> readers() {
        return List.of(setup.auxiliary().config());
    }

    @Override
    public void prepare() {
        setup.base().prepareSteps();
    }

    @Override
    public float[] fill(int[] tokens, KvCache cache, PhaseClock clock) {
        int predicted = Math.max(0, tokens.length - tail);
        if (predicted == 0 || exact == setup.map().size()) {
            return setup.base().prefill(tokens, cache);
        }
        long began = System.nanoTime();
        long before = clock.predict();
        long[] own = {0};
        setup.predict(Arrays.copyOf(tokens, predicted), exact, cache, clock::predict, nanos -> own[0] += nanos);
        clock.auxiliary(System.nanoTime() - began - (clock.predict() - before) - own[0]);
        return setup.base().prefill(Arrays.copyOfRange(tokens, predicted, tokens.length), cache);
    }

    @Override
    public KeptPrompt keep(int[] beginning, int capacity) {
        boolean all = exact == setup.map().size();
        return new KeptPrompt(this, setup.base(), all ? null : setup, exact, tail, beginning, capacity);
    }

    @Override
    public long flops(int tokens, Flops.Definition definition) {
        return Flops.prefill(setup.prediction(tail), exact, setup.commonLayers(), tokens, definition);
    }
}
