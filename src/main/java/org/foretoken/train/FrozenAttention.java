package org.foretoken.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.foretoken.model.LayerShape;
import org.foretoken.model.VectorMath;
import org.foretoken.torch.Sgemm;
import org.foretoken.torch.Sgemm.Matrix;
import org.foretoken.torch.Tensors;
import org.jspecify.annotations.Nullable;

/**
 * Causal attention forth and back outside of any graph, by the calling thread: a block of a head's queries at a time, whose scores stay in a core's cache
 * between two products, and keys after the block take no part in them. libtorch's fused operator takes a third longer, its way back half as long again.
 */
final class FrozenAttention {
    /** Queries of a block: more of them multiply more that isn't seen, fewer make more calls. */
    private static final int BLOCK = 64;

    private final LayerShape shape;
    private final int rows;
    private final int length;
    private final int headDim;
    private final float scale;
    private final Matrix queries;
    private final Matrix keys;
    private final Matrix values;
    private final @Nullable Matrix mask;
    private final int masks; // rows of the batch that have one of their own
    private final Tensor attended;
    private final Matrix results;
    private final float[] maxima; // of each query's scores, [B, T, heads]
    private final float[] shares; // 1 / Σ e^(score - maximum)

    /**
     * The way up. Its tensors, float32 and contiguous, must live and stay as they are until {@link #back}.
     *
     * @param queries_BTHd [B, T, heads, headDim], after RoPE
     * @param keys_BTHd [B, T, kvHeads, headDim], after RoPE
     * @param values_BTD [B, T, kvDim]
     * @param mask as {@link Layer#after} has it
     */
    FrozenAttention(LayerShape shape, Tensor queries_BTHd, Tensor keys_BTHd, Tensor values_BTD, TensorOptional mask) {
        this.shape = shape;
        this.rows = (int) values_BTD.size(0);
        this.length = (int) values_BTD.size(1);
        this.headDim = shape.headDim();
        this.scale = (float) (1 / Math.sqrt(headDim));
        this.queries = Matrix.of(queries_BTHd, shape.queryDim());
        this.keys = Matrix.of(keys_BTHd, shape.kvDim());
        this.values = Matrix.of(values_BTD, shape.kvDim());
        this.mask = mask.has_value() ? Matrix.of(mask.get(), length) : null;
        this.masks = mask.has_value() ? (int) mask.get().size(0) : 1;
        this.attended = Tensors.empty(ScalarType.Float, (long) rows * length, shape.queryDim());
        this.results = Matrix.of(attended, shape.queryDim());
        this.maxima = new float[rows * length * shape.heads()];
        this.shares = new float[rows * length * shape.heads()];
        try (PointerScope scope = new PointerScope()) {
            Scores scores = new Scores();
            blocks().forEach(block -> up(block, scores));
        }
    }

    /** What came out, [B·T, queryDim]. */
    Tensor attended() {
        return attended;
    }

    /**
     * A head's queries {@code first} and on.
     *
     * @param end keys up to the last one's
     * @param query entry of the first query in its tensor
     * @param key entry of the first of all keys in its tensor
     */
    private record Block(int row, int head, int first, int size, int end, long query, long key) {}

    private List<Block> blocks() {
        List<Block> blocks = new ArrayList<>();
        for (int row = 0; row < rows; row++) {
            for (int head = 0; head < shape.heads(); head++) {
                int kvHead = head * shape.kvHeads() / shape.heads();
                long key = (long) row * length * shape.kvDim() + (long) kvHead * headDim;
                for (int first = 0; first < length; first += BLOCK) {
                    int size = Math.min(BLOCK, length - first);
                    long query = ((long) row * length + first) * shape.queryDim() + (long) head * headDim;
                    blocks.add(new Block(row, head, first, size, first + size, query, key));
                }
            }
        }
        return blocks;
    }

    /** A number for each query of a block and each key, [queries, keys]. */
    private final class Scores {
        final Matrix matrix = Matrix.of(Tensors.empty(ScalarType.Float, BLOCK, length), length);
        final float[] row = new float[length];

        void read(int query, int seen) {
            matrix.read((long) query * length, row, seen);
        }

        /** Writes the row back, and zeros for what isn't seen. */
        void write(int query, int seen, int end) {
            Arrays.fill(row, seen, end, 0);
            matrix.write((long) query * length, row, end);
        }
    }

    private void score(Block block, Scores scores) {
        Matrix k = keys.from(block.key).transpose();
        Sgemm.multiply(block.size, block.end, headDim, scale, queries.from(block.query), k, 0, scores.matrix);
    }

