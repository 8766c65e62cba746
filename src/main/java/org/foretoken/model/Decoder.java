package org.foretoken.model;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.foretoken.model.DecoderLayer.Rows;
import org.foretoken.torch.Kernel;
import org.foretoken.torch.LibTorch;
import org.foretoken.torch.Tensors;
import org.jspecify.annotations.Nullable;

/**
 * A decoder in memory. Suffixes of names say shapes: T tokens of a chunk, D width of what is meant, H heads, d width of a head, V vocabulary.
 *
 * <p>Call it inside an {@link org.foretoken.torch.Inference}, from one thread. What it returns belongs to the caller's scope.
 */
public final class Decoder implements AutoCloseable {
    /** Tokens that go through the layers at once: enough for full speed, few enough that activations stay small at any prompt length. */
    public static final int CHUNK = 512;

    private final DecoderConfig config;
    private final Kernel kernel;
    private final List<DecoderLayer> layers;
    private final Embedding embedding;
    private final Head head;
    private final boolean owner;
    private final Map<Integer, Rotation> rotations = new ConcurrentHashMap<>();
    private final float[] logits;
    private @Nullable DecodeStep step;

    /** Takes over the layers, the embedding and the head, which it closes. */
    public Decoder(DecoderConfig config, Kernel kernel, List<DecoderLayer> layers, Embedding embedding, Head head) {
        this(config, kernel, layers, embedding, head, true);
    }

    private Decoder(
            DecoderConfig config,
            Kernel kernel,
            List<DecoderLayer> layers,
            Embedding embedding,
            Head head,
            boolean owner) {
        this.config = config;
        this.kernel = kernel;
        this.layers = List.copyOf(layers);
        this.embedding = embedding;
        this.head = head;
        this.owner = owner;
        this.logits = new float[config.vocabulary()];
    }

    /** The same decoder with only the layers named. It shares this one's weights and must be closed before it. */
    public Decoder select(List<Integer> keep) {
        List<DecoderLayer> kept = keep.stream().map(layers::get).toList();
        return new Decoder(config.select(keep), kernel, kept, embedding, head, false);
    }

    /**
     * Packs the weights for single tokens and has their loops compiled, unless that was done: a second or more the first time. {@link #prefill} of one
     * token does so itself; call it before a clock starts.
     */
    public void prepareSteps() {
        if (step != null) {
            return;
        }
        List<DecodeForm> forms = layers.stream()
                .map(DecoderLayer::decode)
                .flatMap(Stream::ofNullable)
                .toList();
        if (forms.isEmpty() || forms.size() < layers.size()) {
            return;
        }
        Thread compiling = DecodeWarmUp.start(forms.getFirst().dtype(), kernel.dtype());
        List<DecodeWeights.Layer> packed = forms.stream().map(DecodeForm::get).toList();
        step = new DecodeStep(config, new DecodeWeights(embedding, packed, head.norm(), head.ofOne()), LibTorch.team());
        try {
            compiling.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // slow first tokens, nothing worse
        }
    }

    public DecoderConfig config() {
        return config;
    }

    public Kernel kernel() {
        return kernel;
    }

    /** A layer's weights, this decoder's. */
    public DecoderLayer layer(int index) {
        return layers.get(index);
    }

    /** Bytes of the weights in memory, packed forms as far as they are made; shared layers count for each decoder that has them. */
    public long bytes() {
        return layers.stream().mapToLong(DecoderLayer::bytes).sum() + head.bytes() + embedding.bytes();
    }

    /** Bytes of weights that a single token reads, for a decoder that has read one. */
    public long bytesOfToken() {
        return step != null
                ? step.weightBytes()
                : layers.stream().mapToLong(DecoderLayer::bytes).sum()
                        + head.ofOne().bytes();
    }

    /** An empty cache for {@code capacity} positions, of the kernel's dtype. */
    public KvCache newCache(int capacity) {
        return KvCache.allocate(config, capacity, kernel.dtype());
    }

    /**
     * Reads tokens after what the cache holds and adds them to it.
     *
     * @return logits after the last token, [vocabulary]; overwritten by the next call
     */
    public float[] prefill(int[] tokens, KvCache cache) {
        if (tokens.length == 1) {
            prepareSteps();
            if (step != null) {
                return step.logits(tokens[0], cache, cache.length());
            }
        }
        try (PointerScope scope = new PointerScope()) {
            return logitsOfOne(read(tokens, cache, layers.size(), Rows.LAST, LayerTap.NONE));
        }
    }

    /**
     * Reads a prompt into an empty cache and drops tokens between layers: those of whom a layer reads nothing have no entry in it. The others keep their
     * positions, and what is read later stands after the whole prompt.
     *
     * @return logits after the last token, [vocabulary]; overwritten by the next call
     */
    public float[] prefill(int[] tokens, KvCache cache, TokenChoice choice) {
        requireRoom(tokens, cache);
        try (PointerScope scope = new PointerScope()) {
            return logitsOfOne(new PrunedPass(this, cache).read(tokens, choice));
        }
    }

