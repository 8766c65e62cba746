package org.foretoken.torch;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Rows as bfloat16: an entry is two neighbours of a row, the even column in the low half. Shifted left, or with the low half cleared, it is the float
 * itself.
 */
final class PackedBf16 extends PackedRows {
    private static final int HIGH = 0xffff0000;

    /** @param rows [out, in], any float dtype, rounded */
    PackedBf16(Tensor rows, float[] bias) {
        super(pairs(rows), (int) rows.size(1), bias);
    }

    /** [out, in] → [out, in / 2] of int32: neighbours of a row rounded to bfloat16, a zero after an odd last one. */
    private static Tensor pairs(Tensor rows) {
        Tensor bf16 = rows.to(ScalarType.BFloat16);
        Tensor even = rows.size(1) % 2 == 0 ? bf16.contiguous() : torch.constant_pad_nd(bf16, 0, 1);
        return even.view(ScalarType.Int);
    }

    @Override
    ScalarType dtype() {
        return ScalarType.BFloat16;
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
        for (; k + 2 <= in; k += 2, p += VECTOR) {
            FloatVector even = FloatVector.broadcast(F, x[k]), odd = FloatVector.broadcast(F, x[k + 1]);
            IntVector w0 = IntVector.fromMemorySegment(I, MEMORY, p, LITTLE),
                    w1 = IntVector.fromMemorySegment(I, MEMORY, p + stride, LITTLE),
                    w2 = IntVector.fromMemorySegment(I, MEMORY, p + 2 * stride, LITTLE),
                    w3 = IntVector.fromMemorySegment(I, MEMORY, p + 3 * stride, LITTLE);
            a0 = w0.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats().fma(even, a0);
            b0 = w0.and(HIGH).reinterpretAsFloats().fma(odd, b0);
            a1 = w1.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats().fma(even, a1);
            b1 = w1.and(HIGH).reinterpretAsFloats().fma(odd, b1);
            a2 = w2.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats().fma(even, a2);
            b2 = w2.and(HIGH).reinterpretAsFloats().fma(odd, b2);
            a3 = w3.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats().fma(even, a3);
            b3 = w3.and(HIGH).reinterpretAsFloats().fma(odd, b3);
        }
        if (k < in) {
            FloatVector even = FloatVector.broadcast(F, x[k]);
            a0 = IntVector.fromMemorySegment(I, MEMORY, p, LITTLE)
                    .lanewise(VectorOperators.LSHL, 16)
                    .reinterpretAsFloats()
                    .fma(even, a0);
            a1 = IntVector.fromMemorySegment(I, MEMORY, p + stride, LITTLE)
                    .lanewise(VectorOperators.LSHL, 16)
                    .reinterpretAsFloats()
                    .fma(even, a1);
            a2 = IntVector.fromMemorySegment(I, MEMORY, p + 2 * stride, LITTLE)
                    .lanewise(VectorOperators.LSHL, 16)
                    .reinterpretAsFloats()
                    .fma(even, a2);
            a3 = IntVector.fromMemorySegment(I, MEMORY, p + 3 * stride, LITTLE)
                    .lanewise(VectorOperators.LSHL, 16)
                    .reinterpretAsFloats()
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
        for (; k + 2 <= in; k += 2, p += VECTOR) {
            FloatVector even = FloatVector.broadcast(F, x[k]), odd = FloatVector.broadcast(F, x[k + 1]);
            IntVector w0 = IntVector.fromMemorySegment(I, MEMORY, p, LITTLE),
                    w1 = IntVector.fromMemorySegment(I, MEMORY, p + stride, LITTLE);
            a0 = w0.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats().fma(even, a0);
            b0 = w0.and(HIGH).reinterpretAsFloats().fma(odd, b0);
            a1 = w1.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats().fma(even, a1);
            b1 = w1.and(HIGH).reinterpretAsFloats().fma(odd, b1);
        }
        if (k < in) {
            FloatVector even = FloatVector.broadcast(F, x[k]);
            a0 = IntVector.fromMemorySegment(I, MEMORY, p, LITTLE)
                    .lanewise(VectorOperators.LSHL, 16)
                    .reinterpretAsFloats()
                    .fma(even, a0);
            a1 = IntVector.fromMemorySegment(I, MEMORY, p + stride, LITTLE)
                    .lanewise(VectorOperators.LSHL, 16)
                    .reinterpretAsFloats()
                    .fma(even, a1);
        }
        store(a0.add(b0), y, add, block);
        store(a1.add(b1), y, add, block + 1);
    }
}
