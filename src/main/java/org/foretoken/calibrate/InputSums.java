package org.foretoken.calibrate;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.foretoken.torch.Tensors;

/**
 * What calibration keeps of one input of maps, in float64: C = Σ x̃x̃ᵀ and D = Σ x̃yᵀ over the tokens, x̃ = [x, 1] and y all that the input may have to
 * make. Their last rows are Σ x, the count, and Σ y.
 */
final class InputSums implements AutoCloseable {
    private final long width;
    private final Outputs outputs;
    private final Tensor rows_TX; // x̃ of the window under way, [window, width + 1]
    private final Tensor gram_XX;
    private final Tensor cross_XO;
    private long tokens;

    InputSums(long width, Outputs outputs, int window) {
        this.width = width;
        this.outputs = outputs;
        try (PointerScope scope = new PointerScope()) {
            rows_TX = Tensors.keep(Tensors.empty(ScalarType.Double, window, width + 1));
            rows_TX.fill_(new Scalar(1.0));
            gram_XX = Tensors.keep(Tensors.empty(ScalarType.Double, width + 1, width + 1));
            gram_XX.zero_();
            cross_XO = Tensors.keep(Tensors.empty(ScalarType.Double, width + 1, outputs.width()));
            cross_XO.zero_();
        }
    }

    /** Sums that were kept in a file; the tensors become this one's. */
    InputSums(Outputs outputs, Tensor gram_XX, Tensor cross_XO, long tokens) {
        this.width = gram_XX.size(0) - 1;
        this.outputs = outputs;
        this.tokens = tokens;
        this.gram_XX = gram_XX;
        this.cross_XO = cross_XO;
        this.rows_TX = Tensors.keep(new Tensor());
    }

    /** Bytes of such sums. */
    static long bytes(long width, long outputWidth) {
        return 8 * (width + 1) * (width + 1 + outputWidth);
    }

    long width() {
        return width;
    }

    long tokens() {
        return tokens;
    }

    Outputs outputs() {
        return outputs;
    }

    /** Takes rows of the window under way, [T, width] of any float dtype. */
    void set(int start, Tensor x_TD) {
        rows_TX.narrow(0, start, x_TD.size(0)).narrow(1, 0, width).copy_(x_TD);
    }

    /** Adds the window's first rows to the sums. */
    void add(int rows) {
        Tensor x_TX = rows_TX.narrow(0, 0, rows);
        gram_XX.addmm_(x_TX.t(), x_TX);
        cross_XO.addmm_(x_TX.t(), outputs.rows(rows));
        tokens += rows;
    }

    /** Adds the sums over other tokens. */
    void add(InputSums others) {
        gram_XX.add_(others.gram_XX);
        cross_XO.add_(others.cross_XO);
        tokens += others.tokens;
    }

    /** C, [width + 1, width + 1]. */
    Tensor gram() {
        return gram_XX;
    }

    /** D, [width + 1, O]. */
    Tensor cross() {
        return cross_XO;
    }

    /** Mean of x, [width]. */
    Tensor mean() {
        return gram_XX.select(0, width).narrow(0, 0, width).div(Outputs.count(tokens));
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

    /** The sums of some columns of y. */
    LinkSums columns(Outputs.Columns columns) {
        return new LinkSums(this, columns);
    }

    /** The sums of all columns of y. */
    LinkSums all() {
        return columns(new Outputs.Columns(0, outputs.width()));
    }

    /** Whether no sum overflowed or met a number that isn't one. */
    boolean isFinite() {
        try (PointerScope scope = new PointerScope()) {
            return Double.isFinite(gram_XX.abs().sum().item_double())
                    && Double.isFinite(cross_XO.abs().sum().item_double());
        }
    }

    @Override
    public void close() {
        rows_TX.close();
        gram_XX.close();
        cross_XO.close();
    }
}
