package org.foretoken.train;

import static org.assertj.core.api.Assertions.assertThat;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorArrayRefOptional;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.foretoken.ForetokenException;
import org.foretoken.model.LayerShape;
import org.foretoken.torch.LibTorch;
import org.foretoken.torch.Tensors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What comes out and its gradients, beside libtorch's own attention and way back. */
class FrozenAttentionTest {
    @BeforeAll
    static void start() throws ForetokenException {
        LibTorch.start(2, notice -> {});
    }

    @ParameterizedTest
    @CsvSource({
        "1, 1, 1, 1, false",
        "1, 7, 2, 2, false",
        "2, 63, 3, 1, false",
        "1, 64, 4, 2, false",
        "1, 65, 6, 3, false",
        "2, 200, 6, 2, false",
        "1, 5, 2, 1, true",
        "2, 130, 4, 2, true",
    })
    void isThatOfTheGraph(int rows, int length, int heads, int kvHeads, boolean documents) {
        LayerShape shape = new LayerShape(heads, kvHeads, 24, 8, false);
        try (PointerScope scope = new PointerScope()) {
            torch.manual_seed(length);
            Tensor q = random(rows, length, heads, 24).set_requires_grad(true);
            Tensor k = random(rows, length, kvHeads, 24).set_requires_grad(true);
            Tensor v = random(rows, length, shape.kvDim()).set_requires_grad(true);
            Tensor by = random((long) rows * length, shape.queryDim());
            TensorOptional mask = documents ? documents(rows, length) : new TensorOptional();

            Tensor expected = Layer.attended(shape, q, k, v, mask).view((long) rows * length, shape.queryDim());
            expected.backward(by, new BoolOptional(), false, new TensorArrayRefOptional());
            FrozenAttention attention = new FrozenAttention(shape, q.detach(), k.detach(), v.detach(), mask);
            FrozenAttention.Gradients gradients = attention.back(by);

            same(attention.attended(), expected);
            same(gradients.queries(), q.grad());
            same(gradients.keys(), k.grad());
            same(gradients.values(), v.grad());
        }
    }

    @Test
    void whatIsNoNumberShows() {
        LayerShape shape = new LayerShape(2, 1, 24, 8, false);
        for (float wrong : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
            try (PointerScope scope = new PointerScope()) {
                Tensor q = torch.ones(1, 90, 2, 24);
                Tensor k = torch.ones(1, 90, 1, 24);
                k.narrow(1, 70, 1).fill_(new Scalar(wrong));
                Tensor v = torch.ones(1, 90, 24);
                FrozenAttention attention = new FrozenAttention(shape, q, k, v, new TensorOptional());
                FrozenAttention.Gradients gradients = attention.back(torch.ones(90, 48));

                float[] attended = Tensors.floats(attention.attended());
                for (int i = 0; i < attended.length; i++) {
                    assertThat(Float.isNaN(attended[i])).isEqualTo(i / 48 >= 70);
                }
                assertThat(Tensors.floats(gradients.values().sum())).containsExactly(Float.NaN);
                assertThat(Tensors.floats(gradients.keys().sum())).containsExactly(Float.NaN);
            }
        }
    }

    /** Documents that end every third token in one row, every fifth in the next. */
    private static TensorOptional documents(int rows, int length) {
        int[] documents = new int[rows * length];
        for (int i = 0; i < documents.length; i++) {
            documents[i] = i % length / (3 + 2 * (i / length));
        }
        return new Batch(rows, length, documents, documents, documents, 0).mask();
    }

    private static Tensor random(long... shape) {
        return torch.randn(shape).mul_(new Scalar(1.5));
    }

    private static void same(Tensor actual, Tensor expected) {
        assertThat(actual.numel()).isEqualTo(expected.numel());
        assertThat(Tensors.floats(actual))
                .usingComparatorWithPrecision(2e-5f)
                .containsExactly(Tensors.floats(expected));
    }
}
