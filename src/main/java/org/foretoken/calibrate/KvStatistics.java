package org.foretoken.calibrate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.foretoken.ForetokenException;
import org.foretoken.Progress;
import org.foretoken.calibrate.Outputs.Part;
import org.foretoken.kvp.LayerMap;
import org.foretoken.kvp.PredictorWeights;
import org.foretoken.kvp.PredictorWeights.Affine;
import org.foretoken.kvp.Setup;
import org.foretoken.kvp.Source;
import org.foretoken.model.DecoderConfig;
import org.foretoken.torch.Inference;
import org.foretoken.torch.LibTorch;
import org.foretoken.torch.Tensors;

/**
 * What one pass over text leaves behind: the sums from which the maps of links are fitted and priced, with no token kept. Keys count before k_norm and
 * RoPE. Memory is that of {@link InputSums#bytes} an input, whatever the number of tokens.
 */
public final class KvStatistics implements AutoCloseable {
    private final Source source;
    private final int baseLayers;
    private final int auxiliaryLayers;
    private final int commonLayers;
    private final LayerMap map;
    private final Map<Integer, InputSums> forKeys = new TreeMap<>(); // by auxiliary layer
    private final Map<Integer, InputSums> forValues; // the same ones unless keys and values are read from their own
    private long tokens;

    /**
     * How far predicted keys and values are from the base's own: ‖predicted - exact‖ / ‖exact - mean‖ for each base layer, keys before k_norm and RoPE;
     * 0 where shared.
     */
    public record Errors(List<Double> keys, List<Double> values) {
        static Errors of(double[] keys, double[] values) {
            return new Errors(
                    Arrays.stream(keys).boxed().toList(),
                    Arrays.stream(values).boxed().toList());
        }

        /** Mean over all base layers. */
        public double meanOfKeys() {
            return keys.stream().mapToDouble(Double::doubleValue).average().orElse(0);
        }

        /** Mean over all base layers. */
        public double meanOfValues() {
            return values.stream().mapToDouble(Double::doubleValue).average().orElse(0);
        }

        double mean() {
            return (meanOfKeys() + meanOfValues()) / 2;
        }
    }

    /**
     * Maps fitted from the sums.
     *
     * @param weights for every base layer that isn't shared; the caller closes them
     * @param errors on the tokens summed up, mean over these
     * @param jitter what had to be added to a diagonal beyond the penalty, as a share of its mean; 0 where nothing
     */
    public record Fit(PredictorWeights weights, Errors errors, double jitter) {}

    /** Empty, without room for any link. */
    KvStatistics(Setup setup, Source source) {
        this(source, setup.map(), setup.auxiliary().config().layers().size(), setup.commonLayers());
    }

    /**
     * Empty, without room for any link.
     *
     * @param map of the setup
     * @param commonLayers how many of the auxiliary's first layers are the base's own
     */
    KvStatistics(Source source, LayerMap map, int auxiliaryLayers, int commonLayers) {
        this.source = source;
        this.baseLayers = map.size();
        this.auxiliaryLayers = auxiliaryLayers;
        this.commonLayers = commonLayers;
        this.map = map;
        this.forValues = source == Source.KV ? new TreeMap<>() : forKeys;
    }

    /**
     * Reads text with the base and the auxiliary and sums up what the links of the setup's layer map need.
     *
     * @param windows of tokens, each read from position 0 and alone
     * @throws ForetokenException when the models give numbers that aren't finite
     */
    public static KvStatistics gather(Setup setup, List<int[]> windows, Progress progress) throws ForetokenException {
        int longest = windows.stream().mapToInt(w -> w.length).max().orElse(0);
        try (Inference mode = Inference.begin()) {
            KvStatistics statistics = new KvStatistics(setup, setup.source());
            statistics.openMap(setup, longest);
            try (StatisticsPass pass = new StatisticsPass(setup, List.of(statistics), longest)) {
                pass.read(windows, window -> List.of(statistics), progress);
                statistics.check();
                return statistics;
            } catch (ForetokenException | RuntimeException e) {
                statistics.close();
                throw e;
            }
        }
    }

    /** Makes room for the links of the setup's layer map alone. */
    void openMap(Setup setup, int window) {
        for (int a : new TreeSet<>(map.links())) {
            List<Integer> fed =
                    setup.predictedLayers().stream().filter(i -> map.of(i) == a).toList();
            if (!fed.isEmpty()) {
                open(setup, List.of(a), fed, window);
            }
        }
    }

    /** Makes room for every link. */
    void openAll(Setup setup, int window) {
        open(setup, all(auxiliaryLayers), all(baseLayers), window);
    }

    private static List<Integer> all(int layers) {
        return IntStream.range(0, layers).boxed().toList();
    }

