package org.foretoken.torch;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jspecify.annotations.Nullable;

/** A product in float32 by {@link Sgemm}. */
final class CblasLinear implements Linear {
    private final Tensor weight;
    private final @Nullable Tensor bias;
    private final Sgemm.Matrix transposed; // [in, out]
    private final int out;
    private final int in;

    CblasLinear(Tensor weight, @Nullable Tensor bias) {
        this.weight = Tensors.keep(weight);
        this.bias = bias == null ? null : Tensors.keep(bias);
        this.out = Math.toIntExact(weight.size(0));
        this.in = Math.toIntExact(weight.size(1));
        this.transposed = Sgemm.Matrix.of(this.weight, in).transpose();
    }

    @Override
    public Tensor apply(Tensor x) {
        int rows = Math.toIntExact(x.size(0));
        Tensor y = Tensors.empty(ScalarType.Float, rows, out);
        if (bias != null) {
            y.copy_(bias); // an expanded bias of one row would be the bias itself, and be added to
        }
        Sgemm.multiply(
                rows, out, in, 1, Sgemm.Matrix.of(x, in), transposed, bias == null ? 0 : 1, Sgemm.Matrix.of(y, out));
        return y;
    }

    @Override
    public long bytes() {
        return weight.nbytes();
    }

    @Override
    public void close() {
        weight.close();
        if (bias != null) {
            bias.close();
        }
    }
}
