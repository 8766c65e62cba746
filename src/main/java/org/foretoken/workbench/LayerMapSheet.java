package org.foretoken.workbench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.foretoken.ForetokenException;
import org.foretoken.calibrate.KvStatistics;
import org.foretoken.calibrate.LinkPrices;
import org.foretoken.calibrate.MapSearch;
import org.foretoken.calibrate.StatisticsFile;
import org.foretoken.kvp.LayerMap;
import org.foretoken.kvp.PredictorWeights;
import org.foretoken.kvp.Setup;
import org.foretoken.kvp.SetupFile;
import org.foretoken.kvp.Source;
import org.foretoken.model.DecoderConfig;
import org.foretoken.model.Flops;
import org.foretoken.model.Flops.Definition;

/**
 * A setup as its layer-map editor needs it: shapes and prices, no weights. All answers are computed from these at once (well under a millisecond but
 * for the searches), on any thread.
 */
public final class LayerMapSheet {
    /** Prompt length that costs are stated for, as in the setup bar. */
    public static final int PROMPT_TOKENS = OpenSetup.GAIN_TOKENS;

    private final SetupSummary setup;
    private final DecoderConfig base;
    private final DecoderConfig auxiliary;
    private final Map<Source, LinkPrices> prices;

    /**
     * What a layer map would cost.
     *
     * @param flopsGain executed FLOPs of the base's own prefill over those of the setup, at {@link #PROMPT_TOKENS} tokens
     * @param auxiliaryLayers that run: up to the highest one mapped
     * @param skippedLayers auxiliary layers above that, which never run
     */
    public record Cost(double flopsGain, int auxiliaryLayers, int skippedLayers) {}

    /** Relative error, mean over all base layers; of a sheet on held-out text. */
    public record MapError(double keys, double values) {
        /** Of the errors by base layer; NaN of none. */
        public static MapError of(List<Double> keys, List<Double> values) {
            return new MapError(mean(keys), mean(values));
        }

        private static double mean(List<Double> errors) {
            return errors.stream().mapToDouble(Double::doubleValue).average().orElse(Double.NaN);
        }

        /** Of both: what a search makes small. */
        public double mean() {
            return (keys + values) / 2;
        }
    }

    /**
     * The best map of a depth.
     *
     * @param depth auxiliary layers that run
     * @param flopsGain as {@link Cost}'s
     */
    public record Point(Source source, int depth, double flopsGain, MapError error, List<Integer> links) {}

    public LayerMapSheet(
            SetupSummary setup, DecoderConfig base, DecoderConfig auxiliary, Map<Source, LinkPrices> prices) {
        this.setup = setup;
        this.base = base;
        this.auxiliary = auxiliary;
        this.prices = Map.copyOf(prices);
    }

    /** The same models under an edited file. */
    LayerMapSheet with(Path folder, SetupFile edited) throws ForetokenException {
        return new LayerMapSheet(OpenSetup.summary(folder, edited, base, auxiliary), base, auxiliary, prices);
    }

    /** The setup as it is on disk. */
    public SetupSummary setup() {
        return setup;
    }

    public int baseLayers() {
        return base.layers().size();
    }

    public int auxiliaryLayers() {
        return auxiliary.layers().size();
    }

    /** Parameters of a base layer over those of the largest layer of both models: how wide to draw it. */
    public double baseShare(int layer) {
        return (double) base.parameters(layer) / largest();
    }

    /** As {@link #baseShare} of an auxiliary layer. */
    public double auxiliaryShare(int layer) {
        return (double) auxiliary.parameters(layer) / largest();
    }

    private long largest() {
        long largest = 1;
        for (DecoderConfig model : List.of(base, auxiliary)) {
            for (int i = 0; i < model.layers().size(); i++) {
                largest = Math.max(largest, model.parameters(i));
            }
        }
        return largest;
    }

    /** The auxiliary layer that has a base layer's own keys and values, exactly and for nothing; such a link is never worth changing. */
    public OptionalInt sharedLink(int baseLayer) {
        return baseLayer < commonLayers() ? OptionalInt.of(baseLayer) : OptionalInt.empty();
    }

    private int commonLayers() {
        return setup.selectLayers().map(Setup::commonLayers).orElse(0);
    }

    /** Prices of all links, once a calibration has gathered them for that source. */
    public Optional<LinkPrices> prices(Source source) {
        return Optional.ofNullable(prices.get(source));
    }

