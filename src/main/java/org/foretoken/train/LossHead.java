package org.foretoken.train;

import java.util.function.IntPredicate;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.foretoken.torch.Kernel;
import org.foretoken.torch.PackedProduct;
import org.foretoken.torch.Tensors;
import org.jspecify.annotations.Nullable;

/**
 * The output head and the losses on it, with their gradients written out. Logits exist for {@link #ROWS} positions at a time and are used up on the
 * spot, so a large vocabulary costs neither memory nor a second reading, as it would in a graph.
 */
final class LossHead implements AutoCloseable {
    private static final int ROWS = 128;

    /** The weight [V, D], frozen or to be trained. */
    private interface Weight extends AutoCloseable {
        /** [N, D] → [N, V], float32. */
        Tensor up(Tensor h);

        /** [N, V] → [N, D]; takes part in the weight's gradient, if that is trained. */
        Tensor down(Tensor byLogits, Tensor h);

        @Override
        void close();
    }

    private final Weight weight;

    private LossHead(Weight weight) {
        this.weight = weight;
    }

    /**
     * A head that stays as it is, packed both ways.
     *
     * @param head [vocabulary, width], not needed afterwards
     */
    static LossHead frozen(Tensor head, Kernel kernel) {
        PackedProduct product = new PackedProduct(kernel, head, null);
        return new LossHead(new Weight() {
            @Override
            public Tensor up(Tensor h) {
                return product.up(h);
            }

            @Override
            public Tensor down(Tensor byLogits, Tensor h) {
                return product.down(byLogits);
            }

            @Override
            public void close() {
                product.close();
            }
        });
    }

    /**
     * A head that may be trained: gradients are added to its {@code grad} then.
     *
     * @param head [vocabulary, width], the caller's
     * @param dtype of the products
     */
    static LossHead of(Tensor head, ScalarType dtype) {
        return new LossHead(new Weight() {
            @Override
            public Tensor up(Tensor h) {
                return torch.linear(h.to(dtype), head.to(dtype)).to(ScalarType.Float);
            }

            @Override
            public Tensor down(Tensor byLogits, Tensor h) {
                Tensor small = byLogits.to(dtype);
                if (head.requires_grad()) {
                    if (!head.grad().defined()) {
                        head.mutable_grad().put(torch.zeros_like(head));
                    }
                    head.grad().add_(small.t().mm(h.to(dtype)));
                }
                return small.mm(head.to(dtype));
            }

            @Override
            public void close() {}
        });
    }

    /**
     * What losses give, as sums over positions.
     *
     * @param gradient of the loss by h, [N, width] float32; null when none was asked for
     * @param divergence KL(teacher ‖ student), nats; 0 without a teacher
     * @param loss cross-entropy, nats
     * @param zLoss logsumexp², unweighted
     */
    record Outcome(@Nullable Tensor gradient, double divergence, double loss, double zLoss) {
        Tensor gradientOrThrow() {
            if (gradient == null) {
                throw new IllegalStateException("no gradient was asked for");
            }
            return gradient;
        }
    }

    /**
     * A teacher to go after.
     *
     * @param h_ND what the head reads of it, float32
     * @param counts whether a position counts
     * @param scale of each position's gradient
     */
    record Teacher(Tensor h_ND, IntPredicate counts, double scale) {}

    /**
     * Cross-entropy of the tokens that came, and the z-loss.
     *
     * @param h_ND what the head reads, float32
     * @param targets N tokens; -1 where there's none to predict
     * @param scale of each position's gradient; 0 asks for no gradient
     * @param zWeight weight of logsumexp² beside the cross-entropy
     */
    Outcome crossEntropy(Tensor h_ND, int[] targets, double scale, double zWeight) {
        return losses(h_ND, targets, scale, zWeight, null);
    }

    /**
     * The same, beside KL(teacher ‖ student) of the next token.
     *
     * @param scale of each position's gradient of the cross-entropy; 0 leaves it out
     */
    Outcome losses(Tensor h_ND, int[] targets, double scale, double zWeight, @Nullable Teacher teacher) {
        return byRows(h_ND, scale > 0 || teacher != null, (h, from, sums) -> {
            int rows = (int) h.size(0);
            Tensor next_N1 = next(targets, from, rows);
            Tensor real_N1 = column(rows, i -> targets[from + i] >= 0);
            Tensor logits = weight.up(h);
            Tensor logSum = logits.logsumexp(new long[] {1}, true);
            sums.loss += sum(logSum.sub(logits.gather(1, next_N1)).mul(real_N1));
            sums.zLoss += sum(logSum.square().mul(real_N1));
            if (scale == 0 && teacher == null) {
                return null;
            }
            // by the logits: (softmax·(1 + 2·z·logsumexp) - onehot)·scale where a token came, (softmax - p)·scale'
            // where the teacher counts
            Tensor softmaxWeight = logSum.mul(new Scalar(2 * zWeight))
                    .add_(new Scalar(1))
                    .mul_(real_N1)
                    .mul_(new Scalar(scale));
            Tensor logSoftmax = logits.sub_(logSum);
            Tensor byTeacher = null;
            if (teacher != null) {
                Tensor counts_N1 = column(rows, i -> teacher.counts.test(from + i));
                Tensor p = torch.log_softmax(weight.up(teacher.h_ND.narrow(0, from, rows)), 1);
                Tensor difference = p.sub(logSoftmax);
                sums.divergence += divergence(p.exp_(), difference, counts_N1);
                counts_N1.mul_(new Scalar(teacher.scale));
                softmaxWeight.add_(counts_N1);
                byTeacher = p.mul_(counts_N1);
            }
            Tensor gradient = logSoftmax.exp_().mul_(softmaxWeight);
            if (byTeacher != null) {
                gradient.sub_(byTeacher);
            }
            return scale == 0 ? gradient : gradient.scatter_add_(1, next_N1, real_N1.mul(new Scalar(-scale)));
        });
    }

