package org.foretoken.model;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.foretoken.torch.FloatMemory;
import org.foretoken.torch.WorkerTeam;
import org.jspecify.annotations.Nullable;

/**
 * One token through the whole decoder, without libtorch: such a step is bound by reading the weights once, and a libtorch product reads them at a
 * third of the memory's speed. Weights and cache have their own types; all arithmetic and the residual stream are float.
 *
 * <p>Buffers are made once and reused, so one thread at a time may take steps, any thread. Results are the same bits for every number of threads.
 */
public final class DecodeStep {
    private final DecoderConfig config;
    private final DecodeWeights weights;
    private final WorkerTeam team;
    private final List<Layer> layers = new ArrayList<>();
    private final float[] finalNorm;
    private final DecodeAttention attention;

    /** One for each head width that occurs. */
    private final List<DecodeRope> ropes = new ArrayList<>();

    /** The residual stream [width]. */
    private final float[] x;

    /** The residual stream normalised [width]. */
    private final float[] h;

    /** Queries, keys and values [queryDim + 2 kvDim]. */
    private final float[] qkv;

    /** What the heads found [queryDim]. */
    private final float[] a;

    /** [2 ffnDim] */
    private final float[] gateUp;

    /** [ffnDim] */
    private final float[] scratch;

    private final float[] logits;

    /** The cache of the last step and its memory, layer by layer: looked up once a generation. */
    private @Nullable KvCache cache;

    private final List<FloatMemory> keys = new ArrayList<>();
    private final List<FloatMemory> values = new ArrayList<>();

    /** One layer with all that a step needs at hand. */
    private static final class Layer {
        final LayerShape shape;
        final DecodeWeights.Layer weights;
        final DecodeRope rope;
        final float[] attnNorm;
        final float[] ffnNorm;
        final float @Nullable [] qNorm;
        final float @Nullable [] kNorm;

        Layer(LayerShape shape, DecodeWeights.Layer weights, DecodeRope rope) {
            this.shape = shape;
            this.weights = weights;
            this.rope = rope;
            attnNorm = FloatMemory.read(weights.attnNorm());
            ffnNorm = FloatMemory.read(weights.ffnNorm());
            Tensor q = weights.qNorm();
            Tensor k = weights.kNorm();
            qNorm = q == null ? null : FloatMemory.read(q);
            kNorm = k == null ? null : FloatMemory.read(k);
        }
    }

    /**
     * A step of that decoder.
     *
     * @param weights fitting {@code config}; not this step's to close
     * @param team does the work; not this step's to close
     */
    public DecodeStep(DecoderConfig config, DecodeWeights weights, WorkerTeam team) {
        this.config = config;
        this.weights = weights;
        this.team = team;
        weights.requireFit(config);
        finalNorm = FloatMemory.read(weights.finalNorm());
        attention = new DecodeAttention(config, team);
        int qkvDim = 0;
        int queryDim = 0;
        int ffnDim = 0;
        for (int i = 0; i < config.layers().size(); i++) {
            LayerShape shape = config.layers().get(i);
            layers.add(new Layer(shape, weights.layers().get(i), rope(shape.headDim())));
            qkvDim = Math.max(qkvDim, shape.queryDim() + 2 * shape.kvDim());
            queryDim = Math.max(queryDim, shape.queryDim());
            ffnDim = Math.max(ffnDim, shape.ffnDim());
        }
        x = new float[config.width()];
        h = new float[config.width()];
        qkv = new float[qkvDim];
        a = new float[queryDim];
        gateUp = new float[2 * ffnDim];
        scratch = new float[ffnDim];
        logits = new float[config.vocabulary()];
    }

    private DecodeRope rope(int headDim) {
        for (DecodeRope rope : ropes) {
            if (rope.headDim() == headDim) {
                return rope;
            }
        }
        DecodeRope rope = new DecodeRope(config.rope(), headDim);
        ropes.add(rope);
        return rope;
    }

