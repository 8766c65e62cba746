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
 * Keys and values of the base's first layers may be its own instead; an auxiliary's layers that are the base's own run once.
 *
 * @param exact layers from the first that the base computes itself, 0 to all; with all of them it reads the prompt alone
 * @param tail at least 1; a prompt no longer than it is read by the base alone
 */
public record KvPredictionPrefill(Setup setup, int exact, int tail) implements Prefill {
    /** All layers are predicted. */
    public KvPredictionPrefill(Setup setup, int tail) {
        this(setup, 0, tail);
    }

    @Override
    public List<DecoderConfig> readers() {
        return List.of(setup.auxiliary().config());
    }

    /** The base reads one token at a time even before the first. */
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
        int predicted = alone() ? 0 : Math.max(0, tokens.length - tail);
        if (predicted > 0) {
            long began = System.nanoTime();
            long before = clock.predict();
            long[] own = {0};
            setup.predict(
                    Arrays.copyOf(tokens, predicted), exact, cache, clock::predict, nanos -> own[0] += nanos, watching);
            clock.auxiliary(System.nanoTime() - began - (clock.predict() - before) - own[0]);
        }
        return setup.base().prefill(Arrays.copyOfRange(tokens, predicted, tokens.length), cache);
    }

    private boolean alone() {
        return exact == setup.map().size();
    }

    @Override
    public @Nullable Refinement refinement(int[] tokens, KvCache cache, int parts) {
        int predicted = tokens.length - tail;
        return exact > 0 || predicted <= 0 || setup.predictedLayers().isEmpty()
                ? null
                : new Refinement(this, tokens, predicted, cache, parts);
    }

    @Override
    public KeptPrompt keep(int[] beginning, int capacity) {
        return new KeptPrompt(this, setup.base(), alone() ? null : setup, exact, tail, beginning, capacity);
    }

    @Override
    public long flops(int tokens, Flops.Definition definition) {
        return Flops.prefill(setup.prediction(tail), exact, setup.commonLayers(), tokens, definition);
    }
}
