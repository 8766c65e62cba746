package org.foretoken.prefill;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.foretoken.kvp.Setup;
import org.foretoken.model.Decoder;
import org.foretoken.model.Flops;
import org.foretoken.model.KvCache;
import org.foretoken.model.LayerTap;
import org.foretoken.torch.Tensors;
import org.jspecify.annotations.Nullable;

/**
 * The exact cache of a prompt that is answered from a predicted one, computed behind the first token, a part between any two tokens. It is made beside
 * the predicted cache, which stays what it is until {@link #swap}.
 *
 * <p>Where the auxiliary begins with the base's own layers, their keys and values are exact and belong to both caches, and the residual stream after
 * them is kept to go on from. Otherwise the base begins with the prompt's embeddings.
 */
public final class Refinement implements AutoCloseable {
    private final KvPredictionPrefill prefill;
    private final Setup setup;
    private final Decoder base;
    private final int[] tokens;
    private final int predicted; // positions, the first of the prompt
    private final KvCache cache;
    private final KvCache exact;
    private final int first; // layer that isn't exact yet
    private final int parts;
    private int part;

    /** One layer for one chunk each: all layers of a chunk, then the next chunk. */
    private int units;

    /** The residual stream of the predicted positions [predicted, width], float32, each chunk as far as it has come; null before the first part. */
    private @Nullable Tensor hidden;

    Refinement(KvPredictionPrefill prefill, int[] tokens, int predicted, KvCache cache, int parts) {
        this.prefill = prefill;
        this.setup = prefill.setup();
        this.base = setup.base();
        this.tokens = tokens.clone();
        this.predicted = predicted;
        this.cache = cache;
        this.parts = parts;
        this.first = setup.prediction(prefill.tail()).reread();
        Map<Integer, KvCache.Layer> common = new HashMap<>();
        for (int i = 0; i < first; i++) {
            common.put(i, cache.layer(i));
        }
        // a shared layer is addressed by its capacity, so both caches have the same
        exact = KvCache.sharing(
                base.config(), common, cache.capacity(), base.kernel().dtype());
    }

    /**
     * Reads the prompt as {@link Prefill#fill} does, and keeps what the exact cache can be computed from.
     *
     * @return logits after the last token, [vocabulary]; overwritten by the next call
     */
    public float[] fill(PhaseClock clock) {
        return prefill.fill(tokens, cache, clock, new LayerTap() {
            @Override
            public void after(int layer, int start, Tensor hidden_TD) {
                if (layer == first - 1) {
                    keep(start, hidden_TD);
                }
            }
        });
    }

    private void keep(int start, Tensor hidden_TD) {
        try (PointerScope scope = new PointerScope()) {
            if (hidden == null) {
                hidden = Tensors.retained(
                        Tensors.empty(ScalarType.Float, predicted, base.config().width()));
            }
            hidden.narrow(0, start, hidden_TD.size(0)).copy_(hidden_TD);
        }
    }

    /**
     * Computes the next part.
     *
     * @param cancelled asked now and then; throws to stop
     * @return whether the exact cache holds all predicted positions now
     */
    public boolean advance(Runnable cancelled) {
        Tensor x = hidden;
        if (x == null) {
            try (PointerScope scope = new PointerScope()) {
                x = Tensors.keep(base.embed(Arrays.copyOf(tokens, predicted)));
                hidden = x;
            }
        }
        int chunks = (predicted + Decoder.CHUNK - 1) / Decoder.CHUNK;
        int depth = base.config().layers().size() - first;
        part++;
        long until = (long) chunks * depth * part / parts;
        for (; units < until; units++) {
            cancelled.run();
            int chunk = units / depth;
            int from = (int) ((long) predicted * chunk / chunks);
            int to = (int) ((long) predicted * (chunk + 1) / chunks);
            try (PointerScope scope = new PointerScope()) {
                base.advance(x.narrow(0, from, to - from), from, first + units % depth, exact);
            }
        }
        return part == parts;
    }

    /**
     * Has the base read what follows the predicted positions into the exact cache: the tail and the answer so far, both seen before only with predicted
     * entries. From here on {@link #exact} is the cache to decode from.
     *
     * @param answered tokens, all of those chosen
     * @return logits after the last of them, [vocabulary]; overwritten by the next call
     */
    public float[] swap(List<Integer> answered) {
        if (part < parts) {
            throw new IllegalStateException("part " + part + " of " + parts);
        }
        int tail = tokens.length - predicted;
        int[] late = Arrays.copyOfRange(tokens, predicted, tokens.length + answered.size());
        for (int i = 0; i < answered.size(); i++) {
            late[tail + i] = answered.get(i);
        }
        Objects.requireNonNull(hidden).close();
        hidden = null;
        exact.setLength(predicted);
        return base.prefill(late, exact);
    }

    /** The base's own cache, to be read after {@link #swap}; closed with this. */
    public KvCache exact() {
        return exact;
    }

    /**
     * Floating-point operations of the whole refinement.
     *
     * @param answered tokens before the swap
     */
    public long flops(int answered, Flops.Definition definition) {
        return Flops.refinement(setup.prediction(prefill.tail()), tokens.length, answered, definition);
    }

    @Override
    public void close() {
        if (hidden != null) {
            hidden.close();
        }
        exact.close();
    }
}
