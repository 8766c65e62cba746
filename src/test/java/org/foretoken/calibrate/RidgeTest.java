package org.foretoken.calibrate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.foretoken.ForetokenException;
import org.foretoken.calibrate.Outputs.Part;
import org.foretoken.torch.LibTorch;
import org.foretoken.torch.Tensors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The fit from sums, against libtorch's solvers on the data itself, in float64. */
class RidgeTest {
    private static final int WINDOW = 64;

    @BeforeAll
    static void start() throws ForetokenException {
        LibTorch.start(2, notice -> {});
    }

    /** Sums of X [T, in] and Y [T, out], gathered in windows, the last one shorter. */
    private static final class Sums implements AutoCloseable {
        final InputSums input;
        final Outputs output;
        final LinkSums link;

        Sums(Tensor x, Tensor y) {
            output = new Outputs(List.of(Part.KEYS), List.of(y.size(1)), List.of(0), WINDOW);
            input = new InputSums(x.size(1), output, WINDOW);
            link = input.all();
            for (long from = 0; from < x.size(0); from += WINDOW) {
                int rows = (int) Math.min(WINDOW, x.size(0) - from);
                int half = rows / 2;
                // in two chunks, as a decoder hands them over
                set(x.narrow(0, from, half), y.narrow(0, from, half), 0);
                set(x.narrow(0, from + half, rows - half), y.narrow(0, from + half, rows - half), half);
                input.add(rows);
                output.add(rows);
            }
        }

        private void set(Tensor x, Tensor y, int start) {
            input.set(start, x);
            output.set(0, start, y, y);
        }

        @Override
        public void close() {
            output.close();
            input.close();
        }
    }

    private static Tensor random(long rows, long columns) {
        return torch.randn(new long[] {rows, columns}, new TensorOptions(ScalarType.Double));
    }

    /** Correlated, far from centred, of different scales. */
    private static Tensor inputs(long rows, long width) {
        torch.manual_seed(rows + width);
        Tensor scales = random(1, width).exp();
        return random(rows, width)
                .matmul(random(width, width))
                .mul(scales)
                .add(random(1, width).mul(new Scalar(20.0)));
    }

    private static Tensor outputs(Tensor x, long width) {
        return x.matmul(random(x.size(1), width))
                .add(random(x.size(0), width).mul(new Scalar(3.0)))
                .add(random(1, width).mul(new Scalar(5.0)));
    }

    private static double relative(Tensor found, Tensor expected) {
        return found.sub(expected).norm().item_double() / expected.norm().item_double();
    }

    private static Tensor mean(Tensor x) {
        return x.sum(0).div(new Scalar((double) x.size(0))).unsqueeze(0);
    }

    private static Tensor predicted(Tensor x, Tensor map) {
        long in = x.size(1);
        return x.matmul(map.narrow(0, 0, in)).add(map.select(0, in));
    }

    @ParameterizedTest
    @ValueSource(doubles = {1e-3, 0.1, 10})
    void solvesTheCentredNormalEquations(double lambda) {
        try (PointerScope scope = new PointerScope()) {
            Tensor x = inputs(500, 48);
            Tensor y = outputs(x, 20);
            Tensor xc = x.sub(mean(x));
            Tensor yc = y.sub(mean(y));
            try (Sums sums = new Sums(x, y);
                    Ridge ridge = Ridge.of(sums.input, lambda * 500)) {
                Tensor normal = xc.t()
                        .matmul(xc)
                        .div(new Scalar(500.0))
                        .add(torch.eye(48, new TensorOptions(ScalarType.Double)).mul(new Scalar(lambda)));
                Tensor weight = torch.linalg_solve(normal, xc.t().matmul(yc).div(new Scalar(500.0)));
                Tensor bias = mean(y).sub(mean(x).matmul(weight)).squeeze(0);
                Tensor map = ridge.solve(sums.link);
                assertThat(relative(map.narrow(0, 0, 48), weight)).isLessThan(1e-9);
                assertThat(relative(map.select(0, 48), bias)).isLessThan(1e-9);
                assertThat(ridge.jitter()).isZero();
                assertThat(sums.input.meanSquare())
                        .isCloseTo(
                                xc.square().sum().item_double() / 48,
                                org.assertj.core.data.Percentage.withPercentage(1e-8));

                double error = y.sub(predicted(x, map)).norm().item_double()
                        / yc.norm().item_double();
                assertThat(sums.link.relativeError(map, sums.link.mean()) / error)
                        .isBetween(1 - 1e-8, 1 + 1e-8);
            }
        }
    }

    @Test
    void withoutPenaltyItIsLeastSquaresWithABias() {
        try (PointerScope scope = new PointerScope()) {
            Tensor x = inputs(300, 30);
            Tensor y = outputs(x, 7);
            try (Sums sums = new Sums(x, y);
                    Ridge ridge = Ridge.of(sums.input, 0)) {
                Tensor ones = torch.ones(new long[] {300, 1}, new TensorOptions(ScalarType.Double));
                Tensor expected = torch.linalg_lstsq(torch.cat(Tensors.vector(x, ones), 1), y)
                        .get0();
                assertThat(relative(ridge.solve(sums.link), expected)).isLessThan(1e-8);
            }
        }
    }

