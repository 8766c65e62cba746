package org.foretoken.calibrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.assertj.core.data.Offset;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.InferenceMode;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.foretoken.ForetokenException;
import org.foretoken.Progress;
import org.foretoken.calibrate.KvError.Entries;
import org.foretoken.calibrate.KvError.Metric;
import org.foretoken.checkpoint.SafetensorsFile;
import org.foretoken.kvp.LayerMap;
import org.foretoken.kvp.PredictorWeights;
import org.foretoken.kvp.PredictorWeights.Affine;
import org.foretoken.kvp.Setup;
import org.foretoken.kvp.Source;
import org.foretoken.model.Decoder;
import org.foretoken.model.KvCache;
import org.foretoken.model.LayerShape;
import org.foretoken.model.LayerTap;
import org.foretoken.torch.Kernel;
import org.foretoken.torch.Tensors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Errors against the same ones from CoreNet's tensors and from the definitions, in plain Java and float64. */
class KvErrorTest {
    private static final List<Integer> ALL = List.of(0, 1, 2, 3);

    private static void withPair(Kernel kernel, TinyPair.Check check) throws Exception {
        try (TinyPair pair = new TinyPair(kernel)) {
            check.on(pair.predicting());
        }
    }

    private static int[] tokens(int count) {
        return TinyPair.tokens(count, count);
    }

    /** Rows of [rows, width]. */
    private static double[][] rows(Tensor tensor) {
        float[] all = Tensors.floats(tensor);
        int width = (int) tensor.size(1);
        double[][] rows = new double[(int) tensor.size(0)][width];
        for (int i = 0; i < all.length; i++) {
            rows[i / width][i % width] = all[i];
        }
        return rows;
    }

    private static double expected(Metric metric, double[] predicted, double[] exact) {
        double difference = 0;
        double differenceSquared = 0;
        double exactSquared = 0;
        double predictedSquared = 0;
        double product = 0;
        for (int i = 0; i < exact.length; i++) {
            difference += Math.abs(predicted[i] - exact[i]);
            differenceSquared += (predicted[i] - exact[i]) * (predicted[i] - exact[i]);
            exactSquared += exact[i] * exact[i];
            predictedSquared += predicted[i] * predicted[i];
            product += predicted[i] * exact[i];
        }
        return switch (metric) {
            case RELATIVE_L2 -> Math.sqrt(differenceSquared / exactSquared);
            case L1 -> difference / exact.length;
            case COSINE -> product / Math.sqrt(exactSquared * predictedSquared);
        };
    }

    private static double[] head(double[] row, int head, int headDim) {
        return Arrays.copyOfRange(row, head * headDim, (head + 1) * headDim);
    }

    private static void assertEntries(Entries found, int layer, double[][] predicted, double[][] exact) {
        for (Metric metric : Metric.values()) {
            for (int position = 0; position < exact.length; position++) {
                String what = metric + " of layer " + layer + " at " + position;
                assertThat(found.value(metric, layer, position))
                        .as(what)
                        .isCloseTo(expected(metric, predicted[position], exact[position]), Offset.offset(2e-5));
                int headDim = found.headDims().get(layer);
                for (int head = 0; head < found.kvHeads().get(layer); head++) {
                    assertThat(found.value(metric, layer, position, head))
                            .as(what + ", head " + head)
                            .isCloseTo(
                                    expected(
                                            metric,
                                            head(predicted[position], head, headDim),
                                            head(exact[position], head, headDim)),
                                    Offset.offset(2e-5));
                }
            }
        }
    }

