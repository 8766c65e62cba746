package org.foretoken.train;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.foretoken.model.VectorMath;
import org.foretoken.torch.FloatMemory;

/** A frozen root-mean-square norm, forth and back, row by row: each row stays in a core's cache, where libtorch's way back is six operators. */
final class RowNorm {
    private final float[] weight;
    private final double eps;

    /** @param weight [n], any float dtype, not needed afterwards */
    RowNorm(Tensor weight, double eps) {
        this.weight = FloatMemory.read(weight.contiguous());
        this.eps = eps;
    }

    /** x of any shape, float32 and contiguous, taken as rows of n → a new tensor of that shape, outside of any graph. */
    Tensor of(Tensor x) {
        Tensor y = torch.empty_like(x.detach());
        FloatMemory from = FloatMemory.of(x);
        FloatMemory to = FloatMemory.of(y);
        float[] row = new float[weight.length];
        long entries = x.numel();
        for (long at = 0; at < entries; at += row.length) {
            from.read(at, row, row.length);
            VectorMath.rmsNorm(row, 0, weight, eps, row, 0);
            to.write(at, row, 0, row.length);
        }
        return y;
    }

    /**
     * The way back.
     *
     * @param x what went in
     * @param gradient by what came out, contiguous; becomes that by x
     */
    void back(Tensor x, Tensor gradient) {
        FloatMemory from = FloatMemory.of(x);
        FloatMemory at = FloatMemory.of(gradient);
        float[] row = new float[weight.length];
        float[] by = new float[weight.length];
        long entries = x.numel();
        for (long i = 0; i < entries; i += row.length) {
            from.read(i, row, row.length);
            at.read(i, by, by.length);
            VectorMath.rmsNormBack(row, 0, weight, eps, by, 0);
            at.write(i, by, 0, by.length);
        }
    }
}
