package org.foretoken.torch;

import static java.util.Objects.requireNonNull;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jspecify.annotations.Nullable;

/** A weight that stays as it is, packed for products with it, and where asked once more for the way back, which multiplies by its transpose. */
public final class PackedProduct implements AutoCloseable {
    private final Linear up;
    private final boolean ownsUp;
    private final @Nullable Linear down;
    private final ScalarType dtype;

    private PackedProduct(Kernel kernel, Linear up, boolean ownsUp, @Nullable Tensor weight) {
        this.up = up;
        this.ownsUp = ownsUp;
        this.down = weight == null ? null : Linear.pack(kernel, weight.t(), null);
        this.dtype = kernel.dtype();
    }

    /**
     * Both ways.
     *
     * @param weight [out, in], any float dtype; not needed afterwards unless the kernel uses it as it is
     * @param bias [out] or null
     */
    public PackedProduct(Kernel kernel, Tensor weight, @Nullable Tensor bias) {
        this(kernel, Linear.pack(kernel, weight, bias), true, weight);
    }

    /**
     * Of a form that is there already, and stays its owner's.
     *
     * @param weight [out, in], what {@code up} was packed from, for the way back; null for none
     */
    public PackedProduct(Kernel kernel, Linear up, @Nullable Tensor weight) {
        this(kernel, up, false, weight);
    }

    /** x·Wᵀ + b, outside of any graph: [rows, in] of any float dtype → [rows, out], float32. */
    public Tensor up(Tensor x) {
        return apply(up, x.detach());
    }

    /** The gradient by x, of that by {@link #up}'s result: [rows, out] of any float dtype → [rows, in], float32. */
    public Tensor down(Tensor gradient) {
        return apply(requireNonNull(down, "packed for the way up alone"), gradient);
    }

    private Tensor apply(Linear linear, Tensor x) {
        return linear.apply(x.to(dtype).contiguous()).to(ScalarType.Float);
    }

    @Override
    public void close() {
        if (ownsUp) {
            up.close();
        }
        if (down != null) {
            down.close();
        }
    }
}
