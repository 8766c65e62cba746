package org.foretoken.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.foretoken.ForetokenException;
import org.foretoken.torch.Sgemm.Matrix;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class SgemmTest {
    @BeforeAll
    static void start() throws ForetokenException {
        LibTorch.start(2, notice -> {});
    }

    @Test
    void multipliesPartsOfWiderRowsAndTransposes() {
        try (PointerScope scope = new PointerScope()) {
            Tensor a = Tensors.of(new float[] {1, 2, 9, 3, 4, 9, 5, 6, 9}, 3, 3); // [3, 2] beside what isn't meant
            Tensor b = Tensors.of(new float[] {0, 1, 1, 1, 0, 2}, 3, 2); // of which the transpose is meant
            Tensor c = Tensors.of(new float[] {1, 1, 1, 1, 1, 1, 1, 1, 1}, 3, 3);
            Sgemm.multiply(3, 3, 2, 10, Matrix.of(a, 3), Matrix.of(b, 2).transpose(), 5, Matrix.of(c, 3));
            assertThat(Tensors.floats(c)).containsExactly(25, 35, 45, 45, 75, 85, 65, 115, 125);
        }
    }

    @Test
    void whatIsTooSmallIsRefused() {
        try (PointerScope scope = new PointerScope()) {
            Matrix six = Matrix.of(torch.ones(2, 3), 3);
            Matrix result = Matrix.of(torch.zeros(2, 2), 2);
            Sgemm.multiply(2, 2, 3, 1, six, six.transpose(), 0, result);
            assertThatThrownBy(() -> Sgemm.multiply(2, 2, 3, 1, six.from(1), six.transpose(), 0, result))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("no 2 x 3 in 5 entries");
            assertThatThrownBy(() -> Sgemm.multiply(2, 2, 4, 1, six, six.transpose(), 0, result))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> Sgemm.multiply(2, 3, 3, 1, six, Matrix.of(torch.ones(3, 3), 3), 0, result))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> Matrix.of(torch.ones(2).to(ScalarType.BFloat16), 1))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }
}
