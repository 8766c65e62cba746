package org.foretoken.torch;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Rows of a weight in blocks of {@link #LANES}, one row a lane: block, entry, lane. An entry has 4 bytes; what it holds, and the product, is each form's own.
 *
 * <p>In every form a row is the sum over its even columns plus that over its odd ones, with the same rounding, so the same weights give the same bits
 * wherever parts begin and whatever form they are in. A kernel much longer than these exceeds what the JIT inlines, and vectors that are not inlined are
 * objects: 4 times slower.
 */
abstract class PackedRows implements AutoCloseable {
    static final VectorSpecies<Float> F = FloatVector.SPECIES_PREFERRED;
    static final VectorSpecies<Integer> I = VectorSpecies.of(int.class, F.vectorShape());
    static final ByteOrder LITTLE = ByteOrder.LITTLE_ENDIAN;

    /** Rows of a block: the floats in one vector register of this machine. */
    static final int LANES = F.length();

    /** Bytes of an entry of all lanes. */
    static final long VECTOR = 4L * LANES;

    /**
     * All memory, at its own addresses: a constant, of which the JIT knows the class and that nothing in it is out of bounds. With a segment of the weights
     * alone the kernels hung on what the JIT had seen of segments elsewhere, and now and then ran at a third of their speed for good.
     */
    static final MemorySegment MEMORY = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

    /** Of the first block in {@link #MEMORY}. */
    final long address;

    final long bytes;
    final int out;
    final int in;
    final int blocks;
    /** Bytes of one block. */
    final long stride;

    private final Tensor packed;
    private final float[] bias;
    private volatile boolean closed;

    /**
     * @param entries [out, n], of 4 bytes each
     * @param bias [out]
     */
    PackedRows(Tensor entries, int in, float[] bias) {
        out = (int) entries.size(0);
        this.in = in;
        blocks = blocks(out);
        this.bias = Arrays.copyOf(bias, blocks * LANES);
        try (PointerScope scope = new PointerScope()) {
            packed = Tensors.keep(inLanes(entries, blocks));
            stride = packed.nbytes() / blocks;
            bytes = packed.nbytes();
            address = packed.data_ptr().address();
        }
    }

    /** An even number, as blocks are read two or four at a time. */
    private static int blocks(int out) {
        return (out + 2 * LANES - 1) / (2 * LANES) * 2;
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

    /** Throws an IllegalStateException where the memory is freed. */
    final void requireOpen() {
        if (closed) {
            throw new IllegalStateException("Weights that were closed");
        }
    }

    /** How the weights are kept. */
    abstract ScalarType dtype();

    /**
     * The product with the blocks from {@code from} up to {@code to}, two even numbers.
     *
     * @param add onto what y holds
     */
    final void multiply(float[] x, float[] y, boolean add, int from, int to) {
        for (int block = from; block < to; block += 4) {
            blocks(x, y, add, block, Math.min(4, to - block));
        }
    }

    /** With four blocks, or with two: four are as many streams for the hardware's prefetchers, which one doesn't keep busy (a quarter slower). */
    abstract void blocks(float[] x, float[] y, boolean add, int block, int count);

    /** The end of a block's product. */
    final void store(FloatVector products, float[] y, boolean add, int block) {
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
    public final void close() {
        closed = true;
        packed.close();
    }
}
