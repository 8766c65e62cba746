package org.foretoken.checkpoint;

import java.util.List;

/**
 * What a file says of a tensor.
 *
 * @param name its name in the file
 * @param shape outermost dimension first, so a linear weight is [out, in] in both formats; empty for a scalar
 * @param dtype how it's stored
 * @param bytes its size as stored
 */
public record TensorInfo(String name, List<Long> shape, DType dtype, long bytes) {
    public TensorInfo {
        shape = List.copyOf(shape);
    }

    /** Product of the shape; 1 for a scalar. */
    public long elements() {
        return shape.stream().reduce(1L, Math::multiplyExact);
    }
}
