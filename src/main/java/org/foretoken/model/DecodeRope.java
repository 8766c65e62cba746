package org.foretoken.model;

/** RoPE of one head width at one position at a time: cosines and sines [headDim / 2] in float. */
final class DecodeRope {
    private final double[] frequencies;
    private final float[] cos;
    private final float[] sin;

    DecodeRope(Rope rope, int headDim) {
        frequencies = rope.frequencies(headDim);
        cos = new float[headDim / 2];
        sin = new float[headDim / 2];
    }

    int headDim() {
        return 2 * cos.length;
    }

    void setPosition(int position) {
        for (int d = 0; d < cos.length; d++) {
            cos[d] = (float) Math.cos(position * frequencies[d]);
            sin[d] = (float) Math.sin(position * frequencies[d]);
        }
    }

    /** Dimension d of the head at {@code y[at]} turns together with d + half: (u, v) becomes (u cos - v sin, v cos + u sin). */
    void apply(float[] y, int at) {
        int half = cos.length;
        for (int d = 0; d < half; d++) {
            float u = y[at + d];
            float v = y[at + half + d];
            y[at + d] = u * cos[d] - v * sin[d];
            y[at + half + d] = v * cos[d] + u * sin[d];
        }
    }
}
