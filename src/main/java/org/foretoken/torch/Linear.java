package org.foretoken.torch;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/** A weight matrix, packed once for one kernel, that multiplies the rows of an activation: the one seam between the models and the ways to multiply. */
public interface Linear extends AutoCloseable {
    /**
     * y = x·Wᵀ + b.
     *
     * @param x [rows, in], contiguous, of the kernel's dtype
     * @return [rows, out], of the kernel's dtype
     */
    Tensor apply(Tensor x);

    /** Bytes that the packed form takes. */
    long bytes();

    @Override
    void close();

    /**
     * Packs a weight.
     *
     * @param weight [out, in], any float dtype; not needed afterwards unless the kernel uses it as it is
     * @param bias [out] or null
     */
    static Linear pack(Kernel kernel, Tensor weight, @Nullable Tensor bias) {
        try (PointerScope scope = new PointerScope()) {
            Tensor w = weight.to(kernel.dtype()).contiguous();
            Tensor b = bias == null ? null : bias.to(kernel.dtype()).contiguous();
            return switch (kernel) {
                case BF16 -> new OneDnnLinear(w, b);
                case F32 -> torch.hasMKLDNN() ? new OneDnnLinear(w, b) : new PlainLinear(w, b);
                case F32_PLAIN -> new PlainLinear(w, b);
                case F32_CBLAS -> new CblasLinear(w, b);
            };
        }
    }
}
