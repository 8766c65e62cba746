package org.foretoken.train;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.foretoken.model.Rope;
import org.foretoken.model.VectorMath;
import org.foretoken.torch.FloatMemory;
import org.foretoken.torch.Tensors;

/** RoPE of positions 0, 1, …, half-split: out of operators that libtorch can differentiate, or in place, forth and back, outside of any graph. */
final class Rotation implements AutoCloseable {
    private final int half; // headDim / 2
    private final float[] cosines; // [T, half]
    private final float[] sines;
    private final Tensor cos; // [T, 1, half], float32
    private final Tensor sin;

    Rotation(Rope rope, int headDim, int positions) {
        half = headDim / 2;
        cosines = rope.table(headDim, positions, Math::cos);
        sines = rope.table(headDim, positions, Math::sin);
        try (PointerScope scope = new PointerScope()) {
            cos = Tensors.keep(Tensors.of(cosines, positions, 1, half));
            sin = Tensors.keep(Tensors.of(sines, positions, 1, half));
        }
    }

    /** Turns heads at all positions, [B, T, heads, headDim] float32; a new tensor. */
    Tensor turn(Tensor x_BTHd) {
        TensorVector halves = x_BTHd.chunk(2, 3);
        Tensor first = halves.get(0);
        Tensor second = halves.get(1);
        return torch.cat(
                Tensors.vector(
                        first.mul(cos).sub(second.mul(sin)), second.mul(cos).add(first.mul(sin))),
                3);
    }

    /** Turns heads where they are: [B, T, heads, headDim], float32 and contiguous. */
    void turnInPlace(Tensor x_BTHd) {
        turnInPlace(x_BTHd, 1);
    }

    /** Undoes {@link #turnInPlace}; of a gradient by what came out it makes that by what went in. */
    void turnBackInPlace(Tensor x_BTHd) {
        turnInPlace(x_BTHd, -1);
    }

    private void turnInPlace(Tensor x_BTHd, float sign) {
        FloatMemory memory = FloatMemory.of(x_BTHd);
        int positions = (int) x_BTHd.size(1);
        float[] heads = new float[(int) x_BTHd.size(2) * 2 * half];
        long rows = x_BTHd.size(0) * positions;
        for (long row = 0; row < rows; row++) {
            memory.read(row * heads.length, heads, heads.length);
            int angle = (int) (row % positions) * half;
            for (int head = 0; head < heads.length; head += 2 * half) {
                VectorMath.turn(heads, head, half, cosines, sines, angle, sign);
            }
            memory.write(row * heads.length, heads, 0, heads.length);
        }
    }

    @Override
    public void close() {
        cos.close();
        sin.close();
    }
}
