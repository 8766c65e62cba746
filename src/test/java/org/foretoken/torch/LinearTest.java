package org.foretoken.torch;

import static org.assertj.core.api.Assertions.assertThat;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.InferenceMode;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.foretoken.ForetokenException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class LinearTest {
    @BeforeAll
    static void start() throws ForetokenException {
        LibTorch.start(2, notice -> {});
    }

    @ParameterizedTest
    @CsvSource({
        "0,0", "1,1", "61,61", "64,64", "67,68", "71,72", "72,72", "113,114", "127,127", "134,135", "268,270",
        "507,507", "509,509"
    })
    void rowsAreFilledUpToANumberWithSmallFactors(long rows, long filledUp) {
        assertThat(OneDnnLinear.wellDivided(rows)).isEqualTo(filledUp);
    }

    @ParameterizedTest
    @CsvSource({
        "129,3072,128",
        "192,3072,192",
        "193,3072,192",
        "128,3072,128",
        "72,3072,72",
        "72,4096,64",
        "191,4096,191",
        "330,3072,320",
        "500,3072,500",
        "200,960,200",
        "40,50000,40",
        "0,3072,0"
    })
    void aLastBlockWithFewRowsIsCutOffWhereBlocksAreDoneWhole(long rows, long outputs, long first) {
        assertThat(OneDnnLinear.firstPart(rows, outputs)).isEqualTo(first);
    }

    @ParameterizedTest
    @CsvSource({"128,3072,128", "129,3072,128", "157,3072,128", "158,3072,158", "140,2048,140", "72,4096,72"})
    void inFloat32ThatIsSoForFewNumbersOfRows(long rows, long outputs, long first) {
        assertThat(OneDnnLinear.firstPartF32(rows, outputs)).isEqualTo(first);
    }

    @ParameterizedTest
    @EnumSource(Kernel.class)
    void everyKernelMultipliesAsFloat64Does(Kernel kernel) throws Exception {
        Kernels.here(kernel);
        double tolerance = kernel == Kernel.BF16 ? 2e-2 : 2e-6;
        for (long[] shape :
                new long[][] {{1, 64, 48}, {7, 33, 50}, {71, 64, 48}, {130, 576, 192}, {70, 32, 4096}, {140, 32, 2112}
                }) {
            for (boolean withBias : new boolean[] {false, true}) {
                try (PointerScope scope = new PointerScope();
                        InferenceMode mode = new InferenceMode(true)) {
                    Tensor x = torch.randn(shape[0], shape[1]).to(kernel.dtype());
                    Tensor w = torch.randn(shape[2], shape[1]).to(kernel.dtype());
                    Tensor b = torch.randn(shape[2]).to(kernel.dtype());
                    Tensor expected = x.to(ScalarType.Double)
                            .matmul(w.to(ScalarType.Double).t());
                    if (withBias) {
                        expected = expected.add(b.to(ScalarType.Double));
                    }
                    try (Linear linear = Linear.pack(kernel, w, withBias ? b : null)) {
                        Tensor y = linear.apply(x);
                        assertThat(y.scalar_type().intern()).isEqualTo(kernel.dtype());
                        double error = y.to(ScalarType.Double)
                                        .sub(expected)
                                        .abs()
                                        .max()
                                        .item_double()
                                / expected.abs().max().item_double();
                        assertThat(error)
                                .as("%s %s bias %s", kernel, shape, withBias)
                                .isLessThan(tolerance);
                        float[] once = Tensors.floats(y);
                        assertThat(Tensors.floats(linear.apply(x)))
                                .as("once more, %s %s bias %s", kernel, shape, withBias)
                                .isEqualTo(once);
                        assertThat(linear.bytes()).isEqualTo(shape[1] * shape[2] * kernel.bytes());
                    }
                }
            }
        }
    }
}
