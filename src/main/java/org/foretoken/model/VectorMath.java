package org.foretoken.model;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** The elementwise steps of a decoder on float arrays. */
public final class VectorMath {
    public static final VectorSpecies<Float> F = FloatVector.SPECIES_PREFERRED;
    public static final int LANES = F.length();

    private VectorMath() {}

    /** Root-mean-square norm: y = x / √(mean(x²) + eps) · weight, over {@code weight.length} entries; y may be x. */
    public static void rmsNorm(float[] x, int from, float[] weight, double eps, float[] y, int to) {
        int n = weight.length;
        int whole = F.loopBound(n);
        float scale = rmsScale(x, from, n, eps);
        int i = 0;
        for (; i < whole; i += LANES) {
            FloatVector v = FloatVector.fromArray(F, x, from + i).mul(scale);
            v.mul(FloatVector.fromArray(F, weight, i)).intoArray(y, to + i);
        }
        for (; i < n; i++) {
            y[to + i] = x[from + i] * scale * weight[i];
        }
    }

    /** 1 / √(mean(x²) + eps) over {@code n} entries. */
    private static float rmsScale(float[] x, int from, int n, double eps) {
        FloatVector squares = FloatVector.zero(F);
        int i = 0;
        for (; i < F.loopBound(n); i += LANES) {
            FloatVector v = FloatVector.fromArray(F, x, from + i);
            squares = v.fma(v, squares);
        }
        float sum = sum(squares);
        for (; i < n; i++) {
            sum += x[from + i] * x[from + i];
        }
        return (float) (1 / Math.sqrt(sum / (double) n + eps));
    }

    /**
     * The way back through {@link #rmsNorm}: with s = 1 / √(mean(x²) + eps), the gradient g by y becomes s·(w·g - x·s²·mean(x·w·g)), that by x.
     *
     * @param g [weight.length] from {@code at} on
     */
    public static void rmsNormBack(float[] x, int from, float[] weight, double eps, float[] g, int at) {
        int n = weight.length;
        int whole = F.loopBound(n);
        float scale = rmsScale(x, from, n, eps);
        FloatVector products = FloatVector.zero(F);
        int i = 0;
        for (; i < whole; i += LANES) {
            FloatVector weighted = FloatVector.fromArray(F, g, at + i).mul(FloatVector.fromArray(F, weight, i));
            products = weighted.fma(FloatVector.fromArray(F, x, from + i), products);
        }
        float sum = sum(products);
        for (; i < n; i++) {
            sum += g[at + i] * weight[i] * x[from + i];
        }
        float along = -scale * scale * scale * sum / n;
        for (i = 0; i < whole; i += LANES) {
            FloatVector weighted = FloatVector.fromArray(F, g, at + i).mul(FloatVector.fromArray(F, weight, i));
            FloatVector.fromArray(F, x, from + i)
                    .mul(along)
                    .add(weighted.mul(scale))
                    .intoArray(g, at + i);
        }
        for (; i < n; i++) {
            g[at + i] = x[from + i] * along + g[at + i] * weight[i] * scale;
        }
    }

    /**
     * RoPE of one head, half-split: (u, v) becomes (u cos - v sin, v cos + u sin), v being {@code half} entries after u.
     *
     * @param cos of the position's angles, from {@code angle} on, {@code sin} likewise
     * @param sign of the angles: -1 turns back
     */
    public static void turn(float[] y, int at, int half, float[] cos, float[] sin, int angle, float sign) {
        int d = 0;
        for (; d < F.loopBound(half); d += LANES) {
            FloatVector u = FloatVector.fromArray(F, y, at + d);
            FloatVector v = FloatVector.fromArray(F, y, at + half + d);
            FloatVector c = FloatVector.fromArray(F, cos, angle + d);
            FloatVector s = FloatVector.fromArray(F, sin, angle + d).mul(sign);
            u.mul(c).sub(v.mul(s)).intoArray(y, at + d);
            v.mul(c).add(u.mul(s)).intoArray(y, at + half + d);
        }
        for (; d < half; d++) {
            float u = y[at + d];
            float v = y[at + half + d];
            float s = sin[angle + d] * sign;
            y[at + d] = u * cos[angle + d] - v * s;
            y[at + half + d] = v * cos[angle + d] + u * s;
        }
    }

    /**
     * Gated unit: the first n entries become silu(gate) · up, where gate is the first n entries and up the n after them.
     *
     * @param scratch [n]
     */
    public static void siluGate(float[] gateUp, int n, float[] scratch) {
        exp(gateUp, 0, n, -1, 0, scratch, 0);
        int i = 0;
        for (; i < F.loopBound(n); i += LANES) {
            FloatVector gate = FloatVector.fromArray(F, gateUp, i);
            FloatVector up = FloatVector.fromArray(F, gateUp, n + i);
            gate.div(FloatVector.fromArray(F, scratch, i).add(1)).mul(up).intoArray(gateUp, i);
        }
        for (; i < n; i++) {
            gateUp[i] = gateUp[i] / (1 + scratch[i]) * gateUp[n + i];
        }
    }