    /** Bytes that the sums of every link take. */
    static long bytesOfAll(Setup setup, Source source) {
        long outputs = kvDims(setup.base().config()).stream()
                .mapToLong(Long::longValue)
                .sum();
        long bytes = 2 * Double.BYTES * outputs; // their squares, whatever the number of inputs
        for (int a = 0; a < setup.auxiliary().config().layers().size(); a++) {
            long width = Setup.inputWidth(setup.auxiliary().config(), a, source);
            bytes += source == Source.KV ? 2 * InputSums.bytes(width, outputs) : InputSums.bytes(width, 2 * outputs);
        }
        return bytes;
    }

    private void open(Setup setup, List<Integer> auxiliary, List<Integer> base, int window) {
        List<Long> kvDims = kvDims(setup.base().config());
        for (List<Part> parts : Outputs.sides(source)) {
            Outputs outputs = new Outputs(parts, kvDims, base, window);
            for (int a : auxiliary) {
                long width = Setup.inputWidth(setup.auxiliary().config(), a, source);
                side(parts.get(0)).put(a, new InputSums(width, outputs, window));
            }
        }
    }

    /** Widths of the base's keys, and of its values, by layer. */
    public static List<Long> kvDims(DecoderConfig base) {
        return base.layers().stream().map(layer -> (long) layer.kvDim()).toList();
    }

    /** What keys, or values, are made from, by auxiliary layer. */
    Map<Integer, InputSums> side(Part part) {
        return part == Part.KEYS ? forKeys : forValues;
    }

    /** Each once. */
    private Set<InputSums> inputs() {
        Set<InputSums> inputs = new LinkedHashSet<>(forKeys.values());
        inputs.addAll(forValues.values());
        return inputs;
    }

    /** Each once. */
    private Set<Outputs> outputs() {
        Set<Outputs> outputs = new LinkedHashSet<>();
        inputs().forEach(input -> outputs.add(input.outputs()));
        return outputs;
    }

    void check() throws ForetokenException {
        boolean finite = inputs().stream().allMatch(InputSums::isFinite)
                && outputs().stream().allMatch(Outputs::isFinite);
        if (!finite) {
            throw new ForetokenException("The models give numbers that aren't finite on this text: their weights are"
                    + " damaged or overflow in this kernel. Try another kernel, or download the models again.");
        }
    }

    Source source() {
        return source;
    }

    /** Tokens summed up. */
    public long tokens() {
        return tokens;
    }

    /** Most numbers that a map reads. */
    long widestInput() {
        return inputs().stream().mapToLong(InputSums::width).max().orElse(0);
    }

    /** Puts the sums of an input that were kept in a file. */
    void put(Part part, int auxiliaryLayer, InputSums input) {
        side(part).put(auxiliaryLayer, input);
        tokens = input.tokens();
    }

    int baseLayers() {
        return baseLayers;
    }

    int auxiliaryLayers() {
        return auxiliaryLayers;
    }

    /** Whether the auxiliary has a base layer's own keys and values at that layer. */
    boolean isShared(int auxiliaryLayer, int baseLayer) {
        return auxiliaryLayer == baseLayer && baseLayer < commonLayers;
    }

    /** One more than the highest auxiliary layer that is an input. */
    int auxiliaryDepth() {
        return forKeys.keySet().stream().mapToInt(a -> a + 1).max().orElse(0);
    }

    /** One more than the highest base layer that is an output. */
    int baseDepth() {
        return outputs().stream()
                .flatMap(output -> output.columns(Part.KEYS).keySet().stream())
                .mapToInt(i -> i + 1)
                .max()
                .orElse(0);
    }

    /** Takes what the maps read from an auxiliary layer, rows from {@code start} of the window under way. */
    void setInput(int auxiliaryLayer, int start, Tensor forKeys, Tensor forValues) {
        InputSums keys = this.forKeys.get(auxiliaryLayer);
        InputSums values = this.forValues.get(auxiliaryLayer);
        if (keys != null) {
            keys.set(start, forKeys);
        }
        if (values != null && !values.equals(keys)) {
            values.set(start, forValues);
        }
    }

    /** Takes what the maps ought to make of it. */
    void setOutput(int baseLayer, int start, Tensor k_TD, Tensor v_TD) {
        outputs().forEach(output -> output.set(baseLayer, start, k_TD, v_TD));
    }

    /** Adds the window under way, of that many rows, to all sums; inputs go to different threads, since OpenBLAS has one. */
    void add(int rows) {
        try (PointerScope scope = new PointerScope()) {
            outputs().forEach(output -> output.add(rows));
        }
        List<InputSums> all = List.copyOf(inputs());
        LibTorch.team().run(all.size(), (part, thread) -> {
            try (Inference mode = Inference.begin()) {
                all.get(part).add(rows);
            }
        });
        tokens += rows;
    }

