package org.foretoken.train;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.foretoken.model.Rope;
import org.foretoken.torch.Tensors;

/** RoPE of positions 0, 1, …, half-split, out of operators that libtorch can differentiate. */
final class Rotation implements AutoCloseable {
    private final Tensor cos; // [T, 1, headDim / 2], float32
    private final Tensor sin;

    Rotation(Rope rope, int headDim, int positions) {
        int half = headDim / 2;
        try (PointerScope scope = new PointerScope()) {
            cos = Tensors.keep(Tensors.of(rope.table(headDim, positions, Math::cos), positions, 1, half));
            sin = Tensors.keep(Tensors.of(rope.table(headDim, positions, Math::sin), positions, 1, half));
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

    @Override
    public void close() {
        cos.close();
        sin.close();
    }
}