    /**
     * The way back through {@link #siluGate}: gate and up become the gradients by them. With σ = 1 / (1 + e^-gate) they are g·up·σ·(1 + gate·(1 - σ)) and
     * g·gate·σ.
     *
     * @param g [n], the gradient by what came out
     * @param scratch [n]
     */
    public static void siluGateBack(float[] gateUp, int n, float[] g, float[] scratch) {
        exp(gateUp, 0, n, -1, 0, scratch, 0);
        FloatVector one = FloatVector.broadcast(F, 1);
        int i = 0;
        for (; i < F.loopBound(n); i += LANES) {
            FloatVector gate = FloatVector.fromArray(F, gateUp, i);
            FloatVector up = FloatVector.fromArray(F, gateUp, n + i);
            FloatVector share = one.div(FloatVector.fromArray(F, scratch, i).add(one));
            FloatVector open = FloatVector.fromArray(F, g, i).mul(share);
            one.sub(share).fma(gate, one).mul(open).mul(up).intoArray(gateUp, i);
            open.mul(gate).intoArray(gateUp, n + i);
        }
        for (; i < n; i++) {
            float gate = gateUp[i];
            float share = 1 / (1 + scratch[i]);
            float open = g[i] * share;
            gateUp[i] = (1 + gate * (1 - share)) * open * gateUp[n + i];
            gateUp[n + i] = open * gate;
        }
    }

    /**
     * The sum of a vector's lanes, always in the same order: that of {@code reduceLanes} is another in interpreted code than in compiled code, where
     * training has to go on bit for bit.
     */
    public static float sum(FloatVector vector) {
        float sum = 0;
        for (float lane : vector.toArray()) {
            sum += lane;
        }
        return sum;
    }

    /** Σ x·y over all entries of x. */
    public static float dot(float[] x, float[] y) {
        FloatVector products = FloatVector.zero(F);
        int i = 0;
        for (; i < F.loopBound(x.length); i += LANES) {
            products = FloatVector.fromArray(F, x, i).fma(FloatVector.fromArray(F, y, i), products);
        }
        float dot = sum(products);
        for (; i < x.length; i++) {
            dot += x[i] * y[i];
        }
        return dot;
    }

    /** The largest of {@code n} entries. */
    public static float max(float[] values, int from, int n) {
        FloatVector most = FloatVector.broadcast(F, Float.NEGATIVE_INFINITY);
        int i = 0;
        for (; i < F.loopBound(n); i += LANES) {
            most = most.max(FloatVector.fromArray(F, values, from + i));
        }
        float max = most.reduceLanes(VectorOperators.MAX);
        for (; i < n; i++) {
            max = Math.max(max, values[from + i]);
        }
        return max;
    }

    /**
     * y = e^(sign · x - shift), to 2 units in the last place. The JDK's own vector exp is fast on some machines and very slow on others. Here
     * x = n ln 2 + r and e^x = 2^n (1 + r + r²/2 + ...), the polynomial being Cephes' expf. Below -87 it gives 2^-126, above 88 2^127.
     *
     * @return the sum of y
     */
    public static float exp(float[] x, int from, int n, float sign, float shift, float[] y, int to) {
        // all in one method: see the kernels of PackedMatrix
        FloatVector sums = FloatVector.zero(F);
        FloatVector c2 = FloatVector.broadcast(F, 0.00019875691f);
        FloatVector c3 = FloatVector.broadcast(F, 0.0013981999f);
        FloatVector c4 = FloatVector.broadcast(F, 0.008333452f);
        FloatVector c5 = FloatVector.broadcast(F, 0.041665796f);
        FloatVector c6 = FloatVector.broadcast(F, 0.16666666f);
        FloatVector c7 = FloatVector.broadcast(F, 0.5f);
        FloatVector ln2High = FloatVector.broadcast(F, -0.6933594f);
        FloatVector ln2Low = FloatVector.broadcast(F, 0.00021219444f);
        int i = 0;
        for (; i < F.loopBound(n); i += LANES) {
            FloatVector v = FloatVector.fromArray(F, x, from + i).mul(sign).sub(shift);
            v = v.max(-87.33f).min(88.02f);
            // adding 1.5·2^23 rounds to an integer, which then stands in the lowest bits
            FloatVector shifted = v.fma(1.442695f, 12582912f);
            FloatVector whole = shifted.sub(12582912f);
            FloatVector r = whole.fma(ln2Low, whole.fma(ln2High, v));
            FloatVector p = r.fma(c2, c3)
                    .fma(r, c4)
                    .fma(r, c5)
                    .fma(r, c6)
                    .fma(r, c7)
                    .fma(r.mul(r), r)
                    .add(1);
            FloatVector power = shifted.reinterpretAsInts()
                    .lanewise(VectorOperators.LSHL, 23)
                    .add(127 << 23)
                    .reinterpretAsFloats();
            p = p.mul(power);
            p.intoArray(y, to + i);
            sums = sums.add(p);
        }
        float sum = sum(sums);
        for (; i < n; i++) {
            y[to + i] = (float) Math.exp(sign * x[from + i] - shift);
            sum += y[to + i];
        }
        return sum;
    }
}