    /** Leaves a query's scores in {@code scores.row}; returns how many keys it sees. */
    private int read(Block block, int query, Scores scores) {
        int position = block.first + query;
        int seen = position + 1;
        scores.read(query, seen);
        if (mask != null) {
            float[] added = new float[seen];
            mask.read(((long) block.row % masks * length + position) * length, added, seen);
            for (int key = 0; key < seen; key++) {
                scores.row[key] += added[key];
            }
        }
        return seen;
    }

    private int number(Block block, int query) {
        return (block.row * length + block.first + query) * shape.heads() + block.head;
    }

    private void up(Block block, Scores scores) {
        float[] row = scores.row;
        score(block, scores);
        for (int i = 0; i < block.size; i++) {
            int seen = read(block, i, scores);
            float max = VectorMath.max(row, 0, seen);
            float share = 1 / VectorMath.exp(row, 0, seen, 1, max, row, 0);
            for (int key = 0; key < seen; key++) {
                row[key] *= share;
            }
            scores.write(i, seen, block.end);
            maxima[number(block, i)] = max;
            shares[number(block, i)] = share;
        }
        Matrix v = values.from(block.key);
        Sgemm.multiply(block.size, headDim, block.end, 1, scores.matrix, v, 0, results.from(block.query));
    }

    /**
     * Gradients.
     *
     * @param queries [B, T, heads, headDim]
     * @param keys [B, T, kvHeads, headDim]
     * @param values [B, T, kvDim]
     */
    record Gradients(Tensor queries, Tensor keys, Tensor values) {}

    /**
     * The way back. Where P is the softmax, O = P·V and G the gradient by O, that by V is Pᵀ·G and that by the scores P∘(G·Vᵀ - rowsum(G∘O)).
     *
     * @param gradient by {@link #attended}, float32 and contiguous
     */
    Gradients back(Tensor gradient) {
        Tensor byQueries = Tensors.empty(ScalarType.Float, rows, length, shape.heads(), headDim);
        Tensor byKeys = Tensors.empty(ScalarType.Float, rows, length, shape.kvHeads(), headDim);
        Tensor byValues = Tensors.empty(ScalarType.Float, rows, length, shape.kvDim());
        byKeys.zero_();
        byValues.zero_();
        Matrix by = Matrix.of(gradient, shape.queryDim());
        Matrix byQ = Matrix.of(byQueries, shape.queryDim());
        Matrix byK = Matrix.of(byKeys, shape.kvDim());
        Matrix byV = Matrix.of(byValues, shape.kvDim());
        try (PointerScope scope = new PointerScope()) {
            Scores scores = new Scores();
            Scores byScores = new Scores();
            for (Block block : blocks()) {
                Matrix g = by.from(block.query);
                backToScores(block, g, scores, byScores);
                Matrix q = queries.from(block.query);
                Matrix k = keys.from(block.key);
                Matrix p = scores.matrix;
                Matrix s = byScores.matrix;
                Sgemm.multiply(block.end, headDim, block.size, 1, p.transpose(), g, 1, byV.from(block.key));
                Sgemm.multiply(block.size, headDim, block.end, scale, s, k, 0, byQ.from(block.query));
                Sgemm.multiply(block.end, headDim, block.size, scale, s.transpose(), q, 1, byK.from(block.key));
            }
        }
        return new Gradients(byQueries, byKeys, byValues);
    }

    /**
     * Leaves a block's softmax in {@code scores} and the gradient by its scores in {@code byScores}.
     *
     * @param g the gradient by what came out of the block
     */
    private void backToScores(Block block, Matrix g, Scores scores, Scores byScores) {
        score(block, scores);
        Matrix v = values.from(block.key).transpose();
        Sgemm.multiply(block.size, block.end, headDim, 1, g, v, 0, byScores.matrix);
        Matrix o = results.from(block.query);
        float[] result = new float[headDim];
        float[] byResult = new float[headDim];
        float[] p = scores.row;
        float[] byRow = byScores.row;
        for (int i = 0; i < block.size; i++) {
            o.read((long) i * o.stride(), result, headDim);
            g.read((long) i * g.stride(), byResult, headDim);
            float along = VectorMath.dot(byResult, result);
            int seen = read(block, i, scores);
            VectorMath.exp(p, 0, seen, 1, maxima[number(block, i)], p, 0);
            float share = shares[number(block, i)];
            byScores.read(i, seen);
            for (int key = 0; key < seen; key++) {
                p[key] *= share;
                byRow[key] = p[key] * (byRow[key] - along);
            }
            scores.write(i, seen, block.end);
            byScores.write(i, seen, block.end);
        }
    }
}
