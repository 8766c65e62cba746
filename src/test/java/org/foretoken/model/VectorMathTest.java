package org.foretoken.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class VectorMathTest {
    private final Random random = new Random(3);

    @Test
    void expIsWithinTwoUnitsInTheLastPlace() {
        float[] x = new float[VectorMath.LANES];
        float[] y = new float[VectorMath.LANES];
        for (int i = 0; i < 100_000; i++) {
            for (int lane = 0; lane < x.length; lane++) {
                x[lane] = (float) (random.nextDouble() * 175 - 87.3);
            }
            VectorMath.exp(x, 0, x.length, 1, 0, y, 0);
            for (int lane = 0; lane < x.length; lane++) {
                float expected = (float) Math.exp(x[lane]);
                if (Math.abs(y[lane] - expected) > 2 * Math.ulp(expected)) {
                    assertThat(y[lane]).as("e^%s", x[lane]).isEqualTo(expected);
                }
            }
        }
    }

    @Test
    void expOfExtremes() {
        assertThat(exp(0)).isEqualTo(1);
        assertThat(exp(Float.NEGATIVE_INFINITY)).isBetween(0f, 1.3e-38f);
        assertThat(exp(-1e9f)).isBetween(0f, 1.3e-38f);
        assertThat(exp(1e9f)).isBetween(1.5e38f, Float.MAX_VALUE);
        assertThat(exp(Float.NaN)).isNaN();
    }

    @Test
    void sumsAndMaximaAndGatesOfEveryLength() {
        for (int n = 1; n < 70; n++) {
            float[] values = new float[n + 2];
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) random.nextGaussian() * 3;
            }
            double max = Double.NEGATIVE_INFINITY;
            double sum = 0;
            double squares = 0;
            for (int i = 1; i <= n; i++) {
                max = Math.max(max, values[i]);
                squares += values[i] * values[i];
            }
            for (int i = 1; i <= n; i++) {
                sum += Math.exp(values[i] - max);
            }
            assertThat((double) VectorMath.max(values, 1, n)).isEqualTo(max);
            float[] exps = values.clone();
            assertThat((double) VectorMath.exp(exps, 1, n, 1, (float) max, exps, 1))
                    .isCloseTo(sum, within(1e-6 * sum));
            assertThat(exps[0]).isEqualTo(values[0]);
            assertThat(exps[n + 1]).isEqualTo(values[n + 1]);

            float[] weight = new float[n];
            float[] gateUp = new float[2 * n];
            for (int i = 0; i < n; i++) {
                weight[i] = random.nextFloat();
                gateUp[i] = values[i + 1];
                gateUp[n + i] = weight[i];
            }
            float[] normed = values.clone();
            VectorMath.rmsNorm(values, 1, weight, 1e-5, normed, 1);
            VectorMath.siluGate(gateUp, n, new float[n]);
            for (int i = 0; i < n; i++) {
                double x = values[i + 1];
                assertThat((double) exps[i + 1]).isCloseTo(Math.exp(x - max), within(1e-6));
                assertThat((double) normed[i + 1])
                        .isCloseTo(x / Math.sqrt(squares / n + 1e-5) * weight[i], within(1e-6));
                assertThat((double) gateUp[i]).isCloseTo(x / (1 + Math.exp(-x)) * weight[i], within(2e-6));
            }
        }
    }

    /** Against the derivatives in double, of every length, beside entries that stay as they are. */
    @Test
    void waysBackOfNormsAndGates() {
        for (int n = 1; n < 70; n++) {
            float[] x = gaussian(n + 2);
            float[] weight = gaussian(n);
            float[] g = gaussian(n + 2);
            double squares = 0;
            double products = 0;
            for (int i = 0; i < n; i++) {
                squares += x[i + 1] * x[i + 1];
                products += (double) x[i + 1] * weight[i] * g[i + 1];
            }
            double scale = 1 / Math.sqrt(squares / n + 1e-5);
            float[] byX = g.clone();
            VectorMath.rmsNormBack(x, 1, weight, 1e-5, byX, 1);
            assertThat(byX[0]).isEqualTo(g[0]);
            assertThat(byX[n + 1]).isEqualTo(g[n + 1]);

            float[] gateUp = gaussian(2 * n);
            float[] byBoth = gateUp.clone();
            VectorMath.siluGateBack(byBoth, n, g, new float[n]);
            for (int i = 0; i < n; i++) {
                double expected = scale * (weight[i] * g[i + 1] - x[i + 1] * scale * scale * products / n);
                assertThat((double) byX[i + 1]).isCloseTo(expected, within(1e-5 * (1 + scale)));
                double gate = gateUp[i];
                double share = 1 / (1 + Math.exp(-gate));
                assertThat((double) byBoth[i])
                        .isCloseTo(g[i] * gateUp[n + i] * share * (1 + gate * (1 - share)), within(1e-5));
                assertThat((double) byBoth[n + i]).isCloseTo(g[i] * gate * share, within(1e-5));
            }
        }
    }

    @Test
    void headsTurnForthAndBack() {
        for (int half = 1; half < 40; half++) {
            float[] angles = gaussian(half + 3);
            float[] cos = new float[half + 3];
            float[] sin = new float[half + 3];
            for (int i = 0; i < cos.length; i++) {
                cos[i] = (float) Math.cos(angles[i]);
                sin[i] = (float) Math.sin(angles[i]);
            }
            float[] heads = gaussian(2 * half + 2);
            float[] turned = heads.clone();
            VectorMath.turn(turned, 1, half, cos, sin, 3, 1);
            for (int d = 0; d < half; d++) {
                float u = heads[1 + d];
                float v = heads[1 + half + d];
                assertThat(turned[1 + d]).isEqualTo(u * cos[3 + d] - v * sin[3 + d]);
                assertThat(turned[1 + half + d]).isEqualTo(v * cos[3 + d] + u * sin[3 + d]);
            }
            VectorMath.turn(turned, 1, half, cos, sin, 3, -1);
            assertThat(turned).usingComparatorWithPrecision(1e-6f).containsExactly(heads);
        }
    }

    private float[] gaussian(int n) {
        float[] values = new float[n];
        for (int i = 0; i < n; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    private static float exp(float x) {
        float[] y = new float[VectorMath.LANES];
        Arrays.fill(y, x);
        VectorMath.exp(y, 0, y.length, 1, 0, y, 0);
        return y[0];
    }
}
