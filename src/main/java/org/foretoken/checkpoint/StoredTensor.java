package org.foretoken.checkpoint;

import java.util.List;
import org.foretoken.ForetokenException;
import org.jspecify.annotations.Nullable;

/**
 * A tensor and where it lies.
 *
 * @param dtype null when this program doesn't read that type: the tensor is then refused when it is asked for, not the whole file
 * @param typeName what the file calls its type
 * @param offset bytes from the start of the file
 * @param bytes its size as stored, checked to lie in the file
 */
record StoredTensor(
        String name,
        List<Long> shape,
        @Nullable DType dtype,
        String typeName,
        MappedFile file,
        long offset,
        long bytes) {

    /** More than any model needs, and within what libtorch's kernels take. */
    static final int MAX_RANK = 16;

    /** Above this, a product of a shape and a type's size, dequantised or not, could pass a long. */
    private static final long MAX_BYTES = Long.MAX_VALUE / 1024;

    StoredTensor {
        shape = List.copyOf(shape);
    }

    TensorInfo info() throws ForetokenException {
        if (dtype == null) {
            throw file.fault()
                    .unsupported(
                            "stores " + FileFault.shown(name) + " as " + FileFault.shown(typeName),
                            "get the model as BF16, F16, F32, Q8_0 or Q4_K");
        }
        return new TensorInfo(shape, dtype, bytes);
    }

    /**
     * Bytes of a tensor of that shape, or -1 when there can't be one: a negative dimension, rows that end within a block, strides past a long.
     *
     * @param shape outermost dimension first
     */
    static long size(List<Long> shape, DType dtype) {
        if (shape.size() > MAX_RANK) {
            return -1;
        }
        long elements = 1;
        long strides = 1;
        for (long dimension : shape) {
            if (dimension < 0 || strides > MAX_BYTES / Math.max(dimension, 1)) {
                return -1;
            }
            elements *= dimension;
            strides *= Math.max(dimension, 1);
        }
        long row = shape.isEmpty() ? 1 : shape.get(shape.size() - 1);
        return row % dtype.blockSize() == 0 ? elements / dtype.blockSize() * dtype.bytesPerBlock() : -1;
    }
}
