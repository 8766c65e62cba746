package org.foretoken.model;

import java.util.function.Supplier;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.foretoken.torch.Kernel;
import org.foretoken.torch.LibTorch;
import org.foretoken.torch.Linear;
import org.foretoken.torch.PackedMatrix;
import org.foretoken.torch.Tensors;
import org.jspecify.annotations.Nullable;

/**
 * What makes logits of the residual stream: the last norm and the output head, in a form for one row and, once it is asked for, in one for many. Decoders
 * may share it. Engine thread only.
 */
public final class Head implements AutoCloseable {
    private final Kernel kernel;
    private final double eps;
    private final Tensor norm;
    private final PackedMatrix ofOne;
    private final Supplier<Linear> packer;
    private @Nullable Linear ofMany;

    /**
     * Takes over the norm and the packed matrix, which it closes.
     *
     * @param eps of the norm
     * @param norm [width], float32
     * @param ofOne [vocabulary, width]
     * @param packer makes the same for many rows, which prompts don't need
     */
    public Head(Kernel kernel, double eps, Tensor norm, PackedMatrix ofOne, Supplier<Linear> packer) {
        this.kernel = kernel;
        this.eps = eps;
        this.norm = norm;
        this.ofOne = ofOne;
        this.packer = packer;
    }

    Tensor norm() {
        return norm;
    }

    PackedMatrix ofOne() {
        return ofOne;
    }

    /** [T, width] → [T, vocabulary], float32. */
    Tensor logits(Tensor x_TD) {
        Linear known = ofMany;
        if (known == null) {
            known = packer.get();
            ofMany = known;
        }
        return known.apply(normed(x_TD).to(kernel.dtype())).to(ScalarType.Float);
    }

    /** [1, width] → [vocabulary], by the form that reads its weights once. */
    void logits(Tensor x_1D, float[] logits) {
        ofOne.multiply(LibTorch.team(), Tensors.floats(normed(x_1D)), logits);
    }

    private Tensor normed(Tensor x) {
        return DecoderLayer.rmsNorm(x, norm, eps);
    }

    /** Bytes in memory now. */
    long bytes() {
        return ofOne.bytes() + (ofMany == null ? 0 : ofMany.bytes());
    }

    @Override
    public void close() {
        norm.close();
        ofOne.close();
        if (ofMany != null) {
            ofMany.close();
        }
    }
}
