package org.foretoken.calibrate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.InferenceMode;
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
import org.foretoken.model.LayerShape;
import org.foretoken.torch.Tensors;
import org.jspecify.annotations.Nullable;

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
        try (InferenceMode mode = new InferenceMode(true)) {
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
        long outputs = kvDims(setup).stream().mapToLong(Long::longValue).sum();
        long bytes = 0;
        for (int a = 0; a < setup.auxiliary().config().layers().size(); a++) {
            long width = Setup.inputWidth(setup.auxiliary().config(), a, source);
            bytes += source == Source.KV ? 2 * InputSums.bytes(width, outputs) : InputSums.bytes(width, 2 * outputs);
        }
        return bytes;
    }

    private void open(Setup setup, List<Integer> auxiliary, List<Integer> base, int window) {
        List<Long> kvDims = kvDims(setup);
        List<List<Part>> sides = source == Source.KV
                ? List.of(List.of(Part.KEYS), List.of(Part.VALUES))
                : List.of(List.of(Part.values()));
        for (List<Part> parts : sides) {
            Outputs outputs = new Outputs(parts, kvDims, base, window);
            for (int a : auxiliary) {
                long width = Setup.inputWidth(setup.auxiliary().config(), a, source);
                side(parts.get(0)).put(a, new InputSums(width, outputs, window));
            }
        }
    }

    static List<Long> kvDims(Setup setup) {
        return setup.base().config().layers().stream()
                .map(LayerShape::kvDim)
                .map(Integer::longValue)
                .toList();
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

    int auxiliaryLayers() {
        return auxiliaryLayers;
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

    /** Adds the window under way, of that many rows, to all sums. */
    void add(int rows) {
        try (PointerScope scope = new PointerScope()) {
            outputs().forEach(output -> output.add(rows));
            inputs().forEach(input -> input.add(rows));
        }
        tokens += rows;
    }

    /** Adds the sums over other text, of the same links: both halves make the whole. */
    void add(KvStatistics other) {
        List<InputSums> mine = List.copyOf(inputs());
        List<InputSums> others = List.copyOf(other.inputs());
        List<Outputs> outputs = List.copyOf(outputs());
        List<Outputs> otherOutputs = List.copyOf(other.outputs());
        try (InferenceMode mode = new InferenceMode(true)) {
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

    /** Base layers of a map that need maps of their own. */
    private List<Integer> predicted(LayerMap links) {
        return IntStream.range(0, links.size())
                .filter(i -> links.of(i) != i || i >= commonLayers)
                .boxed()
                .toList();
    }

    /**
     * Fits the maps of the setup's layer map by ridge regression.
     *
     * @param lambda penalty relative to the mean square of the centred input
     */
    public Fit fit(double lambda) throws ForetokenException {
        return fit(map, lambda);
    }

    /** Fits the maps of any layer map whose links were summed up. */
    Fit fit(LayerMap links, double lambda) throws ForetokenException {
        return fit(links, input -> lambda * input.meanSquare());
    }

    /**
     * Fits the maps.
     *
     * @param penalty a of (XᵀX + a·I) for an input
     */
    Fit fit(LayerMap links, ToDoubleFunction<InputSums> penalty) throws ForetokenException {
        Map<InputSums, Ridge> ridges = new HashMap<>();
        PredictorWeights weights = new PredictorWeights();
        double[] keyErrors = new double[baseLayers];
        double[] valueErrors = new double[baseLayers];
        try (InferenceMode mode = new InferenceMode(true)) {
            for (int i : predicted(links)) {
                try (PointerScope scope = new PointerScope()) {
                    LinkSums k = link(links.of(i), i, Part.KEYS);
                    LinkSums v = link(links.of(i), i, Part.VALUES);
                    Tensor keyMap = ridge(ridges, k, penalty).solve(k);
                    Tensor valueMap = ridge(ridges, v, penalty).solve(v);
                    weights.put(i, affine(keyMap), affine(valueMap));
                    keyErrors[i] = k.relativeError(keyMap, k.mean());
                    valueErrors[i] = v.relativeError(valueMap, v.mean());
                }
            }
            double jitter =
                    ridges.values().stream().mapToDouble(Ridge::jitter).max().orElse(0);
            return new Fit(weights, Errors.of(keyErrors, valueErrors), jitter);
        } catch (ForetokenException | RuntimeException e) {
            weights.close();
            throw e;
        } finally {
            ridges.values().forEach(Ridge::close);
        }
    }

    /**
     * Fits the maps of some base layers alone, without pricing them; the caller closes the weights.
     *
     * @param lambda as {@link #fit(double)}
     */
    PredictorWeights maps(LayerMap links, List<Integer> layers, double lambda) throws ForetokenException {
        Map<InputSums, Ridge> ridges = new HashMap<>();
        PredictorWeights weights = new PredictorWeights();
        try (InferenceMode mode = new InferenceMode(true)) {
            for (int i : layers) {
                try (PointerScope scope = new PointerScope()) {
                    LinkSums k = link(links.of(i), i, Part.KEYS);
                    LinkSums v = link(links.of(i), i, Part.VALUES);
                    ToDoubleFunction<InputSums> penalty = input -> lambda * input.meanSquare();
                    weights.put(
                            i,
                            affine(ridge(ridges, k, penalty).solve(k)),
                            affine(ridge(ridges, v, penalty).solve(v)));
                }
            }
            return weights;
        } catch (ForetokenException | RuntimeException e) {
            weights.close();
            throw e;
        } finally {
            ridges.values().forEach(Ridge::close);
        }
    }

    private static Ridge ridge(Map<InputSums, Ridge> known, LinkSums link, ToDoubleFunction<InputSums> penalty) {
        return known.computeIfAbsent(link.input(), input -> Ridge.of(input, penalty.applyAsDouble(input)));
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
        for (int i : predicted(map)) {
            try (InferenceMode mode = new InferenceMode(true);
                    PointerScope scope = new PointerScope()) {
                int a = map.of(i);
                keyErrors[i] = link(a, i, Part.KEYS)
                        .relativeError(
                                map(weights.keys(i)),
                                centre.link(a, i, Part.KEYS).mean());
                valueErrors[i] = link(a, i, Part.VALUES)
                        .relativeError(
                                map(weights.values(i)),
                                centre.link(a, i, Part.VALUES).mean());
            }
        }
        return Errors.of(keyErrors, valueErrors);
    }

    /**
     * The price of every link summed up: fitted here, tried on other text.
     *
     * @param heldOut sums of the same links over text that isn't in these
     */
    LinkPrices prices(KvStatistics heldOut, double lambda, Progress progress) {
        double[][] keys = unpriced();
        double[][] values = unpriced();
        for (Part part : Part.values()) {
            int done = 0;
            for (int a : side(part).keySet()) {
                progress.report("Pricing the links", done++, side(part).size());
                if (part == Part.VALUES && forValues.equals(forKeys)) {
                    break; // priced with the keys
                }
                price(side(part).get(a), heldOut.side(part).get(a), a, lambda, keys, values);
            }
        }
        return new LinkPrices(source, tokens(), heldOut.tokens(), lambda, rows(keys), rows(values));
    }

    /** All columns at once: a product of thousands of columns runs at full speed. */
    private void price(
            @Nullable InputSums input,
            @Nullable InputSums heldOut,
            int auxiliaryLayer,
            double lambda,
            double[][] keys,
            double[][] values) {
        if (input == null || heldOut == null) {
            return;
        }
        try (InferenceMode mode = new InferenceMode(true);
                PointerScope scope = new PointerScope();
                Ridge ridge = Ridge.of(input, lambda * input.meanSquare())) {
            Tensor weights = ridge.solve(input.all());
            Tensor residuals = heldOut.all().residuals(weights);
            Tensor spreads = heldOut.all().spreads(input.all().mean());
            for (Part part : Part.values()) {
                double[][] prices = part == Part.KEYS ? keys : values;
                input.outputs().columns(part).forEach((i, columns) -> {
                    boolean shared = i == auxiliaryLayer && i < commonLayers;
                    prices[i][auxiliaryLayer] =
                            shared ? 0 : LinkSums.relativeError(sum(residuals, columns), sum(spreads, columns));
                });
            }
        }
    }

    private static double sum(Tensor perColumn, Outputs.Columns columns) {
        return perColumn.narrow(0, columns.from(), columns.width()).sum().item_double();
    }

    private double[][] unpriced() {
        double[][] prices = new double[baseLayers][auxiliaryLayers];
        for (double[] row : prices) {
            Arrays.fill(row, Double.NaN);
        }
        return prices;
    }

    private static List<List<Double>> rows(double[][] prices) {
        List<List<Double>> rows = new ArrayList<>();
        for (double[] row : prices) {
            rows.add(Arrays.stream(row).boxed().toList());
        }
        return Collections.unmodifiableList(rows);
    }

    /** W̃ [in + 1, out] → W [out, in] and b. */
    private static Affine affine(Tensor map) {
        long in = map.size(0) - 1;
        return new Affine(map.narrow(0, 0, in).t(), map.select(0, in));
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
