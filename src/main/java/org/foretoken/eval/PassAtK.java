package org.foretoken.eval;

/** The chance that at least one of k samples passes, estimated from more of them. */
public final class PassAtK {
    private PassAtK() {}

    /**
     * The unbiased estimator of Chen et al. (2021): 1 − C(n−c, k) / C(n, k), as a product so that nothing overflows.
     *
     * @param samples n, at least k
     * @param passed c, how many of them passed
     * @param k at least 1
     */
    public static double estimate(int samples, int passed, int k) {
        if (k < 1 || samples < k || passed < 0 || passed > samples) {
            throw new IllegalArgumentException("pass@" + k + " from " + passed + " of " + samples);
        }
        if (samples - passed < k) {
            return 1;
        }
        double allFail = 1;
        for (int i = samples - passed + 1; i <= samples; i++) {
            allFail *= 1 - (double) k / i;
        }
        return 1 - allFail;
    }
}