    /** Adds the sums over other text, of the same links: both halves make the whole. */
    void add(KvStatistics other) {
        List<InputSums> mine = List.copyOf(inputs());
        List<InputSums> others = List.copyOf(other.inputs());
        List<Outputs> outputs = List.copyOf(outputs());
        List<Outputs> otherOutputs = List.copyOf(other.outputs());
        try (Inference mode = Inference.begin()) {
            for (int i = 0; i < mine.size(); i++) {
                mine.get(i).add(others.get(i));
            }
            for (int i = 0; i < outputs.size(); i++) {
                outputs.get(i).add(otherOutputs.get(i));
            }
        }
        tokens += other.tokens;
    }

    /** The sums of one link, for its keys or its values. */
    LinkSums link(int auxiliaryLayer, int baseLayer, Part part) throws ForetokenException {
        InputSums input = side(part).get(auxiliaryLayer);
        Outputs.Columns columns =
                input == null ? null : input.outputs().columns(part).get(baseLayer);
        if (input == null || columns == null) {
            throw new ForetokenException("The link from auxiliary layer " + auxiliaryLayer + " to base layer "
                    + baseLayer + " has no statistics for source " + source.label() + ": calibrate again.");
        }
        return new LinkSums(input, columns);
    }

    /**
     * Fits the maps of the setup's layer map by ridge regression.
     *
     * @param lambda penalty relative to the mean square of the centred input
     */
    public Fit fit(double lambda) throws ForetokenException {
        return fit(input -> lambda * input.meanSquare());
    }

    /**
     * Fits the maps of the setup's layer map.
     *
     * @param penalty a of (XᵀX + a·I) for an input
     */
    Fit fit(ToDoubleFunction<InputSums> penalty) throws ForetokenException {
        try (Factors factors = new Factors(penalty)) {
            Maps maps = maps(map, Setup.predictedLayers(map, commonLayers), factors);
            return new Fit(maps.weights(), errors(maps.weights(), this), maps.jitter());
        }
    }

    /** Maps that were not tried on anything; as {@link Fit}. */
    record Maps(PredictorWeights weights, double jitter) {}

    /** Fits the maps of the setup's layer map and tries them on nothing. */
    Maps maps(double lambda) throws ForetokenException {
        try (Factors factors = Factors.relative(lambda)) {
            return maps(map, Setup.predictedLayers(map, commonLayers), factors);
        }
    }

    /** Fits the maps of some base layers under any layer map whose links were summed up. */
    Maps maps(LayerMap links, List<Integer> layers, Factors factors) throws ForetokenException {
        List<LinkSums> wanted = new ArrayList<>();
        for (int i : layers) {
            wanted.add(link(links.of(i), i, Part.KEYS));
            wanted.add(link(links.of(i), i, Part.VALUES));
        }
        PredictorWeights weights = new PredictorWeights();
        List<Affine> solved = factors.solve(wanted);
        for (int i = 0; i < layers.size(); i++) {
            weights.put(layers.get(i), solved.get(2 * i), solved.get(2 * i + 1));
        }
        solved.forEach(Affine::close);
        return new Maps(weights, factors.jitter());
    }

    /**
     * What other maps, or maps fitted on other text, make of the tokens summed up here.
     *
     * @param weights of the setup's layer map
     * @param centre whose means are the yardstick: of the text that the maps were fitted on, or these statistics themselves
     */
    public Errors errors(PredictorWeights weights, KvStatistics centre) throws ForetokenException {
        double[] keyErrors = new double[baseLayers];
        double[] valueErrors = new double[baseLayers];
        for (int i : Setup.predictedLayers(map, commonLayers)) {
            keyErrors[i] = error(Part.KEYS, i, weights.keys(i), centre);
            valueErrors[i] = error(Part.VALUES, i, weights.values(i), centre);
        }
        return Errors.of(keyErrors, valueErrors);
    }

    private double error(Part part, int baseLayer, Affine affine, KvStatistics centre) throws ForetokenException {
        int a = map.of(baseLayer);
        try (Inference mode = Inference.begin()) {
            return link(a, baseLayer, part)
                    .relativeError(map(affine), centre.link(a, baseLayer, part).mean());
        }
    }

    /** W [out, in] and b → W̃ [in + 1, out], float64. */
    private static Tensor map(Affine affine) {
        return torch.cat(Tensors.vector(affine.weight().t(), affine.bias().unsqueeze(0)), 0)
                .to(ScalarType.Double);
    }

    @Override
    public void close() {
        outputs().forEach(Outputs::close);
        inputs().forEach(InputSums::close);
    }
}
