package org.foretoken.model.family;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.foretoken.ForetokenException;
import org.foretoken.Progress;
import org.foretoken.checkpoint.Checkpoint;
import org.foretoken.checkpoint.DType;
import org.foretoken.checkpoint.GgufFile;
import org.foretoken.checkpoint.HubFolder;
import org.foretoken.checkpoint.TensorInfo;
import org.foretoken.checkpoint.WeightSource;
import org.foretoken.model.Decoder;
import org.foretoken.model.DecoderConfig;
import org.foretoken.model.Embedding;
import org.foretoken.model.LayerShape;
import org.foretoken.torch.Kernel;
import org.foretoken.torch.Tensors;
import org.jspecify.annotations.Nullable;

/**
 * A model on disk: its configuration read and checked, its weights by role. What is read comes in the layout that the decoder works in, whatever the
 * format: [out, in], query, key and value rows one after the other, heads in half-split RoPE order. Tensors belong to the caller's scope.
 */
public final class StoredModel implements AutoCloseable {
    private static final List<Family> FAMILIES =
            List.of(LlamaLike.LLAMA, LlamaLike.MISTRAL, LlamaLike.QWEN2, LlamaLike.QWEN3, new OpenElm());

    private final Checkpoint checkpoint;
    private final DecoderConfig config;
    private final WeightNames names;
    private final boolean pairsRope;

    private StoredModel(Checkpoint checkpoint, DecoderConfig config, WeightNames names, boolean pairsRope) {
        this.checkpoint = checkpoint;
        this.config = config;
        this.names = names;
        this.pairsRope = pairsRope;
    }

    /**
     * Opens a Hub folder or GGUF file and checks that it has every tensor that its configuration calls for, in the right shape.
     *
     * @throws ForetokenException naming the file and the key or tensor that can't be used
     */
    public static StoredModel open(Path path) throws ForetokenException {
        Checkpoint checkpoint = Checkpoint.open(path);
        try {
            StoredModel model = checkpoint instanceof GgufFile gguf ? ofGguf(gguf) : ofHub((HubFolder) checkpoint);
            model.check();
            return model;
        } catch (ForetokenException | RuntimeException e) {
            checkpoint.close();
            throw e;
        }
    }

    /** The family that users know by that name. */
    static Family family(String name) {
        return FAMILIES.stream()
                .filter(family -> family.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(name));
    }

    private static StoredModel ofHub(HubFolder folder) throws ForetokenException {
        String architecture = folder.config().path("architectures").path(0).asText("");
        for (Family family : FAMILIES) {
            if (family.hubArchitecture().equals(architecture)) {
                return new StoredModel(folder, family.fromHub(Keys.of(folder)), family.hubNames(), false);
            }
        }
        throw unknown(folder.path().resolve("config.json") + ": architectures", architecture);
    }

    private static StoredModel ofGguf(GgufFile gguf) throws ForetokenException {
        String architecture = String.valueOf(gguf.metadata().getOrDefault("general.architecture", ""));
        for (Family family : FAMILIES) {
            if (family.ggufArchitecture().equals(architecture)) {
                WeightNames names = family.ggufNames();
                DecoderConfig config = family.fromGguf(Keys.of(gguf, architecture), facts(gguf.weights(), names));
                return new StoredModel(gguf, config, names, family.ggufPairsRope());
            }
        }
        throw unknown(gguf.path() + ": general.architecture", architecture);
    }

    private static Family.GgufFacts facts(WeightSource weights, WeightNames names) throws ForetokenException {
        List<Double> divisors = new ArrayList<>();
        if (names.ropeDivisors() != null && weights.contains(names.ropeDivisors())) {
            for (float divisor : weights.floats(names.ropeDivisors())) {
                divisors.add((double) divisor);
            }
        }
        return new Family.GgufFacts(
                weights.info(names.embedding()).shape().get(0).intValue(),
                !weights.contains(names.head()),
                weights.contains(WeightNames.bias(WeightNames.at(names.qkv().get(0), 0))),
                weights.contains(WeightNames.bias(WeightNames.at(names.out(), 0))),
                divisors);
    }

    private static ForetokenException unknown(String key, String architecture) {
        List<String> known = FAMILIES.stream().map(Family::name).toList();
        return new ForetokenException(key + " = '" + architecture + "' isn't supported: choose a model of "
                + String.join(", ", known.subList(0, known.size() - 1)) + " or " + known.get(known.size() - 1) + ".");
    }

