package org.foretoken.train;

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