    /**
     * Reads tokens after what the cache holds and adds them to it.
     *
     * @return logits after each of them, [T, vocabulary], float32
     */
    public Tensor prefillAll(int[] tokens, KvCache cache, LayerTap tap) {
        return head.logits(read(tokens, cache, layers.size(), Rows.ALL, tap));
    }

    /**
     * Reads tokens after what the cache holds with the first layers only and adds their keys and values to it, for whoever wants no logits.
     *
     * @param depth layers that take part, up to all
     * @param top whether the topmost of them runs whole, for {@code tap}, not only as far as its keys and values
     */
    public void read(int[] tokens, KvCache cache, int depth, boolean top, LayerTap tap) {
        try (PointerScope scope = new PointerScope()) {
            read(tokens, cache, depth, top ? Rows.ALL : Rows.NONE, tap);
        }
    }

    /**
     * Lets tokens read a full cache, each up to its own position, without adding anything: what the base sees when every position is predicted.
     *
     * @param tokens at positions {@code start}, {@code start + 1}, …, all in one go: the caller cuts a long text into pieces
     * @return logits after each of them, [T, vocabulary], float32
     */
    public Tensor readOnly(int[] tokens, int start, KvCache cache) {
        return head.logits(chunk(tokens, start, cache, false, layers.size(), Rows.ALL, LayerTap.NONE));
    }

    /** The residual stream before the first layer, [T, width], float32. */
    public Tensor embed(int[] tokens) {
        return embedding.rows(tokens);
    }

    /**
     * Goes on from a residual stream, whatever it came through, and writes what the layers read into the cache; those before aren't touched.
     *
     * @param x_TD [T, width], float32, of positions {@code start}, …, at most {@link #CHUNK} of them; unchanged
     * @param first layer that reads it; one above the last goes straight to the head
     * @return logits after each of them, [T, vocabulary], float32
     */
    public Tensor resume(Tensor x_TD, int start, int first, KvCache cache) {
        return head.logits(layers(x_TD.clone(), start, first, cache, true, layers.size(), Rows.ALL, LayerTap.NONE));
    }

    /**
     * Goes on from a residual stream for the keys and values of some layers alone, which it writes into the cache.
     *
     * @param x_TD [T, width], float32, of positions {@code start}, …; unchanged
     * @param first layer that reads it
     * @param depth layer above the last that is written
     */
    public void readOn(Tensor x_TD, int start, int first, int depth, KvCache cache) {
        try (PointerScope scope = new PointerScope()) {
            layers(x_TD.clone(), start, first, cache, true, depth, Rows.NONE, LayerTap.NONE);
        }
    }

    /**
     * Takes a residual stream through one layer and writes what the layer reads into the cache. The last layer gives its keys and values alone.
     *
     * @param x_TD [T, width], float32, of positions {@code start}, …, at most {@link #CHUNK} of them; the layer's output afterwards
     */
    public void advance(Tensor x_TD, int start, int layer, KvCache cache) {
        Rows rows = layer == layers.size() - 1 ? Rows.NONE : Rows.ALL;
        try (PointerScope scope = new PointerScope()) {
            layers(x_TD, start, layer, cache, true, layer + 1, rows, LayerTap.NONE);
        }
    }

    private Tensor read(int[] tokens, KvCache cache, int depth, Rows rows, LayerTap tap) {
        requireRoom(tokens, cache);
        Tensor[] results = new Tensor[(tokens.length + CHUNK - 1) / CHUNK];
        for (int i = 0; i < results.length; i++) {
            int from = i * CHUNK;
            int to = Math.min(tokens.length, from + CHUNK);
            boolean last = to == tokens.length;
            Rows wanted = rows == Rows.LAST && !last ? Rows.NONE : rows;
            results[i] = chunk(Arrays.copyOfRange(tokens, from, to), cache.length(), cache, true, depth, wanted, tap);
            cache.setLength(cache.length() + to - from);
        }
        return results.length == 1 || rows != Rows.ALL
                ? results[results.length - 1]
                : torch.cat(Tensors.vector(results), 0);
    }

    private static void requireRoom(int[] tokens, KvCache cache) {
        if (cache.length() + tokens.length > cache.capacity()) {
            throw new IllegalArgumentException(
                    cache.length() + " + " + tokens.length + " tokens in a cache for " + cache.capacity());
        }
    }

    /** One chunk through the layers. Returns the residual stream of the rows asked for. */
    private Tensor chunk(int[] tokens, int start, KvCache cache, boolean write, int depth, Rows rows, LayerTap tap) {
        return layers(embed(tokens), start, 0, cache, write, depth, rows, tap);
    }

