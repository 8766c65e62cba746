package org.foretoken.torch;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.foretoken.ForetokenException;

/** Kernels that a machine may lack: libtorch's bfloat16 needs AVX-512. */
public final class Kernels {
    private Kernels() {}

    /** Leaves a test out where the processor lacks its kernel. */
    public static Kernel here(Kernel kernel) throws ForetokenException {
        LibTorch.start(2, notice -> {});
        assumeTrue(KernelChoice.runs(kernel), () -> kernel.label() + " doesn't run on this processor");
        return kernel;
    }
}
