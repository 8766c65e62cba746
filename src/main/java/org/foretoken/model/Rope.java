package org.foretoken.model;

import java.util.List;
import java.util.function.DoubleUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Rotary position embedding, half-split: dimension {@code d} of a head turns together with {@code d + headDim/2}.
 *
 * @param theta base of the frequencies
 * @param scaling how Llama 3 stretches low frequencies, or null
 * @param divisors of the frequencies, one a pair, where a file stores them (GGUF); empty for none
 */
public record Rope(double theta, @Nullable Llama3Scaling scaling, List<Double> divisors) {
    public Rope {
        divisors = List.copyOf(divisors);
    }

    /** The {@code rope_scaling} of Llama 3.1 and later, in that file's words. */
    public record Llama3Scaling(double factor, double lowFreqFactor, double highFreqFactor, int originalContext) {
        /** Long wavelengths are divided by the factor, short ones kept, those between interpolated. */
        double scale(double frequency) {
            double wavelength = 2 * Math.PI / frequency;
            if (wavelength < originalContext / highFreqFactor) {
                return frequency;
            }
            if (wavelength > originalContext / lowFreqFactor) {
                return frequency / factor;
            }
            double smooth = (originalContext / wavelength - lowFreqFactor) / (highFreqFactor - lowFreqFactor);
            return (1 - smooth) * frequency / factor + smooth * frequency;
        }
    }

    /**
     * A function of every angle that heads turn by, [positions, headDim / 2] row by row.
     *
     * @param of cosine or sine
     */
    public float[] table(int headDim, int positions, DoubleUnaryOperator of) {
        double[] frequencies = frequencies(headDim);
        int half = frequencies.length;
        float[] table = new float[positions * half];
        for (int p = 0; p < positions; p++) {
            for (int i = 0; i < half; i++) {
                // float32 angles, as the reference implementations compute them
                float angle = p * (float) frequencies[i];
                table[p * half + i] = (float) of.applyAsDouble(angle);
            }
        }
        return table;
    }

    /** Radians per position, one for each of the {@code headDim / 2} pairs. */
    public double[] frequencies(int headDim) {
        double[] frequencies = new double[headDim / 2];
        for (int i = 0; i < frequencies.length; i++) {
            double frequency = Math.pow(theta, -2.0 * i / headDim);
            double stretched = scaling == null ? frequency : scaling.scale(frequency);
            frequencies[i] = divisors.isEmpty() ? stretched : stretched / divisors.get(i);
        }
        return frequencies;
    }
}