    public DecoderConfig config() {
        return config;
    }

    /** The folder or file. */
    public Path path() {
        return checkpoint.path();
    }

    /** Bytes of {@link #lookUp}: two an entry where it is stored so, none where it is quantised. */
    public long embeddingBytes(Kernel kernel) throws ForetokenException {
        DType type = checkpoint.weights().info(names.embedding()).dtype();
        int entry = type.quantised() ? 0 : type.narrow() ? 2 : kernel.bytes();
        return (long) config.vocabulary() * config.width() * entry;
    }

    /** Bytes of the matrices, the head's included, as single tokens read them. */
    public long decodeBytes(Kernel kernel) throws ForetokenException {
        long bytes = head().packedBytes(kernel);
        for (int i = 0; i < config.layers().size(); i++) {
            for (StoredMatrix matrix : List.of(qkv(i), out(i), gateUp(i), down(i))) {
                bytes += matrix.packedBytes(kernel);
            }
        }
        return bytes;
    }

    /** The files behind it. */
    public Checkpoint checkpoint() {
        return checkpoint;
    }

    /** [vocabulary, width]. */
    public Tensor embedding() throws ForetokenException {
        return checkpoint.weights().tensor(names.embedding());
    }

    /**
     * What a decoder of that kernel looks tokens up in: a half-precision or quantised table as it is, where it is; others in the kernel's type.
     *
     * @return to be closed before this model is
     */
    Embedding lookUp(Kernel kernel) throws ForetokenException {
        DType type = checkpoint.weights().info(names.embedding()).dtype();
        if (type.quantised()) {
            return new QuantisedEmbedding(checkpoint.weights(), names.embedding(), config.width());
        }
        try (PointerScope scope = new PointerScope()) {
            Tensor table = embedding();
            return Embedding.of(Tensors.keep(type.narrow() ? table : table.to(kernel.dtype())));
        }
    }

    /** [vocabulary, width]; the embedding itself where they're tied. */
    public StoredMatrix head() {
        return matrix(config.tiedEmbeddings() ? names.embedding() : names.head());
    }

    /** [width]. */
    public Tensor finalNorm() throws ForetokenException {
        return checkpoint.weights().tensor(names.finalNorm());
    }

    /** [width]. */
    public Tensor attnNorm(int layer) throws ForetokenException {
        return checkpoint.weights().tensor(WeightNames.at(names.attnNorm(), layer));
    }

    /** [width]. */
    public Tensor ffnNorm(int layer) throws ForetokenException {
        return checkpoint.weights().tensor(WeightNames.at(names.ffnNorm(), layer));
    }

    /** [queryDim + 2·kvDim, width]. */
    public StoredMatrix qkv(int layer) {
        return matrix(names.qkv(), layer);
    }

    /** [queryDim + 2·kvDim], or null. */
    public @Nullable Tensor qkvBias(int layer) throws ForetokenException {
        return config.qkvBias()
                ? matrix(names.qkv().stream().map(WeightNames::bias).toList(), layer)
                        .tensor()
                : null;
    }

    /** [headDim], or null where the family has none. */
    public @Nullable Tensor qNorm(int layer) throws ForetokenException {
        return headNorm(names.qNorm(), layer);
    }

    /** [headDim], or null where the family has none. */
    public @Nullable Tensor kNorm(int layer) throws ForetokenException {
        return headNorm(names.kNorm(), layer);
    }

    /** [width, queryDim]. */
    public StoredMatrix out(int layer) {
        return matrix(List.of(names.out()), layer);
    }

    /** [width], or null. */
    public @Nullable Tensor outBias(int layer) throws ForetokenException {
        return config.outBias()
                ? checkpoint.weights().tensor(WeightNames.bias(WeightNames.at(names.out(), layer)))
                : null;
    }

    /** [2·ffnDim, width], gate first. */
    public StoredMatrix gateUp(int layer) {
        return matrix(names.gateUp(), layer);
    }

    /** [width, ffnDim]. */
    public StoredMatrix down(int layer) {
        return matrix(List.of(names.down()), layer);
    }

    private @Nullable Tensor headNorm(@Nullable String name, int layer) throws ForetokenException {
        if (name == null || !config.layers().get(layer).qkNorm()) {
            return null;
        }
        return checkpoint.weights().tensor(WeightNames.at(name, layer));
    }

