package org.foretoken.train;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
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
    private static final int ROWS = 256;

    /**
     * Tokens of a product of {@link #frozen}: with the teacher's rows they make a tensor of 25 MB, above 32 MB glibc asks the kernel for new memory each time.
     */
    static final int PART = 12_288;

    /** The weight [V, D], frozen or to be trained. */
    private interface Weight extends AutoCloseable {
        /** [N, D] → [N, V] in parts of V, float32. */
        List<Tensor> up(Tensor h);

        /** [N, V] in the same parts → [N, D]; takes part in the weight's gradient, if that is trained. */
        Tensor down(List<Tensor> byLogits, Tensor h);

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
        List<PackedProduct> products = new ArrayList<>();
        for (long from = 0; from < head.size(0); from += PART) {
            products.add(new PackedProduct(kernel, head.narrow(0, from, Math.min(PART, head.size(0) - from)), null));
        }
        return new LossHead(new Weight() {
            @Override
            public List<Tensor> up(Tensor h) {
                return products.stream().map(product -> product.up(h)).toList();
            }

            @Override
            public Tensor down(List<Tensor> byLogits, Tensor h) {
                Tensor sum = torch.zeros_like(h);
                for (int i = 0; i < products.size(); i++) {
                    sum.add_(products.get(i).down(byLogits.get(i)));
                }
                return sum;
            }

            @Override
            public void close() {
                products.forEach(PackedProduct::close);
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
            public List<Tensor> up(Tensor h) {
                return List.of(torch.linear(h.to(dtype), head.to(dtype)).to(ScalarType.Float));
            }

            @Override
            public Tensor down(List<Tensor> byLogits, Tensor h) {
                Tensor small = byLogits.getFirst().to(dtype);
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
        Sums sums = new Sums();
        Tensor teacher_ND = teacher == null ? null : teacher.h_ND;
        Tensor gradient = byRows(h_ND, teacher_ND, scale > 0 || teacher != null, (position, row, taught) -> {
            int target = targets[position];
            double weight = 0; // of the softmax in the gradient
            if (target >= 0) {
                sums.came(row, target);
                weight = scale * (1 + 2 * zWeight * row.logSum());
            }
            double teacherWeight = 0;
            if (teacher != null && taught != null && teacher.counts.test(position)) {
                sums.divergence += taught.divergence(row);
                teacherWeight = teacher.scale;
            }
            return new Weights(weight + teacherWeight, teacherWeight, target, scale);
        });
        return new Outcome(gradient, sums.divergence, sums.loss, sums.zLoss);
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
        Sums sums = new Sums();
        byRows(h_ND, teacher_ND, false, (position, row, teacher) -> {
            LogitRow taught = requireNonNull(teacher);
            int target = targets[position];
            if (target >= 0) {
                sums.came(row, target);
                sums.teacherLoss += taught.crossEntropy(target);
            }
            if (counts[position]) {
                sums.divergence += taught.divergence(row);
                sums.agreements += taught.top() == row.top() ? 1 : 0;
            }
            return Weights.NONE;
        });
        return new Comparison(sums.divergence, sums.agreements, sums.loss, sums.zLoss, sums.teacherLoss);
    }

    private static final class Sums {
        double divergence;
        long agreements;
        double loss;
        double zLoss;
        double teacherLoss;

        void came(LogitRow row, int token) {
            loss += row.crossEntropy(token);
            zLoss += row.logSum() * row.logSum();
        }
    }

    /** The losses at one position. */
    @FunctionalInterface
    private interface Position {
        /**
         * Adds them up.
         *
         * @param row the student's logits, {@code teacher} the teacher's
         * @return what the gradient by the logits is made of
         */
        Weights of(int position, LogitRow row, @Nullable LogitRow teacher);
    }

    /** The gradient by a position's logits: softmax·{@code softmax} - p·{@code teacher} - onehot(token)·{@code token}. */
    private record Weights(double softmax, double teacher, int target, double token) {
        static final Weights NONE = new Weights(0, 0, -1, 0);
    }

    /**
     * Goes through all positions.
     *
     * @return the gradient by h, null when none was asked for
     */
    private @Nullable Tensor byRows(Tensor h_ND, @Nullable Tensor teacher_ND, boolean gradients, Position losses) {
        int positions = (int) h_ND.size(0);
        try (NoGradGuard none = new NoGradGuard()) {
            Tensor gradient = gradients ? torch.empty_like(h_ND) : null;
            for (int from = 0; from < positions; from += ROWS) {
                int rows = Math.min(ROWS, positions - from);
                try (PointerScope scope = new PointerScope()) {
                    Tensor h = h_ND.narrow(0, from, rows);
                    // one product for both: a weight of this size costs most to read
                    Tensor all =
                            teacher_ND == null ? h : torch.cat(Tensors.vector(h, teacher_ND.narrow(0, from, rows)), 0);
                    List<Tensor> logits = weight.up(all);
                    byPosition(from, rows, Logits.of(logits), teacher_ND != null, gradients, losses);
                    if (gradient != null) {
                        List<Tensor> byLogits = logits.stream()
                                .map(part -> part.narrow(0, 0, rows))
                                .toList();
                        gradient.narrow(0, from, rows).copy_(weight.down(byLogits, h));
                    }
                }
            }
            return gradient;
        }
    }

    /**
     * Positions {@code from} and on; logits become the gradient by them where one is asked for.
     *
     * @param logits of {@code rows} positions, and where there's a teacher of as many of its own
     */
    private static void byPosition(
            int from, int rows, Logits logits, boolean taught, boolean gradients, Position losses) {
        LogitRow row = new LogitRow(logits.vocabulary());
        LogitRow teacher = taught ? new LogitRow(logits.vocabulary()) : null;
        for (int i = 0; i < rows; i++) {
            row.read(logits, i);
            if (teacher != null) {
                teacher.read(logits, rows + i);
            }
            Weights by = losses.of(from + i, row, teacher);
            if (gradients) {
                row.writeGradient(by.softmax, teacher, by.teacher, by.target, by.token, logits, i);
            }
        }
    }

    @Override
    public void close() {
        weight.close();
    }
}
