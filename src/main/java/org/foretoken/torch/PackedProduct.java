package org.foretoken.torch;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jspecify.annotations.Nullable;

/** A weight that stays as it is, packed once for products with it and once for the way back, which multiplies by its transpose. */
public final class PackedProduct implements AutoCloseable {
    private final Linear up;
    private final Linear down;
    private final ScalarType dtype;

    /**
     * @param weight [out, in], any float dtype; not needed afterwards unless the kernel uses it as it is
     * @param bias [out] or null
     */
    public PackedProduct(Kernel kernel, Tensor weight, @Nullable Tensor bias) {
        this.up = Linear.pack(kernel, weight, bias);
        this.down = Linear.pack(kernel, weight.t(), null);
        this.dtype = kernel.dtype();
    }

    /** x·Wᵀ + b, outside of any graph: [rows, in] of any float dtype → [rows, out], float32. */
    public Tensor up(Tensor x) {
        return apply(up, x.detach());
    }

    /** The gradient by x, of that by {@link #up}'s result: [rows, out] of any float dtype → [rows, in], float32. */
    public Tensor down(Tensor gradient) {
        return apply(down, gradient);
    }

    private Tensor apply(Linear linear, Tensor x) {
        return linear.apply(x.to(dtype).contiguous()).to(ScalarType.Float);
    }

    @Override
    public void close() {
        up.close();
        down.close();
    }
}
