package org.foretoken.train;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.foretoken.model.VectorMath;
import org.foretoken.torch.FloatMemory;
import org.foretoken.torch.Tensors;

/** silu(gate)·up, forth and back, row by row, like {@link RowNorm}. */
final class RowGate {
    private RowGate() {}

    /** [N, 2·ffnDim], gate first, float32 and contiguous → [N, ffnDim], outside of any graph. */
    static Tensor of(Tensor both) {
        long rows = both.size(0);
        int n = (int) both.size(1) / 2;
        Tensor y = Tensors.empty(ScalarType.Float, rows, n);
        FloatMemory from = FloatMemory.of(both);
        FloatMemory to = FloatMemory.of(y);
        float[] row = new float[2 * n];
        float[] scratch = new float[n];
        for (long i = 0; i < rows; i++) {
            from.read(i * 2 * n, row, 2 * n);
            VectorMath.siluGate(row, n, scratch);
            to.write(i * n, row, 0, n);
        }
        return y;
    }

    /**
     * The way back.
     *
     * @param both what went in; becomes the gradient by it
     * @param gradient [N, ffnDim], by what came out, contiguous
     */
    static void back(Tensor both, Tensor gradient) {
        long rows = both.size(0);
        int n = (int) both.size(1) / 2;
        FloatMemory at = FloatMemory.of(both);
        FloatMemory from = FloatMemory.of(gradient);
        float[] row = new float[2 * n];
        float[] by = new float[n];
        float[] scratch = new float[n];
        for (long i = 0; i < rows; i++) {
            at.read(i * 2 * n, row, 2 * n);
            from.read(i * n, by, n);
            VectorMath.siluGateBack(row, n, by, scratch);
            at.write(i * 2 * n, row, 0, 2 * n);
        }
    }
}
