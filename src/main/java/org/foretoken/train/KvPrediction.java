package org.foretoken.train;

import java.nio.IntBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.foretoken.kvp.Setup;
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
    private final FrozenPass training;
    private final FrozenPass validation;
    private final long cacheBytes;
    private final Map<IntBuffer, Reading> cache = new HashMap<>();
    private final Map<IntBuffer, Reading> heldOut = new HashMap<>();
    private long cached;

    /**
     * Takes over what {@code pass} has, and closes it.
     *
     * @param length most tokens of a sequence
     * @param cacheBytes what may be kept of the frozen models' passes
     */
    KvPrediction(PredictedPass pass, LossWeights weights, int length, long cacheBytes) {
        this.pass = pass;
        this.weights = weights;
        this.head = pass.base().head();
        DifferentiableDecoder auxiliary = pass.auxiliary();
        this.auxiliaryHead = auxiliary == null ? null : LossHead.of(auxiliary.head(), auxiliary.dtype());
        Setup setup = pass.setup();
        boolean inputs = auxiliary == null;
        this.training = new FrozenPass(
                setup, new FrozenPass.Wanted(pass.first(), weights.divergence() > 0, weights.kv() > 0, inputs), length);
        this.validation = new FrozenPass(setup, new FrozenPass.Wanted(pass.first(), true, true, inputs), length);
        this.cacheBytes = cacheBytes;
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
            List<Reading> readings = readings(batch, training, cache, cacheBytes);
            PredictedPass.Result result = pass.run(batch, readings, weights.kv() > 0, weights.auxiliary() > 0);
            Tensor h = result.h();
            List<Tensor> gradients = new ArrayList<>();
            if (weights.divergence() > 0) {
                gradients.add(divergence(batch, readings, h, weights.divergence() / whole.positions(), sums)
                        .gradientOrThrow());
            }
            if (weights.base() > 0) {
                LossHead.Outcome outcome =
                        head.crossEntropy(h, batch.targets(), weights.base() / whole.predicted(), weights.z());
                sums.base += outcome.loss();
                sums.baseZ += outcome.zLoss();
                gradients.add(outcome.gradientOrThrow());
            }
            List<Tensor> terms = new ArrayList<>();
            gradients.stream().reduce(Tensor::add).map(result.back()).ifPresent(terms::add);
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

    private LossHead.Outcome divergence(Batch batch, List<Reading> readings, Tensor h, double scale, LossSums sums) {
        LossHead.Outcome outcome = head.divergence(h, last(readings), batch.counts(), scale);
        sums.divergence += outcome.loss();
        sums.agreements += outcome.agreements();
        sums.positions += batch.counted();
        return outcome;
    }

    /** What the head reads of the base by itself, [B·T, width]. */
    private Tensor last(List<Reading> readings) {
        try (NoGradGuard none = new NoGradGuard()) {
            Tensor normed = pass.base().normed(Reading.stacked(readings, Reading.LAST));
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
            List<Reading> readings = readings(whole, validation, heldOut, Long.MAX_VALUE);
            Batch batch = whole.from(from);
            PredictedPass.Result result = pass.run(batch, readings, true, true);
            divergence(batch, readings, result.h(), 0, sums);
            LossHead.Outcome base = head.crossEntropy(result.h(), batch.targets(), 0, 0);
            sums.base += base.loss();
            sums.baseZ += base.zLoss();
            sums.reference +=
                    head.crossEntropy(last(readings), batch.targets(), 0, 0).loss();
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

    /** The frozen models' passes over a batch's rows; those not kept belong to the caller's scope. */
    private List<Reading> readings(Batch batch, FrozenPass frozen, Map<IntBuffer, Reading> kept, long mostBytes) {
        List<Reading> readings = new ArrayList<>();
        for (int row = 0; row < batch.rows(); row++) {
            int from = row * batch.length();
            int[] tokens = Arrays.copyOfRange(batch.tokens(), from, from + batch.length());
            int[] documents = Arrays.copyOfRange(batch.documents(), from, from + batch.length());
            IntBuffer key = IntBuffer.wrap(tokens);
            Reading reading = kept.get(key);
            if (reading == null) {
                reading = frozen.read(tokens, documents);
                if (cached + reading.bytes() <= mostBytes) {
                    kept.put(key, reading);
                    cached += kept == cache ? reading.bytes() : 0;
                } else {
                    reading.leaveToScope();
                }
            }
            readings.add(reading);
        }
        return readings;
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
        return weights.divergence() > 0 ? means.divergence() : means.base();
    }

    @Override
    public void close() {
        cache.values().forEach(Reading::close);
        heldOut.values().forEach(Reading::close);
        training.close();
        validation.close();
        pass.close();
    }
}
