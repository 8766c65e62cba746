package org.foretoken.calibrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.foretoken.ForetokenException;
import org.foretoken.Progress;
import org.foretoken.checkpoint.SafetensorsFile;
import org.foretoken.checkpoint.SafetensorsWriter;
import org.foretoken.model.Decoder;
import org.foretoken.model.KvCache;
import org.foretoken.model.LayerTap;
import org.foretoken.model.family.StoredModel;
import org.foretoken.torch.Inference;
import org.foretoken.torch.Kernel;
import org.foretoken.torch.LibTorch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On a tiny OpenELM of 4 layers, against decoders made without a layer. */
class LayerImportanceTest {
    @TempDir
    private Path folder;

    @BeforeEach
    void start() throws ForetokenException {
        LibTorch.start(2, notice -> {});
    }

    private interface Check {
        void on(Decoder decoder) throws Exception;
    }

    /** The base of {@link TinyPair}, two of whose projections of a layer are multiplied by a factor. */
    private void with(int layer, double factor, Check check) throws Exception {
        Path original = TinyPair.FOLDER.resolve("base");
        Files.copy(original.resolve("config.json"), folder.resolve("config.json"));
        try (Inference mode = Inference.begin();
                SafetensorsFile weights = SafetensorsFile.open(original.resolve("model.safetensors"))) {
            Map<String, Tensor> tensors = new LinkedHashMap<>();
            for (String name : weights.weights().names()) {
                boolean scaled = name.contains(".layers." + layer + ".")
                        && (name.contains("out_proj") || name.contains("proj_2"));
                Tensor tensor = weights.weights().tensor(name);
                tensors.put(name, scaled ? tensor.mul(new Scalar(factor)) : tensor);
            }
            SafetensorsWriter.write(folder.resolve("model.safetensors"), tensors, Map.of("format", "pt"));
        }
        try (Inference mode = Inference.begin();
                StoredModel stored = StoredModel.open(folder);
                Decoder decoder = stored.load(Kernel.F32, Progress.NONE)) {
            check.on(decoder);
        }
    }

    /** Two windows of several pieces and one shorter than a piece. */
    private static List<int[]> windows() {
        return List.of(TinyPair.tokens(1, 256), TinyPair.tokens(2, 200), TinyPair.tokens(3, 20));
    }

    private static Tensor logProbabilities(Decoder decoder, int[] window) {
        try (KvCache cache = decoder.newCache(window.length)) {
            return torch.log_softmax(decoder.prefillAll(window, cache, LayerTap.NONE), 1);
        }
    }

    @Test
    void isTheKlOfDecodersMadeWithoutALayer() throws Exception {
        with(0, 1, decoder -> {
            double[] kl = new double[4];
            for (int layer = 0; layer < 4; layer++) {
                int left = layer;
                List<Integer> others =
                        IntStream.range(0, 4).filter(i -> i != left).boxed().toList();
                try (Decoder without = decoder.select(others)) {
                    for (int[] window : windows()) {
                        try (PointerScope scope = new PointerScope()) {
                            NextTokens next = new NextTokens(
                                    logProbabilities(decoder, window), logProbabilities(without, window));
                            kl[layer] += NextTokens.sum(next.kl());
                        }
                    }
                }
            }
            List<Double> found = LayerImportance.measure(decoder, windows(), Progress.NONE);
            for (int layer = 0; layer < 4; layer++) {
                double expected = kl[layer] / 476;
                assertThat(expected).isGreaterThan(1e-4);
                assertThat(found.get(layer)).isCloseTo(expected, within(1e-4 * expected + 1e-6));
            }
        });
    }

    @Test
    void aLayerThatDoesNothingMattersLeast() throws Exception {
        with(2, 0, decoder -> {
            List<Double> found = LayerImportance.measure(decoder, windows(), Progress.NONE);
            assertThat(found.get(2)).isCloseTo(0, within(1e-6));
            assertThat(List.of(found.get(0), found.get(1), found.get(3))).allMatch(kl -> kl > 1e-4);
        });
    }

    @Test
    void saysHowFarItIsAndStops() throws Exception {
        with(0, 1, decoder -> {
            long[] last = {-1, 0};
            LayerImportance.measure(decoder, windows(), (what, done, total) -> {
                assertThat(done).isGreaterThan(last[0]).isLessThan(total);
                assertThat(what).contains("of 3");
                last[0] = done;
                last[1]++;
            });
            assertThat(last[1]).isEqualTo(12);
            assertThatThrownBy(() -> LayerImportance.measure(decoder, windows(), (what, done, total) -> {
                        throw new CancellationException("enough");
                    }))
                    .isInstanceOf(CancellationException.class);
        });
    }

    @Test
    void brokenWeightsAreRefused() throws Exception {
        with(
                1,
                Double.NaN,
                decoder -> assertThatThrownBy(() -> LayerImportance.measure(decoder, windows(), Progress.NONE))
                        .isInstanceOf(ForetokenException.class)
                        .hasMessageContaining("aren't finite"));
    }
}
