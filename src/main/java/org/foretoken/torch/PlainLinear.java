package org.foretoken.torch;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/** libtorch's own product on the weight as it is. */
final class PlainLinear implements Linear {
    private final Tensor weight;
    private final @Nullable Tensor bias;

    PlainLinear(Tensor weight, @Nullable Tensor bias) {
        this.weight = Tensors.keep(weight);
        this.bias = bias == null ? null : Tensors.keep(bias);
    }

    @Override
    public Tensor apply(Tensor x) {
        return bias == null ? torch.linear(x, weight) : torch.linear(x, weight, new TensorOptional(bias));
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
