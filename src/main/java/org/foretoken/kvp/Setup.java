package org.foretoken.kvp;

import java.nio.file.Path;
import java.util.List;
import java.util.function.LongConsumer;
import java.util.stream.IntStream;
import org.foretoken.ForetokenException;
import org.foretoken.model.Decoder;
import org.foretoken.model.DecoderConfig;
import org.foretoken.model.Flops;
import org.foretoken.model.KvCache;
import org.foretoken.model.LayerShape;
import org.foretoken.model.LayerTap;
import org.foretoken.torch.Inference;
import org.jspecify.annotations.Nullable;

/**
 * A base and an auxiliary in memory with the map between them: what answers a prompt from a predicted cache.
 *
 * <p>A base layer is <em>shared</em> when the auxiliary computes its keys and values with the base's own weights, exactly: its link is to the same
 * layer, and up to there the auxiliary is the base. Such layers need no maps; the auxiliary writes straight into the base's cache.
 */
public final class Setup implements AutoCloseable {
    private final Decoder base;
    private final Decoder auxiliary;
    private final LayerMap map;
    private final Source source;
    private final int commonLayers;
    private @Nullable KvPredictor predictor;

    /**
     * Puts two decoders together; both stay the caller's to close.
     *
     * @param selectLayers the base's layers that the auxiliary consists of, or null when it has weights of its own
     */
    public Setup(Decoder base, Decoder auxiliary, @Nullable List<Integer> selectLayers, LayerMap map, Source source)
            throws ForetokenException {
        map.check(base.config().layers().size(), auxiliary.config().layers().size());
        this.base = base;
        this.auxiliary = auxiliary;
        this.map = map;
        this.source = source;
        this.commonLayers = commonLayers(selectLayers);
    }

    /** How many of the first layers chosen are the base's own first layers, one for one; 0 of an auxiliary with weights of its own. */
    public static int commonLayers(@Nullable List<Integer> selectLayers) {
        int same = 0;
        while (selectLayers != null && same < selectLayers.size() && selectLayers.get(same) == same) {
            same++;
        }
        return same;
    }

    public Decoder base() {
        return base;
    }

    public Decoder auxiliary() {
        return auxiliary;
    }

    public LayerMap map() {
        return map;
    }

    public Source source() {
        return source;
    }

    public boolean isShared(int baseLayer) {
        return isShared(map, commonLayers, baseLayer);
    }

    private static boolean isShared(LayerMap map, int commonLayers, int baseLayer) {
        return map.of(baseLayer) == baseLayer && baseLayer < commonLayers;
    }

    /** How many of the auxiliary's first layers are the base's own first layers, one for one: what these give, the base's own pass gives too. */
    public int commonLayers() {
        return commonLayers;
    }

    /** Base layers that need maps. */
    public List<Integer> predictedLayers() {
        return predictedLayers(map, commonLayers);
    }

    /**
     * Base layers that need maps under a layer map.
     *
     * @param commonLayers how many of the auxiliary's first layers are the base's own
     */
    public static List<Integer> predictedLayers(LayerMap map, int commonLayers) {
        return IntStream.range(0, map.size())
                .filter(i -> !isShared(map, commonLayers, i))
                .boxed()
                .toList();
    }

    /** Numbers that the maps of a base layer read. */
    public int inputWidth(int baseLayer) {
        return inputWidth(auxiliary.config(), map.of(baseLayer), source);
    }

    /** Numbers that a source gives at an auxiliary layer. */
    public static int inputWidth(DecoderConfig auxiliary, int layer, Source source) {
        LayerShape shape = auxiliary.layers().get(layer);
        return switch (source) {
            case KV -> shape.kvDim();
            case JOINT -> 2 * shape.kvDim();
            case HIDDEN -> auxiliary.width();
        };
    }

    /**
     * What an answer from a predicted cache takes.
     *
     * @param tail prompt tokens that the base reads itself, at least 1
     */
    public Flops.Prediction prediction(int tail) {
        return prediction(base.config(), auxiliary.config(), map, commonLayers, source, tail);
    }

    /**
     * The same of a setup before it is in memory: from shapes alone.
     *
     * @param commonLayers how many of the auxiliary's first layers are the base's own
     */
    public static Flops.Prediction prediction(
            DecoderConfig base, DecoderConfig auxiliary, LayerMap map, int commonLayers, Source source, int tail) {
        List<Integer> predicted = predictedLayers(map, commonLayers);
        List<Integer> widths = IntStream.range(0, map.size())
                .mapToObj(i -> predicted.contains(i) ? inputWidth(auxiliary, map.of(i), source) : 0)
                .toList();
        return new Flops.Prediction(base, auxiliary, map.links(), widths, source == Source.HIDDEN, tail);
    }

    /** Takes maps into use, packing them; the weights stay the caller's. */
    public void use(PredictorWeights weights) {
        closePredictor();
        predictor = KvPredictor.pack(source, map, weights, base);
    }

    /** Reads {@code predictor.safetensors} and takes it into use. */
    public void readPredictor(Path file) throws ForetokenException {
        try (Inference mode = Inference.begin();
                PredictorWeights weights = storedWeights(file)) {
            use(weights);
        }
    }

    /** The maps that this setup needs out of a file; closed by the caller. */
    public PredictorWeights storedWeights(Path file) throws ForetokenException {
        List<Integer> widths =
                IntStream.range(0, map.size()).map(this::inputWidth).boxed().toList();
        return PredictorWeights.read(file, base.config(), predictedLayers(), widths);
    }

    /** Whether it can predict: it has maps, or needs none. */
    public boolean canPredict() {
        return predictor != null || predictedLayers().isEmpty();
    }

    /** Bytes of the packed maps; 0 without any. */
    public long predictorBytes() {
        return predictor == null ? 0 : predictor.bytes();
    }

    /**
     * Reads tokens with the auxiliary and fills the base's empty cache with what is predicted from it: no logits, nothing above the highest mapped
     * layer, and of that layer only what is read.
     *
     * @param predicting told the nanoseconds that the maps took, chunk by chunk
     */
    public void predict(int[] tokens, KvCache cache, LongConsumer predicting) {
        predict(tokens, 0, cache, predicting, nanos -> {}, LayerTap.NONE);
    }

    /**
     * The same, but keys and values of the base's first layers are its own. Where the auxiliary begins with the base's layers, these run once, and the
     * base's others go on from there.
     *
     * @param exact layers that are not predicted, from 0 to below all
     * @param reading told the nanoseconds that the base's own layers took
     * @param watching the auxiliary's layers, as far as they run
     */
    public void predict(
            int[] tokens, int exact, KvCache cache, LongConsumer predicting, LongConsumer reading, LayerTap watching) {
        try (PredictedReading prompt =
                new PredictedReading(this, cache, tokens.length, exact, predicting, reading, watching)) {
            prompt.read(tokens);
        }
    }

    /**
     * Begins to read a prompt that is known piece by piece, or that several prompts begin with.
     *
     * @param cache the base's, empty
     * @param positions that will be read at most
     * @param exact layers that are not predicted, from 0 to below all
     */
    public PredictedReading read(KvCache cache, int positions, int exact) {
        return new PredictedReading(this, cache, positions, exact, nanos -> {}, nanos -> {}, LayerTap.NONE);
    }

    /** The packed maps; null without any. */
    @Nullable
    KvPredictor predictor() {
        return predictor;
    }

    private void closePredictor() {
        if (predictor != null) {
            predictor.close();
        }
        predictor = null;
    }

    /** Closes the packed maps; the decoders stay open. */
    @Override
    public void close() {
        closePredictor();
    }
}
