package org.foretoken.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.InferenceMode;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.foretoken.kvp.KvPredictor;
import org.foretoken.kvp.Setup;
import org.foretoken.kvp.Source;
import org.foretoken.model.KvCache;
import org.foretoken.model.LayerTap;
import org.foretoken.torch.Tensors;
import org.jspecify.annotations.Nullable;

/**
 * What the models that training leaves alone say of a sequence: the fast prefill reads it once, without gradients, and what the training step needs is
 * noted on the way. Where the auxiliary is the base's own first layers, the base's pass gives its part too.
 */
final class FrozenPass implements AutoCloseable {
    /**
     * What to note.
     *
     * @param start base layer before which the residual stream is noted; 0 for none, the embedding being at hand
     * @param last whether the residual stream after the base's last layer is noted
     * @param exact whether the base's own keys and values are noted, of layers from {@code start} on
     * @param inputs whether the auxiliary is read and the predictor's inputs are noted, with the keys and values of shared layers from {@code start} on
     */
    record Wanted(int start, boolean last, boolean exact, boolean inputs) {}

    private final Setup setup;
    private final Wanted wanted;
    private final int length;
    private final KvCache baseCache;
    private final @Nullable KvCache auxiliaryCache;
    private final int baseDepth;
    private final int auxiliaryDepth;
    private final boolean oneModel;
    private final Map<String, List<Tensor>> notes = new LinkedHashMap<>();

    /** @param length most tokens of a sequence */
    FrozenPass(Setup setup, Wanted wanted, int length) {
        this.setup = setup;
        this.wanted = wanted;
        this.length = length;
        int layers = setup.base().config().layers().size();
        this.oneModel = wanted.inputs() && setup.map().highest() < setup.commonLayers();
        int fromBase = wanted.last() || wanted.exact() ? layers : wanted.start();
        this.auxiliaryDepth = wanted.inputs() ? setup.map().highest() + 1 : 0;
        this.baseDepth = oneModel ? Math.max(fromBase, auxiliaryDepth) : fromBase;
        this.baseCache = setup.base().newCache(length);
        this.auxiliaryCache = wanted.inputs() && !oneModel ? setup.auxiliary().newCache(length) : null;
    }

    /** The same for another thread. */
    FrozenPass twin() {
        return new FrozenPass(setup, wanted, length);
    }

    /**
     * Reads a sequence.
     *
     * @param documents which document each token belongs to: each is read by itself, from position 0
     * @return to be closed by the caller
     */
    Reading read(int[] tokens, int[] documents) {
        try (PointerScope scope = new PointerScope()) {
            try (InferenceMode mode = new InferenceMode(true)) {
                int from = 0;
                for (int i = 1; i <= tokens.length; i++) {
                    if (i == tokens.length || documents[i] != documents[from]) {
                        readDocument(Arrays.copyOfRange(tokens, from, i));
                        from = i;
                    }
                }
            }
            // outside of inference mode: a graph may keep these
            Map<String, Tensor> tensors = new LinkedHashMap<>();
            notes.forEach((name, parts) -> tensors.put(
                    name,
                    Tensors.keep(torch.cat(Tensors.vector(parts.toArray(Tensor[]::new)), 0)
                            .clone())));
            return new Reading(tensors);
        } finally {
            notes.values().forEach(parts -> parts.forEach(Tensor::close));
            notes.clear();
        }
    }

    private void readDocument(int[] tokens) {
        if (baseDepth > 0) {
            baseCache.setLength(0);
            boolean hidden = oneModel && setup.source() == Source.HIDDEN && auxiliaryDepth == baseDepth;
            boolean top = wanted.last() || hidden || wanted.start() == baseDepth;
            setup.base().read(tokens, baseCache, baseDepth, top, new BaseTap());
        }
        if (auxiliaryCache != null) {
            auxiliaryCache.setLength(0);
            boolean top = setup.source() == Source.HIDDEN;
            setup.auxiliary().read(tokens, auxiliaryCache, auxiliaryDepth, top, new AuxiliaryTap());
        }
    }

    private void note(String name, Tensor tensor, ScalarType dtype) {
        Tensor copy = tensor.to(dtype).clone();
        notes.computeIfAbsent(name, key -> new ArrayList<>()).add(Tensors.keep(copy));
    }

    private final class BaseTap implements LayerTap {
        private final LayerTap auxiliary = oneModel ? new AuxiliaryTap() : LayerTap.NONE;

        @Override
        public void projected(int layer, int start, Tensor k_TD, Tensor v_TD) {
            if (wanted.exact() && layer >= wanted.start()) {
                note(Reading.exactKeys(layer), k_TD, k_TD.scalar_type());
                note(Reading.exactValues(layer), v_TD, v_TD.scalar_type());
            }
            auxiliary.projected(layer, start, k_TD, v_TD);
        }

        @Override
        public void after(int layer, int start, Tensor hidden_TD) {
            if (layer + 1 == wanted.start()) {
                note(Reading.START, hidden_TD, ScalarType.Float);
            }
            if (wanted.last() && layer + 1 == baseDepth) {
                note(Reading.LAST, hidden_TD, ScalarType.Float);
            }
            auxiliary.after(layer, start, hidden_TD);
        }
    }

    private final class AuxiliaryTap implements LayerTap {
        @Override
        public void projected(int layer, int start, Tensor k_TD, Tensor v_TD) {
            if (layer < auxiliaryDepth && (shares(layer) || (setup.source() != Source.HIDDEN && feeds(layer)))) {
                note(Reading.auxiliaryKeys(layer), k_TD, k_TD.scalar_type());
                note(Reading.auxiliaryValues(layer), v_TD, v_TD.scalar_type());
            }
        }

        @Override
        public void after(int layer, int start, Tensor hidden_TD) {
            if (layer < auxiliaryDepth && setup.source() == Source.HIDDEN && feeds(layer)) {
                note(
                        Reading.hidden(layer),
                        KvPredictor.hiddenInput(hidden_TD).forKeys(),
                        setup.base().kernel().dtype());
            }
        }

        private boolean feeds(int layer) {
            return setup.predictedLayers().stream().anyMatch(i -> setup.map().of(i) == layer);
        }

        private boolean shares(int layer) {
            return layer >= wanted.start() && setup.isShared(layer);
        }
    }

    @Override
    public void close() {
        baseCache.close();
        if (auxiliaryCache != null) {
            auxiliaryCache.close();
        }
    }
}
