package org.foretoken.kvp;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;
import org.foretoken.model.DecoderConfig;
import org.foretoken.model.KvCache;
import org.foretoken.model.LayerTap;
import org.jspecify.annotations.Nullable;

/**
 * A prompt that the auxiliary reads, piece by piece: each position's keys and values are predicted into the base's cache as it is read. No logits, nothing
 * above the highest mapped layer, and of that layer only what is read.
 */
public final class PredictedReading implements AutoCloseable {
    private final Setup setup;
    private final KvCache cache;
    private final KvCache own;
    private final int exact;
    private final int depth;
    private final boolean top;
    private final boolean goesOn;
    private final LongConsumer reading;
    private final LayerTap tap;

    /**
     * Begins.
     *
     * @param cache the base's, empty
     * @param positions that will be read at most
     * @param exact layers that are not predicted, from 0 to below all. Where the auxiliary begins with the base's layers, these run once, and the base's
     *     others go on from there
     * @param predicting told the nanoseconds that the maps took, chunk by chunk
     * @param reading told the nanoseconds that the base's own layers took
     * @param watching the auxiliary's layers, as far as they run
     */
    PredictedReading(
            Setup setup,
            KvCache cache,
            int positions,
            int exact,
            LongConsumer predicting,
            LongConsumer reading,
            LayerTap watching) {
        if (!setup.canPredict()) {
            throw new IllegalStateException("no predictor");
        }
        this.setup = setup;
        this.cache = cache;
        this.exact = exact;
        this.reading = reading;
        int common = setup.commonLayers();
        LayerMap map = setup.map();
        Map<Integer, KvCache.Layer> straight = new LinkedHashMap<>();
        for (int i = 0; i < map.size(); i++) {
            if (setup.isShared(i) || i < Math.min(exact, common)) {
                straight.put(i, cache.layer(i));
            }
        }
        int highest = Math.min(exact, common);
        for (int i = exact; i < map.size(); i++) {
            highest = Math.max(highest, map.of(i) + 1);
        }
        this.depth = highest;
        this.goesOn = exact > common;
        KvPredictor maps = setup.predictor();
        boolean read = setup.source() == Source.HIDDEN && maps != null && maps.feedsFrom(depth - 1, exact);
        this.top = read || (goesOn && depth == common);
        this.tap = new PredictingTap(maps, predicting, watching);
        DecoderConfig used = setup.auxiliary()
                .config()
                .select(IntStream.range(0, depth).boxed().toList());
        this.own = KvCache.sharing(
                used, straight, positions, setup.auxiliary().kernel().dtype());
    }

    /** Reads tokens after those read so far. */
    public void read(int[] tokens) {
        int start = own.length();
        if (goesOn && setup.commonLayers() == 0) {
            long began = System.nanoTime();
            setup.base().read(tokens, cache, exact, false, LayerTap.NONE);
            cache.setLength(start);
            reading.accept(System.nanoTime() - began);
        }
        setup.auxiliary().read(tokens, own, depth, top, tap);
        cache.setLength(own.length());
    }

    /** Forgets what was read after the first {@code length} tokens, in both caches. */
    public void setLength(int length) {
        own.setLength(length);
        cache.setLength(length);
    }

    /** Ends; what was predicted stays in the base's cache. */
    @Override
    public void close() {
        own.close();
    }

    /** Predicts what the auxiliary's layers feed while it reads, and has the base's own layers go on from the last one in common. */
    private final class PredictingTap implements LayerTap {
        private final @Nullable KvPredictor maps;
        private final LongConsumer predicting;
        private final LayerTap watching;

        PredictingTap(@Nullable KvPredictor maps, LongConsumer predicting, LayerTap watching) {
            this.maps = maps;
            this.predicting = predicting;
            this.watching = watching;
        }

        @Override
        public void projected(int layer, int start, Tensor k, Tensor v) {
            watching.projected(layer, start, k, v);
            if (setup.source() != Source.HIDDEN) {
                predict(layer, start, () -> KvPredictor.kvInput(setup.source(), k, v));
            }
        }

        @Override
        public void queries(int layer, int start, Tensor q) {
            watching.queries(layer, start, q);
        }

        @Override
        public void after(int layer, int start, Tensor hidden) {
            watching.after(layer, start, hidden);
            if (setup.source() == Source.HIDDEN) {
                predict(layer, start, () -> KvPredictor.hiddenInput(hidden));
            }
            if (layer == setup.commonLayers() - 1 && goesOn) {
                long began = System.nanoTime();
                setup.base().readOn(hidden, start, setup.commonLayers(), exact, cache);
                reading.accept(System.nanoTime() - began);
            }
        }

        private void predict(int layer, int start, Supplier<KvPredictor.Input> input) {
            if (maps != null && maps.feedsFrom(layer, exact)) {
                long began = System.nanoTime();
                maps.predict(layer, input.get(), exact, cache, start);
                predicting.accept(System.nanoTime() - began);
            }
        }
    }
}
