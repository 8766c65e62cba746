package org.foretoken.calibrate;

import java.util.stream.IntStream;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Tensor;
import org.foretoken.torch.Tensors;

/**
 * What comes next by the base and by another reading of the same tokens: log-probabilities, row by row.
 *
 * @param p the base's [rows, vocabulary], or one row alone
 * @param q the other's
 */
record NextTokens(Tensor p, Tensor q) {
    /** Rows of logits in memory at a time: about six tensors of [ROWS, vocabulary]. */
    static final int ROWS = 128;

    /** KL(p ‖ q) of each row, nats; rounding can leave less than nothing. */
    float[] kl() {
        return Tensors.floats(p.exp().mul_(p.sub(q)).sum(-1));
    }

    /** 1 for each row in which both find the same token most likely, 0 for the others. */
    float[] sameTopOne() {
        return Tensors.floats(p.argmax(new LongOptional(-1), false).eq(q.argmax(new LongOptional(-1), false)));
    }

    /**
     * -log of what came.
     *
     * @param logProbabilities_TV [rows, vocabulary]
     * @param tokens that came after the first rows
     */
    static float[] losses(Tensor logProbabilities_TV, int[] tokens) {
        if (tokens.length == 0) {
            return new float[0];
        }
        return Tensors.floats(logProbabilities_TV
                .narrow(0, 0, tokens.length)
                .gather(1, Tensors.of(tokens).unsqueeze(1))
                .neg());
    }

    /** Of all rows. */
    static double sum(float[] rows) {
        return IntStream.range(0, rows.length).mapToDouble(i -> rows[i]).sum();
    }
}
