package org.foretoken.train;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.foretoken.kvp.KvPredictor;
import org.foretoken.kvp.Setup;
import org.foretoken.kvp.Source;
import org.foretoken.torch.Tensors;
import org.jspecify.annotations.Nullable;

/**
 * The pass that gradients go back through: auxiliary (where it's trained), maps, base. Queries of every position read predicted keys and values only,
 * their own position's included; the base's own projections of them take no part.
 */
final class PredictedPass implements AutoCloseable {
    private final Setup setup;
    private final DifferentiableDecoder base;
    private final @Nullable DifferentiableDecoder auxiliary;
    private final TrainablePredictor predictor;
    private final boolean recomputes;
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
            DifferentiableDecoder base,
            @Nullable DifferentiableDecoder auxiliary,
            TrainablePredictor predictor,
            boolean recomputes) {
        this.setup = setup;
        this.recomputes = recomputes;
        this.base = base;
        this.auxiliary = auxiliary;
        this.predictor = predictor;
        this.first = firstLayer(setup);
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
     * One base layer of a pass that recomputes.
     *
     * @param x [B, T, width] before it, without gradient
     * @param keys [B, T, kvHeads, headDim] after k_norm, with gradient like {@code values}
     */
    private record Step(Layer layer, Tensor x, Tensor keys, Tensor values) {}

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

    DifferentiableDecoder base() {
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
        Tensor x = first == 0 ? base.embed(batch.ids()) : Reading.stacked(readings, Reading.START);
        Tensor counts = batch.predictedMask();
        List<LayerError> found = new ArrayList<>();
        List<Step> steps = new ArrayList<>();
        for (int i = first; i < setup.map().size(); i++) {
            Layer.KeysValues kv = predicted.get(i);
            if (kv == null) {
                throw new IllegalStateException("nothing predicted for layer " + i);
            }
            Layer layer = base.layer(i);
            Tensor keys = layer.normedKeys(kv.keys());
            if (errors) {
                Tensor exact = layer.normedKeys(Reading.stacked(readings, Reading.exactKeys(i)));
                Tensor exactValues = Reading.stacked(readings, Reading.exactValues(i));
                found.add(new LayerError(
                        i,
                        difference(keys.flatten(2, 3), exact.flatten(2, 3), counts),
                        difference(kv.values(), exactValues, counts)));
            }
            steps.add(new Step(layer, x, keys, kv.values()));
            x = after(steps.get(steps.size() - 1), mask);
        }
        Tensor last = x;
        Tensor h = head(last);
        return new Result(
                h.detach(),
                recomputes
                        ? gradient -> back(steps, last, gradient, mask)
                        : gradient -> h.mul(gradient).sum(),
                auxiliaryH,
                found);
    }

    private Tensor after(Step step, TensorOptional mask) {
        if (!recomputes) {
            return pass(step, mask);
        }
        try (NoGradGuard none = new NoGradGuard()) {
            return pass(step, mask);
        }
    }

    private Tensor pass(Step step, TensorOptional mask) {
        Tensor queries = step.layer().queries(step.x(), base.dtype());
        return base.after(step.layer(), step.x(), queries, step.keys(), step.values(), mask);
    }

    /** [B, T, width] → [B·T, width] */
    private Tensor head(Tensor x) {
        return base.normed(x).view(-1, base.config().width());
    }

    /** Down through the base, a layer at a time; what reaches keys and values goes on from there through their own graph. */
    private Tensor back(List<Step> steps, Tensor last, Tensor gradient, TensorOptional mask) {
        Tensor x = leaf(last);
        head(x).mul(gradient).sum().backward();
        Tensor down = x.grad();
        Tensor sum = Tensors.of(new float[1], 1).squeeze(0);
        for (int i = steps.size() - 1; i >= 0; i--) {
            Step step = steps.get(i);
            Step again = new Step(step.layer(), leaf(step.x()), leaf(step.keys()), leaf(step.values()));
            Tensor below = down;
            try (PointerScope scope = new PointerScope()) {
                pass(again, mask).mul(below).sum().backward();
            }
            down = again.x().grad();
            sum = sum.add(step.keys().mul(again.keys().grad()).sum())
                    .add(step.values().mul(again.values().grad()).sum());
        }
        return sum;
    }

    private static Tensor leaf(Tensor tensor) {
        return tensor.detach().set_requires_grad(true);
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
                    predicted.putAll(predictor.predict(a, hidden, hidden, base.dtype()));
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
        return predictor.predict(auxiliaryLayer, input.forKeys(), input.forValues(), base.dtype());
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
                predicted.putAll(predictor.predict(a, input, input, base.dtype()));
            }
        }
        return head ? auxiliary.normed(x).view(-1, auxiliary.config().width()) : null;
    }

    @Override
    public void close() {
        base.close();
        if (auxiliary != null) {
            auxiliary.close();
        }
        predictor.close();
    }
}
