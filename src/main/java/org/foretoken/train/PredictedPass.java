package org.foretoken.train;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.GradMode;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.foretoken.kvp.KvPredictor;
import org.foretoken.kvp.Setup;
import org.foretoken.kvp.Source;
import org.jspecify.annotations.Nullable;

/**
 * The pass that gradients go back through: auxiliary (where it's trained), maps, base. Queries of every position read predicted keys and values only,
 * their own position's included; the base's own projections of them take no part.
 */
final class PredictedPass implements AutoCloseable {
    private final Setup setup;
    private final FrozenBase base;
    private final @Nullable DifferentiableDecoder auxiliary;
    private final TrainablePredictor predictor;
    private final boolean recomputes;
    private final boolean ownsBase;
    private final int first;

    /**
     * Takes over decoders and predictor.
     *
     * @param setup with {@code predictor}'s map and source; no layer is shared where the auxiliary is trained
     * @param base with its layers from {@link #firstLayer} on
     * @param auxiliary null where it stays as it is
     * @param recomputes whether base layers forget what they compute on the way up and compute it again on the way down, one at a time: a third more work
     *     of theirs for the memory of one
     */
    PredictedPass(
            Setup setup,
            FrozenBase base,
            @Nullable DifferentiableDecoder auxiliary,
            TrainablePredictor predictor,
            boolean recomputes) {
        this(setup, base, auxiliary, predictor, recomputes, true);
    }

    private PredictedPass(
            Setup setup,
            FrozenBase base,
            @Nullable DifferentiableDecoder auxiliary,
            TrainablePredictor predictor,
            boolean recomputes,
            boolean ownsBase) {
        this.setup = setup;
        this.recomputes = recomputes;
        this.ownsBase = ownsBase;
        this.base = base;
        this.auxiliary = auxiliary;
        this.predictor = predictor;
        this.first = base.first();
    }

    /** The same pass for another thread, with leaves of its own; to be closed before this one. */
    PredictedPass twin() {
        return new PredictedPass(
                setup, base, auxiliary == null ? null : auxiliary.twin(), predictor.twin(), recomputes, false);
    }

    /** The first base layer that reads anything predicted: below it the base is itself, and runs once for teacher and pupil. */
    static int firstLayer(Setup setup) {
        int first = 0;
        while (first < setup.map().size() && setup.isShared(first)) {
            first++;
        }
        return first;
    }

    /**
     * The sums of absolute errors of a base layer's predicted entries over the positions that count, divided by the layer's width.
     *
     * @param keys [] of K̂ after k_norm
     * @param values [] of V̂
     */
    record LayerError(int layer, Tensor keys, Tensor values) {}

    /**
     * One base layer on the way up.
     *
     * @param x [B·T, width] before it
     * @param keys [B, T, kvHeads, headDim] after k_norm, with its graph, like {@code values}
     * @param trace null where it is made again on the way down
     */
    private record Step(FrozenLayer layer, Tensor x, Tensor keys, Tensor values, FrozenLayer.@Nullable Trace trace) {}

    /**
     * What comes out.
     *
     * @param h what the base's head reads, [B·T, width]
     * @param back gives, for a gradient by h, a number that has the same gradients by all that is trained
     * @param auxiliaryH what the auxiliary's head reads, where it was asked for and is trained
     * @param errors of the layers from {@link #first} on, where they were asked for
     */
    record Result(
            Tensor h, UnaryOperator<Tensor> back, @Nullable Tensor auxiliaryH, List<LayerError> errors) {}

    Setup setup() {
        return setup;
    }

    FrozenBase base() {
        return base;
    }

    @Nullable
    DifferentiableDecoder auxiliary() {
        return auxiliary;
    }

    TrainablePredictor predictor() {
        return predictor;
    }

    int first() {
        return first;
    }

    /**
     * Runs.
     *
     * @param readings of the batch's rows, with what the choices here need
     * @param errors whether predicted entries are compared with the base's own
     * @param auxiliaryHead whether the auxiliary runs up to its head
     */
    Result run(Batch batch, List<Reading> readings, boolean errors, boolean auxiliaryHead) {
        TensorOptional mask = batch.mask();
        Map<Integer, Layer.KeysValues> predicted = new LinkedHashMap<>();
        Tensor auxiliaryH = null;
        if (auxiliary == null) {
            predictFromReadings(readings, predicted);
        } else {
            auxiliaryH = predictFromAuxiliary(auxiliary, batch, mask, auxiliaryHead, predicted);
        }
        long rows = (long) batch.rows() * batch.length();
        Tensor x = first == 0
                ? base.decoder().embed(batch)
                : Reading.stacked(readings, Reading.START).view(rows, base.width());
        Tensor counts = batch.predictedMask();
        List<LayerError> found = new ArrayList<>();
        List<Step> steps = new ArrayList<>();
        for (int i = first; i < setup.map().size(); i++) {
            Layer.KeysValues kv = predicted.get(i);
            if (kv == null) {
                throw new IllegalStateException("nothing predicted for layer " + i);
            }
            FrozenLayer layer = base.layer(i);
            Tensor keys = layer.normedKeys(kv.keys());
            if (errors) {
                Tensor exact = layer.normedKeys(Reading.stacked(readings, Reading.exactKeys(i)));
                Tensor exactValues = Reading.stacked(readings, Reading.exactValues(i));
                found.add(new LayerError(
                        i,
                        difference(keys.flatten(2, 3), exact.flatten(2, 3), counts),
                        difference(kv.values(), exactValues, counts)));
            }
            boolean traces = !recomputes && GradMode.is_enabled();
            FrozenLayer.Trace trace = traces ? up(layer, x, keys, kv.values(), mask) : null;
            steps.add(new Step(layer, x, keys, kv.values(), trace));
            x = trace == null ? above(layer, x, keys, kv.values(), mask) : trace.y();
        }
        Tensor last = x;
        return new Result(base.finalNorm().of(last), gradient -> back(steps, last, gradient, mask), auxiliaryH, found);
    }