    /** The sums of every link, to fit maps from. */
    StatisticsFile statistics(Source source) throws ForetokenException {
        return StatisticsFile.open(
                setup.folder(),
                source,
                new LayerMap(setup.layerMap()),
                KvStatistics.kvDims(base),
                auxiliaryLayers(),
                commonLayers());
    }

    /** Base layers of a map that need maps of their own. */
    List<Integer> predictedLayers(LayerMap map) {
        return Setup.predictedLayers(map, commonLayers());
    }

    /** The maps of some base layers as they are on disk; the caller closes them. */
    PredictorWeights readPredictor(LayerMap map, Source source, List<Integer> layers) throws ForetokenException {
        if (layers.isEmpty()) {
            return new PredictorWeights();
        }
        List<Integer> widths = map.links().stream()
                .map(a -> Setup.inputWidth(auxiliary, a, source))
                .toList();
        return PredictorWeights.read(SetupFile.predictorIn(setup.folder()), base, layers, widths);
    }

    /** What a layer map costs. */
    public Cost cost(List<Integer> links, Source source, int tail) {
        LayerMap map = new LayerMap(links);
        Flops.Prediction prediction = Setup.prediction(
                base, auxiliary, map, Setup.commonLayers(setup.selectLayers().orElse(null)), source, tail);
        int tokens = Math.min(PROMPT_TOKENS, base.contextLength());
        return new Cost(
                prediction.gain(tokens, Definition.EXECUTED), map.highest() + 1, auxiliaryLayers() - map.highest() - 1);
    }

    /** What error a layer map makes; empty where one of its links has no price. */
    public Optional<MapError> error(List<Integer> links, Source source) {
        LinkPrices known = prices.get(source);
        if (known == null || links.size() != known.baseLayers()) {
            return Optional.empty();
        }
        LayerMap map = new LayerMap(links);
        MapError error = MapError.of(known.keysOf(map), known.valuesOf(map));
        return Double.isNaN(error.keys() + error.values()) ? Optional.empty() : Optional.of(error);
    }

    /**
     * Error against cost: for every source with prices the best map that uses at most the first m auxiliary layers, for each m at which there is one.
     *
     * @param monotone as of {@link #auto}
     */
    public List<Point> curve(boolean monotone, int tail) {
        List<Point> points = new ArrayList<>();
        for (Source source : Source.values()) {
            for (int depth = 1; depth <= auxiliaryLayers(); depth++) {
                Optional<List<Integer>> links = auto(source, monotone, depth);
                Optional<MapError> error = links.flatMap(best -> error(best, source));
                if (links.isPresent() && error.isPresent()) {
                    Cost cost = cost(links.get(), source, tail);
                    points.add(new Point(source, cost.auxiliaryLayers(), cost.flopsGain(), error.get(), links.get()));
                }
            }
        }
        return points.stream().distinct().toList();
    }

    /** Ready-made maps by name, in the order of the menu; shared links stay. */
    public Map<String, List<Integer>> presets() {
        int b = baseLayers();
        int a = auxiliaryLayers();
        Map<String, LayerMap> all = new LinkedHashMap<>();
        setup.selectLayers()
                .ifPresent(kept -> all.put("Last retained layer (paper's KVP-LP)", LayerMap.lastRetained(kept, b)));
        all.put("Spread (paper's KVP-C)", LayerMap.spread(b, a));
        all.put("Uniform", LayerMap.uniform(b, a));
        all.put("First-heavy", LayerMap.firstHeavy(b, a));
        all.put("Last-heavy", LayerMap.lastHeavy(b, a));
        if (a == b) {
            all.put("Identity", LayerMap.identity(b));
        }
        Map<String, List<Integer>> kept = new LinkedHashMap<>();
        all.forEach((name, map) -> kept.put(name, withSharedLinks(map.links())));
        return kept;
    }

    /** The same map with every link that can be shared set to that. */
    public List<Integer> withSharedLinks(List<Integer> links) {
        List<Integer> result = new ArrayList<>(links);
        for (int i = 0; i < commonLayers(); i++) {
            result.set(i, i);
        }
        return result;
    }

    /**
     * The map of least total error on held-out tokens; empty without prices, or where those there are don't suffice for a map.
     *
     * @param monotone whether a base layer may not be fed from below the layer that feeds the one before it
     * @param depth auxiliary layers that may be used, the first so many
     */
    public Optional<List<Integer>> auto(Source source, boolean monotone, int depth) {
        return prices(source)
                .map(p -> MapSearch.best(p, monotone, depth).links())
                .filter(links -> error(links, source).isPresent());
    }
}
