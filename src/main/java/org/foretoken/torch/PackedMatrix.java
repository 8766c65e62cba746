package org.foretoken.torch;

import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * A weight [out, in] arranged for the product with one vector, y = W x + b, where reading W from memory is most of the cost.
 *
 * <p>Rows stand in blocks, one row a lane, so a product needs no sum across lanes and reads W front to back. Weights are kept as float32, rounded to
 * bfloat16, or as a quantised type's codes; everything else is float.
 */
public final class PackedMatrix implements AutoCloseable {
    /** Bytes that are worth handing to a thread by themselves: some ten microseconds of reading. */
    private static final long PART_BYTES = 128 << 10;

    /** Of a quantised type. */
    private static final int ZERO_GROUP = 32;

    private static final int MOST_PARTS_OF_A_THREAD = 4;

    private final PackedRows rows;

    private PackedMatrix(PackedRows rows) {
        this.rows = rows;
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
        long out = 0;
        for (Tensor weight : weights) {
            if (weight.dim() != 2 || weight.size(1) != in) {
                throw new IllegalArgumentException("Stacked weights of different widths");
            }
            out += weight.size(0);
        }
        float[] bias = bias(biases, out);
        boolean bf16 = dtype == ScalarType.BFloat16
                || weights.stream().allMatch(weight -> weight.scalar_type().intern() == ScalarType.BFloat16);
        try (PointerScope scope = new PointerScope()) {
            Tensor rows = weights.size() == 1
                    ? weights.getFirst()
                    : torch.cat(Tensors.vector(weights.toArray(Tensor[]::new)), 0);
            return new PackedMatrix(bf16 ? new PackedBf16(rows, bias) : new PackedFloats(rows, bias));
        }
    }

    /**
     * Packs a quantised weight as it is. Products are to the bit those of its float32.
     *
     * @param codes [out, in], int8
     * @param scales [out, groups], float32, of in / groups neighbours each, a multiple of 4
     * @param offsets [out, groups], float32: a weight is scale · code + offset
     * @param biases [out], in parts, or none
     */
    public static PackedMatrix packCodes(Tensor codes, Tensor scales, Tensor offsets, List<Tensor> biases) {
        long out = codes.size(0);
        long groups = scales.size(1);
        if (scales.size(0) != out
                || offsets.size(0) != out
                || offsets.size(1) != groups
                || codes.size(1) % (4 * groups) != 0) {
            throw new IllegalArgumentException("Groups that don't fit the codes");
        }
        float[] bias = bias(biases, out);
        try (PointerScope scope = new PointerScope()) {
            return new PackedMatrix(
                    new PackedCodes(codes.contiguous(), scales.contiguous(), offsets.contiguous(), bias));
        }
    }

    /** Of zeros, for the JIT to learn from. */
    public static PackedMatrix zeros(int out, int in, ScalarType dtype) {
        try (PointerScope scope = new PointerScope()) {
            Tensor zeros = torch.zeros(new long[] {out, in}, new TensorOptions(dtype));
            if (dtype != ScalarType.Char) {
                return pack(List.of(zeros), List.of(), dtype);
            }
            Tensor scales = torch.zeros(out, in / ZERO_GROUP);
            return packCodes(zeros, scales, scales, List.of());
        }
    }

    private static float[] bias(List<Tensor> biases, long out) {
        float[] bias = new float[(int) out];
        int row = 0;
        for (Tensor part : biases) {
            float[] entries = Tensors.floats(part);
            System.arraycopy(entries, 0, bias, row, entries.length);
            row += entries.length;
        }
        if (row != 0 && row != out) {
            throw new IllegalArgumentException("Biases for " + row + " of " + out + " rows");
        }
        return bias;
    }

    /** Length of y. */
    public int out() {
        return rows.out;
    }

    /** Length of x. */
    public int in() {
        return rows.in;
    }

    /** How the weights are kept: BFloat16, Float, or Char where they are codes. */
    public ScalarType dtype() {
        return rows.dtype();
    }

    /** Memory of the packed weights. */
    public long bytes() {
        return rows.bytes;
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
        rows.requireOpen();
        if (x.length < rows.in || y.length < rows.out) {
            throw new IllegalArgumentException("Vectors of " + x.length + " and " + y.length + " for a matrix ["
                    + rows.out + ", " + rows.in + "]");
        }
        int pairs = rows.blocks / 2;
        int parts = parts(team.threads());
        // the longer parts first, so that threads end together
        int shorter = pairs / parts;
        int longer = pairs % parts;
        team.run(parts, (part, thread) -> {
            int from = part * shorter + Math.min(part, longer);
            int to = from + shorter + (part < longer ? 1 : 0);
            rows.multiply(x, y, add, 2 * from, 2 * to);
        });
    }

    private int parts(int threads) {
        long ofThread = Math.clamp(bytes() / threads / PART_BYTES, 1, MOST_PARTS_OF_A_THREAD);
        return (int) Math.min(rows.blocks / 2, threads * ofThread);
    }

    /** Frees the memory; no product may be under way. */
    @Override
    public void close() {
        rows.close();
    }
}
