package org.foretoken.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.IntFunction;
import java.util.function.UnaryOperator;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.foretoken.ForetokenException;
import org.foretoken.model.DecoderConfig;
import org.foretoken.model.LayerShape;
import org.foretoken.model.family.StoredModel;
import org.foretoken.torch.Tensors;
import org.jspecify.annotations.Nullable;

/** A decoder that gradients flow through: frozen, or with every weight trainable. Shapes as in {@link Layer}. */
final class DifferentiableDecoder implements AutoCloseable {
    /** Of random matrices. */
    private static final double DEVIATION = 0.02;

    private final DecoderConfig config;
    private final ScalarType dtype;
    private final Tensor embedding; // [vocabulary, width]
    private final List<Layer> layers;
    private final Tensor finalNorm; // [width]
    private final Tensor head; // [vocabulary, width]; the embedding where they're tied
    private final Rotations rotations;
    private @Nullable LowRank updates;

    private DifferentiableDecoder(
            DecoderConfig config,
            ScalarType dtype,
            Tensor embedding,
            List<Layer> layers,
            Tensor finalNorm,
            Tensor head) {
        this.config = config;
        this.rotations = new Rotations(config.rope());
        this.dtype = dtype;
        this.embedding = embedding;
        this.layers = List.copyOf(layers);
        this.finalNorm = finalNorm;
        this.head = head;
    }

    /**
     * Reads some layers of a model for training, in float32.
     *
     * @param keep which layers, in order
     * @param dtype of products
     */
    static DifferentiableDecoder trainable(StoredModel stored, List<Integer> keep, ScalarType dtype)
            throws ForetokenException {
        UnaryOperator<Tensor> own =
                tensor -> tensor.to(ScalarType.Float).clone().set_requires_grad(true);
        return read(stored, keep, dtype, own, own);
    }

    /**
     * Reads some layers of a model of which updates of low rank are trained.
     *
     * @param keep which layers, in order
     * @param dtype of products, and of the frozen matrices in memory
     */
    static DifferentiableDecoder lowRank(StoredModel stored, List<Integer> keep, int rank, ScalarType dtype, long seed)
            throws ForetokenException {
        DifferentiableDecoder decoder =
                read(stored, keep, dtype, matrix -> matrix.to(dtype), norm -> norm.to(ScalarType.Float));
        decoder.updates = new LowRank(decoder.own(), rank, seed);
        return decoder;
    }

    /**
     * A decoder to be trained from nothing: matrices normal with a deviation of 0.02, those that add to the residual stream of 0.02/√(2·layers), norms 1,
     * biases 0 (GPT-2's).
     */
    static DifferentiableDecoder random(DecoderConfig config, ScalarType dtype, long seed) {
        Random random = new Random(seed);
        double residual = DEVIATION / Math.sqrt(2.0 * config.layers().size());
        int width = config.width();
        try (PointerScope scope = new PointerScope()) {
            Tensor embedding = normal(random, DEVIATION, config.vocabulary(), width);
            List<Layer> layers = new ArrayList<>();
            for (LayerShape s : config.layers()) {
                int qkvDim = s.queryDim() + 2 * s.kvDim();
                layers.add(new Layer(
                        s,
                        config.normEps(),
                        filled(1, width),
                        normal(random, DEVIATION, qkvDim, width),
                        config.qkvBias() ? filled(0, qkvDim) : null,
                        s.qkNorm() ? filled(1, s.headDim()) : null,
                        s.qkNorm() ? filled(1, s.headDim()) : null,
                        normal(random, residual, width, s.queryDim()),
                        config.outBias() ? filled(0, width) : null,
                        filled(1, width),
                        normal(random, DEVIATION, 2 * s.ffnDim(), width),
                        normal(random, residual, width, s.ffnDim())));
            }
            Tensor head = config.tiedEmbeddings() ? embedding : normal(random, DEVIATION, config.vocabulary(), width);
            return new DifferentiableDecoder(config, dtype, embedding, layers, filled(1, width), head);
        }
    }

    /** The same weights as leaves of their own, with gradients of their own. */
    DifferentiableDecoder twin() {
        try (PointerScope scope = new PointerScope()) {
            Tensor sameEmbedding = Tensors.twin(embedding);
            DifferentiableDecoder twin = new DifferentiableDecoder(
                    config,
                    dtype,
                    sameEmbedding,
                    layers.stream()
                            .map(layer -> layer.map((name, tensor) -> Tensors.twin(tensor)))
                            .toList(),
                    Tensors.twin(finalNorm),
                    config.tiedEmbeddings() ? sameEmbedding : Tensors.twin(head));
            twin.updates = updates == null ? null : updates.twin();
            return twin;
        }
    }

