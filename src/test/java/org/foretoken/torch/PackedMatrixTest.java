package org.foretoken.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PackedMatrixTest {
    private static final WorkerTeam TEAM = new WorkerTeam(2);
    private final Random random = new Random(7);
    private final PointerScope scope = new PointerScope();

    @AfterEach
    void closeScope() {
        scope.close();
    }

    @AfterAll
    static void closeTeam() {
        TEAM.close();
    }

    @ParameterizedTest
    @CsvSource({
        // out, in, source, packed
        "1, 1, Float, Float",
        "600, 5, Float, Float",
        "600, 5, Float, BFloat16",
        "1, 1, BFloat16, BFloat16",
        "16, 64, Float, Float",
        "33, 7, Float, Float",
        "70, 129, Float, Float",
        "70, 129, Half, Float",
        "70, 129, BFloat16, Float",
        "33, 7, BFloat16, BFloat16",
        "70, 129, BFloat16, BFloat16",
        "70, 129, Float, BFloat16",
        "47, 66, Half, BFloat16",
        "960, 576, BFloat16, BFloat16",
        "576, 1536, Float, Float",
    })
    void multipliesLikePlainLoops(int out, int in, ScalarType source, ScalarType packed) {
        Tensor weight = torch.randn(out, in).to(source);
        Tensor bias = torch.randn(out).to(source);
        double[] w = doubles(weight.to(packed));
        double[] b = doubles(bias);
        float[] x = floats(in);
        float[] y = floats(out);
        float[] before = y.clone();
        try (PackedMatrix plain = PackedMatrix.pack(List.of(weight), List.of(), packed);
                PackedMatrix biased = PackedMatrix.pack(List.of(weight), List.of(bias), packed)) {
            assertThat(plain.out()).isEqualTo(out);
            assertThat(plain.in()).isEqualTo(in);
            biased.multiplyAdd(TEAM, x, y);
            assertProduct(w, x, y, i -> b[i] + before[i]);
            biased.multiply(TEAM, x, y);
            assertProduct(w, x, y, i -> b[i]);
            plain.multiply(TEAM, x, y);
            assertProduct(w, x, y, i -> 0);
        }
    }

    @Test
    void stacksWeightsAndBiases() {
        Tensor top = torch.randn(5, 6);
        Tensor bottom = torch.randn(30, 6);
        Tensor topBias = torch.randn(5);
        Tensor bottomBias = torch.randn(30);
        float[] x = floats(6);
        float[] y = new float[35];
        try (PackedMatrix both =
                PackedMatrix.pack(List.of(top, bottom), List.of(topBias, bottomBias), ScalarType.Float)) {
            both.multiply(TEAM, x, y);
        }
        double[] b = doubles(topBias);
        assertProduct(doubles(top), x, Arrays.copyOf(y, 5), i -> b[i]);
        double[] c = doubles(bottomBias);
        assertProduct(doubles(bottom), x, Arrays.copyOfRange(y, 5, 35), i -> c[i]);
    }

    @Test
    void takesWeightsOfAnyStrides() {
        Tensor turned = torch.randn(37, 70).t();
        float[] x = floats(37);
        float[] y = new float[70];
        try (PackedMatrix matrix = PackedMatrix.pack(List.of(turned), List.of(), ScalarType.Float)) {
            matrix.multiply(TEAM, x, y);
        }
        assertProduct(doubles(turned), x, y, i -> 0);
    }

    @Test
    void whatIsBfloat16StaysSoAndGivesTheBitsOfFloats() {
        Tensor weight = torch.randn(70, 129).to(ScalarType.BFloat16);
        float[] x = floats(129);
        float[] narrow = new float[70];
        float[] wide = new float[70];
        try (PackedMatrix kept = PackedMatrix.pack(List.of(weight), List.of(), ScalarType.Float);
                PackedMatrix widened =
                        PackedMatrix.pack(List.of(weight.to(ScalarType.Float)), List.of(), ScalarType.Float)) {
            assertThat(kept.dtype()).isEqualTo(ScalarType.BFloat16);
            assertThat(widened.dtype()).isEqualTo(ScalarType.Float);
            assertThat(kept.bytes() * 129).isEqualTo(widened.bytes() * 65);
            kept.multiply(TEAM, x, narrow);
            widened.multiply(TEAM, x, wide);
        }
        assertThat(narrow).isEqualTo(wide);
    }

    @ParameterizedTest
    @CsvSource({
        // out, in, columns of a group
        "1, 4, 4",
        "64, 64, 32",
        "33, 48, 16",
        "70, 96, 32",
        "960, 576, 32",
        "47, 256, 16",
    })
    void codesGiveTheBitsOfTheirFloats(int out, int in, int group) {
        Tensor codes = torch.randint(-128, 128, new long[] {out, in}).to(ScalarType.Char);
        Tensor scales = torch.randn(out, in / group);
        Tensor offsets = torch.randn(out, in / group);
        Tensor floats = codes.to(ScalarType.Float)
                .view(out, in / group, group)
                .mul(scales.unsqueeze(2))
                .add(offsets.unsqueeze(2))
                .view(out, in);
        Tensor bias = torch.randn(out);
        float[] x = floats(in);
        float[] y = floats(out);
        float[] expected = y.clone();
        try (PackedMatrix kept = PackedMatrix.packCodes(codes, scales, offsets, List.of(bias));
                PackedMatrix widened = PackedMatrix.pack(List.of(floats), List.of(bias), ScalarType.Float)) {
            assertThat(kept.dtype()).isEqualTo(ScalarType.Char);
            assertThat(kept.bytes() * 4 * group).isEqualTo(widened.bytes() * (group + 8));
            kept.multiplyAdd(TEAM, x, y);
            widened.multiplyAdd(TEAM, x, expected);
            assertThat(y).isEqualTo(expected);
            kept.multiply(TEAM, x, y);
            widened.multiply(TEAM, x, expected);
            assertThat(y).isEqualTo(expected);
            assertProduct(doubles(floats), x, y, i -> doubles(bias)[i]);
        }
    }

    @Test
    void leavesWhatIsBeyondTheVectorsAlone() {
        try (PackedMatrix matrix = PackedMatrix.pack(List.of(torch.randn(5, 3)), List.of(), ScalarType.BFloat16)) {
            float[] x = {1, 2, 3, Float.NaN};
            float[] y = {0, 0, 0, 0, 0, 42};
            matrix.multiply(TEAM, x, y);
            assertThat(y[5]).isEqualTo(42);
            for (int i = 0; i < 5; i++) {
                assertThat(y[i]).isFinite();
            }
        }
    }

    @Test
    void givesTheSameBitsWithAnyNumberOfThreads() {
        try (WorkerTeam one = new WorkerTeam(1);
                WorkerTeam three = new WorkerTeam(3);
                PackedMatrix matrix =
                        PackedMatrix.pack(List.of(torch.randn(999, 333)), List.of(), ScalarType.BFloat16)) {
            float[] x = floats(333);
            float[] alone = new float[999];
            float[] shared = new float[999];
            matrix.multiply(one, x, alone);
            for (int i = 0; i < 100; i++) {
                matrix.multiply(three, x, shared);
                assertThat(shared).isEqualTo(alone);
            }
        }
    }

    @Test
    void knowsItsSize() {
        try (PackedMatrix matrix = PackedMatrix.pack(List.of(torch.randn(64, 9)), List.of(), ScalarType.BFloat16)) {
            assertThat(matrix.bytes()).isEqualTo(64 * 10 * 2);
        }
    }

    @Test
    void refusesWhatDoesNotFit() {
        try (PackedMatrix matrix = PackedMatrix.pack(List.of(torch.randn(8, 4)), List.of(), ScalarType.Float)) {
            assertThatThrownBy(() -> matrix.multiply(TEAM, new float[3], new float[8]))
                    .hasMessage("Vectors of 3 and 8 for a matrix [8, 4]");
            assertThatThrownBy(() -> PackedMatrix.pack(
                            List.of(torch.randn(8, 4), torch.randn(8, 5)), List.of(), ScalarType.Float))
                    .hasMessage("Stacked weights of different widths");
            assertThatThrownBy(() -> PackedMatrix.pack(
                            List.of(torch.randn(8, 4), torch.randn(8, 4)), List.of(torch.randn(8)), ScalarType.Float))
                    .hasMessage("Biases for 8 of 16 rows");
            assertThatThrownBy(() -> PackedMatrix.pack(List.of(torch.randn(8, 4)), List.of(), ScalarType.Half))
                    .hasMessage("Weights packed as Half");
            Tensor codes = torch.zeros(new long[] {8, 24}, new TensorOptions(ScalarType.Char));
            for (int groups : new int[] {1, 4}) { // of 24 codes for other offsets, and of 6
                assertThatThrownBy(() ->
                                PackedMatrix.packCodes(codes, torch.randn(8, groups), torch.randn(8, 4), List.of()))
                        .hasMessage("Groups that don't fit the codes");
            }
        }
    }

    @Test
    void refusesWhatWasClosed() {
        PackedMatrix matrix = PackedMatrix.pack(List.of(torch.randn(8, 4)), List.of(), ScalarType.Float);
        matrix.close();
        assertThatThrownBy(() -> matrix.multiply(TEAM, new float[4], new float[8]))
                .isInstanceOf(IllegalStateException.class);
        matrix.close(); // once is enough
    }

    private interface Base {
        double of(int row);
    }

    /** y = W x + base, to 1e-6 of the sum of the absolute terms. */
    private static void assertProduct(double[] w, float[] x, float[] y, Base base) {
        int in = x.length;
        for (int r = 0; r < y.length; r++) {
            double sum = base.of(r);
            double terms = Math.abs(sum);
            for (int k = 0; k < in; k++) {
                sum += w[r * in + k] * x[k];
                terms += Math.abs(w[r * in + k] * x[k]);
            }
            assertThat((double) y[r]).as("row %d", r).isCloseTo(sum, within(1e-6 * terms));
        }
    }

    private float[] floats(int n) {
        float[] floats = new float[n];
        for (int i = 0; i < n; i++) {
            floats[i] = (float) random.nextGaussian();
        }
        return floats;
    }

    /** Read through libtorch's own conversion. */
    private static double[] doubles(Tensor tensor) {
        double[] doubles = new double[(int) tensor.numel()];
        tensor.to(ScalarType.Double).contiguous().data_ptr_double().get(doubles);
        return doubles;
    }
}
