package org.foretoken.torch;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jspecify.annotations.Nullable;

/**
 * {@code cblas_sgemm} called by FFM on the tensors' own memory. On macOS it is Accelerate's, which runs on the AMX units that libtorch's OpenBLAS
 * doesn't know; elsewhere it is OpenBLAS's, so that the path is tested on every machine.
 */
final class CblasLinear implements Linear {
    private static final int ROW_MAJOR = 101;
    private static final int NO_TRANSPOSE = 111;
    private static final int TRANSPOSE = 112;

    private final Tensor weight;
    private final @Nullable Tensor bias;
    private final MemorySegment weightMemory;
    private final int out;
    private final int in;

    CblasLinear(Tensor weight, @Nullable Tensor bias) {
        this.weight = Tensors.keep(weight);
        this.bias = bias == null ? null : Tensors.keep(bias);
        this.weightMemory = Tensors.memory(this.weight);
        this.out = Math.toIntExact(weight.size(0));
        this.in = Math.toIntExact(weight.size(1));
    }

    @Override
    public Tensor apply(Tensor x) {
        int rows = Math.toIntExact(x.size(0));
        long[] size = {rows, out};
        Tensor y = Tensors.empty(ScalarType.Float, size);
        if (bias != null) {
            y.copy_(bias); // an expanded bias of one row would be the bias itself, and be added to
        }
        try {
            Blas.SGEMM.invokeExact(
                    ROW_MAJOR,
                    NO_TRANSPOSE,
                    TRANSPOSE,
                    rows,
                    out,
                    in,
                    1f,
                    Tensors.memory(x),
                    in,
                    weightMemory,
                    in,
                    bias == null ? 0f : 1f,
                    Tensors.memory(y),
                    out);
        } catch (Throwable e) {
            throw new IllegalStateException("cblas_sgemm", e);
        }
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

    /** The function, bound at first use. */
    private static final class Blas {
        static final MethodHandle SGEMM = bind();

        private static MethodHandle bind() {
            Path library = System.getProperty("os.name").startsWith("Mac")
                    ? Path.of("/System/Library/Frameworks/Accelerate.framework/Accelerate")
                    : NativeLibraries.named("libopenblas.so");
            MemorySegment address = SymbolLookup.libraryLookup(library.toString(), Arena.global())
                    .find("cblas_sgemm")
                    .orElseThrow(() -> new IllegalStateException("no cblas_sgemm in " + library));
            ValueLayout.OfInt i = ValueLayout.JAVA_INT;
            ValueLayout.OfFloat f = ValueLayout.JAVA_FLOAT;
            return Linker.nativeLinker()
                    .downcallHandle(
                            address,
                            FunctionDescriptor.ofVoid(
                                    i,
                                    i,
                                    i,
                                    i,
                                    i,
                                    i,
                                    f,
                                    ValueLayout.ADDRESS,
                                    i,
                                    ValueLayout.ADDRESS,
                                    i,
                                    f,
                                    ValueLayout.ADDRESS,
                                    i));
        }
    }
}
