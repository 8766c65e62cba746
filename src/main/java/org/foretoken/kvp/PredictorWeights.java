package org.foretoken.kvp;

import java.nio.file.Path;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.foretoken.ForetokenException;
import org.foretoken.checkpoint.DType;
import org.foretoken.checkpoint.SafetensorsWriter;
import org.foretoken.checkpoint.WeightFile;
import org.foretoken.model.DecoderConfig;
import org.foretoken.torch.Tensors;

/** A predictor's weights in float32, by base layer, and the file they live in: CoreNet's names. */
public final class PredictorWeights implements AutoCloseable {
    /**
     * One map.
     *
     * @param weight [kvDim, in]
     * @param bias [kvDim]
     */
    public record Affine(Tensor weight, Tensor bias) {
        /** The same in float32 and outside all scopes; the caller closes it. */
        public Affine keep() {
            try (PointerScope scope = new PointerScope()) {
                return new Affine(
                        Tensors.keep(weight.to(ScalarType.Float).contiguous()),
                        Tensors.keep(bias.to(ScalarType.Float).contiguous()));
            }
        }

        /** Whether all of both are numbers, in what they're kept as. */
        public boolean isFinite() {
            return Tensors.isFinite(weight) && Tensors.isFinite(bias);
        }

        long bytes() {
            return weight.nbytes() + bias.nbytes();
        }

        /** Lets go of both tensors. */
        public void close() {
            weight.close();
            bias.close();
        }
    }

    private record Pair(Affine keys, Affine values) {}

    private static final String KEYS = "auxkv_to_basekv.key_transforms.";
    private static final String VALUES = "auxkv_to_basekv.value_transforms.";

    private static final Set<DType> FLOATS = EnumSet.of(DType.F64, DType.F32, DType.F16, DType.BF16);

    private final Map<Integer, Pair> layers = new TreeMap<>();

    /** Adds the maps of one base layer; keeps the tensors. */
    public void put(int baseLayer, Affine keys, Affine values) {
        layers.put(baseLayer, new Pair(keys.keep(), values.keep()));
    }

    /** Adds all of another predictor's maps; both then have the same tensors, which nobody writes into. */
    public void putAll(PredictorWeights others) {
        others.layers.forEach((i, pair) -> put(i, pair.keys(), pair.values()));
    }

    /** The maps of one base layer alone; its tensors are these. The caller closes both. */
    public PredictorWeights of(int baseLayer) {
        PredictorWeights one = new PredictorWeights();
        one.put(baseLayer, keys(baseLayer), values(baseLayer));
        return one;
    }

    /** Bytes of all maps. */
    public long bytes() {
        return layers.values().stream()
                .mapToLong(pair -> pair.keys().bytes() + pair.values().bytes())
                .sum();
    }

    public boolean has(int baseLayer) {
        return layers.containsKey(baseLayer);
    }

    /** The map that makes a base layer's keys. */
    public Affine keys(int baseLayer) {
        return at(baseLayer).keys();
    }

    /** The map that makes a base layer's values. */
    public Affine values(int baseLayer) {
        return at(baseLayer).values();
    }

    private Pair at(int baseLayer) {
        Pair pair = layers.get(baseLayer);
        if (pair == null) {
            throw new IllegalStateException("no maps for base layer " + baseLayer);
        }
        return pair;
    }

    /** Writes all maps, atomically. */
    public void write(Path file, Source source) throws ForetokenException {
        SafetensorsWriter.write(file, named(), Map.of("format", "pt", "source", source.label()));
    }

    /**
     * Reads the maps that a setup needs.
     *
     * @param predicted base layers that aren't shared
     * @param inputWidths of the source, for each base layer
     */
    public static PredictorWeights read(
            Path file, DecoderConfig base, List<Integer> predicted, List<Integer> inputWidths)
            throws ForetokenException {
        ForetokenException.requireFile(file, "a predictor, which 'foretoken calibrate' makes");
        PredictorWeights weights = new PredictorWeights();
        try (WeightFile stored = WeightFile.open(file);
                PointerScope scope = new PointerScope()) {
            for (int i : predicted) {
                int out = base.layers().get(i).kvDim();
                int in = inputWidths.get(i);
                weights.put(i, affine(stored, file, KEYS + i, out, in), affine(stored, file, VALUES + i, out, in));
                if (!weights.keys(i).isFinite() || !weights.values(i).isFinite()) {
                    throw new ForetokenException(
                            file + ": the maps of base layer " + i
                                    + " have numbers that aren't finite, so the file is damaged: calibrate again, or get it again.");
                }
            }
        } catch (ForetokenException | RuntimeException e) {
            weights.close();
            throw e;
        }
        return weights;
    }

    /**
     * Reads the maps of two models with weights of their own: one pair for every base layer.
     *
     * @throws ForetokenException naming the tensor that is missing or of another shape
     */
    public static PredictorWeights readAll(
            Path file, DecoderConfig base, DecoderConfig auxiliary, LayerMap map, Source source)
            throws ForetokenException {
        List<Integer> all = LayerMap.identity(map.size()).links();
        List<Integer> widths = all.stream()
                .map(i -> Setup.inputWidth(auxiliary, map.of(i), source))
                .toList();
        return read(file, base, all, widths);
    }

    /** All maps under the names that CoreNet has in a predictor's own file; the tensors stay this object's. */
    public Map<String, Tensor> named() {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        layers.forEach((i, pair) -> {
            tensors.put(KEYS + i + ".weight", pair.keys().weight());
            tensors.put(KEYS + i + ".bias", pair.keys().bias());
            tensors.put(VALUES + i + ".weight", pair.values().weight());
            tensors.put(VALUES + i + ".bias", pair.values().bias());
        });
        return tensors;
    }

    private static Affine affine(WeightFile stored, Path file, String name, long out, long in)
            throws ForetokenException {
        // CoreNet's whole checkpoints put the predictor under a prefix
        String prefix = stored.weights().contains("predicter." + name + ".weight") ? "predicter." : "";
        return new Affine(
                sized(stored, file, prefix + name + ".weight", List.of(out, in)),
                sized(stored, file, prefix + name + ".bias", List.of(out)));
    }

    private static Tensor sized(WeightFile stored, Path file, String name, List<Long> expected)
            throws ForetokenException {
        if (!stored.weights().contains(name)) {
            throw new ForetokenException(
                    file + " has no tensor " + name
                            + ", which this setup calls for: it's no predictor, or was made for another layer map: calibrate again.");
        }
        DType dtype = stored.weights().info(name).dtype();
        if (!FLOATS.contains(dtype)) {
            throw new ForetokenException(
                    file + ": tensor " + name + " is " + dtype + ", but maps are F32, F16 or BF16: calibrate again.");
        }
        List<Long> found = stored.weights().info(name).shape();
        if (!found.equals(expected)) {
            throw new ForetokenException(file + ": tensor " + name + " is " + found + ", but this setup calls for "
                    + expected + ". It was made for another layer map or source: calibrate again.");
        }
        return stored.weights().tensor(name);
    }

    @Override
    public void close() {
        layers.values().forEach(pair -> {
            pair.keys().close();
            pair.values().close();
        });
    }
}