    private FrozenLayer.Trace up(FrozenLayer layer, Tensor x, Tensor keys, Tensor values, TensorOptional mask) {
        return layer.up(x, layer.queries(x), keys, values, rotation(layer, values), mask);
    }

    private Rotation rotation(FrozenLayer layer, Tensor values_BTD) {
        return base.decoder().rotation(layer, (int) values_BTD.size(1));
    }

    /** The stream after a layer, of which nothing else is kept. */
    private Tensor above(FrozenLayer layer, Tensor x, Tensor keys, Tensor values, TensorOptional mask) {
        Tensor y = torch.empty_like(x);
        try (PointerScope scope = new PointerScope();
                NoGradGuard none = new NoGradGuard()) {
            y.copy_(up(layer, x, keys, values, mask).y());
        }
        return y;
    }

    /** Down through the base, a layer at a time; what reaches keys and values goes on from there through their own graph. */
    private Tensor back(List<Step> steps, Tensor last, Tensor gradient, TensorOptional mask) {
        Tensor down = gradient.clone();
        base.finalNorm().back(last, down);
        List<Tensor> sums = new ArrayList<>();
        for (int i = steps.size() - 1; i >= 0; i--) {
            Step step = steps.get(i);
            Tensor below = torch.empty_like(down);
            Tensor keys = torch.empty_like(step.keys().detach());
            Tensor values =
                    torch.empty(step.values().sizes(), new TensorOptions(ScalarType.Float), new MemoryFormatOptional());
            try (PointerScope scope = new PointerScope()) {
                FrozenLayer.Trace trace = step.trace();
                FrozenLayer.Trace again =
                        trace == null ? up(step.layer(), step.x(), step.keys(), step.values(), mask) : trace;
                FrozenLayer.Gradients by = step.layer().down(again, down, rotation(step.layer(), step.values()));
                below.copy_(by.x());
                keys.copy_(by.keys());
                values.copy_(by.values());
            }
            down = below;
            sums.add(step.keys().mul(keys).sum().add(step.values().mul(values).sum()));
        }
        return sums.stream().reduce(Tensor::add).orElseThrow();
    }

    /** Σ over positions that count of the mean over entries of |a - b|. */
    private static Tensor difference(Tensor a_BTD, Tensor b_BTD, Tensor counts_BT1) {
        return a_BTD.to(ScalarType.Float)
                .sub(b_BTD.to(ScalarType.Float))
                .abs()
                .mean(new long[] {2}, true, new ScalarTypeOptional())
                .mul(counts_BT1)
                .sum();
    }

    private void predictFromReadings(List<Reading> readings, Map<Integer, Layer.KeysValues> predicted) {
        for (int a = 0; a <= setup.map().highest(); a++) {
            if (setup.map().links().contains(a) && predictor.feedsFrom(a)) {
                if (predictor.source() == Source.HIDDEN) {
                    Tensor hidden = Reading.stacked(readings, Reading.hidden(a));
                    predicted.putAll(
                            predictor.predict(a, hidden, hidden, base.kernel().dtype()));
                } else {
                    predicted.putAll(predict(a, auxiliaryKv(readings, a)));
                }
            }
        }
        for (int i = first; i < setup.map().size(); i++) {
            if (setup.isShared(i)) {
                predicted.put(i, auxiliaryKv(readings, i));
            }
        }
    }

    private static Layer.KeysValues auxiliaryKv(List<Reading> readings, int layer) {
        return new Layer.KeysValues(
                Reading.stacked(readings, Reading.auxiliaryKeys(layer)),
                Reading.stacked(readings, Reading.auxiliaryValues(layer)));
    }

    private Map<Integer, Layer.KeysValues> predict(int auxiliaryLayer, Layer.KeysValues kv) {
        KvPredictor.Input input = KvPredictor.kvInput(predictor.source(), kv.keys(), kv.values());
        return predictor.predict(
                auxiliaryLayer,
                input.forKeys(),
                input.forValues(),
                base.kernel().dtype());
    }

    private @Nullable Tensor predictFromAuxiliary(
            DifferentiableDecoder auxiliary,
            Batch batch,
            TensorOptional mask,
            boolean head,
            Map<Integer, Layer.KeysValues> predicted) {
        int depth = head ? auxiliary.config().layers().size() : setup.map().highest() + 1;
        boolean hidden = predictor.source() == Source.HIDDEN;
        Tensor x = auxiliary.embed(batch.ids());
        for (int a = 0; a < depth; a++) {
            Layer layer = auxiliary.layer(a);
            Layer.Projected own = layer.project(x, auxiliary.dtype());
            if (!hidden && predictor.feedsFrom(a)) {
                predicted.putAll(predict(a, own.kv()));
            }
            if (hidden || head || a < depth - 1) {
                x = auxiliary.after(layer, x, own, mask);
            }
            if (hidden && predictor.feedsFrom(a)) {
                Tensor input = KvPredictor.hiddenInput(x).forKeys();
                predicted.putAll(
                        predictor.predict(a, input, input, base.kernel().dtype()));
            }
        }
        return head ? auxiliary.normed(x).view(-1, auxiliary.config().width()) : null;
    }

    @Override
    public void close() {
        if (ownsBase) {
            base.close();
        }
        if (auxiliary != null) {
            auxiliary.close();
        }
        predictor.close();
    }
}