    /** CoreNet caches keys after k_norm and before RoPE: L1 is right only if ours are turned back. */
    @Test
    void followsFromCoreNetsKeysAndValues() throws Exception {
        withPair(Kernel.F32, setup -> {
            try (SafetensorsFile golden = SafetensorsFile.open(TinyPair.FOLDER.resolve("golden.safetensors"));
                    PointerScope scope = new PointerScope()) {
                float[] stored = Tensors.floats(golden.weights().tensor("input_ids"));
                int[] ids = new int[stored.length];
                for (int i = 0; i < ids.length; i++) {
                    ids[i] = (int) stored[i];
                }
                KvError error = KvError.measure(setup, ids, Progress.NONE);
                assertThat(error.positions()).isEqualTo(ids.length);
                for (int layer = 0; layer < 4; layer++) {
                    assertEntries(
                            error.keys(),
                            layer,
                            rows(golden.weights().tensor("predicted_k_normed." + layer)),
                            rows(golden.weights()
                                    .tensor("base_k_normed." + layer)
                                    .narrow(0, 0, ids.length - 1)));
                    assertEntries(
                            error.values(),
                            layer,
                            rows(golden.weights().tensor("predicted_v." + layer)),
                            rows(golden.weights().tensor("base_v." + layer).narrow(0, 0, ids.length - 1)));
                }
            }
        });
    }

    /** softmax(q·k/√d)·v, head by head, in float64. */
    private static double[] attended(double[][][] queries, KvCache.Layer entries, LayerShape shape, int position) {
        int d = shape.headDim();
        float[] keys = Tensors.floats(entries.keys());
        float[] values = Tensors.floats(entries.values());
        int capacity = (int) entries.keys().size(1);
        double[] out = new double[shape.queryDim()];
        for (int h = 0; h < shape.heads(); h++) {
            int kvHead = h / (shape.heads() / shape.kvHeads());
            double[] weights = new double[position + 1];
            double total = 0;
            for (int t = 0; t <= position; t++) {
                double score = 0;
                for (int i = 0; i < d; i++) {
                    score += queries[position][h][i] * keys[(kvHead * capacity + t) * d + i];
                }
                weights[t] = Math.exp(score / Math.sqrt(d));
                total += weights[t];
            }
            for (int t = 0; t <= position; t++) {
                for (int i = 0; i < d; i++) {
                    out[h * d + i] += weights[t] / total * values[(kvHead * capacity + t) * d + i];
                }
            }
        }
        return out;
    }

    @Test
    void attentionIsTheBasesOwnQueriesOverBothCaches() throws Exception {
        withPair(Kernel.F32, setup -> {
            int[] ids = tokens(23);
            KvError error = KvError.measure(setup, ids, Progress.NONE);
            List<double[][][]> queries = new ArrayList<>();
            try (InferenceMode mode = new InferenceMode(true);
                    PointerScope scope = new PointerScope();
                    KvCache exact = setup.base().newCache(ids.length);
                    KvCache predicted = setup.base().newCache(ids.length)) {
                setup.base().prefillAll(ids, exact, new LayerTap() {
                    @Override
                    public void queries(int layer, int start, Tensor q_THd) {
                        double[][][] heads = new double[ids.length][][];
                        for (int t = 0; t < ids.length; t++) {
                            heads[t] = rows(q_THd.select(0, t));
                        }
                        queries.add(heads);
                    }
                });
                setup.predict(ids, predicted, nanos -> {});
                for (int layer = 0; layer < 4; layer++) {
                    LayerShape shape = setup.base().config().layers().get(layer);
                    for (int t = 0; t < ids.length; t++) {
                        double[] e = attended(queries.get(layer), exact.layer(layer), shape, t);
                        double[] p = attended(queries.get(layer), predicted.layer(layer), shape, t);
                        assertThat((double) error.attention().get(layer)[t])
                                .as("layer %d, position %d", layer, t)
                                .isCloseTo(expected(Metric.COSINE, p, e), Offset.offset(1e-5));
                    }
                }
                assertThat(KvErrorProfile.of(error, 0).layers().get(3).attention())
                        .isLessThan(0.999);
            }
        });
    }

