package org.foretoken.calibrate;

import java.util.List;
import org.foretoken.ForetokenException;
import org.foretoken.Progress;
import org.foretoken.kvp.Setup;

/**
 * How far a predicted cache is from the base's own for one prompt, and what that does to the base. Every position is predicted, the last one too.
 *
 * @param keys as used: after k_norm
 * @param values as used
 * @param attention for each base layer [positions]: cosine between what the base's own queries get from exact and from predicted entries, heads
 *     concatenated
 * @param answers for each position, the next token
 */
public record KvError(Entries keys, Entries values, List<float[]> attention, List<Answer> answers) {
    /** Numbers kept for each head: at {@link #DIFFERENCE_SQUARED} and so on. */
    static final int SUMS = 5;

    private static final int DIFFERENCE_SQUARED = 0;
    private static final int EXACT_SQUARED = 1;
    private static final int PREDICTED_SQUARED = 2;
    private static final int PRODUCT = 3;
    private static final int DIFFERENCE = 4;

    public KvError {
        attention = List.copyOf(attention);
        answers = List.copyOf(answers);
    }

    /** How two vectors are compared. */
    public enum Metric {
        /** ‖predicted - exact‖ / ‖exact‖; RoPE doesn't change it. */
        RELATIVE_L2("relative L2"),
        /** Mean |predicted - exact| over the numbers of an entry, keys after k_norm and before RoPE: a layer's term of the training loss. */
        L1("L1"),
        /** Of predicted and exact; RoPE doesn't change it. */
        COSINE("cosine");

        private final String label;

        Metric(String label) {
            this.label = label;
        }

        public String label() {
            return label;
        }
    }

    /**
     * The base's next token, from its own cache and from the predicted one.
     *
     * @param kl KL(base ‖ predicted), nats
     * @param sameTopOne whether both find the same token most likely
     * @param loss -log p of the token that comes, through the predicted cache; NaN at the last position
     * @param baseLoss likewise by the base alone
     */
    public record Answer(float kl, boolean sameTopOne, float loss, float baseLoss) {}

    /**
     * Predicted and exact keys, or values, of a prompt.
     *
     * @param kvHeads of each base layer
     * @param headDims of each base layer
     * @param sums for each base layer [positions, kvHeads, 5]: over the numbers of a head, Σ(p - e)², Σe², Σp², Σpe, Σ|p - e|
     */
    public record Entries(List<Integer> kvHeads, List<Integer> headDims, List<float[]> sums) {
        public Entries {
            kvHeads = List.copyOf(kvHeads);
            headDims = List.copyOf(headDims);
            sums = List.copyOf(sums);
        }

        /** Of a layer's whole entry at a position, all heads together. */
        public double value(Metric metric, int layer, int position) {
            return value(metric, layer, position, 0, kvHeads.get(layer));
        }

        /** Of one head. */
        public double value(Metric metric, int layer, int position, int head) {
            return value(metric, layer, position, head, 1);
        }

        private double value(Metric metric, int layer, int position, int firstHead, int heads) {
            double[] totals = new double[SUMS];
            float[] all = sums.get(layer);
            int at = (position * kvHeads.get(layer) + firstHead) * totals.length;
            for (int i = 0; i < heads * totals.length; i++) {
                totals[i % totals.length] += all[at + i];
            }
            return switch (metric) {
                case RELATIVE_L2 -> ratio(Math.sqrt(totals[DIFFERENCE_SQUARED]), Math.sqrt(totals[EXACT_SQUARED]));
                case L1 -> totals[DIFFERENCE] / ((double) heads * headDims.get(layer));
                case COSINE -> cosine(totals[PRODUCT], totals[EXACT_SQUARED], totals[PREDICTED_SQUARED]);
            };
        }

        /** 0 of nothing by nothing: an entry of zeros predicted as zeros is right. */
        private static double ratio(double part, double whole) {
            return part == 0 ? 0 : part / whole;
        }
    }

    /** Two vectors of zeros point the same way; one of zeros and another don't. */
    static double cosine(double product, double oneSquared, double otherSquared) {
        if (oneSquared == 0 || otherSquared == 0) {
            return oneSquared == otherSquared ? 1 : 0;
        }
        return product / Math.sqrt(oneSquared * otherSquared);
    }

    public int layers() {
        return attention.size();
    }

    public int positions() {
        return answers.size();
    }

    /**
     * Measures a setup on a prompt: the base reads it, the setup predicts it, and both caches are compared and read. Runs on the engine thread. Memory
     * beside the models: two caches of the prompt, some rows of logits, and 40 bytes a position, layer and kv head for the result.
     *
     * @param setup able to predict
     * @param tokens at least one, all known to both models, within the context
     * @throws ForetokenException when the models give numbers that aren't finite
     */
    public static KvError measure(Setup setup, int[] tokens, Progress progress) throws ForetokenException {
        return new KvErrorPass(setup, tokens, progress).run();
    }
}
