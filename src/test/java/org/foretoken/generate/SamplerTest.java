package org.foretoken.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Which of five tokens are drawn, and how often. Cuts come in the order of Hugging Face: penalty, temperature, top-k, top-p, min-p. */
class SamplerTest {
    private static final int DRAWS = 20_000;

    /** What the logits make of the tokens, the likeliest not the first: 1, 4, 3, 0, 2. */
    private static final double[] SHARES = {0.06, 0.4, 0.04, 0.3, 0.2};

    private static final float[] LOGITS = logits(SHARES);

    private static float[] logits(double... shares) {
        float[] logits = new float[shares.length];
        for (int i = 0; i < logits.length; i++) {
            logits[i] = (float) Math.log(shares[i]) + 1.5f; // of both signs
        }
        return logits;
    }

    private static Sampling cut(double temperature, int topK, double topP, double minP) {
        return new Sampling(temperature, topK, topP, minP, 1, 11);
    }

    private static Sampling penalty(double temperature, int topK, double penalty) {
        return new Sampling(temperature, topK, 1, 0, penalty, 11);
    }

    private static int[] draws(Sampling sampling, float[] logits, int... seen) {
        Sampler sampler = new Sampler(sampling);
        for (int token : seen) {
            sampler.see(token);
        }
        return IntStream.range(0, DRAWS)
                .map(i -> sampler.choose(logits.clone()))
                .toArray();
    }

    private static Set<Integer> kept(Sampling sampling, float[] logits, int... seen) {
        return IntStream.of(draws(sampling, logits, seen)).boxed().collect(Collectors.toSet());
    }

    /** Each token is drawn as often as its share says, within four standard deviations; a share of 0 never. */
    private static void drawn(int[] draws, double... weights) {
        double sum = 0;
        for (double weight : weights) {
            sum += weight;
        }
        for (int token = 0; token < weights.length; token++) {
            int own = token;
            double share = weights[token] / sum;
            double count = IntStream.of(draws).filter(each -> each == own).count();
            assertThat(count / DRAWS)
                    .as("token %d", token)
                    .isCloseTo(share, within(4 * Math.sqrt(share * (1 - share) / DRAWS)));
        }
    }

    @Test
    void tokensAreDrawnAsTheSoftmaxSays() {
        drawn(draws(cut(1, 0, 1, 0), LOGITS), SHARES);
    }

    @Test
    void temperatureSharpensAndFlattens() {
        for (double temperature : new double[] {0.5, 2}) {
            double[] weights = new double[SHARES.length];
            for (int i = 0; i < weights.length; i++) {
                weights[i] = Math.pow(SHARES[i], 1 / temperature);
            }
            drawn(draws(cut(temperature, 0, 1, 0), LOGITS), weights);
        }
        assertThat(kept(Sampling.GREEDY, LOGITS)).containsExactly(1);
    }

    @Test
    void topKKeepsTheLikeliest() {
        drawn(draws(cut(1, 1, 1, 0), LOGITS), 0, 1, 0, 0, 0);
        drawn(draws(cut(1, 3, 1, 0), LOGITS), 0, 0.4, 0, 0.3, 0.2);
        drawn(draws(cut(1, 9, 1, 0), LOGITS), SHARES);
    }

    @Test
    void topPKeepsAsManyAsReachIt() {
        drawn(draws(cut(1, 0, 0.39, 0), LOGITS), 0, 0.4, 0, 0, 0);
        drawn(draws(cut(1, 0, 0.41, 0), LOGITS), 0, 0.4, 0, 0.3, 0);
        drawn(draws(cut(1, 0, 0.89, 0), LOGITS), 0, 0.4, 0, 0.3, 0.2);
        drawn(draws(cut(1, 0, 0.91, 0), LOGITS), 0.06, 0.4, 0, 0.3, 0.2);
        drawn(draws(cut(1, 0, 0, 0), LOGITS), 0, 1, 0, 0, 0);
    }

    @Test
    void minPGoesByTheLikeliest() {
        drawn(draws(cut(1, 0, 1, 0.76), LOGITS), 0, 0.4, 0, 0, 0);
        drawn(draws(cut(1, 0, 1, 0.74), LOGITS), 0, 0.4, 0, 0.3, 0);
        drawn(draws(cut(1, 0, 1, 0.14), LOGITS), 0.06, 0.4, 0, 0.3, 0.2);
        drawn(draws(cut(1, 0, 1, 0.09), LOGITS), SHARES);
    }

    @Test
    void whatWasSeenGetsLessLikelyWhateverItsSign() {
        float[] logits = {2, 1, -0.5f, -1, 0};
        double[] weights = {Math.exp(1), Math.exp(1), Math.exp(-1), Math.exp(-1), 1};
        drawn(draws(penalty(1, 0, 2), logits, 0, 2, 4, 2), weights);
        assertThat(kept(penalty(0, 0, 1.9), logits, 0)).containsExactly(0);
        assertThat(kept(penalty(0, 0, 2.1), logits, 0)).containsExactly(1);
        assertThat(kept(penalty(0, 0, 3), new float[] {-1, -2, -9, -9, -9}, 0)).containsExactly(1);
        assertThat(kept(penalty(0, 0, 1), logits, 0)).as("none").containsExactly(0);
    }

    @Test
    void thePenaltyComesBeforeTopK() {
        float[] logits = {3, 2, 1, -1, -2};
        assertThat(kept(penalty(1, 2, 4), logits, 0)).containsExactlyInAnyOrder(1, 2);
    }

    @Test
    void temperatureComesBeforeTopPAndMinP() {
        assertThat(kept(cut(1, 0, 0.5, 0), LOGITS)).containsExactlyInAnyOrder(1, 3);
        assertThat(kept(cut(0.5, 0, 0.5, 0), LOGITS)).as("0.53 of the squares").containsExactlyInAnyOrder(1);
        assertThat(kept(cut(1, 0, 1, 0.8), LOGITS)).containsExactlyInAnyOrder(1);
        assertThat(kept(cut(2, 0, 1, 0.8), LOGITS)).as("0.87 by roots").containsExactlyInAnyOrder(1, 3);
    }

    @Test
    void topPComesAfterTopKAndBeforeMinP() {
        assertThat(kept(cut(1, 0, 0.55, 0), LOGITS)).containsExactlyInAnyOrder(1, 3);
        assertThat(kept(cut(1, 2, 0.55, 0), LOGITS)).as("0.57 of two").containsExactlyInAnyOrder(1);
        assertThat(kept(cut(1, 0, 0.55, 0.6), LOGITS))
                .as("0.57 of the two that min-p leaves")
                .containsExactlyInAnyOrder(1, 3);
    }

    @Test
    void aSeedDecides() {
        Sampling sampling = cut(1, 0, 1, 0);
        int[] draws = draws(sampling, LOGITS);
        assertThat(draws(sampling, LOGITS)).isEqualTo(draws);
        assertThat(draws(sampling.withSeed(12), LOGITS)).isNotEqualTo(draws);
    }
}
