package org.foretoken.kvp;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.foretoken.model.Decoder;
import org.foretoken.model.KvCache;
import org.foretoken.torch.Linear;
import org.foretoken.torch.Tensors;

/**
 * The maps from what an auxiliary layer gives to keys and values of base layers: K̂ = x·Wkᵀ + bk, V̂ = x·Wvᵀ + bv, one pair a base layer, heads merged,
 * before k_norm and RoPE. Base layers fed by the same auxiliary layer are one product.
 */
public final class KvPredictor implements AutoCloseable {
    /**
     * Keeps the division by the RMS finite. {@code method.md} leaves it open; Llama's norms have this value. Maps fitted with one are off with another, so it
     * stays.
     */
    private static final double HIDDEN_EPS = 1e-5;

    /** All base layers that one auxiliary layer feeds; outputs one after the other in that order. */
    private record Group(List<Integer> baseLayers, Linear keys, Linear values) {}

    private final Source source;
    private final Decoder base;
    private final Map<Integer, Group> groups; // by auxiliary layer

    private KvPredictor(Source source, Decoder base, Map<Integer, Group> groups) {
        this.source = source;
        this.base = base;
        this.groups = groups;
    }

    /**
     * Packs the maps for the base's kernel.
     *
     * @param weights for every base layer that isn't shared
     */
    static KvPredictor pack(Source source, LayerMap map, PredictorWeights weights, Decoder base) {
        Map<Integer, List<Integer>> fed = new TreeMap<>();
        for (int i = 0; i < map.size(); i++) {
            if (weights.has(i)) {
                fed.computeIfAbsent(map.of(i), a -> new ArrayList<>()).add(i);
            }
        }
        Map<Integer, Group> groups = new TreeMap<>();
        try (PointerScope scope = new PointerScope()) {
            fed.forEach((auxiliaryLayer, baseLayers) -> groups.put(
                    auxiliaryLayer,
                    new Group(
                            baseLayers,
                            packed(base, baseLayers.stream().map(weights::keys).toList()),
                            packed(
                                    base,
                                    baseLayers.stream().map(weights::values).toList()))));
        }
        return new KvPredictor(source, base, groups);
    }

    private static Linear packed(Decoder base, List<PredictorWeights.Affine> maps) {
        Tensor weight = torch.cat(
                Tensors.vector(
                        maps.stream().map(PredictorWeights.Affine::weight).toArray(Tensor[]::new)),
                0);
        Tensor bias = torch.cat(
                Tensors.vector(maps.stream().map(PredictorWeights.Affine::bias).toArray(Tensor[]::new)), 0);
        return Linear.pack(base.kernel(), weight, bias);
    }

    public Source source() {
        return source;
    }

    /**
     * Whether any base layer is predicted from that auxiliary layer.
     *
     * @param first base layer that counts
     */
    boolean feedsFrom(int auxiliaryLayer, int first) {
        Group group = groups.get(auxiliaryLayer);
        return group != null && group.baseLayers().getLast() >= first;
    }

    /**
     * Predicts keys and values of the base layers fed by one auxiliary layer and writes them into the base's cache.
     *
     * @param input what {@link #kvInput} or {@link #hiddenInput} made
     * @param first base layer to be written; those below are computed with the others and thrown away
     * @param start position of the first row
     */
    void predict(int auxiliaryLayer, Input input, int first, KvCache cache, int start) {
        Group group = groups.get(auxiliaryLayer);
        if (group == null) {
            return;
        }
        Tensor keys =
                group.keys().apply(input.forKeys().to(base.kernel().dtype()).contiguous());
        Tensor values =
                group.values().apply(input.forValues().to(base.kernel().dtype()).contiguous());
        long at = 0;
        for (int baseLayer : group.baseLayers()) {
            long width = base.config().layers().get(baseLayer).kvDim();
            try (PointerScope scope = new PointerScope()) {
                if (baseLayer >= first) {
                    base.write(baseLayer, keys.narrow(1, at, width), values.narrow(1, at, width), cache, start);
                }
            }
            at += width;
        }
    }

    /** What the maps read, [T, ·] each. */
    public record Input(Tensor forKeys, Tensor forValues) {}

    /** From projected keys and values, […, kvDim] each, for {@link Source#KV} and {@link Source#JOINT}. */
    public static Input kvInput(Source source, Tensor k_TD, Tensor v_TD) {
        if (source == Source.KV) {
            return new Input(k_TD, v_TD);
        }
        Tensor both = torch.cat(Tensors.vector(k_TD, v_TD), -1);
        return new Input(both, both);
    }

    /** From the residual stream, […, width], for {@link Source#HIDDEN}: divided by its RMS, no gain. */
    public static Input hiddenInput(Tensor hidden_TD) {
        Tensor normed = torch.rms_norm(
                hidden_TD.to(ScalarType.Float),
                new long[] {hidden_TD.size(hidden_TD.dim() - 1)},
                new TensorOptional(),
                new DoubleOptional(HIDDEN_EPS));
        return new Input(normed, normed);
    }

    /** Bytes of the packed maps. */
    public long bytes() {
        return groups.values().stream()
                .mapToLong(g -> g.keys().bytes() + g.values().bytes())
                .sum();
    }

    @Override
    public void close() {
        groups.values().forEach(group -> {
            group.keys().close();
            group.values().close();
        });
    }
}