    @Test
    void answersAreThoseOfPredictionQuality() throws Exception {
        withPair(Kernel.F32, setup -> {
            List<int[]> windows = List.of(tokens(250), tokens(129), tokens(128), tokens(17), tokens(16));
            for (int from : new int[] {0, 16}) {
                PredictionQuality expected = PredictionQuality.measure(setup, windows, from, Progress.NONE);
                List<KvErrorProfile> profiles = new ArrayList<>();
                for (int[] window : windows) {
                    profiles.add(KvErrorProfile.of(KvError.measure(setup, window, Progress.NONE), from));
                }
                KvErrorProfile found =
                        profiles.stream().reduce(KvErrorProfile::plus).orElseThrow();
                assertThat(found.positions()).isEqualTo(expected.positions());
                assertThat(found.kl()).isCloseTo(expected.kl(), Offset.offset(1e-5));
                assertThat(found.topOne()).isCloseTo(expected.topOne(), Offset.offset(1e-9));
                assertThat(found.perplexity() / expected.perplexity()).isCloseTo(1, Offset.offset(1e-5));
                assertThat(found.basePerplexity() / expected.basePerplexity()).isCloseTo(1, Offset.offset(1e-5));
            }
        });
    }

    @ParameterizedTest
    @EnumSource(Kernel.class)
    void aSetupThatSharesEverythingIsExactToTheLastBit(Kernel kernel) throws Exception {
        withPair(kernel, pair -> {
            try (Decoder same = pair.base().select(ALL);
                    Setup sharing = new Setup(pair.base(), same, ALL, LayerMap.identity(4), Source.KV)) {
                KvError error = KvError.measure(sharing, tokens(250), Progress.NONE);
                for (Entries each : List.of(error.keys(), error.values())) {
                    for (int layer = 0; layer < 4; layer++) {
                        for (int position = 0; position < 250; position++) {
                            assertThat(each.value(Metric.RELATIVE_L2, layer, position))
                                    .isZero();
                            assertThat(each.value(Metric.L1, layer, position)).isZero();
                            assertThat(each.value(Metric.COSINE, layer, position))
                                    .isCloseTo(1, Offset.offset(1e-9));
                        }
                    }
                }
                assertThat(error.attention()).allSatisfy(row -> {
                    for (float cosine : row) {
                        assertThat(cosine).isCloseTo(1, Offset.offset(1e-6f));
                    }
                });
                KvErrorProfile profile = KvErrorProfile.of(error, 0);
                assertThat(profile.kl()).isZero();
                assertThat(profile.topOne()).isEqualTo(1);
                assertThat(profile.loss()).isEqualTo(profile.baseLoss());
            }
        });
    }

    @Test
    void sharedLayersHaveNoErrorAndTheOthersDo() throws Exception {
        withPair(Kernel.BF16, pair -> {
            try (Decoder first = pair.base().select(List.of(0, 1));
                    Setup early = new Setup(
                            pair.base(), first, List.of(0, 1), new LayerMap(List.of(0, 1, 1, 1)), Source.HIDDEN);
                    PredictorWeights weights = new PredictorWeights();
                    PointerScope scope = new PointerScope()) {
                for (int i = 2; i < 4; i++) {
                    long kvDim = pair.base().config().layers().get(i).kvDim();
                    Tensor zeros = torch.zeros(kvDim, early.inputWidth(i));
                    weights.put(i, new Affine(zeros, torch.ones(kvDim)), new Affine(zeros, torch.ones(kvDim)));
                }
                early.use(weights);
                KvErrorProfile profile = KvErrorProfile.of(KvError.measure(early, tokens(60), Progress.NONE), 0);
                for (int layer = 0; layer < 4; layer++) {
                    KvErrorProfile.Layer found = profile.layers().get(layer);
                    if (layer < 2) {
                        assertThat(found.keys())
                                .isEqualTo(new KvErrorProfile.Means(
                                        0, 0, found.keys().cosine()));
                        assertThat(found.values().relativeL2()).isZero();
                        assertThat(found.attention()).isCloseTo(1, Offset.offset(1e-6));
                    } else {
                        assertThat(found.keys().relativeL2()).isGreaterThan(0.1);
                        assertThat(found.values().l1()).isGreaterThan(0.1);
                        assertThat(found.attention()).isLessThan(0.99);
                    }
                }
                assertThat(profile.kl()).isPositive();
            }
        });
    }

