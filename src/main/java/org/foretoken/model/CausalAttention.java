package org.foretoken.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.foretoken.torch.Sgemm;
import org.foretoken.torch.Sgemm.Matrix;
import org.foretoken.torch.Tensors;
import org.jspecify.annotations.Nullable;

/**
 * Attention of consecutive queries in float32, each to all keys up to its own, forth and back outside of any graph, by the calling thread: a block of a
 * head's queries at a time, whose scores stay in a core's cache between two products, and keys after the block take no part in them. libtorch's fused
 * operator takes one thread a third longer, its way back half as long again.
 */
public final class CausalAttention {
    /** Queries of a block: more of them multiply more that isn't seen, fewer make more calls. */
    private static final int BLOCK = 64;

    private final LayerShape shape;
    private final int start;
    private final int tokens;
    private final int headDim;
    private final float scale;
    private final Operands operands;
    private final Heads results;
    private final @Nullable Matrix mask;
    private final float[] maxima; // of each query's scores, [tokens, heads]
    private final float[] shares; // 1 / Σ e^(score - maximum)

    /**
     * Where vectors of heads stand.
     *
     * @param positions those of the first head, a row each
     * @param step from a head's first to the next head's, entries
     */
    public record Heads(Matrix positions, long step) {
        /** Of one sequence in a contiguous float32 tensor [B, T, heads · headDim] or [B·T, heads · headDim]. */
        public static Heads of(Tensor tensor, int sequence, int tokens, int width, int headDim) {
            return new Heads(Matrix.of(tensor, width).from((long) sequence * tokens * width), headDim);
        }

        private Matrix at(int head, int position) {
            return positions.from(head * step + (long) position * positions.stride());
        }
    }

    /**
     * What it is of, or the gradients by that.
     *
     * @param queries after RoPE, {@code tokens} of them
     * @param keys after RoPE, from position 0 on
     * @param values likewise
     */
    public record Operands(Heads queries, Heads keys, Heads values) {}

    /**
     * Some queries in a row.
     *
     * @param start keys before the first query's own
     * @param results of the way up, for each query
     * @param mask [tokens, start + tokens], added to the scores; null where the causal order is all there is
     */
    public CausalAttention(
            LayerShape shape, int start, int tokens, Operands operands, Heads results, @Nullable Matrix mask) {
        this.shape = shape;
        this.start = start;
        this.tokens = tokens;
        this.headDim = shape.headDim();
        this.scale = (float) (1 / Math.sqrt(headDim));
        this.operands = operands;
        this.results = results;
        this.mask = mask;
        this.maxima = new float[tokens * shape.heads()];
        this.shares = new float[tokens * shape.heads()];
    }

    /**
     * A head's queries {@code first} and on.
     *
     * @param end keys up to the last one's
     */
    private record Block(int head, int kvHead, int first, int size, int end) {}

    private List<Block> blocks() {
        List<Block> blocks = new ArrayList<>();
        for (int head = 0; head < shape.heads(); head++) {
            for (int first = 0; first < tokens; first += BLOCK) {
                int size = Math.min(BLOCK, tokens - first);
                blocks.add(new Block(head, head * shape.kvHeads() / shape.heads(), first, size, start + first + size));
            }
        }
        return blocks;
    }

    /** A number for each query of a block and each key, [queries, keys]. */
    private final class Scores {
        private final Tensor tensor = Tensors.empty(ScalarType.Float, BLOCK, start + tokens);
        final Matrix matrix = Matrix.of(tensor, start + tokens);
        final float[] row = new float[start + tokens];

        void read(int query, int seen) {
            matrix.read((long) query * matrix.stride(), row, seen);
        }

        /** Writes the row back, and zeros for what isn't seen. */
        void write(int query, int seen, int end) {
            Arrays.fill(row, seen, end, 0);
            matrix.write((long) query * matrix.stride(), row, end);
        }
    }

    private void score(Block block, Scores scores) {
        Matrix q = operands.queries.at(block.head, block.first);
        Matrix k = operands.keys.at(block.kvHead, 0).transpose();
        Sgemm.multiply(block.size, block.end, headDim, scale, q, k, 0, scores.matrix);
    }

    /** Leaves a query's scores in {@code scores.row}; returns how many keys it sees. */
    private int read(Block block, int query, Scores scores) {
        int seen = start + block.first + query + 1;
        scores.read(query, seen);
        if (mask != null) {
            float[] added = new float[seen];
            mask.read((long) (block.first + query) * mask.stride(), added, seen);
            for (int key = 0; key < seen; key++) {
                scores.row[key] += added[key];
            }
        }
        return seen;
    }

    private int number(Block block, int query) {
        return (block.first + query) * shape.heads() + block.head;
    }

    /** The way up, before {@link #back}. */
    public void up() {
        try (PointerScope scope = new PointerScope()) {
            Scores scores = new Scores();
            blocks().forEach(block -> up(block, scores));
        }
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
        Matrix v = operands.values.at(block.kvHead, 0);
        Sgemm.multiply(block.size, headDim, block.end, 1, scores.matrix, v, 0, results.at(block.head, block.first));
    }

    /**
     * The way back. Where P is the softmax, O = P·V and G the gradient by O, that by V is Pᵀ·G and that by the scores P∘(G·Vᵀ - rowsum(G∘O)).
     *
     * @param byResults the gradient by the results
     * @param by to be written, that by keys and values being zero before
     */
    public void back(Heads byResults, Operands by) {
        try (PointerScope scope = new PointerScope()) {
            Scores scores = new Scores();
            Scores byScores = new Scores();
            blocks().forEach(block -> back(block, scores, byScores, byResults, by));
        }
    }

    private void back(Block block, Scores scores, Scores byScores, Heads byResults, Operands by) {
        float[] result = new float[headDim];
        float[] byResult = new float[headDim];
        float[] p = scores.row;
        float[] byRow = byScores.row;
        score(block, scores);
        Matrix g = byResults.at(block.head, block.first);
        Matrix v = operands.values.at(block.kvHead, 0).transpose();
        Sgemm.multiply(block.size, block.end, headDim, 1, g, v, 0, byScores.matrix);
        Matrix o = results.at(block.head, block.first);
        for (int i = 0; i < block.size; i++) {
            g.read((long) i * g.stride(), byResult, headDim);
            o.read((long) i * o.stride(), result, headDim);
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
        Matrix q = operands.queries.at(block.head, block.first);
        Matrix k = operands.keys.at(block.kvHead, 0);
        Matrix byK = by.keys.at(block.kvHead, 0);
        Matrix byV = by.values.at(block.kvHead, 0);
        Matrix byQ = by.queries.at(block.head, block.first);
        Sgemm.multiply(block.end, headDim, block.size, 1, scores.matrix.transpose(), g, 1, byV);
        Sgemm.multiply(block.size, headDim, block.end, scale, byScores.matrix, k, 0, byQ);
        Sgemm.multiply(block.end, headDim, block.size, scale, byScores.matrix.transpose(), q, 1, byK);
    }
}
