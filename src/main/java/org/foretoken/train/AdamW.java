package org.foretoken.train;

import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.foretoken.torch.Tensors;

/**
 * AdamW (Loshchilov and Hutter 2019), as PyTorch computes it. Written out, for libtorch's own keeps its moments where only its own archive format reaches
 * them, and training must go on from a file as if it had never stopped.
 */
final class AdamW implements AutoCloseable {
    /**
     * @param decay weight decay, of matrices only: not of norms and biases
     * @param clip largest norm of the gradient; larger ones are scaled down to it
     */
    record Settings(double beta1, double beta2, double eps, double decay, double clip) {}

    private final Settings settings;
    private final Map<String, Moments> moments = new LinkedHashMap<>();

    /** Running means of a parameter's gradient and of its square. */
    private record Moments(Tensor parameter, Tensor mean, Tensor square) {}

    /** @param parameters leaves, which stay the caller's */
    AdamW(Settings settings, Map<String, Tensor> parameters) {
        this.settings = settings;
        try (PointerScope scope = new PointerScope()) {
            parameters.forEach((name, tensor) -> moments.put(
                    name,
                    new Moments(
                            tensor,
                            Tensors.keep(torch.zeros_like(tensor.detach())),
                            Tensors.keep(torch.zeros_like(tensor.detach())))));
        }
    }

    /** Running means of gradients and of their squares, to be saved and to be written into. */
    Map<String, Tensor> state() {
        Map<String, Tensor> state = new LinkedHashMap<>();
        moments.forEach((name, each) -> {
            state.put("moment1." + name, each.mean());
            state.put("moment2." + name, each.square());
        });
        return state;
    }

    /** The norm of all gradients together. */
    double gradientNorm() {
        double squares = 0;
        try (PointerScope scope = new PointerScope()) {
            for (Moments each : moments.values()) {
                Tensor gradient = each.parameter().grad();
                if (gradient.defined()) {
                    squares += gradient.square()
                            .sum(new ScalarTypeOptional(ScalarType.Double))
                            .item_double();
                }
            }
        }
        return Math.sqrt(squares);
    }

    /**
     * Changes the parameters by their gradients and clears these.
     *
     * @param norm of the gradients
     * @param step 1 for the first
     */
    void step(double norm, long step, double learningRate) {
        // PyTorch's clip_grad_norm_ adds 1e-6
        double scale = Math.min(1, settings.clip() / (norm + 1e-6));
        double correction1 = 1 - Math.pow(settings.beta1(), (double) step);
        double correction2 = Math.sqrt(1 - Math.pow(settings.beta2(), (double) step));
        try (NoGradGuard none = new NoGradGuard()) {
            moments.values().forEach(each -> {
                Tensor parameter = each.parameter();
                try (PointerScope scope = new PointerScope()) {
                    Tensor gradient = parameter.grad();
                    if (!gradient.defined()) {
                        return;
                    }
                    gradient.mul_(new Scalar(scale));
                    Tensor mean = each.mean();
                    Tensor square = each.square();
                    if (parameter.dim() > 1) {
                        parameter.mul_(new Scalar(1 - learningRate * settings.decay()));
                    }
                    mean.lerp_(gradient, new Scalar(1 - settings.beta1()));
                    square.mul_(new Scalar(settings.beta2()))
                            .addcmul_(gradient, gradient, new Scalar(1 - settings.beta2()));
                    Tensor divisor = square.sqrt().div_(new Scalar(correction2)).add_(new Scalar(settings.eps()));
                    parameter.addcdiv_(mean, divisor, new Scalar(-learningRate / correction1));
                    gradient.zero_();
                }
            });
        }
    }

    @Override
    public void close() {
        state().values().forEach(Tensor::close);
    }
}
