package org.foretoken.calibrate;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.foretoken.torch.Tensors;

/** What calibration keeps of one input of maps: C = Σ x̃x̃ᵀ over the tokens, x̃ = [x, 1], in float64. Its last row is Σ x and the count. */
final class InputSums implements AutoCloseable {
    private final long width;
    private final Tensor rows_TX; // x̃ of the window under way, [window, width + 1]
    private final Tensor gram_XX;
    private long tokens;

    InputSums(long width, int window) {
        this.width = width;
        try (PointerScope scope = new PointerScope()) {
            rows_TX = Tensors.keep(Tensors.empty(ScalarType.Double, window, width + 1));
            rows_TX.fill_(new Scalar(1.0));
            gram_XX = Tensors.keep(Tensors.empty(ScalarType.Double, width + 1, width + 1));
            gram_XX.zero_();
        }
    }

    long width() {
        return width;
    }

    long tokens() {
        return tokens;
    }

    /** Takes rows of the window under way, [T, width] of any float dtype. */
    void set(int start, Tensor x_TD) {
        rows_TX.narrow(0, start, x_TD.size(0)).narrow(1, 0, width).copy_(x_TD);
    }

    /** x̃ᵀ of the window's first rows, [width + 1, T]. */
    Tensor transposed(int rows) {
        return rows_TX.narrow(0, 0, rows).t();
    }

    /** Adds the window's first rows to the sums. */
    void add(int rows) {
        gram_XX.addmm_(transposed(rows), rows_TX.narrow(0, 0, rows));
        tokens += rows;
    }

    /** C, [width + 1, width + 1]. */
    Tensor gram() {
        return gram_XX;
    }

    /** Mean of x, [width]. */
    Tensor mean() {
        return gram_XX.select(0, width).narrow(0, 0, width).div(new Scalar((double) tokens));
    }

    /** Σ (x - mean)(x - mean)ᵀ, [width, width]. */
    Tensor centred() {
        Tensor sum = gram_XX.select(0, width).narrow(0, 0, width);
        return gram_XX.narrow(0, 0, width).narrow(1, 0, width).sub(sum.outer(mean()));
    }

    /** Mean over the diagonal of {@link #centred}: what a relative penalty refers to. */
    double meanSquare() {
        try (PointerScope scope = new PointerScope()) {
            return centred().diagonal().mean().item_double();
        }
    }

    @Override
    public void close() {
        rows_TX.close();
        gram_XX.close();
    }
}