    private static Tensor normal(Random random, double deviation, int rows, int columns) {
        float[] numbers = new float[rows * columns];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = (float) (deviation * random.nextGaussian());
        }
        return Tensors.keep(Tensors.of(numbers, rows, columns).set_requires_grad(true));
    }

    private static Tensor filled(double value, int size) {
        float[] numbers = new float[size];
        Arrays.fill(numbers, (float) value);
        return Tensors.keep(Tensors.of(numbers, size).set_requires_grad(true));
    }

    private static DifferentiableDecoder read(
            StoredModel stored,
            List<Integer> keep,
            ScalarType dtype,
            UnaryOperator<Tensor> matrix,
            UnaryOperator<Tensor> vector)
            throws ForetokenException {
        DecoderConfig config = stored.config().select(keep);
        List<Layer> layers = new ArrayList<>();
        try (PointerScope scope = new PointerScope()) {
            UnaryOperator<Tensor> kept = tensor -> Tensors.keep(
                    (tensor.dim() == 1 ? vector : matrix).apply(tensor).contiguous());
            for (int i : keep) {
                layers.add(new Layer(
                                stored.config().layers().get(i),
                                config.normEps(),
                                stored.attnNorm(i),
                                stored.qkv(i).tensor(),
                                stored.qkvBias(i),
                                stored.qNorm(i),
                                stored.kNorm(i),
                                stored.out(i).tensor(),
                                stored.outBias(i),
                                stored.ffnNorm(i),
                                stored.gateUp(i).tensor(),
                                stored.down(i).tensor())
                        .map((name, tensor) -> kept.apply(tensor)));
            }
            Tensor embedding = kept.apply(stored.embedding());
            Tensor head = config.tiedEmbeddings()
                    ? embedding
                    : kept.apply(stored.head().tensor());
            return new DifferentiableDecoder(config, dtype, embedding, layers, kept.apply(stored.finalNorm()), head);
        }
    }

    DecoderConfig config() {
        return config;
    }

    ScalarType dtype() {
        return dtype;
    }

    /** A layer, with its updates; ask once a pass. */
    Layer layer(int index) {
        Layer layer = layers.get(index);
        LowRank low = updates;
        return low == null ? layer : layer.map((name, tensor) -> low.updated(name(index, name), tensor));
    }

    Tensor head() {
        return head;
    }

    /** The residual stream before the first layer: [B, T] ids → [B, T, width], float32. */
    Tensor embed(Tensor ids_BT) {
        return torch.embedding(embedding, ids_BT).to(ScalarType.Float);
    }

    /** The residual stream after a layer that reads its own keys and values; see {@link Layer#after}. */
    Tensor after(Layer layer, Tensor x_BTD, Layer.Projected own, TensorOptional mask) {
        Layer.KeysValues kv = own.kv();
        Rotation rotation = rotations.of(layer.shape().headDim(), (int) x_BTD.size(1));
        return layer.after(x_BTD, own.queries(), layer.normedKeys(kv.keys()), kv.values(), rotation, mask, dtype);
    }

    /** The last norm: what the head reads. */
    Tensor normed(Tensor x_BTD) {
        return Layer.rmsNorm(x_BTD, finalNorm, config.normEps());
    }

    private static String name(int layer, String weight) {
        return "layers." + layer + "." + weight;
    }

    /** The weights by name, in a fixed order, with their updates; those are in the caller's scope. */
    Map<String, Tensor> weights() {
        try (NoGradGuard none = new NoGradGuard()) {
            return weights(this::layer);
        }
    }

    private Map<String, Tensor> weights(IntFunction<Layer> layer) {
        Map<String, Tensor> all = new LinkedHashMap<>();
        all.put("embedding", embedding);
        for (int i = 0; i < layers.size(); i++) {
            int index = i;
            layer.apply(i).weights().forEach((name, tensor) -> all.put(name(index, name), tensor));
        }
        all.put("norm", finalNorm);
        if (!config.tiedEmbeddings()) {
            all.put("head", head);
        }
        return all;
    }

    /** The weights without updates. */
    private Map<String, Tensor> own() {
        return weights(layers::get);
    }

    /** What is trained, by name. */
    Map<String, Tensor> parameters() {
        if (updates != null) {
            return updates.parameters();
        }
        Map<String, Tensor> trained = new LinkedHashMap<>();
        own().forEach((name, tensor) -> {
            if (tensor.requires_grad()) {
                trained.put(name, tensor);
            }
        });
        return trained;
    }

    @Override
    public void close() {
        own().values().forEach(Tensor::close);
        if (updates != null) {
            updates.close();
        }
        rotations.close();
    }
}