    @Test
    void pricesAnyMapAgainstAnyCentre() {
        try (PointerScope scope = new PointerScope()) {
            Tensor x = inputs(200, 10);
            Tensor y = outputs(x, 6);
            Tensor map = random(11, 6);
            Tensor centre = random(1, 6);
            try (Sums sums = new Sums(x, y)) {
                double expected = y.sub(predicted(x, map)).norm().item_double()
                        / y.sub(centre).norm().item_double();
                assertThat(sums.link.relativeError(map, centre.squeeze(0)) / expected)
                        .isBetween(1 - 1e-9, 1 + 1e-9);
            }
        }
    }

    private static void assertFiniteAndGood(Tensor x, Tensor y, double lambda, boolean jittered, double atMost) {
        try (Sums sums = new Sums(x, y);
                Ridge ridge = Ridge.of(sums.input, lambda * sums.input.meanSquare())) {
            Tensor map = ridge.solve(sums.link);
            assertThat(Double.isFinite(map.abs().sum().item_double())).isTrue();
            assertThat(sums.link.relativeError(map, sums.link.mean())).isBetween(0.0, atMost);
            assertThat(ridge.jitter() > 0).isEqualTo(jittered);
        }
    }

    @Test
    void fewerTokensThanNumbersStayFinite() {
        try (PointerScope scope = new PointerScope()) {
            Tensor x = inputs(20, 48);
            assertFiniteAndGood(x, outputs(x, 5), 0, true, 1e-2);
            assertFiniteAndGood(x, outputs(x, 5), 0.01, false, 0.5);
        }
    }

    @Test
    void numbersThatDependOnOneAnotherStayFinite() {
        try (PointerScope scope = new PointerScope()) {
            Tensor x = inputs(200, 10);
            Tensor twice = torch.cat(Tensors.vector(x, x.mul(new Scalar(3.0)), torch.ones_like(x)), 1);
            assertFiniteAndGood(twice, outputs(x, 5), 0, true, 1.0);
            assertFiniteAndGood(twice, outputs(x, 5), 0.01, false, 1.0);
        }
    }

    @Test
    void anInputThatNeverChangesGivesTheMean() {
        try (PointerScope scope = new PointerScope()) {
            Tensor y = random(100, 5);
            for (double value : new double[] {0, 0.1, 1e6}) {
                Tensor x = torch.ones(new long[] {100, 8}, new TensorOptions(ScalarType.Double))
                        .mul(new Scalar(value));
                try (Sums sums = new Sums(x, y);
                        Ridge ridge = Ridge.of(sums.input, 0)) {
                    Tensor map = ridge.solve(sums.link);
                    assertThat(map.narrow(0, 0, 8).abs().max().item_double()).isZero();
                    assertThat(relative(map.select(0, 8), mean(y).squeeze(0))).isLessThan(1e-12);
                    assertThat(sums.link.relativeError(map, sums.link.mean())).isBetween(0.999, 1.001);
                }
            }
        }
    }

    @Test
    void oneTokenGivesItself() {
        try (PointerScope scope = new PointerScope()) {
            Tensor x = random(1, 8);
            Tensor y = random(1, 5);
            try (Sums sums = new Sums(x, y);
                    Ridge ridge = Ridge.of(sums.input, 0.01 * sums.input.meanSquare())) {
                Tensor map = ridge.solve(sums.link);
                assertThat(relative(predicted(x, map), y)).isLessThan(1e-12);
                assertThat(ridge.jitter()).isZero();
                assertThat(sums.link.relativeError(map, sums.link.mean())).isZero();
            }
        }
    }

    /** Such as the one token of a text: then there is no spread to compare a miss with. */
    @Test
    void aMissOfWhatNeverChangesIsNoZero() {
        try (PointerScope scope = new PointerScope()) {
            Tensor x = inputs(100, 8);
            for (double value : new double[] {0, 0.1, 1e6}) {
                Tensor y = torch.ones(new long[] {100, 5}, new TensorOptions(ScalarType.Double))
                        .mul(new Scalar(value));
                try (Sums sums = new Sums(x, y);
                        Ridge ridge = Ridge.of(sums.input, 0)) {
                    Tensor centre = sums.link.mean();
                    Tensor map = ridge.solve(sums.link);
                    assertThat(sums.link.relativeError(map, centre)).isZero();
                    Tensor off = map.add(new Scalar(1e-3 * Math.max(value, 1)));
                    assertThat(sums.link.relativeError(off, centre)).isEqualTo(1);
                    // other text, whose mean is another, is a yardstick again
                    assertThat(sums.link.relativeError(off, centre.add(new Scalar(Math.max(value, 1)))))
                            .isPositive()
                            .isNotEqualTo(1);
                }
            }
        }
    }
}
