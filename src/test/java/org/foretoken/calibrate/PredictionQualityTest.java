package org.foretoken.calibrate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.assertj.core.data.Offset;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.InferenceMode;
import org.bytedeco.pytorch.Tensor;
import org.foretoken.Progress;
import org.foretoken.checkpoint.SafetensorsFile;
import org.foretoken.kvp.LayerMap;
import org.foretoken.kvp.Setup;
import org.foretoken.kvp.Source;
import org.foretoken.model.Decoder;
import org.foretoken.model.KvCache;
import org.foretoken.model.LayerTap;
import org.foretoken.torch.Kernel;
import org.foretoken.torch.Tensors;
import org.junit.jupiter.api.Test;

/** Figures against the same ones from logits, in plain Java and float64. */
class PredictionQualityTest {
    private static void withPair(TinyPair.Check check) throws Exception {
        try (TinyPair pair = new TinyPair(Kernel.F32)) {
            check.on(pair.predicting());
        }
    }

    private static int[] tokens(int count) {
        return TinyPair.tokens(count, count);
    }

    private static double[][] rows(Tensor logits) {
        float[] all = Tensors.floats(logits);
        int width = (int) logits.size(1);
        double[][] rows = new double[(int) logits.size(0)][width];
        for (int i = 0; i < all.length; i++) {
            rows[i / width][i % width] = all[i];
        }
        for (double[] row : rows) {
            double sum = 0;
            for (double logit : row) {
                sum += Math.exp(logit);
            }
            for (int i = 0; i < width; i++) {
                row[i] -= Math.log(sum);
            }
        }
        return rows;
    }

    private static int best(double[] row) {
        int best = 0;
        for (int i = 1; i < row.length; i++) {
            best = row[i] > row[best] ? i : best;
        }
        return best;
    }

    private static double kl(double[] p, double[] q) {
        double sum = 0;
        for (int i = 0; i < p.length; i++) {
            sum += Math.exp(p[i]) * (p[i] - q[i]);
        }
        return sum;
    }

    private static PredictionQuality expected(
            List<int[]> windows, List<double[][]> exact, List<double[][]> predicted, int from) {
        double kl = 0;
        double same = 0;
        double loss = 0;
        double baseLoss = 0;
        int positions = 0;
        int targets = 0;
        for (int w = 0; w < windows.size(); w++) {
            int[] window = windows.get(w);
            for (int i = from; i < window.length; i++) {
                double[] p = exact.get(w)[i];
                double[] q = predicted.get(w)[i];
                kl += kl(p, q);
                same += best(p) == best(q) ? 1 : 0;
                positions++;
                if (i + 1 < window.length) {
                    loss -= q[window[i + 1]];
                    baseLoss -= p[window[i + 1]];
                    targets++;
                }
            }
        }
        return new PredictionQuality(kl / positions, same / positions, loss / targets, baseLoss / targets, positions);
    }

    private static void assertClose(PredictionQuality found, PredictionQuality expected) {
        assertThat(found.positions()).isEqualTo(expected.positions());
        assertThat(found.kl()).isCloseTo(expected.kl(), Offset.offset(1e-4));
        assertThat(found.topOne()).isCloseTo(expected.topOne(), Offset.offset(1e-9));
        assertThat(found.perplexity() / expected.perplexity()).isCloseTo(1, Offset.offset(1e-4));
        assertThat(found.basePerplexity() / expected.basePerplexity()).isCloseTo(1, Offset.offset(1e-4));
    }

    @Test
    void figuresFollowFromCoreNetsLogits() throws Exception {
        withPair(setup -> {
            try (SafetensorsFile golden = SafetensorsFile.open(TinyPair.FOLDER.resolve("golden.safetensors"));
                    PointerScope scope = new PointerScope()) {
                int[] ids = new int[41];
                Tensor stored = golden.weights().tensor("input_ids");
                for (int i = 0; i < ids.length; i++) {
                    ids[i] = (int) stored.select(0, i).item_long();
                }
                double[][] exact = rows(golden.weights().tensor("base_logits"));
                double[][] predicted = rows(golden.weights().tensor("likelihood_logits"));
                PredictionQuality expected =
                        expected(List.of(ids), List.<double[][]>of(exact), List.<double[][]>of(predicted), 16);
                assertThat(expected.kl()).isGreaterThan(0.01);
                assertClose(PredictionQuality.measure(setup, List.of(ids), 16, Progress.NONE), expected);

                double[][] step = rows(golden.weights().tensor("step_logits"));
                PredictionQuality.FirstToken first = PredictionQuality.firstToken(
                                setup, List.of(ids), List.of(1), Progress.NONE)
                        .get(0);
                assertThat(first.kl()).isCloseTo(kl(exact[40], step[0]), Offset.offset(1e-4));
                assertThat(first.topOne()).isEqualTo(best(exact[40]) == best(step[0]) ? 1 : 0);
            }
        });
    }

    @Test
    void longWindowsAreMeasuredInPieces() throws Exception {
        withPair(setup -> {
            List<int[]> windows = List.of(tokens(250), tokens(129), tokens(128), tokens(17));
            List<double[][]> exact = new java.util.ArrayList<>();
            List<double[][]> predicted = new java.util.ArrayList<>();
            try (InferenceMode mode = new InferenceMode(true)) {
                for (int[] window : windows) {
                    try (PointerScope scope = new PointerScope();
                            KvCache own = setup.base().newCache(window.length);
                            KvCache cache = setup.base().newCache(window.length)) {
                        exact.add(rows(setup.base().prefillAll(window, own, LayerTap.NONE)));
                        setup.predict(window, cache, nanos -> {});
                        predicted.add(rows(setup.base().readOnly(window, 0, cache)));
                    }
                }
            }
            for (int from : new int[] {0, 16, 127, 128}) {
                assertClose(
                        PredictionQuality.measure(setup, windows, from, Progress.NONE),
                        expected(windows, exact, predicted, from));
            }
        });
    }

    @Test
    void aTailOfEverythingAndASetupThatSharesEverythingChangeNothing() throws Exception {
        withPair(setup -> {
            List<int[]> prompts = List.of(tokens(40), tokens(7), tokens(1));
            PredictionQuality.FirstToken whole = PredictionQuality.firstToken(
                            setup, prompts, List.of(40), Progress.NONE)
                    .get(0);
            assertThat(whole.kl()).isLessThan(1e-9);
            assertThat(whole.topOne()).isEqualTo(1);
            List<Integer> all = List.of(0, 1, 2, 3);
            try (Decoder same = setup.base().select(all);
                    Setup sharing = new Setup(setup.base(), same, all, LayerMap.identity(4), Source.KV)) {
                PredictionQuality quality = PredictionQuality.measure(sharing, List.of(tokens(200)), 16, Progress.NONE);
                assertThat(quality.kl()).isCloseTo(0, Offset.offset(1e-6));
                assertThat(quality.topOne()).isEqualTo(1);
                assertThat(quality.perplexity() / quality.basePerplexity()).isCloseTo(1, Offset.offset(1e-5));
            }
        });
    }
}
