package org.foretoken.train;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.InferenceMode;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.foretoken.ForetokenException;
import org.foretoken.Progress;
import org.foretoken.calibrate.PredictionQuality;
import org.foretoken.kvp.LayerMap;
import org.foretoken.kvp.PredictorWeights;
import org.foretoken.kvp.Setup;
import org.foretoken.kvp.Source;
import org.foretoken.model.Decoder;
import org.foretoken.model.family.StoredModel;
import org.foretoken.torch.Kernel;
import org.foretoken.torch.LibTorch;
import org.foretoken.torch.Tensors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Gradients against central differences of the loss, for every source, aim and part that may be trained; and what the base says by itself. */
class GradientTest {
    private static final Path FOLDER = Path.of("src/test/resources/golden/openelm-kvp-c");
    private static final float STEP = 4e-3f;

    /** Of a number's size in any direction; with 1 all numbers move by a step each, and the loss is no straight line any more. */
    private static final double SHARE = 0.2;

    @BeforeAll
    static void start() throws ForetokenException {
        LibTorch.start(2, notice -> {});
    }

    @ParameterizedTest
    @CsvSource({
        "HIDDEN, first, distill, 0, true",
        "KV, own, paper, all, true",
        "HIDDEN, first, distill, 0, false",
        "KV, first, distill, 0, false",
        "JOINT, pruned, distill, 0, false",
        "HIDDEN, pruned, paper, 0, false",
        "KV, own, paper, all, false",
        "JOINT, own, distill, all, false",
        "HIDDEN, own, paper, all, false",
        "KV, own, paper, 2, false",
    })
    void isTheSlopeOfTheLoss(Source source, String auxiliary, String aim, String trained, boolean recomputes)
            throws Exception {
        try (Models models = new Models();
                Setup setup = models.setup(auxiliary, source, trained.equals("0"))) {
            DifferentiableDecoder changing =
                    switch (trained) {
                        case "0" -> null;
                        case "all" ->
                            DifferentiableDecoder.trainable(models.storedAuxiliary, List.of(0, 1), ScalarType.Float);
                        default ->
                            DifferentiableDecoder.lowRank(
                                    models.storedAuxiliary, List.of(0, 1), 2, ScalarType.Float, 5);
                    };
            LossWeights weights = aim.equals("paper")
                    ? LossWeights.paper(4, changing != null)
                    : LossWeights.distillation().withKv(0.1).withBase(0.5);
            PredictedPass pass = new PredictedPass(
                    setup,
                    new FrozenBase(setup.base(), models.storedBase, PredictedPass.firstLayer(setup)),
                    changing,
                    TrainablePredictor.random(setup, 3),
                    recomputes);
            try (KvPrediction objective = new KvPrediction(pass, weights, true, 1 << 20)) {
                check(objective, batch(setup.base().config().vocabulary()));
            }
        }
    }

    @Test
    void ofALanguageModelIsTheSlopeOfItsLoss() throws Exception {
        try (Models models = new Models();
                LanguageModel objective = new LanguageModel(
                        DifferentiableDecoder.random(models.base.config(), ScalarType.Float, 9), 1e-3)) {
            check(objective, batch(models.base.config().vocabulary()));
        }
    }

    @Test
    void validationSaysWhatTheInferencePathSays() throws Exception {
        List<int[]> windows = List.of(
                new Random(1).ints(48, 3, 120).toArray(),
                new Random(2).ints(48, 3, 120).toArray());
        try (Models models = new Models();
                Setup setup = models.setup("pruned", Source.HIDDEN, true)) {
            TrainablePredictor predictor = TrainablePredictor.random(setup, 3);
            try (PredictorWeights weights = predictor.weights();
                    InferenceMode mode = new InferenceMode(true)) {
                setup.use(weights);
            }
            PredictionQuality expected = PredictionQuality.measure(setup, windows, 16, Progress.NONE);
            PredictedPass pass = new PredictedPass(
                    setup,
                    new FrozenBase(setup.base(), models.storedBase, PredictedPass.firstLayer(setup)),
                    null,
                    predictor,
                    false);
            try (KvPrediction objective = new KvPrediction(pass, LossWeights.distillation(), false, 0)) {
                LossSums sums = new LossSums(objective.layers());
                for (int[] window : windows) {
                    int[] targets = Arrays.copyOfRange(window, 1, window.length + 1);
                    targets[window.length - 1] = -1;
                    objective.measure(new Batch(1, 48, window, targets, new int[48], 0), 16, sums);
                }
                Losses found = sums.means();
                assertThat(found.divergence()).isCloseTo(expected.kl(), within(1e-4));
                assertThat(found.topOne()).isEqualTo(expected.topOne());
                assertThat(Math.exp(found.base())).isCloseTo(expected.perplexity(), withinPercentage(0.01));
                assertThat(Math.exp(found.reference())).isCloseTo(expected.basePerplexity(), withinPercentage(0.01));
            }
        }
    }

