package org.foretoken.model;

import static org.foretoken.model.VectorMath.F;
import static org.foretoken.model.VectorMath.LANES;

import java.nio.ByteOrder;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.foretoken.torch.FloatMemory;

/**
 * Rows of the cache as floats, and the two products of attention with them: q Kᵀ and p V of one head.
 *
 * <p>Bfloat16 is read in pairs, an int each, so that a vector gives every second dimension. Rows are left that way: each {@code 2 LANES} dimensions
 * stand with the even ones first, then the odd ones. Vectors beside such rows must be arranged alike ({@link #arrange}); the order changes no
 * product. Where a head isn't made of whole such groups, and for floats, rows stand in their own order.
 */
final class DecodeRows {
    private static final VectorSpecies<Integer> I = VectorSpecies.of(int.class, F.vectorShape());

    private DecodeRows() {}

    /** Whether rows of that type and width stand in even and odd dimensions. */
    static boolean arranged(ScalarType dtype, int dim) {
        return dtype == ScalarType.BFloat16 && dim % (2 * LANES) == 0;
    }

    /** Where an arranged vector has dimension d. */
    static int arrange(int d) {
        int group = d / (2 * LANES) * 2 * LANES;
        return group + d % 2 * LANES + (d - group) / 2;
    }

    /** {@code count} floats from {@code index} on into the start of {@code rows}: whole rows. */
    static void read(FloatMemory memory, long index, int count, boolean arranged, float[] rows) {
        if (!arranged) {
            memory.read(index, rows, count);
            return;
        }
        long at = 2 * index;
        for (int i = 0; i < count; i += 2 * LANES) {
            IntVector pairs = IntVector.fromMemorySegment(I, memory.bytes(), at + 2L * i, ByteOrder.LITTLE_ENDIAN);
            pairs.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats().intoArray(rows, i);
            pairs.and(0xffff0000).reinterpretAsFloats().intoArray(rows, i + LANES);
        }
    }

    /** scores[t] = q · row t, for n rows of {@code dim}; q begins at {@code q[from]}. */
    static void scores(float[] q, int from, float[] rows, int dim, int n, float[] scores) {
        Arrays.fill(scores, 0, n, 0);
        int d = 0;
        for (; d + 4 * LANES <= dim; d += 4 * LANES) {
            FloatVector q0 = FloatVector.fromArray(F, q, from + d), q1 = FloatVector.fromArray(F, q, from + d + LANES);
            FloatVector q2 = FloatVector.fromArray(F, q, from + d + 2 * LANES),
                    q3 = FloatVector.fromArray(F, q, from + d + 3 * LANES);
            for (int t = 0, r = d; t < n; t++, r += dim) {
                FloatVector a = FloatVector.fromArray(F, rows, r)
                        .fma(q0, FloatVector.fromArray(F, rows, r + LANES).mul(q1));
                FloatVector b = FloatVector.fromArray(F, rows, r + 2 * LANES)
                        .fma(q2, FloatVector.fromArray(F, rows, r + 3 * LANES).mul(q3));
                scores[t] += a.add(b).reduceLanes(VectorOperators.ADD);
            }
        }
        for (; d + LANES <= dim; d += LANES) {
            FloatVector q0 = FloatVector.fromArray(F, q, from + d);
            for (int t = 0, r = d; t < n; t++, r += dim) {
                scores[t] += FloatVector.fromArray(F, rows, r).mul(q0).reduceLanes(VectorOperators.ADD);
            }
        }
        for (; d < dim; d++) {
            for (int t = 0; t < n; t++) {
                scores[t] += rows[t * dim + d] * q[from + d];
            }
        }
    }

    /** y[d] = Σ_t p[t] · row t, for n rows of {@code dim} that begin at {@code rows[at]}, {@code stride} apart. */
    static void sum(float[] p, float[] rows, int at, int stride, int dim, int n, float[] y, int to) {
        int d = 0;
        for (; d + 4 * LANES <= dim; d += 4 * LANES) {
            FloatVector y0 = FloatVector.zero(F), y1 = y0, y2 = y0, y3 = y0;
            for (int t = 0, r = at + d; t < n; t++, r += stride) {
                FloatVector weight = FloatVector.broadcast(F, p[t]);
                y0 = FloatVector.fromArray(F, rows, r).fma(weight, y0);
                y1 = FloatVector.fromArray(F, rows, r + LANES).fma(weight, y1);
                y2 = FloatVector.fromArray(F, rows, r + 2 * LANES).fma(weight, y2);
                y3 = FloatVector.fromArray(F, rows, r + 3 * LANES).fma(weight, y3);
            }
            y0.intoArray(y, to + d);
            y1.intoArray(y, to + d + LANES);
            y2.intoArray(y, to + d + 2 * LANES);
            y3.intoArray(y, to + d + 3 * LANES);
        }
        for (; d + LANES <= dim; d += LANES) {
            FloatVector y0 = FloatVector.zero(F);
            for (int t = 0, r = at + d; t < n; t++, r += stride) {
                y0 = FloatVector.fromArray(F, rows, r).fma(FloatVector.broadcast(F, p[t]), y0);
            }
            y0.intoArray(y, to + d);
        }
        for (; d < dim; d++) {
            float sum = 0;
            for (int t = 0; t < n; t++) {
                sum += rows[at + t * stride + d] * p[t];
            }
            y[to + d] = sum;
        }
    }
}
