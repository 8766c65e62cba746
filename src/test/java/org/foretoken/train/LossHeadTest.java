package org.foretoken.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.foretoken.ForetokenException;
import org.foretoken.torch.Kernel;
import org.foretoken.torch.LibTorch;
import org.foretoken.torch.Tensors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A head that stays as it is, in parts of the vocabulary and rows beside the teacher's, against the one in a piece. */
class LossHeadTest {
    private static final int VOCABULARY = 2 * LossHead.PART + 100;
    private static final int POSITIONS = 300;

    @BeforeAll
    static void start() throws ForetokenException {
        LibTorch.start(2, notice -> {});
    }

    @Test
    void saysInPartsWhatItSaysInAPiece() {
        try (PointerScope scope = new PointerScope()) {
            torch.manual_seed(4);
            Tensor weight = torch.randn(VOCABULARY, 8);
            Tensor h = torch.randn(POSITIONS, 8);
            Tensor taught = torch.randn(POSITIONS, 8);
            int[] targets = IntStream.range(0, POSITIONS)
                    .map(i -> i % 5 == 0 ? -1 : i * 97 % VOCABULARY)
                    .toArray();
            try (LossHead parts = LossHead.frozen(weight, Kernel.F32);
                    LossHead piece = LossHead.of(weight, ScalarType.Float)) {
                LossHead.Outcome found = losses(parts, h, taught, targets);
                Tensor expected = losses(piece, h, taught, targets).gradientOrThrow();
                double most =
                        torch.max(found.gradientOrThrow().sub(expected).abs()).item_double();
                assertThat(most).isLessThan(1e-5 * torch.max(expected.abs()).item_double());
                assertThat(found.loss())
                        .isCloseTo(piece.crossEntropy(h, targets, 0, 0).loss(), within(1e-5 * found.loss()));
                assertThat(found.divergence())
                        .isCloseTo(divergence(weight, h, taught), within(1e-5 * found.divergence()));
            }
        }
    }

    private static LossHead.Outcome losses(LossHead head, Tensor h, Tensor taught, int[] targets) {
        return head.losses(h, targets, 0.5, 1e-3, new LossHead.Teacher(taught, i -> i % 3 == 0, 0.25));
    }

    private static double divergence(Tensor weight, Tensor h, Tensor taught) {
        Tensor p = torch.log_softmax(torch.linear(taught, weight), 1);
        Tensor q = torch.log_softmax(torch.linear(h, weight), 1);
        float[] each = Tensors.floats(torch.exp(p).mul(p.sub(q)).sum(1));
        return IntStream.range(0, POSITIONS)
                .filter(i -> i % 3 == 0)
                .mapToDouble(i -> each[i])
                .sum();
    }
}
