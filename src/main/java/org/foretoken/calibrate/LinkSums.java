package org.foretoken.calibrate;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * What calibration knows of one map, from an input to some columns of its outputs. With C, D and Σ y² it prices any map W̃ = [W; b], fitted here or
 * elsewhere: Σ (y - x̃W̃)² = Σ y² - 2 Σ W̃∘D + Σ W̃∘CW̃, column by column. A view; tensors belong to the caller's scope.
 */
record LinkSums(InputSums input, Outputs.Columns columns) {
    /** Share of Σ y² below which a difference of such sums is rounding: a millionth of y, squared. The numbers summed up are float32 at most. */
    private static final double ROUNDING = 1e-12;

    private Tensor cross_XD() {
        return input.cross().narrow(1, columns.from(), columns.width());
    }

    /** Σ y², column by column. */
    Tensor squares() {
        return input.outputs().squares().narrow(0, columns.from(), columns.width());
    }

    private Tensor sum() {
        return cross_XD().select(0, input.width());
    }

    /** Mean of y, [output width]. */
    Tensor mean() {
        return sum().div(Outputs.count(input.tokens()));
    }

    /** Σ (x - mean)(y - mean)ᵀ, [input width, output width]. */
    Tensor centred() {
        return cross_XD().narrow(0, 0, input.width()).sub(input.mean().outer(sum()));
    }

    /**
     * Σ (ŷ - y)² of a map, column by column.
     *
     * @param map W̃, [input width + 1, output width], float64
     */
    Tensor residuals(Tensor map) {
        return squares()
                .sub(map.mul(cross_XD()).sum(0).mul(new Scalar(2)))
                .add(map.mul(input.gram().matmul(map)).sum(0));
    }

    /**
     * Σ (y - centre)², column by column.
     *
     * @param centre [output width], float64
     */
    Tensor spreads(Tensor centre) {
        return squares()
                .sub(centre.mul(sum()).mul(new Scalar(2)))
                .add(centre.square().mul(Outputs.count(input.tokens())));
    }

    /**
     * How far a map is from the truth: ‖ŷ - y‖ / ‖y - centre‖ over all tokens.
     *
     * @param map W̃, [input width + 1, output width], float64
     * @param centre [output width], float64; {@link #mean()} prices against the best constant
     */
    double relativeError(Tensor map, Tensor centre) {
        return relativeError(
                residuals(map).sum().item_double(),
                spreads(centre).sum().item_double(),
                squares().sum().item_double());
    }

    /**
     * ‖ŷ - y‖ / ‖y - centre‖. Where y is nothing but its centre, 0 of a map that finds it and 1, as of one that explains nothing, of any other: no share
     * of nothing says how bad that is, and prices are added up, so that it has to be a number.
     *
     * @param residual Σ (ŷ - y)²
     * @param spread Σ (y - centre)²
     * @param square Σ y²
     */
    static double relativeError(double residual, double spread, double square) {
        // differences of large sums: rounding can leave a hair above or below zero where there is nothing
        double nothing = ROUNDING * square;
        if (spread <= nothing) {
            return residual <= nothing ? 0 : 1;
        }
        return Math.sqrt(Math.max(0, residual) / spread);
    }
}