    private StoredMatrix matrix(String name) {
        return new StoredMatrix(checkpoint.weights(), List.of(new StoredMatrix.Part(name, rows -> rows)));
    }

    private StoredMatrix matrix(List<String> parts, int layer) {
        List<StoredMatrix.Part> named = new ArrayList<>();
        for (int i = 0; i < parts.size(); i++) {
            boolean turned = pairsRope && parts.size() == 3 && i < 2; // queries and keys
            named.add(new StoredMatrix.Part(
                    WeightNames.at(parts.get(i), layer), rows -> turned ? halves(rows, layer) : rows));
        }
        return new StoredMatrix(checkpoint.weights(), named);
    }

    /** Rows for RoPE on adjacent pairs (0, 1), (2, 3), … into half-split order 0, 2, …, 1, 3, …, head by head. */
    private Tensor halves(Tensor rows, int layer) {
        long headDim = config.layers().get(layer).headDim();
        long heads = rows.size(0) / headDim;
        if (rows.dim() == 1) {
            return rows.view(heads, headDim / 2, 2).transpose(1, 2).reshape(rows.size(0));
        }
        return rows.view(heads, headDim / 2, 2, rows.size(1)).transpose(1, 2).reshape(rows.size(0), rows.size(1));
    }

    private void check() throws ForetokenException {
        long width = config.width();
        expect(names.embedding(), config.vocabulary(), width);
        expect(names.finalNorm(), width);
        if (!config.tiedEmbeddings()) {
            expect(names.head(), config.vocabulary(), width);
        }
        if (!config.rope().divisors().isEmpty()
                && config.rope().divisors().size() != config.layers().get(0).headDim() / 2) {
            throw new ForetokenException(path() + ": tensor " + names.ropeDivisors() + " has "
                    + config.rope().divisors().size() + " entries for heads of "
                    + config.layers().get(0).headDim() + ": download the file again.");
        }
        for (int i = 0; i < config.layers().size(); i++) {
            LayerShape s = config.layers().get(i);
            long[] qkv = {s.queryDim(), s.kvDim(), s.kvDim()};
            expect(WeightNames.at(names.attnNorm(), i), width);
            expect(WeightNames.at(names.ffnNorm(), i), width);
            expectParts(names.qkv(), i, width, config.qkvBias(), qkv);
            expectParts(names.gateUp(), i, width, false, s.ffnDim(), s.ffnDim());
            expect(WeightNames.at(names.out(), i), width, s.queryDim());
            expect(WeightNames.at(names.down(), i), width, s.ffnDim());
            if (config.outBias()) {
                expect(WeightNames.bias(WeightNames.at(names.out(), i)), width);
            }
            if (s.qkNorm() && names.qNorm() != null && names.kNorm() != null) {
                expect(WeightNames.at(names.qNorm(), i), s.headDim());
                expect(WeightNames.at(names.kNorm(), i), s.headDim());
            }
        }
    }

    private void expectParts(List<String> parts, int layer, long width, boolean bias, long... rows)
            throws ForetokenException {
        for (int i = 0; i < parts.size(); i++) {
            long out = parts.size() == 1 ? java.util.Arrays.stream(rows).sum() : rows[i];
            String name = WeightNames.at(parts.get(i), layer);
            expect(name, out, width);
            if (bias) {
                expect(WeightNames.bias(name), out);
            }
        }
    }

    private void expect(String name, long... shape) throws ForetokenException {
        List<Long> expected = java.util.Arrays.stream(shape).boxed().toList();
        TensorInfo stored = checkpoint.weights().info(name);
        if (!stored.dtype().fitsWeights()) {
            throw new ForetokenException(path() + ": tensor " + name + " is stored as " + stored.dtype()
                    + ", which no kernel reads: get the model as BF16, F16 or F32.");
        }
        if (!stored.shape().equals(expected)) {
            throw new ForetokenException(path() + ": tensor " + name + " is " + stored.shape()
                    + ", but the configuration calls for " + expected
                    + ". Configuration and weights belong to different models: download both again.");
        }
    }

    /**
     * Reads all weights and packs them for a kernel.
     *
     * @throws ForetokenException when a tensor can't be read
     */
    public Decoder load(Kernel kernel, Progress progress) throws ForetokenException {
        return new DecoderLoader(this, kernel).load(progress);
    }

    @Override
    public void close() {
        checkpoint.close();
    }
}