    /**
     * Σ over rows that count of Σ p·(log p - log q).
     *
     * @param difference of the logarithms; used up
     */
    private static double divergence(Tensor p, Tensor difference, Tensor real_N1) {
        return sum(difference
                .mul_(p)
                .sum(new long[] {1}, true, new ScalarTypeOptional())
                .mul_(real_N1));
    }

    /**
     * Everything that a look at held-out text asks, as sums over positions.
     *
     * @param divergence KL(teacher ‖ student)
     * @param agreements positions where both find the same token most likely
     * @param loss the student's cross-entropy of the tokens that came
     * @param zLoss its logsumexp², unweighted
     * @param teacherLoss the teacher's cross-entropy
     */
    record Comparison(double divergence, long agreements, double loss, double zLoss, double teacherLoss) {}

    /**
     * Compares a student with its teacher, without gradients, on one pair of products.
     *
     * @param targets N tokens; -1 where there's none to predict: cross-entropies are over the others
     * @param counts whether a position counts for the divergence and agreements
     */
    Comparison compare(Tensor h_ND, Tensor teacher_ND, int[] targets, boolean[] counts) {
        double[] teacherLoss = new double[1];
        long[] agreements = new long[1];
        double[] divergence = new double[1];
        Outcome student = byRows(h_ND, false, (h, from, sums) -> {
            int rows = (int) h.size(0);
            Tensor next_N1 = next(targets, from, rows);
            Tensor real_N1 = column(rows, i -> targets[from + i] >= 0);
            Tensor counts_N1 = column(rows, i -> counts[from + i]);
            Tensor p = torch.log_softmax(weight.up(teacher_ND.narrow(0, from, rows)), 1);
            Tensor logits = weight.up(h);
            Tensor logSum = logits.logsumexp(new long[] {1}, true);
            sums.loss += sum(logSum.sub(logits.gather(1, next_N1)).mul(real_N1));
            sums.zLoss += sum(logSum.square().mul(real_N1));
            teacherLoss[0] -= sum(p.gather(1, next_N1).mul(real_N1));
            agreements[0] += p.argmax(new LongOptional(1), false)
                    .eq(logits.argmax(new LongOptional(1), false))
                    .mul(counts_N1.squeeze(1))
                    .sum()
                    .item_long();
            Tensor difference = p.sub(logits.sub_(logSum));
            divergence[0] += divergence(p.exp_(), difference, counts_N1);
            return null;
        });
        return new Comparison(divergence[0], agreements[0], student.loss(), student.zLoss(), teacherLoss[0]);
    }

    /** One piece of rows; returns the gradient by the logits, [rows, V] float32, or null. */
    @FunctionalInterface
    private interface Piece {
        @Nullable
        Tensor of(Tensor h, int from, Sums sums);
    }

    private static final class Sums {
        double divergence;
        double loss;
        double zLoss;
    }

    private Outcome byRows(Tensor h_ND, boolean gradients, Piece piece) {
        Sums sums = new Sums();
        int positions = (int) h_ND.size(0);
        try (NoGradGuard none = new NoGradGuard()) {
            Tensor gradient = gradients ? torch.empty_like(h_ND) : null;
            for (int from = 0; from < positions; from += ROWS) {
                try (PointerScope scope = new PointerScope()) {
                    Tensor h = h_ND.narrow(0, from, Math.min(ROWS, positions - from));
                    Tensor byLogits = piece.of(h, from, sums);
                    if (byLogits != null && gradient != null) {
                        gradient.narrow(0, from, h.size(0)).copy_(weight.down(byLogits, h));
                    }
                }
            }
            return new Outcome(gradient, sums.divergence, sums.loss, sums.zLoss);
        }
    }

    /** Targets of some rows, [rows, 1]; 0 where there's none. */
    private static Tensor next(int[] targets, int from, int rows) {
        int[] next = new int[rows];
        for (int i = 0; i < rows; i++) {
            next[i] = Math.max(0, targets[from + i]);
        }
        return Tensors.of(next).unsqueeze(1);
    }

    /** [rows, 1] of 1 and 0. */
    private static Tensor column(int rows, IntPredicate counts) {
        float[] column = new float[rows];
        for (int i = 0; i < rows; i++) {
            column[i] = counts.test(i) ? 1 : 0;
        }
        return Tensors.of(column, rows, 1);
    }

    private static double sum(Tensor tensor) {
        return tensor.sum(new ScalarTypeOptional(ScalarType.Double)).item_double();
    }

    @Override
    public void close() {
        weight.close();
    }
}
