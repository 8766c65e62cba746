package org.foretoken.checkpoint;

import java.util.List;

/**
 * What a file says of a tensor.
 *
 * @param shape outermost dimension first, so a linear weight is [out, in] in both formats; empty for a scalar
 * @param dtype how it's stored
 * @param bytes its size as stored
 */
public record TensorInfo(List<Long> shape, DType dtype, long bytes) {
    public TensorInfo {
        shape = List.copyOf(shape);
    }
}
