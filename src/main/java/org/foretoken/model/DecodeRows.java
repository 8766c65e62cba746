package org.foretoken.model;

import static org.foretoken.model.VectorMath.F;
import static org.foretoken.model.VectorMath.LANES;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The two products of attention, q Kᵀ and p V, for one head over rows of the cache [n, headDim] in float or bfloat16.
 *
 * <p>A bfloat16 row is read as pairs, an int each, so lanes hold every second dimension: vectors beside such rows (q, and the result of p V) are
 * <i>split</i>, even dimensions first, then odd ones. Beside float rows they are as they are.
 */
final class DecodeRows {
    private static final VectorSpecies<Integer> I = VectorSpecies.of(int.class, F.vectorShape());
    private static final ByteOrder LITTLE = ByteOrder.LITTLE_ENDIAN;
    private static final int HIGH = 0xffff0000;

    private DecodeRows() {}

    /** The even dimensions of {@code x[from .. from + dim)}, then the odd ones, times {@code scale}. */
    static void split(float[] x, int from, int dim, float scale, float[] y, int to) {
        for (int d = 0, half = dim / 2; d < half; d++) {
            y[to + d] = x[from + 2 * d] * scale;
            y[to + half + d] = x[from + 2 * d + 1] * scale;
        }
    }

    /** scores[t] = q · row t of bfloat16; q is split. */
    static void scoresOfPairs(float[] q, int qAt, MemorySegment rows, long at, int dim, int n, float[] scores, int to) {
        int half = dim / 2;
        int whole = F.loopBound(half);
        long row = 2L * dim;
        int t = 0;
        for (; t + 4 <= n; t += 4) {
            long r = at + t * row;
            FloatVector s0 = FloatVector.zero(F), s1 = s0, s2 = s0, s3 = s0;
            for (int d = 0; d < whole; d += LANES) {
                FloatVector even = FloatVector.fromArray(F, q, qAt + d);
                FloatVector odd = FloatVector.fromArray(F, q, qAt + half + d);
                long p = r + 4L * d;
                IntVector k0 = ints(rows, p), k1 = ints(rows, p + row);
                IntVector k2 = ints(rows, p + 2 * row), k3 = ints(rows, p + 3 * row);
                s0 = high(k0).fma(odd, low(k0).fma(even, s0));
                s1 = high(k1).fma(odd, low(k1).fma(even, s1));
                s2 = high(k2).fma(odd, low(k2).fma(even, s2));
                s3 = high(k3).fma(odd, low(k3).fma(even, s3));
            }
            scores[to + t] = s0.reduceLanes(VectorOperators.ADD);
            scores[to + t + 1] = s1.reduceLanes(VectorOperators.ADD);
            scores[to + t + 2] = s2.reduceLanes(VectorOperators.ADD);
            scores[to + t + 3] = s3.reduceLanes(VectorOperators.ADD);
        }
        for (; t < n; t++) {
            long r = at + t * row;
            FloatVector s = FloatVector.zero(F);
            for (int d = 0; d < whole; d += LANES) {
                IntVector k = ints(rows, r + 4L * d);
                s = low(k).fma(FloatVector.fromArray(F, q, qAt + d), s);
                s = high(k).fma(FloatVector.fromArray(F, q, qAt + half + d), s);
            }
            scores[to + t] = s.reduceLanes(VectorOperators.ADD);
        }
        for (int d = whole; d < half; d++) {
            for (t = 0; t < n; t++) {
                int pair = rows.get(ValueLayout.JAVA_INT_UNALIGNED, at + t * row + 4L * d);
                scores[to + t] += lowOf(pair) * q[qAt + d] + highOf(pair) * q[qAt + half + d];
            }
        }
    }

    /** y = Σ_t p[t] · row t of bfloat16; y is split. */
    static void sumOfPairs(float[] p, int pAt, MemorySegment rows, long at, int dim, int n, float[] y, int to) {
        int half = dim / 2;
        int whole = F.loopBound(half);
        long row = 2L * dim;
        for (int d = 0; d < whole; d += LANES) {
            FloatVector even0 = FloatVector.zero(F), odd0 = even0, even1 = even0, odd1 = even0;
            long r = at + 4L * d;
            int t = 0;
            for (; t + 2 <= n; t += 2, r += 2 * row) {
                IntVector v0 = ints(rows, r), v1 = ints(rows, r + row);
                FloatVector p0 = FloatVector.broadcast(F, p[pAt + t]), p1 = FloatVector.broadcast(F, p[pAt + t + 1]);
                even0 = low(v0).fma(p0, even0);
                odd0 = high(v0).fma(p0, odd0);
                even1 = low(v1).fma(p1, even1);
                odd1 = high(v1).fma(p1, odd1);
            }
            if (t < n) {
                IntVector v = ints(rows, r);
                FloatVector p0 = FloatVector.broadcast(F, p[pAt + t]);
                even0 = low(v).fma(p0, even0);
                odd0 = high(v).fma(p0, odd0);
            }
            even0.add(even1).intoArray(y, to + d);
            odd0.add(odd1).intoArray(y, to + half + d);
        }
        for (int d = whole; d < half; d++) {
            float even = 0;
            float odd = 0;
            for (int t = 0; t < n; t++) {
                int pair = rows.get(ValueLayout.JAVA_INT_UNALIGNED, at + t * row + 4L * d);
                even += lowOf(pair) * p[pAt + t];
                odd += highOf(pair) * p[pAt + t];
            }
            y[to + d] = even;
            y[to + half + d] = odd;
        }
    }

