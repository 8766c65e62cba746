package org.foretoken.model;

import org.bytedeco.pytorch.global.torch.ScalarType;
import org.foretoken.torch.FloatMemory;
import org.foretoken.torch.WorkerTeam;

/**
 * Attention of one query position over the cache, softmax(q Kᵀ / √headDim) V, in float.
 *
 * <p>The work is cut into pieces of one key head and {@link #BLOCK} positions. Each piece gives, for every query head of that key head, its greatest
 * score m, the sum s of exp(score - m) and o = Σ exp(score - m) v; the pieces of a head are then joined: Σ exp(m_i - m) o_i / Σ exp(m_i - m) s_i. The
 * cut depends on nothing but the length, so results don't depend on the number of threads.
 */
final class DecodeAttention {
    /** Positions of a piece. 128 rows of 64 bfloat16 and their scores stay in the first-level cache. */
    static final int BLOCK = 128;

    private final WorkerTeam team;

    // grown to the longest context asked for
    private float[] queries = {};
    private float[] scores = {};
    private float[] greatest = {};
    private float[] sums = {};
    private float[] outputs = {};

    DecodeAttention(WorkerTeam team) {
        this.team = team;
    }

    /**
     * Attends to the first {@code length} rows of each key head.
     *
     * @param q [heads, headDim], rotated
     * @param keys [kvHeads, capacity, headDim]
     * @param values [kvHeads, capacity, headDim]
     * @param y [heads, headDim]
     */
    void attend(
            LayerShape shape, float[] q, FloatMemory keys, FloatMemory values, int capacity, int length, float[] y) {
        int blocks = (length + BLOCK - 1) / BLOCK;
        grow(shape, blocks);
        boolean pairs = keys.dtype() == ScalarType.BFloat16;
        float scale = (float) (1 / Math.sqrt(shape.headDim()));
        for (int h = 0; h < shape.heads(); h++) {
            int at = h * shape.headDim();
            arrange(q, at, shape.headDim(), scale, pairs, queries);
        }
        team.run(shape.kvHeads() * blocks, piece -> {
            int first = piece % blocks * BLOCK;
            int n = Math.min(BLOCK, length - first);
            attendPiece(shape, piece, blocks, keys, values, capacity, first, n, pairs);
        });
        for (int h = 0; h < shape.heads(); h++) {
            join(shape, h, blocks, pairs, y);
        }
    }

    private void grow(LayerShape shape, int blocks) {
        int headBlocks = shape.heads() * blocks;
        if (queries.length < shape.queryDim()) {
            queries = new float[shape.queryDim()];
        }
        if (greatest.length < headBlocks) {
            greatest = new float[headBlocks];
            sums = new float[headBlocks];
        }
        if (scores.length < headBlocks * BLOCK) {
            scores = new float[headBlocks * BLOCK];
        }
        if (outputs.length < headBlocks * shape.headDim()) {
            outputs = new float[headBlocks * shape.headDim()];
        }
    }

    private static void arrange(float[] x, int at, int dim, float scale, boolean pairs, float[] y) {
        if (pairs) {
            DecodeRows.split(x, at, dim, scale, y, at);
            return;
        }
        for (int d = at; d < at + dim; d++) {
            y[d] = x[d] * scale;
        }
    }

    /** One key head's positions {@code first .. first + n} for all its query heads. */
    private void attendPiece(
            LayerShape shape,
            int piece,
            int blocks,
            FloatMemory keys,
            FloatMemory values,
            int capacity,
            int first,
            int n,
            boolean pairs) {
        int dim = shape.headDim();
        int group = shape.heads() / shape.kvHeads();
        int kvHead = piece / blocks;
        int block = piece % blocks;
        long at = ((long) kvHead * capacity + first) * dim * (pairs ? 2 : 4);
        for (int h = kvHead * group; h < (kvHead + 1) * group; h++) {
            int cell = h * blocks + block;
            int s = cell * BLOCK;
            if (pairs) {
                DecodeRows.scoresOfPairs(queries, h * dim, keys.bytes(), at, dim, n, scores, s);
            } else {
                DecodeRows.scores(queries, h * dim, keys.bytes(), at, dim, n, scores, s);
            }
            greatest[cell] = VectorMath.max(scores, s, n);
            sums[cell] = VectorMath.expAll(scores, s, n, greatest[cell]);
            if (pairs) {
                DecodeRows.sumOfPairs(scores, s, values.bytes(), at, dim, n, outputs, cell * dim);
            } else {
                DecodeRows.sum(scores, s, values.bytes(), at, dim, n, outputs, cell * dim);
            }
        }
    }

    /** Joins a head's pieces into {@code y[h * headDim ..]}. */
    private void join(LayerShape shape, int h, int blocks, boolean pairs, float[] y) {
        int dim = shape.headDim();
        float max = VectorMath.max(greatest, h * blocks, blocks);
        float sum = 0;
        for (int b = h * blocks; b < (h + 1) * blocks; b++) {
            float weight = (float) Math.exp(greatest[b] - max);
            greatest[b] = weight;
            sum += weight * sums[b];
        }
        for (int d = 0; d < dim; d++) {
            float o = 0;
            for (int b = h * blocks; b < (h + 1) * blocks; b++) {
                o += greatest[b] * outputs[b * dim + d];
            }
            int to = pairs ? (d < dim / 2 ? 2 * d : 2 * d - dim + 1) : d;
            y[h * dim + to] = o / sum;
        }
    }
}
