package org.foretoken.train;

/**
 * The learning rate over the steps: up in a line, then down by a cosine to a tenth.
 *
 * @param peak the highest
 * @param warmUp steps until it is reached
 * @param steps in all
 */
record Schedule(double peak, long warmUp, long steps) {
    private static final double LOWEST = 0.1;

    /** @param step 1 for the first */
    double at(long step) {
        if (step <= warmUp) {
            return peak * step / warmUp;
        }
        double done = (double) (step - warmUp) / Math.max(1, steps - warmUp);
        return peak * (LOWEST + (1 - LOWEST) * 0.5 * (1 + Math.cos(Math.PI * Math.min(1, done))));
    }
}
