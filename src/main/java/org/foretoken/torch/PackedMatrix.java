package org.foretoken.torch;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.List;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * A weight [out, in] arranged for the product with one vector, y = W x + b, where reading W from memory is all the cost.
 *
 * <p>Rows stand in blocks of {@link #LANES}, one row a lane, so a product needs no sum across lanes and reads W front to back: block, column, lane.
 * In F32 an entry of 4 bytes is one weight. In BF16 it is two neighbours of a row, the even column in the low half; shifted left, or with the low half
 * cleared, it is the float itself. Weights are rounded to that type, everything else is float.
 */
public final class PackedMatrix implements AutoCloseable {
    private static final VectorSpecies<Float> F = FloatVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Integer> I = VectorSpecies.of(int.class, F.vectorShape());
    private static final ByteOrder LITTLE = ByteOrder.LITTLE_ENDIAN;
    private static final int HIGH = 0xffff0000;

    /** Rows of a block: the floats in one vector register of this machine. */
    static final int LANES = F.length();

    private static final long VECTOR = 4L * LANES;

    /** Bytes that are worth handing to a thread by themselves: some ten microseconds of reading. */
    private static final long PART_BYTES = 128 << 10;

    private static final int MOST_PARTS_OF_A_THREAD = 4;

    private final Arena arena = Arena.ofShared();
    private final MemorySegment weights;
    private final float[] bias;
    private final boolean bf16;
    private final int out;
    private final int in;
    private final int blocks;
    /** Bytes of one block. */
    private final long stride;

    /** @param bias [blocks · LANES] */
    private PackedMatrix(Tensor rows, boolean bf16, float[] bias) {
        out = (int) rows.size(0);
        in = (int) rows.size(1);
        this.bf16 = bf16;
        this.bias = bias;
        blocks = blocks(out);
        try (PointerScope scope = new PointerScope()) {
            Tensor packed = Tensors.keep(inLanes(bf16 ? pairs(rows) : rows.to(ScalarType.Float), blocks));
            stride = packed.nbytes() / blocks;
            weights = Tensors.memory(packed).reinterpret(arena, gone -> packed.close());
        }
    }

    /** An even number, as blocks are read two or four at a time. */
    private static int blocks(int out) {
        return (out + 2 * LANES - 1) / (2 * LANES) * 2;
    }

    /**
     * Packs a weight.
     *
     * @param weights [out, in], F32, BF16 or F16; several are stacked, the first on top
     * @param biases [out], one for each weight, or none
     * @param dtype BFloat16 or Float: how the weights are kept. Those that are BF16 are kept so in either case: as Float they'd be the same numbers in twice
     *     the bytes
     */
    public static PackedMatrix pack(List<Tensor> weights, List<Tensor> biases, ScalarType dtype) {
        if (dtype != ScalarType.BFloat16 && dtype != ScalarType.Float) {
            throw new IllegalArgumentException("Weights packed as " + dtype);
        }
        long in = weights.getFirst().size(1);
        int out = 0;
        for (Tensor weight : weights) {
            if (weight.dim() != 2 || weight.size(1) != in) {
                throw new IllegalArgumentException("Stacked weights of different widths");
            }
            out += (int) weight.size(0);
        }
        float[] bias = new float[blocks(out) * LANES];
        int row = 0;
        for (Tensor part : biases) {
            float[] entries = Tensors.floats(part);
            System.arraycopy(entries, 0, bias, row, entries.length);
            row += entries.length;
        }
        if (row != 0 && row != out) {
            throw new IllegalArgumentException("Biases for " + row + " of " + out + " rows");
        }
        boolean bf16 = dtype == ScalarType.BFloat16
                || weights.stream().allMatch(weight -> weight.scalar_type().intern() == ScalarType.BFloat16);
        try (PointerScope scope = new PointerScope()) {
            Tensor rows = weights.size() == 1
                    ? weights.getFirst()
                    : torch.cat(Tensors.vector(weights.toArray(Tensor[]::new)), 0);
            return new PackedMatrix(rows, bf16, bias);
        }
    }

    /** [out, in] → [out, in / 2] of int32: neighbours of a row rounded to bfloat16, a zero after an odd last one. */
    private static Tensor pairs(Tensor rows) {
        Tensor bf16 = rows.to(ScalarType.BFloat16);
        Tensor even = rows.size(1) % 2 == 0 ? bf16.contiguous() : torch.constant_pad_nd(bf16, 0, 1);
        return even.view(ScalarType.Int);
    }

    /** [out, n] → [blocks, n, LANES], rows below the last zeros. By libtorch, whose code needs no JIT before it is fast. */
    private static Tensor inLanes(Tensor rows, long blocks) {
        long whole = rows.size(0) / LANES;
        long rest = rows.size(0) % LANES;
        Tensor packed = Tensors.empty(rows.scalar_type(), blocks, rows.size(1), LANES);
        packed.narrow(0, 0, whole)
                .copy_(rows.narrow(0, 0, whole * LANES)
                        .reshape(whole, LANES, rows.size(1))
                        .transpose(1, 2));
        packed.narrow(0, whole, blocks - whole).zero_();
        if (rest > 0) {
            packed.select(0, whole)
                    .narrow(1, 0, rest)
                    .copy_(rows.narrow(0, whole * LANES, rest).t());
        }
        return packed;
    }

    /** Length of y. */
    public int out() {
        return out;
    }

    /** Length of x. */
    public int in() {
        return in;
    }

    /** How the weights are kept: BFloat16 or Float. */
    public ScalarType dtype() {
        return bf16 ? ScalarType.BFloat16 : ScalarType.Float;
    }

    /** Memory of the packed weights. */
    public long bytes() {
        return weights.byteSize();
    }

    /**
     * y = W x + b.
     *
     * @param x [in] or longer
     * @param y [out] or longer; not x
     */
    public void multiply(WorkerTeam team, float[] x, float[] y) {
        multiply(team, x, y, false);
    }

    /** y += W x + b: a product onto the residual stream. */
    public void multiplyAdd(WorkerTeam team, float[] x, float[] y) {
        multiply(team, x, y, true);
    }

    private void multiply(WorkerTeam team, float[] x, float[] y, boolean add) {
        if (x.length < in || y.length < out) {
            throw new IllegalArgumentException(
                    "Vectors of " + x.length + " and " + y.length + " for a matrix [" + out + ", " + in + "]");
        }
        int pairs = blocks / 2;
        int parts = parts(team.threads());
        // the longer parts first, so that threads end together
        int shorter = pairs / parts;
        int longer = pairs % parts;
        team.run(parts, (part, thread) -> {
            int from = part * shorter + Math.min(part, longer);
            int to = from + shorter + (part < longer ? 1 : 0);
            multiplyBlocks(x, y, add, 2 * from, 2 * to);
        });
    }

    private int parts(int threads) {
        long ofThread = Math.clamp(weights.byteSize() / threads / PART_BYTES, 1, MOST_PARTS_OF_A_THREAD);
        return (int) Math.min(blocks / 2, threads * ofThread);
    }

    private void multiplyBlocks(float[] x, float[] y, boolean add, int from, int to) {
        int block = from;
        for (; block + 4 <= to; block += 4) {
            if (bf16) {
                fourBlocksBf16(x, y, add, block);
            } else {
                fourBlocks(x, y, add, block);
            }
        }
        if (block < to) {
            if (bf16) {
                twoBlocksBf16(x, y, add, block);
            } else {
                twoBlocks(x, y, add, block);
            }
        }
    }

    // The four kernels. Four blocks at once are four streams for the hardware's prefetchers, which one stream doesn't
    // keep busy (a quarter slower).
    // Every row is the sum over its even columns plus that over its odd ones, in every kernel, so results don't depend
    // on where parts begin. A kernel
    // much longer than these exceeds what the JIT inlines, and vectors that are not inlined are objects: 4 times
    // slower.

    private void fourBlocksBf16(float[] x, float[] y, boolean add, int block) {
        long p = block * stride;
        FloatVector a0 = FloatVector.zero(F), a1 = a0, a2 = a0, a3 = a0;
        FloatVector b0 = a0, b1 = a0, b2 = a0, b3 = a0;
        int k = 0;
        for (; k + 2 <= in; k += 2, p += VECTOR) {
            FloatVector even = FloatVector.broadcast(F, x[k]), odd = FloatVector.broadcast(F, x[k + 1]);
            IntVector w0 = IntVector.fromMemorySegment(I, weights, p, LITTLE),
                    w1 = IntVector.fromMemorySegment(I, weights, p + stride, LITTLE),
                    w2 = IntVector.fromMemorySegment(I, weights, p + 2 * stride, LITTLE),
                    w3 = IntVector.fromMemorySegment(I, weights, p + 3 * stride, LITTLE);
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
            a0 = IntVector.fromMemorySegment(I, weights, p, LITTLE)
                    .lanewise(VectorOperators.LSHL, 16)
                    .reinterpretAsFloats()
                    .fma(even, a0);
            a1 = IntVector.fromMemorySegment(I, weights, p + stride, LITTLE)
                    .lanewise(VectorOperators.LSHL, 16)
                    .reinterpretAsFloats()
                    .fma(even, a1);
            a2 = IntVector.fromMemorySegment(I, weights, p + 2 * stride, LITTLE)
                    .lanewise(VectorOperators.LSHL, 16)
                    .reinterpretAsFloats()
                    .fma(even, a2);
            a3 = IntVector.fromMemorySegment(I, weights, p + 3 * stride, LITTLE)
                    .lanewise(VectorOperators.LSHL, 16)
                    .reinterpretAsFloats()
                    .fma(even, a3);
        }
        store(a0.add(b0), y, add, block);
        store(a1.add(b1), y, add, block + 1);
        store(a2.add(b2), y, add, block + 2);
        store(a3.add(b3), y, add, block + 3);
    }

    private void twoBlocksBf16(float[] x, float[] y, boolean add, int block) {
        long p = block * stride;
        FloatVector a0 = FloatVector.zero(F), a1 = a0, b0 = a0, b1 = a0;
        int k = 0;
        for (; k + 2 <= in; k += 2, p += VECTOR) {
            FloatVector even = FloatVector.broadcast(F, x[k]), odd = FloatVector.broadcast(F, x[k + 1]);
            IntVector w0 = IntVector.fromMemorySegment(I, weights, p, LITTLE),
                    w1 = IntVector.fromMemorySegment(I, weights, p + stride, LITTLE);
            a0 = w0.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats().fma(even, a0);
            b0 = w0.and(HIGH).reinterpretAsFloats().fma(odd, b0);
            a1 = w1.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats().fma(even, a1);
            b1 = w1.and(HIGH).reinterpretAsFloats().fma(odd, b1);
        }
        if (k < in) {
            FloatVector even = FloatVector.broadcast(F, x[k]);
            a0 = IntVector.fromMemorySegment(I, weights, p, LITTLE)
                    .lanewise(VectorOperators.LSHL, 16)
                    .reinterpretAsFloats()
                    .fma(even, a0);
            a1 = IntVector.fromMemorySegment(I, weights, p + stride, LITTLE)
                    .lanewise(VectorOperators.LSHL, 16)
                    .reinterpretAsFloats()
                    .fma(even, a1);
        }
        store(a0.add(b0), y, add, block);
        store(a1.add(b1), y, add, block + 1);
    }

    private void fourBlocks(float[] x, float[] y, boolean add, int block) {
        long p = block * stride;
        FloatVector a0 = FloatVector.zero(F), a1 = a0, a2 = a0, a3 = a0;
        FloatVector b0 = a0, b1 = a0, b2 = a0, b3 = a0;
        int k = 0;
        for (; k + 2 <= in; k += 2, p += 2 * VECTOR) {
            FloatVector even = FloatVector.broadcast(F, x[k]), odd = FloatVector.broadcast(F, x[k + 1]);
            a0 = FloatVector.fromMemorySegment(F, weights, p, LITTLE).fma(even, a0);
            b0 = FloatVector.fromMemorySegment(F, weights, p + VECTOR, LITTLE).fma(odd, b0);
            a1 = FloatVector.fromMemorySegment(F, weights, p + stride, LITTLE).fma(even, a1);
            b1 = FloatVector.fromMemorySegment(F, weights, p + stride + VECTOR, LITTLE)
                    .fma(odd, b1);
            a2 = FloatVector.fromMemorySegment(F, weights, p + 2 * stride, LITTLE)
                    .fma(even, a2);
            b2 = FloatVector.fromMemorySegment(F, weights, p + 2 * stride + VECTOR, LITTLE)
                    .fma(odd, b2);
            a3 = FloatVector.fromMemorySegment(F, weights, p + 3 * stride, LITTLE)
                    .fma(even, a3);
            b3 = FloatVector.fromMemorySegment(F, weights, p + 3 * stride + VECTOR, LITTLE)
                    .fma(odd, b3);
        }
        if (k < in) {
            FloatVector even = FloatVector.broadcast(F, x[k]);
            a0 = FloatVector.fromMemorySegment(F, weights, p, LITTLE).fma(even, a0);
            a1 = FloatVector.fromMemorySegment(F, weights, p + stride, LITTLE).fma(even, a1);
            a2 = FloatVector.fromMemorySegment(F, weights, p + 2 * stride, LITTLE)
                    .fma(even, a2);
            a3 = FloatVector.fromMemorySegment(F, weights, p + 3 * stride, LITTLE)
                    .fma(even, a3);
        }
        store(a0.add(b0), y, add, block);
        store(a1.add(b1), y, add, block + 1);
        store(a2.add(b2), y, add, block + 2);
        store(a3.add(b3), y, add, block + 3);
    }

    private void twoBlocks(float[] x, float[] y, boolean add, int block) {
        long p = block * stride;
        FloatVector a0 = FloatVector.zero(F), a1 = a0, b0 = a0, b1 = a0;
        int k = 0;
        for (; k + 2 <= in; k += 2, p += 2 * VECTOR) {
            FloatVector even = FloatVector.broadcast(F, x[k]), odd = FloatVector.broadcast(F, x[k + 1]);
            a0 = FloatVector.fromMemorySegment(F, weights, p, LITTLE).fma(even, a0);
            b0 = FloatVector.fromMemorySegment(F, weights, p + VECTOR, LITTLE).fma(odd, b0);
            a1 = FloatVector.fromMemorySegment(F, weights, p + stride, LITTLE).fma(even, a1);
            b1 = FloatVector.fromMemorySegment(F, weights, p + stride + VECTOR, LITTLE)
                    .fma(odd, b1);
        }
        if (k < in) {
            FloatVector even = FloatVector.broadcast(F, x[k]);
            a0 = FloatVector.fromMemorySegment(F, weights, p, LITTLE).fma(even, a0);
            a1 = FloatVector.fromMemorySegment(F, weights, p + stride, LITTLE).fma(even, a1);
        }
        store(a0.add(b0), y, add, block);
        store(a1.add(b1), y, add, block + 1);
    }

    private void store(FloatVector products, float[] y, boolean add, int block) {
        int row = block * LANES;
        FloatVector sums = products.add(FloatVector.fromArray(F, bias, row));
        if (row + LANES <= out) {
            (add ? sums.add(FloatVector.fromArray(F, y, row)) : sums).intoArray(y, row);
        } else {
            for (int lane = 0; row + lane < out; lane++) {
                y[row + lane] = sums.lane(lane) + (add ? y[row + lane] : 0);
            }
        }
    }

    /** Frees the memory; no product may be under way. */
    @Override
    public void close() {
        arena.close();
    }
}
