package org.foretoken.calibrate;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.foretoken.torch.Tensors;

/**
 * What calibration keeps of one map, from an input to a base layer's keys or values: D = Σ x̃yᵀ over the tokens, in float64; its last row is Σ y. With
 * C and Σ ‖y‖² it prices any map W̃ = [W; b], fitted here or elsewhere: Σ ‖y - x̃W̃‖² = Σ ‖y‖² - 2⟨W̃, D⟩ + ⟨W̃, CW̃⟩.
 */
final class LinkSums implements AutoCloseable {
    private final InputSums input;
    private final OutputSums output;
    private final Tensor cross_XD; // [input width + 1, output width]

    LinkSums(InputSums input, OutputSums output) {
        this.input = input;
        this.output = output;
        try (PointerScope scope = new PointerScope()) {
            cross_XD = Tensors.keep(Tensors.empty(ScalarType.Double, input.width() + 1, output.width()));
            cross_XD.zero_();
        }
    }

    InputSums input() {
        return input;
    }

    /** Adds the first rows of the window under way to the sum. */
    void add(int rows) {
        cross_XD.addmm_(input.transposed(rows), output.rows(rows));
    }

    /** Mean of y, [output width]. */
    Tensor mean() {
        return cross_XD.select(0, input.width()).div(new Scalar((double) input.tokens()));
    }

    /** Σ (x - mean)(y - mean)ᵀ, [input width, output width]. */
    Tensor centred() {
        Tensor sumOfY = cross_XD.select(0, input.width());
        return cross_XD.narrow(0, 0, input.width()).sub(input.mean().outer(sumOfY));
    }

    /**
     * How far a map is from the truth: ‖ŷ - y‖ / ‖y - centre‖ over all tokens.
     *
     * @param map W̃, [input width + 1, output width], float64
     * @param centre [output width], float64; {@link #mean()} prices against the best constant
     */
    double relativeError(Tensor map, Tensor centre) {
        double residual = output.squares()
                - 2 * map.mul(cross_XD).sum().item_double()
                + map.mul(input.gram().matmul(map)).sum().item_double();
        Tensor sumOfY = cross_XD.select(0, input.width());
        double spread = output.squares()
                - 2 * centre.dot(sumOfY).item_double()
                + input.tokens() * centre.square().sum().item_double();
        // differences of large sums: rounding can leave a hair below zero where there is nothing
        return spread <= 0 ? 0 : Math.sqrt(Math.max(0, residual) / spread);
    }

    /** Whether no sum overflowed or met a number that isn't one. */
    boolean isFinite() {
        return Double.isFinite(output.squares())
                && Double.isFinite(cross_XD.abs().sum().item_double())
                && Double.isFinite(input.gram().abs().sum().item_double());
    }

    @Override
    public void close() {
        cross_XD.close();
    }
}