    /** Two rows, one of them of two documents and padded. */
    private static Batch batch(int vocabulary) {
        int[] tokens = new Random(7).ints(24, 3, vocabulary).toArray();
        int[] documents = new int[24];
        int[] targets = new int[24];
        for (int i = 0; i < 24; i++) {
            int at = i % 12;
            documents[i] = i < 12 ? 0 : at < 5 ? 0 : at < 10 ? 1 : -1;
            boolean last = at == 11 || documents[i] < 0 || (i >= 12 && (at == 4 || at == 9));
            targets[i] = last ? -1 : tokens[i + 1];
        }
        return new Batch(2, 12, tokens, targets, documents, 0);
    }

    private static void check(Objective objective, Batch batch) {
        Objective.Whole whole = new Objective.Whole(batch.counted(), batch.predicted());
        objective.backward(batch, whole, new LossSums(objective.layers()));
        Map<String, float[]> gradients = new LinkedHashMap<>();
        try (PointerScope scope = new PointerScope()) {
            objective.parameters().forEach((name, tensor) -> {
                // undefined is what nothing depends on, such as queries of a top layer that nobody asks
                gradients.put(
                        name,
                        tensor.grad().defined() ? Tensors.floats(tensor.grad()) : new float[(int) tensor.numel()]);
            });
        }
        ToDoubleFunction<Objective> loss = o -> {
            LossSums sums = new LossSums(o.layers());
            o.backward(batch, whole, sums);
            return o.loss(sums.means());
        };
        List<String> steep = new ArrayList<>();
        Random random = new Random(1);
        objective.parameters().forEach((name, tensor) -> {
            float[] gradient = requireNonNull(gradients.get(name));
            double norm = Math.sqrt(dot(gradient, gradient));
            // along the gradient's own direction, where the difference is largest
            if (norm >= 1e-4) {
                float[] along = gaussian(random, gradient.length, 0.3 / Math.sqrt(gradient.length));
                for (int i = 0; i < along.length; i++) {
                    along[i] += (float) (gradient[i] / norm);
                }
                double expected = dot(gradient, along);
                assertThat(slope(objective, loss, tensor, along))
                        .as(name)
                        .isCloseTo(expected, within(0.02 * Math.abs(expected) + 2e-4));
                steep.add(name);
            }
            // that says nothing of a part that the gradient lacks, which is across it, nor of one that claims to be
            // zero: those show along any direction, where the slope is about that share of the gradient's size
            float[] any = gaussian(random, gradient.length, SHARE);
            assertThat(slope(objective, loss, tensor, any))
                    .as("%s, along any direction, |g| = %s", name, norm)
                    .isCloseTo(dot(gradient, any), within(0.1 * SHARE * norm + 2e-4));
        });
        assertThat(steep).hasSizeGreaterThan(objective.parameters().size() / 3);
    }

    private static float[] gaussian(Random random, int length, double scale) {
        float[] numbers = new float[length];
        for (int i = 0; i < length; i++) {
            numbers[i] = (float) (scale * random.nextGaussian());
        }
        return numbers;
    }

    private static double dot(float[] a, float[] b) {
        return IntStream.range(0, a.length)
                .mapToDouble(i -> (double) a[i] * b[i])
                .sum();
    }

    private static double slope(
            Objective objective, ToDoubleFunction<Objective> loss, Tensor tensor, float[] direction) {
        move(tensor, direction, STEP);
        double above = loss.applyAsDouble(objective);
        move(tensor, direction, -2 * STEP);
        double below = loss.applyAsDouble(objective);
        move(tensor, direction, STEP);
        return (above - below) / (2 * STEP);
    }

    private static void move(Tensor tensor, float[] direction, float by) {
        try (PointerScope scope = new PointerScope();
                NoGradGuard none = new NoGradGuard()) {
            tensor.add_(Tensors.of(direction, direction.length).view_as(tensor).mul(new Scalar(by)));
        }
    }

    /** The golden pair, of which the base is pruned where an auxiliary of its own layers is wanted. */
    private static final class Models implements AutoCloseable {
        final StoredModel storedBase = StoredModel.open(FOLDER.resolve("base"));
        final StoredModel storedAuxiliary = StoredModel.open(FOLDER.resolve("auxiliary"));
        final Decoder base = storedBase.load(Kernel.F32, Progress.NONE);
        final Decoder auxiliary = storedAuxiliary.load(Kernel.F32, Progress.NONE);
        private final List<Decoder> pruned = new ArrayList<>();

        Models() throws ForetokenException {}

        Setup setup(String kind, Source source, boolean frozen) throws ForetokenException {
            if (kind.equals("own")) {
                return new Setup(base, auxiliary, null, new LayerMap(List.of(0, 0, 1, 1)), source);
            }
            List<Integer> select = kind.equals("first") ? List.of(0, 1) : List.of(0, 2);
            Decoder some = base.select(select);
            pruned.add(some);
            assertThat(frozen).isTrue();
            return new Setup(base, some, select, LayerMap.lastRetained(select, 4), source);
        }

        @Override
        public void close() {
            pruned.forEach(Decoder::close);
            auxiliary.close();
            base.close();
            storedAuxiliary.close();
            storedBase.close();
        }
    }
}
