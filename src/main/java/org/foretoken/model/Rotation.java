package org.foretoken.model;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.foretoken.torch.Tensors;

/** RoPE on libtorch tensors: cosines and sines of the positions met so far, for one head width. Any thread. */
final class Rotation implements AutoCloseable {
    private static final Scalar MINUS_ONE = Tensors.constant(-1);
    private static final Scalar ONE = Tensors.constant(1);
    private static final int FIRST_POSITIONS = 2048;

    private final Rope rope;
    private final int headDim;
    private final List<Table> tables = new ArrayList<>(); // the longest last; the others may still be in use

    /**
     * Of positions 0, 1, …
     *
     * @param cos [positions, 1, headDim / 2], float32; {@code sin} likewise
     */
    private record Table(Tensor cos, Tensor sin) {}

    Rotation(Rope rope, int headDim) {
        this.rope = rope;
        this.headDim = headDim;
    }

    /**
     * Turns heads by their positions.
     *
     * @param x_THd [T, heads, headDim], float32
     * @param at where the T rows stand
     * @return a new tensor of that shape
     */
    Tensor rotate(Tensor x_THd, Span at) {
        return turn(x_THd, at, MINUS_ONE, ONE);
    }

    /** Undoes {@link #rotate}. */
    Tensor unrotate(Tensor x_THd, Span at) {
        return turn(x_THd, at, ONE, MINUS_ONE);
    }

    private Tensor turn(Tensor x_THd, Span at, Scalar signOfFirst, Scalar signOfSecond) {
        long half = headDim / 2;
        Table table = table(at.end());
        Tensor c = at.rows(table.cos());
        Tensor s = at.rows(table.sin());
        Tensor first = x_THd.narrow(2, 0, half);
        Tensor second = x_THd.narrow(2, half, half);
        Tensor y = torch.empty_like(x_THd);
        Tensor yFirst = y.narrow(2, 0, half);
        Tensor ySecond = y.narrow(2, half, half);
        torch.mul_out(yFirst, first, c);
        yFirst.addcmul_(second, s, signOfFirst);
        torch.mul_out(ySecond, second, c);
        ySecond.addcmul_(first, s, signOfSecond);
        return y;
    }

    private synchronized Table table(int needed) {
        if (!tables.isEmpty() && tables.getLast().cos().size(0) >= needed) {
            return tables.getLast();
        }
        int positions = Math.max(FIRST_POSITIONS, Integer.highestOneBit(needed - 1) * 2);
        int half = headDim / 2;
        try (PointerScope scope = new PointerScope()) {
            tables.add(new Table(
                    Tensors.keep(Tensors.of(rope.table(headDim, positions, Math::cos), positions, 1, half)),
                    Tensors.keep(Tensors.of(rope.table(headDim, positions, Math::sin), positions, 1, half))));
        }
        return tables.getLast();
    }

    @Override
    public void close() {
        tables.forEach(table -> {
            table.cos().close();
            table.sin().close();
        });
    }
}
