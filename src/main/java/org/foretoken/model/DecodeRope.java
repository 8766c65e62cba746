package org.foretoken.model;

/** RoPE of one head width at one position at a time: cosines and sines [headDim / 2] in float. */
final class DecodeRope {
    private final float[] frequencies;
    private final float[] cos;
    private final float[] sin;

    DecodeRope(Rope rope, int headDim) {
        double[] exact = rope.frequencies(headDim);
        frequencies = new float[exact.length];
        for (int d = 0; d < exact.length; d++) {
            frequencies[d] = (float) exact[d];
        }
        cos = new float[exact.length];
        sin = new float[exact.length];
    }

    int headDim() {
        return 2 * cos.length;
    }

    void setPosition(int position) {
        for (int d = 0; d < cos.length; d++) {
            // the angle itself in float, as the reference implementations and our prefill compute it
            float angle = position * frequencies[d];
            cos[d] = (float) Math.cos(angle);
            sin[d] = (float) Math.sin(angle);
        }
    }

    /** Turns the head at {@code y[at]}. */
    void apply(float[] y, int at) {
        VectorMath.turn(y, at, cos.length, cos, sin, 0, 1);
    }
}
