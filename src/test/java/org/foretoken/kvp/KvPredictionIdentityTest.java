package org.foretoken.kvp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.InferenceMode;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.foretoken.ForetokenException;
import org.foretoken.Progress;
import org.foretoken.Shared;
import org.foretoken.checkpoint.SafetensorsFile;
import org.foretoken.checkpoint.SafetensorsWriter;
import org.foretoken.kvp.PredictorWeights.Affine;
import org.foretoken.model.Decoder;
import org.foretoken.model.KvCache;
import org.foretoken.model.LayerShape;
import org.foretoken.model.LayerTap;
import org.foretoken.model.family.StoredModel;
import org.foretoken.prefill.KvPredictionPrefill;
import org.foretoken.prefill.PhaseClock;
import org.foretoken.torch.Kernel;
import org.foretoken.torch.Kernels;
import org.foretoken.torch.LibTorch;
import org.foretoken.torch.Tensors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What must come out the same whichever way it is computed. */
class KvPredictionIdentityTest {
    /** OpenELM: widths differ from layer to layer, queries and keys are normalised. Context of 256. */
    private static final Path PAIR = Path.of("src/test/resources/golden/openelm-kvp-c");

    private static final Path OPENELM = PAIR.resolve("base");

    @BeforeAll
    static void start() throws ForetokenException {
        LibTorch.start(2, notice -> {});
    }

    private static double tolerance(Kernel kernel) {
        return kernel == Kernel.BF16 ? 3e-2 : 1e-5;
    }

    private interface Check {
        void on(Decoder base) throws ForetokenException;
    }

    private static void with(Path model, Kernel kernel, Check check) throws ForetokenException {
        try (StoredModel stored = StoredModel.open(model);
                Decoder base = stored.load(Kernels.here(kernel), Progress.NONE);
                InferenceMode mode = new InferenceMode(true);
                PointerScope scope = new PointerScope()) {
            check.on(base);
        }
    }

    private static int[] tokens(int count) {
        Random random = new Random(count);
        return random.ints(count, 3, 120).toArray();
    }

    private static Tensor prefill(Decoder base, int[] tokens) {
        try (KvCache cache = base.newCache(tokens.length)) {
            return vector(base.prefill(tokens, cache));
        }
    }

    private static Tensor vector(float[] logits) {
        return Tensors.of(logits, logits.length);
    }

    private static void assertAnswers(Setup setup, int[] prompt, int tail, Tensor expected, double tolerance) {
        try (KvCache cache = setup.base().newCache(prompt.length)) {
            Tensor found = vector(new KvPredictionPrefill(setup, tail).fill(prompt, cache, new PhaseClock()));
            assertThat(cache.length()).isEqualTo(prompt.length);
            Golden.assertClose(found, expected, prompt.length + " tokens, tail " + tail, tolerance);
        }
    }

    /** K̂ = K and V̂ = V, for a source that reads keys and values. */
    private static PredictorWeights identityMaps(Decoder base, Source source) {
        PredictorWeights weights = new PredictorWeights();
        for (int i = 0; i < base.config().layers().size(); i++) {
            LayerShape shape = base.config().layers().get(i);
            Tensor eye = torch.eye(shape.kvDim(), new TensorOptions(ScalarType.Float));
            Tensor none = torch.zeros_like(eye);
            Tensor bias = none.select(0, 0);
            boolean joint = source == Source.JOINT;
            weights.put(
                    i,
                    new Affine(joint ? torch.cat(Tensors.vector(eye, none), 1) : eye, bias),
                    new Affine(joint ? torch.cat(Tensors.vector(none, eye), 1) : eye, bias));
        }
        return weights;
    }

