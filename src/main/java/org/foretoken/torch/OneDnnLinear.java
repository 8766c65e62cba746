package org.foretoken.torch;

import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Dispatcher;
import org.bytedeco.pytorch.GenericList;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.IValueVector;
import org.bytedeco.pytorch.OperatorHandle;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * oneDNN's product on a weight packed into its blocked form. The operators are private to libtorch and reached by their names; unlike
 * {@code at::linear} they neither repack per call nor, in float32, fall to OpenBLAS.
 */
final class OneDnnLinear implements Linear {
    /** Rows that the blocked form is chosen for; any other number works too. */
    private static final long PACK_FOR_ROWS = 512;

    private static final long BLOCK = 64;

    private static final long FEW = 4;

    /** Rows times outputs from which a product in bfloat16 goes by whole blocks of rows: so measured with two threads, for 576 to 2,048 inputs. */
    private static final long BY_WHOLE_BLOCKS = 400_000;

    private final IValue weight;
    private final IValue bias;
    private final long outputs;
    private final boolean half;
    private final long bytes;

    OneDnnLinear(Tensor weight, @Nullable Tensor bias) {
        this.outputs = weight.size(0);
        this.half = weight.scalar_type().intern() == torch.ScalarType.BFloat16;
        this.bytes = weight.nbytes();
        try (PointerScope scope = new PointerScope()) {
            IValueVector stack = new IValueVector(new IValue(weight), new IValue(PACK_FOR_ROWS));
            Operators.PACK.callBoxed(stack);
            this.weight = Tensors.retained(new IValue(stack.get(0)));
            this.bias = Tensors.retained(bias == null ? new IValue() : new IValue(bias));
        }
    }

    @Override
    public Tensor apply(Tensor x) {
        long rows = x.dim() == 2 ? x.size(0) : 0;
        long first = half ? firstPart(rows, outputs) : firstPartF32(rows, outputs);
        if (first < rows) {
            return torch.cat(
                    Tensors.vector(product(x.narrow(0, 0, first)), product(x.narrow(0, first, rows - first))), 0);
        }
        long more = wellDivided(rows);
        if (more == rows) {
            return product(x);
        }
        Tensor padded = Tensors.empty(x.scalar_type(), more, x.size(1));
        padded.narrow(0, 0, rows).copy_(x);
        padded.narrow(0, rows, more - rows).zero_();
        return product(padded).narrow(0, 0, rows);
    }

    /**
     * How many rows a product begins with; those left, if any, are a product of their own. oneDNN does many rows with many outputs by whole blocks, so that 129
     * rows of 3,072 outputs took as long as 192; in bfloat16 cutting the last block off costs less, unless it is nearly full or one of many.
     */
    static long firstPart(long rows, long outputs) {
        long last = rows % BLOCK;
        long whole = rows - last;
        boolean byWholeBlocks = (whole + BLOCK) * outputs > BY_WHOLE_BLOCKS;
        boolean worthIt = last > 0 && 10 * (BLOCK - last) > rows;
        return whole > 0 && byWholeBlocks && worthIt ? whole : rows;
    }

    /** The same in float32, where only these rows are done as 192 of them would be. */
    static long firstPartF32(long rows, long outputs) {
        boolean asThreeBlocks = rows > 2 * BLOCK && rows < 2 * BLOCK + 30;
        return asThreeBlocks && outputs > 2048 ? 2 * BLOCK : rows;
    }

    /**
     * The next number of rows that oneDNN does fast. It cuts rows into blocks of equal size, and with a prime factor above {@link #BLOCK} finds only poor
     * ones, but for whole blocks that lack a few rows: 71 rows took 1.8 times as long as 72 in bfloat16, 127 no longer than 128.
     */
    static long wellDivided(long rows) {
        long well = rows;
        while (largestFactor(well) > BLOCK && well % BLOCK < BLOCK - FEW) {
            well++;
        }
        return well;
    }

    private static long largestFactor(long n) {
        long left = n;
        for (long factor = 2; factor * factor <= left; factor++) {
            while (left > factor && left % factor == 0) {
                left /= factor;
            }
        }
        return left;
    }

    private Tensor product(Tensor x) {
        IValueVector stack = new IValueVector(
                new IValue(x), weight, bias, Operators.NO_POST_OP, Operators.NO_SCALARS, Operators.NO_ALGORITHM);
        Operators.LINEAR.callBoxed(stack);
        return new Tensor(stack.get(0).toTensor());
    }

    @Override
    public long bytes() {
        return bytes;
    }

    @Override
    public void close() {
        weight.close();
        bias.close();
    }

    /** The operators and constant arguments, looked up once, outside any scope that would close them. */
    private static final class Operators {
        static final OperatorHandle PACK;
        static final OperatorHandle LINEAR;
        static final IValue NO_POST_OP;
        static final IValue NO_SCALARS;
        static final IValue NO_ALGORITHM;

        static {
            try (PointerScope scope = new PointerScope()) {
                PACK = Dispatcher.singleton().findSchemaOrThrow("mkldnn::_reorder_linear_weight", "");
                LINEAR = Dispatcher.singleton().findSchemaOrThrow("mkldnn::_linear_pointwise", "");
                NO_POST_OP = new IValue("none");
                NO_SCALARS = new IValue(new GenericList(
                        LINEAR.schema().arguments().getPointer(4).type().get().containedType(0)));
                NO_ALGORITHM = new IValue(new IValue());
                for (Pointer constant : new Pointer[] {PACK, LINEAR, NO_POST_OP, NO_SCALARS, NO_ALGORITHM}) {
                    constant.retainReference();
                }
            }
        }
    }
}