    /** scores[t] = q · row t of float. */
    static void scores(float[] q, int qAt, MemorySegment rows, long at, int dim, int n, float[] scores, int to) {
        int whole = F.loopBound(dim);
        long row = 4L * dim;
        int t = 0;
        for (; t + 4 <= n; t += 4) {
            long r = at + t * row;
            FloatVector s0 = FloatVector.zero(F), s1 = s0, s2 = s0, s3 = s0;
            for (int d = 0; d < whole; d += LANES) {
                FloatVector x = FloatVector.fromArray(F, q, qAt + d);
                long p = r + 4L * d;
                s0 = floats(rows, p).fma(x, s0);
                s1 = floats(rows, p + row).fma(x, s1);
                s2 = floats(rows, p + 2 * row).fma(x, s2);
                s3 = floats(rows, p + 3 * row).fma(x, s3);
            }
            scores[to + t] = s0.reduceLanes(VectorOperators.ADD);
            scores[to + t + 1] = s1.reduceLanes(VectorOperators.ADD);
            scores[to + t + 2] = s2.reduceLanes(VectorOperators.ADD);
            scores[to + t + 3] = s3.reduceLanes(VectorOperators.ADD);
        }
        for (; t < n; t++) {
            FloatVector s = FloatVector.zero(F);
            for (int d = 0; d < whole; d += LANES) {
                s = floats(rows, at + t * row + 4L * d).fma(FloatVector.fromArray(F, q, qAt + d), s);
            }
            scores[to + t] = s.reduceLanes(VectorOperators.ADD);
        }
        for (int d = whole; d < dim; d++) {
            for (t = 0; t < n; t++) {
                scores[to + t] += rows.get(ValueLayout.JAVA_FLOAT_UNALIGNED, at + t * row + 4L * d) * q[qAt + d];
            }
        }
    }

    /** y = Σ_t p[t] · row t of float. */
    static void sum(float[] p, int pAt, MemorySegment rows, long at, int dim, int n, float[] y, int to) {
        int whole = F.loopBound(dim);
        long row = 4L * dim;
        for (int d = 0; d < whole; d += LANES) {
            FloatVector s0 = FloatVector.zero(F), s1 = s0;
            long r = at + 4L * d;
            int t = 0;
            for (; t + 2 <= n; t += 2, r += 2 * row) {
                s0 = floats(rows, r).fma(FloatVector.broadcast(F, p[pAt + t]), s0);
                s1 = floats(rows, r + row).fma(FloatVector.broadcast(F, p[pAt + t + 1]), s1);
            }
            if (t < n) {
                s0 = floats(rows, r).fma(FloatVector.broadcast(F, p[pAt + t]), s0);
            }
            s0.add(s1).intoArray(y, to + d);
        }
        for (int d = whole; d < dim; d++) {
            float s = 0;
            for (int t = 0; t < n; t++) {
                s += rows.get(ValueLayout.JAVA_FLOAT_UNALIGNED, at + t * row + 4L * d) * p[pAt + t];
            }
            y[to + d] = s;
        }
    }

    private static IntVector ints(MemorySegment rows, long at) {
        return IntVector.fromMemorySegment(I, rows, at, LITTLE);
    }

    private static FloatVector floats(MemorySegment rows, long at) {
        return FloatVector.fromMemorySegment(F, rows, at, LITTLE);
    }

    private static FloatVector low(IntVector pairs) {
        return pairs.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats();
    }

    private static FloatVector high(IntVector pairs) {
        return pairs.and(HIGH).reinterpretAsFloats();
    }

    private static float lowOf(int pair) {
        return Float.intBitsToFloat(pair << 16);
    }

    private static float highOf(int pair) {
        return Float.intBitsToFloat(pair & HIGH);
    }
}
