package org.foretoken.model;

import java.util.Arrays;
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
    /** Positions of a piece: their keys and values as floats stay in the cache next to a core. */
    static final int BLOCK = 64;

    private final WorkerTeam team;

    /** For each thread: the piece's keys, its values [BLOCK, headDim], the scores of one head [BLOCK]. */
    private final float[][] keyRows;

    private final float[][] valueRows;
    private final float[][] scores;

    /** Queries [heads, headDim], divided by √headDim, arranged like the rows. */
    private final float[] queries;

    /** Where rows have each dimension [headDim]. */
    private final int[] place;

    /** One head's output, arranged like the rows [headDim]. */
    private final float[] joined;

    // m, s [heads, blocks] and o [heads, blocks, headDim] of the pieces; grown to the longest context asked for
    private float[] greatest = {};
    private float[] sums = {};
    private float[] outputs = {};

    DecodeAttention(DecoderConfig config, WorkerTeam team) {
        this.team = team;
        int queryDim = 0;
        int headDim = 0;
        for (LayerShape shape : config.layers()) {
            queryDim = Math.max(queryDim, shape.queryDim());
            headDim = Math.max(headDim, shape.headDim());
        }
        keyRows = new float[team.threads()][BLOCK * headDim];
        valueRows = new float[team.threads()][BLOCK * headDim];
        scores = new float[team.threads()][BLOCK];
        queries = new float[queryDim];
        place = new int[headDim];
        joined = new float[headDim];
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
        int dim = shape.headDim();
        int blocks = (length + BLOCK - 1) / BLOCK;
        boolean arranged = DecodeRows.arranged(keys.dtype(), dim);
        grow(shape.heads() * blocks, dim);
        float scale = (float) (1 / Math.sqrt(dim));
        for (int d = 0; d < dim; d++) {
            place[d] = arranged ? DecodeRows.arrange(d) : d;
        }
        for (int at = 0; at < shape.queryDim(); at += dim) {
            for (int d = 0; d < dim; d++) {
                queries[at + place[d]] = q[at + d] * scale;
            }
        }
        team.run(shape.kvHeads() * blocks, (piece, thread) -> {
            int kvHead = piece / blocks;
            int block = piece % blocks;
            long at = ((long) kvHead * capacity + (long) block * BLOCK) * dim;
            int n = Math.min(BLOCK, length - block * BLOCK);
            DecodeRows.read(keys, at, n * dim, arranged, keyRows[thread]);
            DecodeRows.read(values, at, n * dim, arranged, valueRows[thread]);
            int group = shape.heads() / shape.kvHeads();
            for (int head = kvHead * group; head < (kvHead + 1) * group; head++) {
                attendPiece(head * dim, head * blocks + block, dim, n, thread);
            }
        });
        for (int head = 0; head < shape.heads(); head++) {
            join(head, blocks, dim);
            for (int d = 0; d < dim; d++) {
                y[head * dim + d] = joined[place[d]];
            }
        }
    }

    private void grow(int pieces, int dim) {
        if (greatest.length < pieces) {
            greatest = new float[2 * pieces];
            sums = new float[2 * pieces];
        }
        if (outputs.length < pieces * dim) {
            outputs = new float[2 * pieces * dim];
        }
    }

    /** The query head at {@code queries[q]} over n rows that the thread has read. */
    private void attendPiece(int q, int piece, int dim, int n, int thread) {
        float[] s = scores[thread];
        DecodeRows.scores(queries, q, keyRows[thread], dim, n, s, 0);
        greatest[piece] = VectorMath.max(s, 0, n);
        sums[piece] = VectorMath.exp(s, 0, n, 1, greatest[piece], s, 0);
        DecodeRows.sum(s, 0, valueRows[thread], dim, n, outputs, piece * dim);
    }

    /** Joins a head's pieces. */
    private void join(int head, int blocks, int dim) {
        int first = head * blocks;
        float max = VectorMath.max(greatest, first, blocks);
        float sum = 0;
        for (int b = first; b < first + blocks; b++) {
            greatest[b] = (float) Math.exp(greatest[b] - max);
            sum += greatest[b] * sums[b];
        }
        Arrays.fill(joined, 0, dim, 0);
        for (int b = first; b < first + blocks; b++) {
            float weight = greatest[b] / sum;
            for (int d = 0, o = b * dim; d < dim; d++) {
                joined[d] += weight * outputs[o + d];
            }
        }
    }
}