    /** Bytes of weights that a token reads. */
    long weightBytes() {
        return weights.bytes();
    }

    /**
     * Reads a token after those in the cache, as {@link #append}, and says what comes next.
     *
     * @return [vocabulary], overwritten by the next call
     */
    public float[] logits(int token, KvCache cache, int position) {
        append(token, cache, position);
        VectorMath.rmsNorm(x, 0, finalNorm, config.normEps(), h, 0);
        weights.head().multiply(team, h, logits);
        return logits;
    }

    /**
     * Reads a token after those in the cache: its keys and values become the entry after each layer's last, and the cache is one longer. It attends to
     * every entry.
     *
     * @param cache F32 or BF16, made for this decoder
     * @param position where RoPE puts the token
     */
    public void append(int token, KvCache cache, int position) {
        if (token < 0 || token >= config.vocabulary()) {
            throw new IllegalArgumentException("Token " + token + " of a vocabulary of " + config.vocabulary());
        }
        if (cache.length() == cache.capacity()) {
            throw new IllegalArgumentException("The cache for " + cache.capacity() + " positions is full");
        }
        look(cache);
        ropes.forEach(rope -> rope.setPosition(position));
        weights.embedding().read(token, x);
        for (int i = 0; i < layers.size(); i++) {
            attend(layers.get(i), keys.get(i), values.get(i), cache.capacity(), cache.entries(i));
            feedForward(layers.get(i));
        }
        cache.setLength(cache.length() + 1);
    }

    /** x += W_out attention(rope(W_qkv norm(x))). */
    private void attend(Layer layer, FloatMemory keys, FloatMemory values, int capacity, int entries) {
        VectorMath.rmsNorm(x, 0, layer.attnNorm, config.normEps(), h, 0);
        layer.weights.qkv().multiply(team, h, qkv);
        rotate(layer);
        store(layer.shape, keys, values, capacity, entries);
        attention.attend(layer.shape, qkv, keys, values, capacity, entries + 1, a);
        layer.weights.out().multiplyAdd(team, a, x);
    }

    /** x += W_down (silu(W_gate norm(x)) · W_up norm(x)). */
    private void feedForward(Layer layer) {
        VectorMath.rmsNorm(x, 0, layer.ffnNorm, config.normEps(), h, 0);
        layer.weights.gateUp().multiply(team, h, gateUp);
        VectorMath.siluGate(gateUp, layer.shape.ffnDim(), scratch);
        layer.weights.down().multiplyAdd(team, gateUp, x);
    }

    /** Queries and keys: norm per head where the layer has it, then RoPE. */
    private void rotate(Layer layer) {
        int dim = layer.shape.headDim();
        for (int head = 0; head < layer.shape.heads() + layer.shape.kvHeads(); head++) {
            float[] norm = head < layer.shape.heads() ? layer.qNorm : layer.kNorm;
            if (norm != null) {
                VectorMath.rmsNorm(qkv, head * dim, norm, config.normEps(), qkv, head * dim);
            }
            layer.rope.apply(qkv, head * dim);
        }
    }

    /** Keys and values of qkv into the layer's entry after its last. */
    private void store(LayerShape shape, FloatMemory keys, FloatMemory values, int capacity, int entries) {
        int dim = shape.headDim();
        for (int head = 0; head < shape.kvHeads(); head++) {
            long at = ((long) head * capacity + entries) * dim;
            keys.write(at, qkv, shape.queryDim() + head * dim, dim);
            values.write(at, qkv, shape.queryDim() + shape.kvDim() + head * dim, dim);
        }
    }

    private void look(KvCache cache) {
        if (cache == this.cache) {
            return;
        }
        keys.clear();
        values.clear();
        for (KvCache.Layer layer : cache.layers()) {
            keys.add(FloatMemory.of(layer.keys()));
            values.add(FloatMemory.of(layer.values()));
        }
        this.cache = cache;
    }
}
