package org.foretoken.torch;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Rows as int8 codes in groups of 4·n neighbours: an entry for the group's scale, one for its offset, n of four codes each, the first in the lowest byte. A
 * weight is scale · code + offset, rounded after the product and after the sum as where it becomes float32 in memory, so products have the bits of {@link
 * PackedFloats}; with a third of its bytes to read, these are bound by arithmetic.
 */
final class PackedCodes extends PackedRows {
    /** Columns of a group. */
    private final int group;

    /**
     * @param codes [out, in], int8
     * @param scales [out, groups], float32; in / groups is a multiple of 4
     * @param offsets [out, groups], float32
     */
    PackedCodes(Tensor codes, Tensor scales, Tensor offsets, float[] bias) {
        super(entries(codes, scales, offsets), (int) codes.size(1), bias);
        group = (int) (codes.size(1) / scales.size(1));
    }

    /** [out, groups · (2 + in / groups / 4)] of int32 */
    private static Tensor entries(Tensor codes, Tensor scales, Tensor offsets) {
        long out = codes.size(0);
        long groups = scales.size(1);
        return torch.cat(
                        Tensors.vector(
                                scales.view(ScalarType.Int).unsqueeze(2),
                                offsets.view(ScalarType.Int).unsqueeze(2),
                                codes.view(ScalarType.Int).view(out, groups, -1)),
                        2)
                .view(out, -1);
    }

    @Override
    ScalarType dtype() {
        return ScalarType.Char;
    }

    @Override
    void blocks(float[] x, float[] y, boolean add, int block, int count) {
        // one by one: two at once are too much for the JIT to inline
        for (int i = 0; i < count; i++) {
            oneBlock(x, y, add, block + i);
        }
    }

    private void oneBlock(float[] x, float[] y, boolean add, int block) {
        long p = address + block * stride;
        FloatVector a = FloatVector.zero(F), b = a;
        for (int k = 0; k < in; ) {
            FloatVector scale = FloatVector.fromMemorySegment(F, MEMORY, p, LITTLE),
                    offset = FloatVector.fromMemorySegment(F, MEMORY, p + VECTOR, LITTLE);
            p += 2 * VECTOR;
            for (int end = k + group; k < end; k += 4, p += VECTOR) {
                IntVector codes = IntVector.fromMemorySegment(I, MEMORY, p, LITTLE);
                a = weight(codes.lanewise(VectorOperators.LSHL, 24), scale, offset)
                        .fma(FloatVector.broadcast(F, x[k]), a);
                b = weight(codes.lanewise(VectorOperators.LSHL, 16), scale, offset)
                        .fma(FloatVector.broadcast(F, x[k + 1]), b);
                a = weight(codes.lanewise(VectorOperators.LSHL, 8), scale, offset)
                        .fma(FloatVector.broadcast(F, x[k + 2]), a);
                b = weight(codes, scale, offset).fma(FloatVector.broadcast(F, x[k + 3]), b);
            }
        }
        store(a.add(b), y, add, block);
    }

    /** @param code in the highest byte */
    private static FloatVector weight(IntVector code, FloatVector scale, FloatVector offset) {
        return ((FloatVector) code.lanewise(VectorOperators.ASHR, 24).convertShape(VectorOperators.I2F, F, 0))
                .mul(scale)
                .add(offset);
    }
}
