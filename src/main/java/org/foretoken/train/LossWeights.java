package org.foretoken.train;

import java.util.stream.DoubleStream;
import org.foretoken.ForetokenException;

/**
 * How much each term of the loss counts.
 *
 * @param divergence of KL(base ‖ predicted)
 * @param base of the base's cross-entropy through the predicted cache, z-loss included
 * @param auxiliary of the auxiliary's cross-entropy, z-loss included
 * @param kv of the sum over layers of both L1 errors
 * @param z of logsumexp² beside a cross-entropy
 */
public record LossWeights(double divergence, double base, double auxiliary, double kv, double z) {
    /** More than this may overflow in float32. */
    private static final double HIGHEST = 1e9;

    /** Whether a term may count so much. */
    public static boolean isWeight(double weight) {
        return weight >= 0 && weight <= HIGHEST;
    }

    /** Refuses what can't be gone down: a weight that is no number, or below 0, or none above it. */
    public void check() throws ForetokenException {
        double[] all = {divergence, base, auxiliary, kv, z};
        boolean fine = DoubleStream.of(all).allMatch(LossWeights::isWeight) && divergence + base + auxiliary + kv > 0;
        if (!fine) {
            throw new ForetokenException("The loss can't have weights of " + kv + " for the L1 errors and " + base
                    + " for the base's cross-entropy: give --kv-weight and --ce-weight numbers from 0 to 1e9,"
                    + " not all of them 0.");
        }
    }

    /** The same with another weight of the L1 errors. */
    public LossWeights withKv(double kvWeight) {
        return new LossWeights(divergence, base, auxiliary, kvWeight, z);
    }

    /** The same with another weight of the base's cross-entropy; its z-loss comes with the paper's loss alone. */
    public LossWeights withBase(double baseWeight) {
        return new LossWeights(divergence, baseWeight, auxiliary, kv, z);
    }

    /** KL alone: {@code method.md}, beyond the paper. */
    public static LossWeights distillation() {
        return new LossWeights(1, 0, 0, 0, 0);
    }

    /**
     * The paper's loss.
     *
     * @param baseLayers of which {@code kv} is one part each
     * @param trainsAuxiliary otherwise its loss is a constant and left out
     */
    public static LossWeights paper(int baseLayers, boolean trainsAuxiliary) {
        return new LossWeights(0, 1, trainsAuxiliary ? 1 : 0, 1.0 / baseLayers, 1e-4);
    }
}
