package org.foretoken.train;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.foretoken.kvp.KvPredictor;
import org.foretoken.kvp.Setup;
import org.foretoken.kvp.Source;
import org.foretoken.model.LayerTap;
import org.foretoken.torch.Tensors;
import org.jspecify.annotations.Nullable;

/**
 * What the models that training leaves alone say of sequences: they read them once, without gradients, and what the training step needs is noted on the
 * way. Where the auxiliary is the base's own first layers, the base's pass gives its part too. Any thread.
 */
final class FrozenPass implements AutoCloseable {
    /**
     * What to note.
     *
     * @param last whether the residual stream after the base's last layer is noted
     * @param exact whether the base's own keys and values are noted, of layers from the first on that reads anything predicted
     * @param inputs whether the auxiliary is read and the predictor's inputs are noted, with the keys and values of shared layers from there on
     */
    record Wanted(boolean last, boolean exact, boolean inputs) {}

    private final Setup setup;
    private final Wanted wanted;
    private final FrozenBase base;
    private final int start; // the stream before this base layer is noted, but for the embedding
    private final int baseDepth;
    private final int auxiliaryDepth;
    private final boolean oneModel;
    private final @Nullable FrozenDecoder auxiliary; // null where the base's pass gives its part, or nobody reads it

    /** @param base the setup's, the caller's */
    FrozenPass(Setup setup, FrozenBase base, Wanted wanted) {
        this.setup = setup;
        this.base = base;
        this.wanted = wanted;
        this.start = base.first();
        this.oneModel = wanted.inputs() && setup.map().highest() < setup.commonLayers();
        int fromBase = wanted.last() || wanted.exact() ? base.size() : start;
        this.auxiliaryDepth = wanted.inputs() ? setup.map().highest() + 1 : 0;
        this.baseDepth = oneModel ? Math.max(fromBase, auxiliaryDepth) : fromBase;
        this.auxiliary = wanted.inputs() && !oneModel ? FrozenDecoder.of(setup.auxiliary(), auxiliaryDepth) : null;
    }

    /** Reads a batch; a reading for each of its rows, to be closed by the caller. */
    List<Reading> read(Batch batch) {
        Notes notes = new Notes(batch);
        try {
            boolean hidden = setup.source() == Source.HIDDEN;
            boolean top = wanted.last() || (oneModel && hidden && auxiliaryDepth == baseDepth) || start == baseDepth;
            base.decoder().read(batch, baseDepth, top, new BaseTap(notes));
            if (auxiliary != null) {
                auxiliary.read(batch, auxiliaryDepth, hidden, new AuxiliaryTap(notes));
            }
            return notes.readings;
        } catch (RuntimeException | Error e) {
            notes.readings.forEach(Reading::close);
            throw e;
        }
    }

    /** What is noted of each row of a batch. */
    private record Notes(Batch batch, List<Reading> readings) {
        Notes(Batch batch) {
            this(
                    batch,
                    Stream.generate(() -> new Reading(new LinkedHashMap<>()))
                            .limit(batch.rows())
                            .toList());
        }

        /** A copy of each row's part of [B·T, ·]. */
        void note(String name, Tensor tensor, ScalarType dtype) {
            try (PointerScope scope = new PointerScope()) {
                Tensor rows = batch.rows(tensor.to(dtype));
                for (int row = 0; row < batch.rows(); row++) {
                    readings.get(row)
                            .tensors()
                            .put(name, Tensors.keep(rows.select(0, row).clone()));
                }
            }
        }
    }

    private ScalarType dtype() {
        return base.kernel().dtype();
    }

    private final class BaseTap implements LayerTap {
        private final Notes notes;
        private final @Nullable AuxiliaryTap auxiliary;

        BaseTap(Notes notes) {
            this.notes = notes;
            this.auxiliary = oneModel ? new AuxiliaryTap(notes) : null;
        }

        @Override
        public void projected(int layer, int position, Tensor keys, Tensor values) {
            if (wanted.exact() && layer >= start) {
                notes.note(Reading.exactKeys(layer), keys, dtype());
                notes.note(Reading.exactValues(layer), values, dtype());
            }
            if (auxiliary != null) {
                auxiliary.projected(layer, position, keys, values);
            }
        }

        @Override
        public void after(int layer, int position, Tensor stream) {
            if (layer + 1 == start) {
                notes.note(Reading.START, stream, ScalarType.Float);
            }
            if (wanted.last() && layer + 1 == baseDepth) {
                notes.note(Reading.LAST, stream, ScalarType.Float);
            }
            if (auxiliary != null) {
                auxiliary.after(layer, position, stream);
            }
        }
    }

    private final class AuxiliaryTap implements LayerTap {
        private final Notes notes;

        AuxiliaryTap(Notes notes) {
            this.notes = notes;
        }

        @Override
        public void projected(int layer, int position, Tensor keys, Tensor values) {
            if (layer < auxiliaryDepth && (shares(layer) || (setup.source() != Source.HIDDEN && feeds(layer)))) {
                notes.note(Reading.auxiliaryKeys(layer), keys, dtype());
                notes.note(Reading.auxiliaryValues(layer), values, dtype());
            }
        }

        @Override
        public void after(int layer, int position, Tensor stream) {
            if (layer < auxiliaryDepth && setup.source() == Source.HIDDEN && feeds(layer)) {
                notes.note(
                        Reading.hidden(layer), KvPredictor.hiddenInput(stream).forKeys(), dtype());
            }
        }

        private boolean feeds(int layer) {
            return setup.predictedLayers().stream().anyMatch(i -> setup.map().of(i) == layer);
        }

        private boolean shares(int layer) {
            return layer >= start && setup.isShared(layer);
        }
    }

    @Override
    public void close() {
        if (auxiliary != null) {
            auxiliary.close();
        }
    }
}