    /** From the first of the layers named to below {@code depth}; writes into x. */
    private Tensor layers(
            Tensor x_TD, int start, int first, KvCache cache, boolean write, int depth, Rows rows, LayerTap tap) {
        Tensor x = x_TD;
        for (int i = first; i < depth; i++) {
            Rows wanted = i == depth - 1 ? rows : Rows.ALL;
            Tensor residual =
                    wanted == Rows.LAST ? x.narrow(0, x.size(0) - 1, 1).clone() : x;
            Span at = Span.of(cache.entry(i, start), start, x.size(0));
            try (PointerScope scope = new PointerScope()) {
                layer(i, x, residual, at, cache, write, wanted, tap);
            }
            x = residual;
        }
        return x;
    }

    /** One layer reads x's rows and adds what it makes of them to the residual stream of those that are wanted. */
    void layer(
            int index, Tensor x_TD, Tensor residual, Span at, KvCache cache, boolean write, Rows rows, LayerTap tap) {
        DecoderLayer layer = layers.get(index);
        LayerShape s = layer.shape();
        Tensor qkv = layer.project(x_TD, kernel.dtype());
        if (write) {
            Tensor k = qkv.narrow(1, s.queryDim(), s.kvDim());
            Tensor v = qkv.narrow(1, s.queryDim() + s.kvDim(), s.kvDim());
            tap.projected(index, at.position(), k, v);
            write(index, k, v, cache, at);
        }
        if (rows == Rows.NONE) {
            return;
        }
        long wanted = residual.size(0);
        long skipped = x_TD.size(0) - wanted;
        Tensor q = DecoderLayer.heads(qkv.narrow(0, skipped, wanted).narrow(1, 0, s.queryDim()), s.headDim());
        Span asking = skipped == 0 ? at : at.last(x_TD.size(0));
        q = rotation(s.headDim()).rotate(layer.headNorm(q, layer.qNorm()), asking);
        tap.queries(index, asking.position(), q);
        layer.addAttention(residual, Attention.attend(q, asking.entry(), cache.layer(index), s));
        layer.addFeedForward(residual, kernel.dtype());
        tap.after(index, at.position(), residual);
    }

    /**
     * Puts keys and values of one layer into a cache, keys normalised (where the family does) and rotated on the way.
     *
     * @param k_TD [T, kvDim], as projected or as predicted
     * @param v_TD [T, kvDim]
     * @param start position of the first row
     */
    public void write(int layer, Tensor k_TD, Tensor v_TD, KvCache cache, int start) {
        write(layer, k_TD, v_TD, cache, Span.of(cache.entry(layer, start), start, k_TD.size(0)));
    }

    private void write(int layer, Tensor k_TD, Tensor v_TD, KvCache cache, Span at) {
        LayerShape s = layers.get(layer).shape();
        long rows = k_TD.size(0);
        Tensor k = layers.get(layer)
                .headNorm(
                        DecoderLayer.heads(k_TD, s.headDim()), layers.get(layer).kNorm());
        Tensor rotated = rotation(s.headDim()).rotate(k, at);
        KvCache.Layer entry = cache.layer(layer);
        entry.keys().narrow(1, at.entry(), rows).copy_(rotated.transpose(0, 1));
        entry.values()
                .narrow(1, at.entry(), rows)
                .copy_(v_TD.view(rows, s.kvHeads(), s.headDim()).transpose(0, 1));
    }

    /**
     * What a layer's attention gives for queries of that layer over a cache that need not be the one they come from.
     *
     * @param q_THd [T, heads, headDim], float32, as {@link LayerTap#queries} hands them out; unchanged
     * @param start position of the first query; each reads the cache up to its own
     * @return [T, heads·headDim], the heads' outputs one after the other, of the cache's dtype
     */
    public Tensor attend(int layer, Tensor q_THd, int start, KvCache cache) {
        return Attention.attend(
                q_THd.clone(), start, cache.layer(layer), layers.get(layer).shape());
    }

    /**
     * Turns keys back to where they were before RoPE.
     *
     * @param k_THd [T, kvHeads, headDim], float32; any linear combination of rotated keys of the same positions will do
     * @param start position of the first row
     */
    public Tensor unrotate(Tensor k_THd, int start) {
        return rotation((int) k_THd.size(2)).unrotate(k_THd, Span.of(start, start, k_THd.size(0)));
    }

    private Rotation rotation(int headDim) {
        return rotations.computeIfAbsent(headDim, d -> new Rotation(config.rope(), d));
    }

    /** [1, width] → [vocabulary]. */
    private float[] logitsOfOne(Tensor last) {
        head.logits(last, logits);
        return logits;
    }

    @Override
    public void close() {
        rotations.values().forEach(Rotation::close);
        if (owner) {
            layers.forEach(DecoderLayer::close);
            head.close();
            embedding.close();
        }
    }
}
