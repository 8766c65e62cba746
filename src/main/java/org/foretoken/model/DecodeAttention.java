package org.foretoken.model;

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

    /** Floats between what different threads write, array headers included: two cache lines, which travel together. */
    private static final int APART = 32;

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

    /** Pieces [heads, blocks, headDim + APART]: o, then m and s. Grown to the longest context asked for. */
    private float[] pieces = {};

    /** What each piece of a head counts [blocks]. */
    private float[] weights = {};

    DecodeAttention(DecoderConfig config, WorkerTeam team) {
        this.team = team;
        int queryDim = 0;
        int headDim = 0;
        for (LayerShape shape : config.layers()) {
            queryDim = Math.max(queryDim, shape.queryDim());
            headDim = Math.max(headDim, shape.headDim());
        }
        keyRows = new float[team.threads()][BLOCK * headDim + APART];
        valueRows = new float[team.threads()][BLOCK * headDim + APART];
        scores = new float[team.threads()][BLOCK + APART];
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
        int stride = dim + APART;
        if (pieces.length < shape.heads() * blocks * stride) {
            pieces = new float[2 * shape.heads() * blocks * stride];
        }
        if (weights.length < blocks) {
            weights = new float[2 * blocks];
        }
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
                attendPiece(head * dim, (head * blocks + block) * stride, dim, n, thread);
            }
        });
        for (int head = 0; head < shape.heads(); head++) {
            join(head, blocks, dim);
            for (int d = 0; d < dim; d++) {
                y[head * dim + d] = joined[place[d]];
            }
        }
    }

    /** The query head at {@code queries[q]} over n rows that the thread has read, into {@code pieces[piece]}. */
    private void attendPiece(int q, int piece, int dim, int n, int thread) {
        float[] s = scores[thread];
        DecodeRows.scores(queries, q, keyRows[thread], dim, n, s);
        float max = VectorMath.max(s, 0, n);
        pieces[piece + dim] = max;
        pieces[piece + dim + 1] = VectorMath.exp(s, 0, n, 1, max, s, 0);
        DecodeRows.sum(s, valueRows[thread], 0, dim, dim, n, pieces, piece);
    }

    /** Joins a head's pieces. */
    private void join(int head, int blocks, int dim) {
        int stride = dim + APART;
        int from = head * blocks * stride;
        int to = from + blocks * stride;
        float max = Float.NEGATIVE_INFINITY;
        for (int piece = from; piece < to; piece += stride) {
            max = Math.max(max, pieces[piece + dim]);
        }
        float sum = 0;
        for (int b = 0; b < blocks; b++) {
            int piece = from + b * stride;
            weights[b] = (float) Math.exp(pieces[piece + dim] - max);
            sum += weights[b] * pieces[piece + dim + 1];
        }
        for (int b = 0; b < blocks; b++) {
            weights[b] /= sum;
        }
        DecodeRows.sum(weights, pieces, from, stride, dim, blocks, joined, 0);
    }
}