    /** The auxiliary is the base: every layer shared, or an identity map for every layer. */
    private static void baseAnswersAsItself(Decoder base, int[] prompt, double tolerance) throws ForetokenException {
        int layers = base.config().layers().size();
        Tensor expected = prefill(base, prompt);
        List<Integer> all = IntStream.range(0, layers).boxed().toList();
        try (Decoder auxiliary = base.select(all);
                Setup shared = new Setup(base, auxiliary, all, LayerMap.identity(layers), Source.KV)) {
            assertThat(shared.predictedLayers()).isEmpty();
            assertAnswers(shared, prompt, 1, expected, tolerance);
            for (Source source : List.of(Source.KV, Source.JOINT)) {
                try (Setup mapped = new Setup(base, auxiliary, null, LayerMap.identity(layers), source);
                        PredictorWeights weights = identityMaps(base, source)) {
                    assertThat(mapped.predictedLayers()).isEqualTo(all);
                    mapped.use(weights);
                    assertAnswers(mapped, prompt, 1, expected, tolerance);
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"F32,2", "F32,41", "F32,256", "F32,700", "BF16,41", "BF16,256", "BF16,700"})
    void theBaseAsItsOwnAuxiliaryGivesItsOwnLogits(Kernel kernel, int length) throws Exception {
        with(OPENELM, kernel, base -> baseAnswersAsItself(base, tokens(length), tolerance(kernel)));
    }

    @Tag("shared")
    @ParameterizedTest
    @CsvSource({"llama", "llama3-rope-scaled", "mistral", "qwen2", "qwen3"})
    void inEveryFamilyTheBaseAsItsOwnAuxiliaryGivesItsOwnLogits(String family) throws Exception {
        Path model = Shared.path("golden/" + family);
        with(model, Kernel.F32, base -> baseAnswersAsItself(base, tokens(150), 1e-5));
        with(model, Kernel.BF16, base -> baseAnswersAsItself(base, tokens(150), 3e-2));
    }

    @ParameterizedTest
    @CsvSource({"F32", "BF16"})
    void aTailOfTheWholePromptOrMoreIsTheBaseAlone(Kernel kernel) throws Exception {
        int[] prompt = tokens(60);
        try (Golden golden = new Golden(PAIR, kernel);
                InferenceMode mode = new InferenceMode(true);
                PointerScope scope = new PointerScope()) {
            Tensor expected = prefill(golden.base, prompt);
            assertAnswers(golden.setup, prompt, 60, expected, tolerance(kernel));
            assertAnswers(golden.setup, prompt, 1000, expected, tolerance(kernel));
            // and a shorter one is not: the comparison could see a difference
            try (KvCache cache = golden.base.newCache(60)) {
                Tensor predicted =
                        vector(new KvPredictionPrefill(golden.setup, 59).fill(prompt, cache, new PhaseClock()));
                assertThat(predicted.sub(expected).abs().max().item_double()).isGreaterThan(1e-4);
            }
        }
    }

    @Test
    void aPromptOfOneTokenIsTheBaseAlone() throws Exception {
        try (Golden golden = new Golden(PAIR, Kernel.F32);
                InferenceMode mode = new InferenceMode(true);
                PointerScope scope = new PointerScope()) {
            int[] prompt = {7};
            assertAnswers(golden.setup, prompt, 1, prefill(golden.base, prompt), 1e-6);
        }
    }

    @Test
    void aPromptThatFillsTheContextIsAnswered() throws Exception {
        try (Golden golden = new Golden(PAIR, Kernel.F32);
                InferenceMode mode = new InferenceMode(true);
                PointerScope scope = new PointerScope()) {
            int context = golden.base.config().contextLength();
            int[] prompt = tokens(context);
            try (KvCache cache = golden.base.newCache(context);
                    KvCache pieces = golden.base.newCache(context)) {
                Tensor found = vector(new KvPredictionPrefill(golden.setup, 1).fill(prompt, cache, new PhaseClock()));
                // the same from its parts
                golden.setup.predict(Arrays.copyOf(prompt, context - 1), pieces, nanos -> {});
                Tensor expected = vector(golden.base.prefill(new int[] {prompt[context - 1]}, pieces));
                assertThat(cache.length()).isEqualTo(context);
                Golden.assertClose(found, expected, "context of " + context, 1e-6);
            }
        }
    }

    /** Pieces of other sizes than the decoder's chunks and attention blocks, single tokens among them, give what one call gives. */
    @ParameterizedTest
    @CsvSource({"F32", "BF16"})
    void readingInPiecesIsReadingAtOnce(Kernel kernel) throws Exception {
        int[] tokens = tokens(Decoder.CHUNK + 200);
        with(OPENELM, kernel, base -> {
            try (KvCache whole = base.newCache(tokens.length);
                    KvCache pieces = base.newCache(tokens.length)) {
                Tensor expected = base.prefillAll(tokens, whole, LayerTap.NONE);
                int at = 0;
                for (int size : new int[] {1, 1, 127, 128, 129, 60, 1, 265}) {
                    int[] piece = Arrays.copyOfRange(tokens, at, at + size);
                    Tensor logits = base.prefillAll(piece, pieces, LayerTap.NONE);
                    Golden.assertClose(
                            logits, expected.narrow(0, at, size), size + " tokens from " + at, tolerance(kernel));
                    // once more without writing: the entries are there already
                    Golden.assertClose(
                            base.readOnly(piece, at, whole),
                            expected.narrow(0, at, size),
                            "reading only, " + size + " tokens from " + at,
                            tolerance(kernel));
                    at += size;
                }
                assertThat(at).isEqualTo(tokens.length);
                for (int i = 0; i < base.config().layers().size(); i++) {
                    Golden.assertClose(
                            Golden.keys(pieces, i, at), Golden.keys(whole, i, at), "keys " + i, tolerance(kernel));
                    Golden.assertClose(
                            Golden.values(pieces, i, at),
                            Golden.values(whole, i, at),
                            "values " + i,
                            tolerance(kernel));
                }
            }
        });
    }

    @Test
    void predictingAPromptOfManyChunksIsPredictingItsBeginningAndMore() throws Exception {
        try (Golden golden = new Golden(PAIR, Kernel.F32);
                InferenceMode mode = new InferenceMode(true);
                PointerScope scope = new PointerScope()) {
            int[] tokens = tokens(2 * Decoder.CHUNK + 3);
            int[] beginning = Arrays.copyOf(tokens, 300);
            try (KvCache all = golden.base.newCache(tokens.length);
                    KvCache few = golden.base.newCache(beginning.length)) {
                golden.setup.predict(tokens, all, nanos -> {});
                golden.setup.predict(beginning, few, nanos -> {});
                for (int i = 0; i < golden.setup.map().size(); i++) {
                    Golden.assertClose(Golden.keys(all, i, 300), Golden.keys(few, i, 300), "keys " + i, 1e-5);
                    Golden.assertClose(Golden.values(all, i, 300), Golden.values(few, i, 300), "values " + i, 1e-5);
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"F32", "BF16"})
    void prunedOfNothingIsTheBase(Kernel kernel) throws Exception {
        int[] prompt = tokens(90);
        with(OPENELM, kernel, base -> {
            List<Integer> all =
                    IntStream.range(0, base.config().layers().size()).boxed().toList();
            try (Decoder same = base.select(all)) {
                Golden.assertClose(prefill(same, prompt), prefill(base, prompt), "logits", 1e-6);
            }
            try (Decoder fewer = base.select(all.subList(1, all.size()))) {
                assertThat(prefill(fewer, prompt)
                                .sub(prefill(base, prompt))
                                .abs()
                                .max()
                                .item_double())
                        .isGreaterThan(1e-2);
            }
        });
    }

    @Test
    void aBiasOfAnotherLengthIsRefused(@TempDir Path folder) throws Exception {
        Path predictor = folder.resolve("predictor.safetensors");
        String changed = "auxkv_to_basekv.value_transforms.2.bias";
        try (SafetensorsFile sound = SafetensorsFile.open(PAIR.resolve("predictor.safetensors"));
                PointerScope scope = new PointerScope()) {
            Map<String, Tensor> tensors = new LinkedHashMap<>();
            for (String name : sound.weights().names()) {
                Tensor tensor = sound.weights().tensor(name);
                tensors.put(name, name.equals(changed) ? tensor.narrow(0, 0, 1) : tensor);
            }
            SafetensorsWriter.write(predictor, tensors, sound.metadata());
        }
        LayerMap map = new LayerMap(List.of(0, 0, 1, 1));
        try (StoredModel base = StoredModel.open(OPENELM);
                StoredModel auxiliary = StoredModel.open(PAIR.resolve("auxiliary"))) {
            assertThatThrownBy(() ->
                            PredictorWeights.readAll(predictor, base.config(), auxiliary.config(), map, Source.KV))
                    .isInstanceOf(ForetokenException.class)
                    .hasMessageContainingAll("predictor.safetensors", changed + " is [1]", "calibrate again");
        }
    }
}