    /** K̂ = K and V̂ = (1 + c)·V: everything is known beforehand. */
    @Test
    void valuesThatAreTooLargeByAShareAreOffByThatShare() throws Exception {
        withPair(Kernel.F32, pair -> {
            try (Decoder same = pair.base().select(ALL);
                    Setup setup = new Setup(pair.base(), same, null, LayerMap.identity(4), Source.KV);
                    PredictorWeights weights = new PredictorWeights();
                    PointerScope scope = new PointerScope()) {
                for (int i = 0; i < 4; i++) {
                    Tensor eye = torch.eye(pair.base().config().layers().get(i).kvDim());
                    Tensor none = torch.zeros(eye.size(0));
                    weights.put(i, new Affine(eye, none), new Affine(eye.mul(new Scalar(1.25)), none));
                }
                setup.use(weights);
                KvError error = KvError.measure(setup, tokens(40), Progress.NONE);
                for (int layer = 0; layer < 4; layer++) {
                    for (int position = 0; position < 40; position++) {
                        assertThat(error.keys().value(Metric.RELATIVE_L2, layer, position))
                                .isLessThan(1e-5);
                        assertThat(error.keys().value(Metric.COSINE, layer, position))
                                .isCloseTo(1, Offset.offset(1e-6));
                        assertThat(error.values().value(Metric.RELATIVE_L2, layer, position))
                                .isCloseTo(0.25, Offset.offset(1e-5));
                        assertThat(error.values().value(Metric.COSINE, layer, position))
                                .isCloseTo(1, Offset.offset(1e-6));
                        // the same weights over scaled values: scaled outputs
                        assertThat(error.attention().get(layer)[position]).isCloseTo(1, Offset.offset(1e-6f));
                    }
                }
            }
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 128, 129})
    void shortPromptsAndWholePiecesAreMeasured(int length) throws Exception {
        withPair(Kernel.F32, setup -> {
            KvError error = KvError.measure(setup, tokens(length), Progress.NONE);
            assertThat(error.positions()).isEqualTo(length);
            assertThat(error.answers().get(length - 1).loss()).isNaN();
            KvErrorProfile profile = KvErrorProfile.of(error, 0);
            assertThat(profile.kl()).isPositive();
            assertThat(profile.targets()).isEqualTo(length - 1);
            assertThat(Double.isNaN(profile.layers().get(0).attention())).isEqualTo(length == 1);
        });
    }

    @Test
    void canBeCancelledAtEveryReport() throws Exception {
        withPair(Kernel.F32, setup -> {
            List<Long> reported = new ArrayList<>();
            KvError.measure(setup, tokens(200), (what, done, total) -> {
                assertThat(done).isBetween(0L, total - 1);
                reported.add(done);
            });
            assertThat(reported).isSorted().hasSizeGreaterThan(10);
            for (int stop = 0; stop < reported.size(); stop++) {
                int last = stop;
                int[] seen = {0};
                Progress cancelling = (what, done, total) -> {
                    if (seen[0]++ == last) {
                        throw new CancellationException();
                    }
                };
                assertThatThrownBy(() -> KvError.measure(setup, tokens(200), cancelling))
                        .isInstanceOf(CancellationException.class);
            }
        });
    }

    @Test
    void numbersThatAreNotFiniteAreASentence() throws Exception {
        withPair(Kernel.F32, pair -> {
            try (Decoder same = pair.base().select(ALL);
                    Setup setup = new Setup(pair.base(), same, null, LayerMap.identity(4), Source.KV);
                    PredictorWeights weights = new PredictorWeights();
                    PointerScope scope = new PointerScope()) {
                for (int i = 0; i < 4; i++) {
                    Tensor eye = torch.eye(pair.base().config().layers().get(i).kvDim());
                    Tensor bias = torch.full(new long[] {eye.size(0)}, new Scalar(Double.NaN));
                    weights.put(i, new Affine(eye, bias), new Affine(eye, bias));
                }
                setup.use(weights);
                assertThatThrownBy(() -> KvError.measure(setup, tokens(9), Progress.NONE))
                        .isInstanceOf(ForetokenException.class)
                        .hasMessageContaining("aren't finite");
            }
        });
    }
}
