package org.foretoken.torch;

import jdk.incubator.vector.FloatVector;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Rows as float32: an entry is a weight. */
final class PackedFloats extends PackedRows {
    /** @param rows [out, in], any float dtype */
    PackedFloats(Tensor rows, float[] bias) {
        super(rows.to(ScalarType.Float), (int) rows.size(1), bias);
    }

    @Override
    ScalarType dtype() {
        return ScalarType.Float;
    }

    @Override
    void blocks(float[] x, float[] y, boolean add, int block, int count) {
        if (count == 4) {
            fourBlocks(x, y, add, block);
        } else {
            twoBlocks(x, y, add, block);
        }
    }

    private void fourBlocks(float[] x, float[] y, boolean add, int block) {
        long p = address + block * stride;
        FloatVector a0 = FloatVector.zero(F), a1 = a0, a2 = a0, a3 = a0;
        FloatVector b0 = a0, b1 = a0, b2 = a0, b3 = a0;
        int k = 0;
        for (; k + 2 <= in; k += 2, p += 2 * VECTOR) {
            FloatVector even = FloatVector.broadcast(F, x[k]), odd = FloatVector.broadcast(F, x[k + 1]);
            a0 = FloatVector.fromMemorySegment(F, MEMORY, p, LITTLE).fma(even, a0);
            b0 = FloatVector.fromMemorySegment(F, MEMORY, p + VECTOR, LITTLE).fma(odd, b0);
            a1 = FloatVector.fromMemorySegment(F, MEMORY, p + stride, LITTLE).fma(even, a1);
            b1 = FloatVector.fromMemorySegment(F, MEMORY, p + stride + VECTOR, LITTLE)
                    .fma(odd, b1);
            a2 = FloatVector.fromMemorySegment(F, MEMORY, p + 2 * stride, LITTLE)
                    .fma(even, a2);
            b2 = FloatVector.fromMemorySegment(F, MEMORY, p + 2 * stride + VECTOR, LITTLE)
                    .fma(odd, b2);
            a3 = FloatVector.fromMemorySegment(F, MEMORY, p + 3 * stride, LITTLE)
                    .fma(even, a3);
            b3 = FloatVector.fromMemorySegment(F, MEMORY, p + 3 * stride + VECTOR, LITTLE)
                    .fma(odd, b3);
        }
        if (k < in) {
            FloatVector even = FloatVector.broadcast(F, x[k]);
            a0 = FloatVector.fromMemorySegment(F, MEMORY, p, LITTLE).fma(even, a0);
            a1 = FloatVector.fromMemorySegment(F, MEMORY, p + stride, LITTLE).fma(even, a1);
            a2 = FloatVector.fromMemorySegment(F, MEMORY, p + 2 * stride, LITTLE)
                    .fma(even, a2);
            a3 = FloatVector.fromMemorySegment(F, MEMORY, p + 3 * stride, LITTLE)
                    .fma(even, a3);
        }
        store(a0.add(b0), y, add, block);
        store(a1.add(b1), y, add, block + 1);
        store(a2.add(b2), y, add, block + 2);
        store(a3.add(b3), y, add, block + 3);
    }

    private void twoBlocks(float[] x, float[] y, boolean add, int block) {
        long p = address + block * stride;
        FloatVector a0 = FloatVector.zero(F), a1 = a0, b0 = a0, b1 = a0;
        int k = 0;
        for (; k + 2 <= in; k += 2, p += 2 * VECTOR) {
            FloatVector even = FloatVector.broadcast(F, x[k]), odd = FloatVector.broadcast(F, x[k + 1]);
            a0 = FloatVector.fromMemorySegment(F, MEMORY, p, LITTLE).fma(even, a0);
            b0 = FloatVector.fromMemorySegment(F, MEMORY, p + VECTOR, LITTLE).fma(odd, b0);
            a1 = FloatVector.fromMemorySegment(F, MEMORY, p + stride, LITTLE).fma(even, a1);
            b1 = FloatVector.fromMemorySegment(F, MEMORY, p + stride + VECTOR, LITTLE)
                    .fma(odd, b1);
        }
        if (k < in) {
            FloatVector even = FloatVector.broadcast(F, x[k]);
            a0 = FloatVector.fromMemorySegment(F, MEMORY, p, LITTLE).fma(even, a0);
            a1 = FloatVector.fromMemorySegment(F, MEMORY, p + stride, LITTLE).fma(even, a1);
        }
        store(a0.add(b0), y, add, block);
        store(a1.add(b1), y, add, block + 1);
    }
}
