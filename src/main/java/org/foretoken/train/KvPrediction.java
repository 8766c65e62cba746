package org.foretoken.train;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Trains a predictor, with or without its auxiliary, through the frozen base. The frozen models' own passes are kept for the next time a sequence comes,
 * as far as memory allows.
 */
final class KvPrediction implements Objective {
    private final PredictedPass pass;
    private final LossWeights weights;
    private final LossHead head;
    private final @Nullable LossHead auxiliaryHead;
    private final KeptReadings training;
    private final KeptReadings validation;
    private final boolean owner;

    /**
     * Takes over what {@code pass} has, and closes it.
     *
     * @param comesAgain whether sequences are trained on more than once; held-out ones always come again
     * @param cacheBytes what may be kept of the frozen models' passes for sequences that come again
     */
    KvPrediction(PredictedPass pass, LossWeights weights, boolean comesAgain, long cacheBytes) {
        this(pass, weights, comesAgain, new AtomicLong(cacheBytes));
    }

    private KvPrediction(PredictedPass pass, LossWeights weights, boolean comesAgain, AtomicLong room) {
        this(
                pass,
                weights,
                new KeptReadings(
                        frozen(pass, weights.divergence() > 0, weights.kv() > 0),
                        comesAgain,
                        comesAgain ? room : new AtomicLong()),
                new KeptReadings(frozen(pass, true, true), false, room),
                true);
    }

    private KvPrediction(
            PredictedPass pass, LossWeights weights, KeptReadings training, KeptReadings validation, boolean owner) {
        this.pass = pass;
        this.weights = weights;
        this.head = pass.base().head();
        DifferentiableDecoder auxiliary = pass.auxiliary();
        this.auxiliaryHead = auxiliary == null ? null : LossHead.of(auxiliary.head(), auxiliary.dtype());
        this.training = training;
        this.validation = validation;
        this.owner = owner;
    }

    private static FrozenPass frozen(PredictedPass pass, boolean last, boolean exact) {
        boolean inputs = pass.auxiliary() == null;
        return new FrozenPass(pass.setup(), pass.base(), new FrozenPass.Wanted(last, exact, inputs));
    }

    @Override
    public KvPrediction twin() {
        return new KvPrediction(pass.twin(), weights, training, validation, false);
    }

    @Override
    public Map<String, Tensor> parameters() {
        Map<String, Tensor> all = new LinkedHashMap<>();
        DifferentiableDecoder auxiliary = pass.auxiliary();
        if (auxiliary != null) {
            auxiliary.parameters().forEach((name, tensor) -> all.put("auxiliary." + name, tensor));
        }
        all.putAll(pass.predictor().parameters());
        return all;
    }

    @Override
    public int layers() {
        return pass.setup().map().size();
    }

    @Override
    public void backward(Batch batch, Whole whole, LossSums sums) {
        try (PointerScope scope = new PointerScope()) {
            List<Reading> readings = training.of(batch);
            PredictedPass.Result result = pass.run(batch, readings, weights.kv() > 0, weights.auxiliary() > 0);
            Tensor h = result.h();
            List<Tensor> terms = new ArrayList<>();
            if (weights.divergence() > 0 || weights.base() > 0) {
                boolean[] counts = batch.counts();
                LossHead.Teacher teacher = weights.divergence() == 0
                        ? null
                        : new LossHead.Teacher(
                                last(readings), i -> counts[i], weights.divergence() / whole.positions());
                LossHead.Outcome outcome =
                        head.losses(h, batch.targets(), weights.base() / whole.predicted(), weights.z(), teacher);
                sums.divergence += outcome.divergence();
                sums.positions += batch.counted();
                sums.base += outcome.loss();
                sums.baseZ += outcome.zLoss();
                terms.add(result.back().apply(outcome.gradientOrThrow()));
            }
            Tensor auxiliaryH = result.auxiliaryH();
            if (auxiliaryH != null && auxiliaryHead != null) {
                LossHead.Outcome outcome = auxiliaryHead.crossEntropy(
                        auxiliaryH.detach(), batch.targets(), weights.auxiliary() / whole.predicted(), weights.z());
                sums.auxiliary += outcome.loss();
                sums.auxiliaryZ += outcome.zLoss();
                terms.add(auxiliaryH.mul(outcome.gradientOrThrow()).sum());
            }
            for (PredictedPass.LayerError error : result.errors()) {
                add(error, sums);
                terms.add(error.keys().add(error.values()).mul(new Scalar(weights.kv() / whole.predicted())));
            }
            terms.stream().reduce(Tensor::add).orElseThrow().backward();
            sums.predicted += batch.predicted();
        }
    }

    /** What the head reads of the base by itself, [B·T, width]. */
    private Tensor last(List<Reading> readings) {
        try (NoGradGuard none = new NoGradGuard()) {
            Tensor normed = pass.base().finalNorm().of(Reading.stacked(readings, Reading.LAST));
            return normed.view(-1, pass.base().width());
        }
    }

    private static void add(PredictedPass.LayerError error, LossSums sums) {
        sums.keys[error.layer()] += error.keys().item_double();
        sums.values[error.layer()] += error.values().item_double();
    }

    @Override
    public void measure(Batch whole, int from, LossSums sums) {
        try (PointerScope scope = new PointerScope();
                NoGradGuard none = new NoGradGuard()) {
            List<Reading> readings = validation.of(whole);
            Batch batch = whole.from(from);
            PredictedPass.Result result = pass.run(batch, readings, true, true);
            LossHead.Comparison found = head.compare(result.h(), last(readings), batch.targets(), batch.counts());
            sums.divergence += found.divergence();
            sums.agreements += found.agreements();
            sums.positions += batch.counted();
            sums.base += found.loss();
            sums.baseZ += found.zLoss();
            sums.reference += found.teacherLoss();
            Tensor auxiliaryH = result.auxiliaryH();
            if (auxiliaryH != null && auxiliaryHead != null) {
                LossHead.Outcome auxiliary = auxiliaryHead.crossEntropy(auxiliaryH, batch.targets(), 0, 0);
                sums.auxiliary += auxiliary.loss();
                sums.auxiliaryZ += auxiliary.zLoss();
            }
            result.errors().forEach(error -> add(error, sums));
            sums.predicted += batch.predicted();
        }
    }

    @Override
    public double loss(Losses means) {
        double errors = 0;
        for (int i = 0; i < layers(); i++) {
            errors += means.keys().get(i) + means.values().get(i);
        }
        return weights.divergence() * means.divergence()
                + weights.base() * (means.base() + weights.z() * means.baseZ())
                + weights.auxiliary() * (means.auxiliary() + weights.z() * means.auxiliaryZ())
                + weights.kv() * errors;
    }

    @Override
    public double score(Losses means) {
        return weights.divergence() * means.divergence() + weights.base() * means.base();
    }

    @Override
    public void close() {
        if (owner) {
            training.close();
            validation.close();
        }
        pass.close();
    }
}
