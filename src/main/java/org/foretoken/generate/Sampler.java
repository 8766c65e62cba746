package org.foretoken.generate;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;

/** Chooses tokens from logits by a {@link Sampling}; the same seed gives the same choices. */
public final class Sampler {
    private final Sampling sampling;
    private final SplittableRandom random;
    private final Set<Integer> seen = new HashSet<>();

    public Sampler(Sampling sampling) {
        this.sampling = sampling;
        this.random = new SplittableRandom(sampling.seed());
    }

    /** The likeliest token; the first of equals. */
    public static int argMax(float[] logits) {
        int best = 0;
        for (int i = 1; i < logits.length; i++) {
            if (logits[i] > logits[best]) {
                best = i;
            }
        }
        return best;
    }

    /** Counts a token as seen, for the repetition penalty. */
    public void see(int token) {
        if (sampling.repetitionPenalty() != 1) {
            seen.add(token);
        }
    }

    /** The next token. {@code logits} may be written into. */
    public int choose(float[] logits) {
        for (int token : seen) {
            double penalty = sampling.repetitionPenalty();
            logits[token] = (float) (logits[token] > 0 ? logits[token] / penalty : logits[token] * penalty);
        }
        return sampling.temperature() == 0 ? argMax(logits) : draw(logits);
    }

    private int draw(float[] logits) {
        int[] kept = candidates(logits);
        double[] probabilities = softmax(logits, kept);
        int count = cut(probabilities);
        double sum = Arrays.stream(probabilities, 0, count).sum();
        double point = random.nextDouble() * sum;
        for (int i = 0; i < count; i++) {
            point -= probabilities[i];
            if (point < 0) {
                return kept[i];
            }
        }
        return kept[count - 1];
    }

    /** Tokens from likeliest to least, only the first k where top-k is set. */
    private int[] candidates(float[] logits) {
        int k = sampling.topK() > 0 ? Math.min(sampling.topK(), logits.length) : logits.length;
        // a long sorts by logit, then by token: monotone bits of the negated float above, the token below
        long[] order = new long[logits.length];
        for (int i = 0; i < order.length; i++) {
            int bits = Float.floatToIntBits(-logits[i]);
            order[i] = ((long) (bits ^ (bits >> 31 & 0x7fffffff)) << 32) | i;
        }
        Arrays.sort(order);
        int[] kept = new int[k];
        for (int i = 0; i < k; i++) {
            kept[i] = (int) order[i];
        }
        return kept;
    }

    private double[] softmax(float[] logits, int[] kept) {
        double[] probabilities = new double[kept.length];
        double sum = 0;
        for (int i = 0; i < kept.length; i++) {
            probabilities[i] = Math.exp(((double) logits[kept[i]] - logits[kept[0]]) / sampling.temperature());
            sum += probabilities[i];
        }
        for (int i = 0; i < kept.length; i++) {
            probabilities[i] /= sum;
        }
        return probabilities;
    }

    /** How many of the descending probabilities top-p and min-p keep; at least one. */
    private int cut(double[] probabilities) {
        double sum = 0;
        for (int i = 0; i < probabilities.length; i++) {
            boolean tooRare = probabilities[i] < sampling.minP() * probabilities[0];
            if (i > 0 && (sum >= sampling.topP() || tooRare)) {
                return i;
            }
            sum += probabilities[i];
        }
        return probabilities.length;
    }
}
