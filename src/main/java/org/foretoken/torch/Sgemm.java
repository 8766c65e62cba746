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

/**
 * {@code cblas_sgemm} called by FFM on the tensors' own memory, by the calling thread alone on Linux. On macOS it is Accelerate's, which runs on the AMX
 * units that libtorch's OpenBLAS doesn't know; elsewhere it is OpenBLAS's, so that the path is tested on every machine.
 */
public final class Sgemm {
    private static final int ROW_MAJOR = 101;
    private static final int NO_TRANSPOSE = 111;
    private static final int TRANSPOSE = 112;
    private static final MethodHandle FUNCTION = bind();

    private Sgemm() {}

    /**
     * Rows in a float32 tensor's memory, which the caller keeps alive.
     *
     * @param memory begins with the first row
     * @param stride from one row to the next, entries
     * @param transposed whether the matrix meant is the transpose of these rows
     */
    public record Matrix(MemorySegment memory, int stride, boolean transposed) {
        /** The whole of a contiguous float32 tensor, cut into rows. */
        public static Matrix of(Tensor tensor, int stride) {
            if (tensor.scalar_type().intern() != ScalarType.Float) {
                throw new IllegalArgumentException("a product of float32 with " + tensor.scalar_type());
            }
            return new Matrix(Tensors.memory(tensor), stride, false);
        }

        /** The same rows from that entry on. */
        public Matrix from(long entry) {
            return new Matrix(memory.asSlice(entry * Float.BYTES), stride, transposed);
        }

        public Matrix transpose() {
            return new Matrix(memory, stride, !transposed);
        }

        /** Reads {@code count} entries from {@code entry} on. */
        public void read(long entry, float[] into, int count) {
            floats().read(entry, into, count);
        }

        /** Writes the first {@code count} numbers from {@code entry} on. */
        public void write(long entry, float[] from, int count) {
            floats().write(entry, from, 0, count);
        }

        private FloatMemory floats() {
            return new FloatMemory(memory, ScalarType.Float);
        }

        private int order() {
            return transposed ? TRANSPOSE : NO_TRANSPOSE;
        }

        /** Refuses what would go past the memory's end, which would end the process. */
        private void require(int rows, int columns) {
            long down = transposed ? columns : rows;
            long across = transposed ? rows : columns;
            if (across > stride || (down - 1) * stride + across > memory.byteSize() / Float.BYTES) {
                throw new IllegalArgumentException("no " + rows + " x " + columns + " in "
                        + memory.byteSize() / Float.BYTES + " entries, " + stride + " apart");
            }
        }
    }

    /**
     * c = factor·a·b + {@code kept}·c.
     *
     * @param a [m, k]
     * @param b [k, n]
     * @param c [m, n], not transposed
     * @throws IllegalArgumentException when one of them is less than that
     */
    public static void multiply(int m, int n, int k, float factor, Matrix a, Matrix b, float kept, Matrix c) {
        a.require(m, k);
        b.require(k, n);
        c.require(m, n);
        if (c.transposed) {
            throw new IllegalArgumentException("a transposed result");
        }
        try {
            FUNCTION.invokeExact(
                    ROW_MAJOR, a.order(), b.order(), m, n, k, factor, a.memory, a.stride, b.memory, b.stride, kept,
                    c.memory, c.stride);
        } catch (Throwable e) {
            throw new IllegalStateException("cblas_sgemm", e);
        }
    }

    private static MethodHandle bind() {
        Path library = System.getProperty("os.name").startsWith("Mac")
                ? Path.of("/System/Library/Frameworks/Accelerate.framework/Accelerate")
                : NativeLibraries.named("libopenblas.");
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
