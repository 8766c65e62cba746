package org.foretoken.torch;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** A product of random numbers with a packed random weight, to be timed: what a kernel is worth on this machine. */
public final class TimedLinear implements AutoCloseable {
    private final long rows;
    private final long in;
    private final long out;
    private final Tensor x;
    private final Linear linear;

    /** Packs [out, in] for the kernel and makes [rows, in]. A kernel that this machine lacks fails here or at the first run. */
    public TimedLinear(Kernel kernel, int rows, int in, int out) {
        this.rows = rows;
        this.in = in;
        this.out = out;
        try (Inference mode = Inference.begin()) {
            linear = Linear.pack(kernel, torch.randn(out, in), null);
            x = Tensors.keep(torch.randn(rows, in).to(kernel.dtype()).contiguous());
        }
    }

    /** Multiplies once; seconds. */
    public double seconds() {
        try (Inference mode = Inference.begin()) {
            long start = System.nanoTime();
            linear.apply(x);
            return (System.nanoTime() - start) / 1e9;
        }
    }

    /** Floating-point operations of one product. */
    public long flops() {
        return 2 * rows * in * out;
    }

    @Override
    public void close() {
        linear.close();
        x.close();
    }
}
