package org.foretoken.calibrate;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.T_TensorTensor_T;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.foretoken.torch.Tensors;

/**
 * Ridge regression from one input, X and Y centred, bias free: W = (XᵀX + a·I)⁻¹XᵀY and b = mean(y) - mean(x)·W, by Cholesky in float64. The factor is
 * shared by all maps from that input.
 */
final class Ridge implements AutoCloseable {
    /** A smallest pivot below this share of the largest says that nothing but rounding is left in it. */
    private static final double SMALLEST_PIVOT = 1e-13;

    private static final double FIRST_JITTER = 1e-10;
    private static final double LAST_JITTER = 1;

    private final InputSums input;
    private final Tensor lower; // Cholesky factor [width, width]; undefined where the input never changes
    private final double jitter;

    private Ridge(InputSums input, Tensor lower, double jitter) {
        this.input = input;
        this.lower = lower;
        this.jitter = jitter;
    }

    /**
     * Factors an input's sums. Where they aren't positive definite (fewer tokens than numbers, or numbers that depend on one another, and no or too
     * small a penalty) ever more is added to the diagonal, so that every result is finite. Where even that doesn't help, none is.
     *
     * @param penalty a, in units of XᵀX
     */
    static Ridge of(InputSums input, double penalty) {
        try (PointerScope scope = new PointerScope()) {
            Tensor centred = input.centred();
            double mean = centred.diagonal().mean().item_double();
            double magnitude = input.gram().diagonal().mean().item_double();
            // an input that never changes: what is left of it is rounding. No number is no such mean
            if (mean <= 1e-12 * magnitude) {
                return new Ridge(input, Tensors.keep(new Tensor()), 0);
            }
            for (double jitter = 0; jitter <= LAST_JITTER; jitter = Math.max(FIRST_JITTER, jitter * 10)) {
                Tensor penalised = centred.clone();
                penalised.diagonal().add_(new Scalar(penalty + jitter * mean));
                T_TensorTensor_T factored = torch.linalg_cholesky_ex(penalised, false, false);
                Tensor pivots = factored.get0().diagonal().square();
                boolean definite = factored.get1().item_double() == 0
                        && pivots.min().item_double()
                                > SMALLEST_PIVOT * pivots.max().item_double();
                if (definite) {
                    return new Ridge(input, Tensors.keep(factored.get0()), jitter);
                }
            }
            // no sums of any input: out of a damaged file, say
            return new Ridge(input, Tensors.keep(centred.mul(new Scalar(Double.NaN))), 0);
        }
    }

    /** What had to be added to the diagonal beyond the penalty, as a share of its mean; 0 where nothing. */
    double jitter() {
        return jitter;
    }

    /** Bytes that the factor takes. */
    long bytes() {
        return lower.defined() ? lower.nbytes() : 0;
    }

    /** The maps W̃ = [W; b] of links from this input, [width + 1, output width], float64. */
    Tensor solve(LinkSums link) {
        Tensor cross = link.centred();
        Tensor weight = lower.defined() ? torch.cholesky_solve(cross, lower, false) : torch.zeros_like(cross);
        Tensor bias = link.mean().sub(input.mean().unsqueeze(0).matmul(weight).squeeze(0));
        return torch.cat(Tensors.vector(weight, bias.unsqueeze(0)), 0);
    }

    @Override
    public void close() {
        lower.close();
    }
}
