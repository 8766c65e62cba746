package org.foretoken.prefill;

import java.util.Arrays;
import java.util.List;
import org.foretoken.kvp.Setup;
import org.foretoken.model.DecoderConfig;
import org.foretoken.model.Flops;
import org.foretoken.model.KvCache;
import org.foretoken.model.LayerTap;
import org.jspecify.annotations.Nullable;

/**
 * The auxiliary reads all but the last {@code tail} tokens, the predictor fills the base's cache, and the base reads the tail: one token in the paper.
 *
 * @param tail at least 1; a prompt no longer than it is read by the base alone
 */
public record KvPredictionPrefill(Setup setup, int tail) implements Prefill {
    /** The base reads one token at a time even before the first. */
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
        return fill(tokens, cache, clock, LayerTap.NONE);
    }

    /** @param watching the auxiliary */
    float[] fill(int[] tokens, KvCache cache, PhaseClock clock, LayerTap watching) {
        int predicted = Math.max(0, tokens.length - tail);
        if (predicted > 0) {
            long began = System.nanoTime();
            long before = clock.predict();
            setup.predict(Arrays.copyOf(tokens, predicted), cache, clock::predict, watching);
            clock.auxiliary(System.nanoTime() - began - (clock.predict() - before));
        }
        return setup.base().prefill(Arrays.copyOfRange(tokens, predicted, tokens.length), cache);
    }

    @Override
    public @Nullable Refinement refinement(int[] tokens, KvCache cache, int parts) {
        int predicted = tokens.length - tail;
        return predicted <= 0 || setup.predictedLayers().isEmpty()
                ? null
                : new Refinement(this, tokens, predicted, cache, parts);
    }

    @Override
    public KeptPrompt keep(int[] beginning, int capacity) {
        return new KeptPrompt(this, setup.base(), setup, 0, tail, beginning, capacity);
    }

    @Override
    public long flops(int tokens, Flops.Definition definition) {
        return Flops.prefill(setup.prediction(tail), tokens, definition);
    }
}
