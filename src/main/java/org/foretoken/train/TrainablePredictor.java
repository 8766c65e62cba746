package org.foretoken.train;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.foretoken.kvp.KvPredictor;
import org.foretoken.kvp.LayerMap;
import org.foretoken.kvp.PredictorWeights;
import org.foretoken.kvp.PredictorWeights.Affine;
import org.foretoken.kvp.Setup;
import org.foretoken.kvp.Source;
import org.foretoken.torch.Tensors;

/** The maps from auxiliary layers to base layers as gradients change them; {@link KvPredictor} computes the same. */
final class TrainablePredictor implements AutoCloseable {
    private final LayerMap map;
    private final Source source;
    private final Map<Integer, Maps> maps = new TreeMap<>();

    /** Of one base layer. */
    private record Maps(Affine keys, Affine values) {}

    private TrainablePredictor(LayerMap map, Source source) {
        this.map = map;
        this.source = source;
    }

    /**
     * Begins with maps there are.
     *
     * @param weights with maps for every layer that needs them
     */
    static TrainablePredictor from(Setup setup, PredictorWeights weights) {
        TrainablePredictor predictor = new TrainablePredictor(setup.map(), setup.source());
        for (int i : setup.predictedLayers()) {
            predictor.maps.put(i, new Maps(leaf(weights.keys(i)), leaf(weights.values(i))));
        }
        return predictor;
    }

    /** Begins as CoreNet does: every weight and bias uniform in ±1/√in. */
    static TrainablePredictor random(Setup setup, long seed) {
        TrainablePredictor predictor = new TrainablePredictor(setup.map(), setup.source());
        SplittableRandom random = new SplittableRandom(seed);
        for (int i : setup.predictedLayers()) {
            int in = setup.inputWidth(i);
            int out = setup.base().config().layers().get(i).kvDim();
            predictor.maps.put(i, new Maps(random(random, out, in), random(random, out, in)));
        }
        return predictor;
    }

    /** The same maps as leaves of their own, with gradients of their own. */
    TrainablePredictor twin() {
        TrainablePredictor twin = new TrainablePredictor(map, source);
        maps.forEach((i, pair) -> twin.maps.put(i, new Maps(twin(pair.keys()), twin(pair.values()))));
        return twin;
    }

    private static Affine twin(Affine affine) {
        return new Affine(Tensors.twin(affine.weight()), Tensors.twin(affine.bias()));
    }

    private static Affine random(SplittableRandom random, int out, int in) {
        double bound = 1 / Math.sqrt(in);
        try (PointerScope scope = new PointerScope()) {
            return leaf(new Affine(
                    Tensors.of(uniform(random, out * in, bound), out, in),
                    Tensors.of(uniform(random, out, bound), out)));
        }
    }

    private static float[] uniform(SplittableRandom random, int count, double bound) {
        float[] numbers = new float[count];
        for (int i = 0; i < count; i++) {
            numbers[i] = (float) random.nextDouble(-bound, bound);
        }
        return numbers;
    }

    private static Affine leaf(Affine affine) {
        return new Affine(leaf(affine.weight()), leaf(affine.bias()));
    }

    private static Tensor leaf(Tensor tensor) {
        try (PointerScope scope = new PointerScope()) {
            return Tensors.keep(tensor.to(ScalarType.Float).clone().set_requires_grad(true));
        }
    }

    Source source() {
        return source;
    }

    private Maps of(int baseLayer) {
        Maps found = maps.get(baseLayer);
        if (found == null) {
            throw new IllegalStateException("no maps for base layer " + baseLayer);
        }
        return found;
    }

    /** Whether any base layer is predicted from that auxiliary layer. */
    boolean feedsFrom(int auxiliaryLayer) {
        return maps.keySet().stream().anyMatch(i -> map.of(i) == auxiliaryLayer);
    }

    /**
     * Keys and values of the base layers that one auxiliary layer feeds, by base layer.
     *
     * @param keyInput [B, T, in]
     * @param valueInput [B, T, in]; the same tensor as {@code keyInput} for every source but {@code kv}
     * @param dtype of the products
     */
    Map<Integer, Layer.KeysValues> predict(int auxiliaryLayer, Tensor keyInput, Tensor valueInput, ScalarType dtype) {
        List<Integer> fed =
                maps.keySet().stream().filter(i -> map.of(i) == auxiliaryLayer).toList();
        Map<Integer, Layer.KeysValues> predicted = new LinkedHashMap<>();
        if (fed.isEmpty()) {
            return predicted;
        }
        List<Affine> keyMaps = fed.stream().map(i -> of(i).keys()).toList();
        List<Affine> valueMaps = fed.stream().map(i -> of(i).values()).toList();
        List<Tensor> made = new ArrayList<>(); // keys, then values
        if (source == Source.KV) {
            made.addAll(products(keyInput, keyMaps, dtype));
            made.addAll(products(valueInput, valueMaps, dtype));
        } else {
            List<Affine> both =
                    Stream.concat(keyMaps.stream(), valueMaps.stream()).toList();
            made.addAll(products(keyInput, both, dtype));
        }
        for (int i = 0; i < fed.size(); i++) {
            predicted.put(fed.get(i), new Layer.KeysValues(made.get(i), made.get(fed.size() + i)));
        }
        return predicted;
    }

    /** What each map makes of one input, from one product that is split once: see {@link Layer#gated}. */
    private static List<Tensor> products(Tensor input, List<Affine> maps, ScalarType dtype) {
        long[] widths = maps.stream().mapToLong(map -> map.bias().size(0)).toArray();
        TensorVector parts = product(input, maps, dtype).split_with_sizes(widths, 2);
        return LongStream.range(0, parts.size()).mapToObj(parts::get).toList();
    }

    private static Tensor product(Tensor input, List<Affine> maps, ScalarType dtype) {
        Tensor weight =
                torch.cat(Tensors.vector(maps.stream().map(Affine::weight).toArray(Tensor[]::new)), 0);
        Tensor bias = torch.cat(Tensors.vector(maps.stream().map(Affine::bias).toArray(Tensor[]::new)), 0);
        return Layer.product(input, weight, bias, dtype);
    }

    /** The trainable tensors under CoreNet's names. */
    Map<String, Tensor> parameters() {
        Map<String, Tensor> all = new LinkedHashMap<>();
        maps.forEach((i, pair) -> put(all, "key_transforms." + i, pair.keys()));
        maps.forEach((i, pair) -> put(all, "value_transforms." + i, pair.values()));
        return all;
    }

    private static void put(Map<String, Tensor> all, String name, Affine affine) {
        all.put("predicter.auxkv_to_basekv." + name + ".weight", affine.weight());
        all.put("predicter.auxkv_to_basekv." + name + ".bias", affine.bias());
    }

    /** A copy of the maps as they are now, to be closed. */
    PredictorWeights weights() {
        PredictorWeights copy = new PredictorWeights();
        try (PointerScope scope = new PointerScope()) {
            maps.forEach((i, pair) -> copy.put(i, copy(pair.keys()), copy(pair.values())));
        }
        return copy;
    }

    private static Affine copy(Affine affine) {
        return new Affine(
                affine.weight().detach().clone(), affine.bias().detach().clone());
    }

    @Override
    public void close() {
        parameters().values().forEach(Tensor::close);
    }
}
