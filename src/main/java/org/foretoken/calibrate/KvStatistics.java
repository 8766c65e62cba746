package org.foretoken.calibrate;

import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.InferenceMode;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.foretoken.ForetokenException;
import org.foretoken.Progress;
import org.foretoken.kvp.PredictorWeights;
import org.foretoken.kvp.PredictorWeights.Affine;
import org.foretoken.kvp.Setup;
import org.foretoken.kvp.Source;
import org.foretoken.torch.Tensors;

/**
 * What one pass over text leaves behind: the sums from which the maps of a setup's links are fitted and priced, with no token kept. Keys count before
 * k_norm and RoPE. Memory: about 8·in² bytes an input and 16·in·kvDim bytes a link, whatever the number of tokens.
 */
public final class KvStatistics implements AutoCloseable {
    private final int baseLayers;
    private final List<Link> links;
    private final List<InputSums> inputs;
    private final SideSums keys = new SideSums();
    private final SideSums values = new SideSums();
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
    }

    /**
     * Maps fitted from the sums.
     *
     * @param weights for every base layer that isn't shared; the caller closes them
     * @param errors on the tokens summed up, mean over these
     * @param jitter what had to be added to a diagonal beyond the penalty, as a share of its mean; 0 where nothing
     */
    public record Fit(PredictorWeights weights, Errors errors, double jitter) {}

    private KvStatistics(Setup setup, List<Link> links, int window) {
        this.baseLayers = setup.map().size();
        this.links = List.copyOf(links);
        Map<Integer, InputSums> forKeys = new LinkedHashMap<>();
        Map<Integer, InputSums> forValues = setup.source() == Source.KV ? new LinkedHashMap<>() : forKeys;
        for (Link link : links) {
            long width = Setup.inputWidth(setup.auxiliary().config(), link.auxiliaryLayer(), setup.source());
            long kvDim = setup.base().config().layers().get(link.baseLayer()).kvDim();
            Function<Integer, InputSums> make = a -> new InputSums(width, window);
            keys.open(link, forKeys.computeIfAbsent(link.auxiliaryLayer(), make), kvDim, window);
            values.open(link, forValues.computeIfAbsent(link.auxiliaryLayer(), make), kvDim, window);
        }
        // the same objects twice where keys and values are read from one input
        this.inputs = Stream.of(forKeys, forValues)
                .flatMap(side -> side.values().stream())
                .distinct()
                .toList();
    }

    /**
     * Reads text with the base and the auxiliary and sums up what the links of the setup's layer map need.
     *
     * @param windows of tokens, each read from position 0 and alone
     * @throws ForetokenException when the models give numbers that aren't finite
     */
    public static KvStatistics gather(Setup setup, List<int[]> windows, Progress progress) throws ForetokenException {
        List<Link> links = setup.predictedLayers().stream()
                .map(i -> new Link(setup.map().of(i), i))
                .toList();
        int longest = windows.stream().mapToInt(w -> w.length).max().orElse(0);
        try (InferenceMode mode = new InferenceMode(true)) {
            KvStatistics statistics = new KvStatistics(setup, links, longest);
            try (StatisticsPass pass = new StatisticsPass(setup, links, statistics, longest)) {
                pass.read(windows, progress);
                statistics.check();
                return statistics;
            } catch (ForetokenException | RuntimeException e) {
                statistics.close();
                throw e;
            }
        }
    }

    private void check() throws ForetokenException {
        if (!keys.isFinite() || !values.isFinite()) {
            throw new ForetokenException("The models give numbers that aren't finite on this text: their weights are"
                    + " damaged or overflow in this kernel. Try another kernel, or download the models again.");
        }
    }

    /** Tokens summed up. */
    public long tokens() {
        return tokens;
    }

    /** Most numbers that a map reads. */
    long widestInput() {
        return inputs.stream().mapToLong(InputSums::width).max().orElse(0);
    }

    SideSums keys() {
        return keys;
    }

    SideSums values() {
        return values;
    }

    /** Takes what the maps read from an auxiliary layer, rows from {@code start} of the window under way. */
    void setInput(int auxiliaryLayer, int start, Tensor forKeys, Tensor forValues) {
        keys.setInput(auxiliaryLayer, start, forKeys);
        if (!forValues.equals(forKeys)) {
            values.setInput(auxiliaryLayer, start, forValues);
        }
    }

    /** Takes what the maps ought to make of it. */
    void setOutput(int baseLayer, int start, Tensor k_TD, Tensor v_TD) {
        keys.setOutput(baseLayer, start, k_TD);
        values.setOutput(baseLayer, start, v_TD);
    }

    /** Adds the window under way, of that many rows, to all sums. */
    void add(int rows) {
        try (PointerScope scope = new PointerScope()) {
            inputs.forEach(input -> input.add(rows));
            keys.add(rows);
            values.add(rows);
        }
        tokens += rows;
    }

    /**
     * Fits the maps by ridge regression.
     *
     * @param lambda penalty relative to the mean square of the centred input
     */
    public Fit fit(double lambda) {
        return fit(input -> lambda * input.meanSquare());
    }

    /**
     * Fits the maps.
     *
     * @param penalty a of (XᵀX + a·I) for an input
     */
    Fit fit(ToDoubleFunction<InputSums> penalty) {
        Map<InputSums, Ridge> ridges = new HashMap<>();
        PredictorWeights weights = new PredictorWeights();
        double[] keyErrors = new double[baseLayers];
        double[] valueErrors = new double[baseLayers];
        try (InferenceMode mode = new InferenceMode(true)) {
            for (InputSums input : inputs) {
                ridges.put(input, Ridge.of(input, penalty.applyAsDouble(input)));
            }
            for (Link link : links) {
                try (PointerScope scope = new PointerScope()) {
                    LinkSums k = keys.link(link);
                    LinkSums v = values.link(link);
                    Tensor keyMap =
                            Objects.requireNonNull(ridges.get(k.input())).solve(k);
                    Tensor valueMap =
                            Objects.requireNonNull(ridges.get(v.input())).solve(v);
                    weights.put(link.baseLayer(), affine(keyMap), affine(valueMap));
                    keyErrors[link.baseLayer()] = k.relativeError(keyMap, k.mean());
                    valueErrors[link.baseLayer()] = v.relativeError(valueMap, v.mean());
                }
            }
            double jitter =
                    ridges.values().stream().mapToDouble(Ridge::jitter).max().orElse(0);
            return new Fit(weights, Errors.of(keyErrors, valueErrors), jitter);
        } finally {
            ridges.values().forEach(Ridge::close);
        }
    }

    /**
     * What other maps, or maps fitted on other text, make of the tokens summed up here.
     *
     * @param centre whose means are the yardstick: of the text that the maps were fitted on, or these statistics themselves
     */
    public Errors errors(PredictorWeights weights, KvStatistics centre) {
        double[] keyErrors = new double[baseLayers];
        double[] valueErrors = new double[baseLayers];
        for (Link link : links) {
            try (InferenceMode mode = new InferenceMode(true);
                    PointerScope scope = new PointerScope()) {
                int i = link.baseLayer();
                keyErrors[i] = keys.link(link)
                        .relativeError(
                                map(weights.keys(i)), centre.keys.link(link).mean());
                valueErrors[i] = values.link(link)
                        .relativeError(
                                map(weights.values(i)), centre.values.link(link).mean());
            }
        }
        return Errors.of(keyErrors, valueErrors);
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
        keys.close();
        values.close();
        inputs.forEach(InputSums::close);
    }
}
