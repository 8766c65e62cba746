package org.foretoken.train;

import static org.foretoken.model.VectorMath.F;
import static org.foretoken.model.VectorMath.LANES;

import jdk.incubator.vector.FloatVector;
import org.foretoken.model.VectorMath;
import org.jspecify.annotations.Nullable;

/**
 * The logits of one position and what they say. A position's vocabulary stays in a core's cache from the reading to the gradient; operators of libtorch
 * would take those of many positions through memory once for each step between.
 */
final class LogitRow {
    /** Entries that are added up in float32. */
    private static final int PIECE = 4096;

    private final int n;
    private final float[] logits;
    private final float[] exps; // e^(logit - the largest)
    private double sum;
    private double logSum;

    LogitRow(int vocabulary) {
        n = vocabulary;
        logits = new float[n];
        exps = new float[n];
    }

    /** Reads those of one of the positions there. */
    void read(Logits all, int position) {
        all.read(position, logits);
        float max = VectorMath.max(logits, 0, n);
        sum = 0;
        for (int from = 0; from < n; from += PIECE) {
            sum += VectorMath.exp(logits, from, Math.min(PIECE, n - from), 1, max, exps, from);
        }
        logSum = max + Math.log(sum);
    }

    /** ln Σ e^logit. */
    double logSum() {
        return logSum;
    }

    /** -ln of the token's probability, nats. */
    double crossEntropy(int token) {
        return logSum - logits[token];
    }

    /** The most likely token, the first of several. */
    int top() {
        int top = 0;
        for (int i = 1; i < n; i++) {
            if (logits[i] > logits[top]) {
                top = i;
            }
        }
        return top;
    }

    /** KL(this ‖ student) = Σ p·(ln p - ln q), nats. */
    double divergence(LogitRow student) {
        float shift = (float) (student.logSum - logSum);
        double divergence = 0;
        for (int from = 0; from < n; from += PIECE) {
            int to = Math.min(n, from + PIECE);
            FloatVector sums = FloatVector.zero(F);
            int i = from;
            for (; i <= to - LANES; i += LANES) {
                FloatVector difference =
                        FloatVector.fromArray(F, logits, i).add(shift).sub(FloatVector.fromArray(F, student.logits, i));
                sums = FloatVector.fromArray(F, exps, i).fma(difference, sums);
            }
            divergence += VectorMath.sum(sums);
            for (; i < to; i++) {
                divergence += exps[i] * (logits[i] + shift - student.logits[i]);
            }
        }
        return divergence / sum;
    }

    /**
     * Leaves a gradient in a position's place there: softmax·{@code weight} - p·{@code teacherWeight}, p being the teacher's softmax, and less
     * {@code tokenWeight} at the token. The row must be read again afterwards.
     *
     * @param teacher null for none
     * @param token -1 for none
     */
    void writeGradient(
            double weight,
            @Nullable LogitRow teacher,
            double teacherWeight,
            int token,
            double tokenWeight,
            Logits all,
            int position) {
        float own = (float) (weight / sum);
        if (teacher == null) {
            for (int i = 0; i < n; i++) {
                exps[i] *= own;
            }
        } else {
            float other = (float) (teacherWeight / teacher.sum);
            float[] p = teacher.exps;
            for (int i = 0; i < n; i++) {
                exps[i] = exps[i] * own - p[i] * other;
            }
        }
        if (token >= 0) {
            exps[token] -= (float) tokenWeight;
        }
        all.write(position, exps);
    }
}
