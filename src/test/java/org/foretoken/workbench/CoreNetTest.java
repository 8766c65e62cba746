package org.foretoken.workbench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.foretoken.ForetokenException;
import org.foretoken.Progress;
import org.foretoken.Shared;
import org.foretoken.checkpoint.SafetensorsWriter;
import org.foretoken.checkpoint.WeightFile;
import org.foretoken.kvp.SetupFile;
import org.foretoken.model.DecoderConfig;
import org.foretoken.model.LayerShape;
import org.foretoken.model.Rope;
import org.foretoken.model.family.CoreNetNames;
import org.foretoken.model.family.StoredModel;
import org.foretoken.torch.Tensors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** To CoreNet and back, on the pair that CoreNet itself wrote. */
class CoreNetTest {
    @TempDir
    private Path folder;

    @Tag("shared")
    @Test
    void aCheckpointOfCoreNetBecomesASetup() throws Exception {
        Path pair = Shared.path("golden/openelm-kvp-lp");
        try (Workbench workbench = new Workbench(folder.resolve("home"))) {
            Path setup = folder.resolve("setup");
            new PruneLayers(workbench).run(pair.resolve("base"), new PruneLayers.Keep(List.of(0, 2)), setup);
            SetupSummary made = new CoreNet(workbench)
                    .take(pair.resolve("corenet-checkpoint.pt"), setup, folder.resolve("made"), Progress.NONE);
            assertThat(made.hasPredictor()).isTrue();
            assertThat(made.sharedLayers()).isZero();
        }
        Path made = folder.resolve("made");
        try (StoredModel auxiliary = StoredModel.open(made.resolve("auxiliary"));
                StoredModel expected = StoredModel.open(pair.resolve("auxiliary"));
                WeightFile maps = WeightFile.open(SetupFile.predictorIn(made));
                WeightFile given = WeightFile.open(pair.resolve("predictor.safetensors"));
                PointerScope scope = new PointerScope()) {
            assertThat(auxiliary.config().layers()).isEqualTo(expected.config().layers());
            for (int i = 0; i < 2; i++) {
                assertThat(Tensors.floats(auxiliary.qkv(i).tensor()))
                        .isEqualTo(Tensors.floats(expected.qkv(i).tensor()));
                assertThat(Tensors.floats(auxiliary.gateUp(i).tensor()))
                        .isEqualTo(Tensors.floats(expected.gateUp(i).tensor()));
            }
            assertThat(Tensors.floats(auxiliary.embedding())).isEqualTo(Tensors.floats(expected.embedding()));
            for (String name : given.weights().names()) {
                assertThat(Tensors.floats(maps.weights().tensor(name)))
                        .isEqualTo(Tensors.floats(given.weights().tensor(name)));
            }
        }
    }

    /** Of a training that diverged, or a file that was damaged. */
    @Test
    void weightsThatAreNoNumbersAreNotTaken() throws Exception {
        Path file = folder.resolve("auxiliary.safetensors");
        try (StoredModel stored = StoredModel.open(Path.of("src/test/resources/golden/openelm-kvp-c/auxiliary"));
                PointerScope scope = new PointerScope()) {
            Map<String, Tensor> weights = new LinkedHashMap<>(CoreNetNames.weights(stored, all(2)));
            Tensor norm = Objects.requireNonNull(weights.get("norm.weight"));
            for (Tensor other : List.of(norm.mul(new Scalar(Double.NaN)), norm.to(ScalarType.Int))) {
                weights.put("norm.weight", other);
                SafetensorsWriter.write(file, weights, Map.of());
                try (WeightFile checkpoint = WeightFile.open(file)) {
                    assertThatThrownBy(() -> CoreNetNames.read(checkpoint, "", stored.config()))
                            .isInstanceOf(ForetokenException.class)
                            .hasMessageContainingAll("norm.weight", "take an earlier checkpoint");
                }
            }
        }
    }

    @Test
    void knowsCoreNetsModels() throws Exception {
        DecoderConfig large = openElm(28, 2048);
        assertThat(CoreNet.name(large, all(28))).isEqualTo("OpenELM-1_1B");
        assertThat(CoreNet.name(openElm(20, 1536), all(20))).isEqualTo("OpenELM-450M");
        assertThat(CoreNet.name(large, List.of(0, 4, 8, 12, 16, 20, 24))).isEqualTo("OpenELM-1_1B-0.25l");
        assertThat(CoreNet.name(
                        openElm(36, 3072), PruneLayers.Keep.fraction(0.75, 36).layers()))
                .isEqualTo("OpenELM-3B-0.75l");
        assertThatThrownBy(() -> CoreNet.name(large, List.of(0, 1, 2)))
                .isInstanceOf(ForetokenException.class)
                .hasMessageContaining("[0, 1, 2]");
        assertThatThrownBy(() -> CoreNet.name(openElm(4, 64), all(4)))
                .isInstanceOf(ForetokenException.class)
                .hasMessageContaining("270M, 450M, 1.1B and 3B");
    }

    /** A locale with digits of its own doesn't put them into a file that CoreNet reads. */
    @Test
    void theConfigurationIsTheSameInEveryLocale() {
        DecoderConfig config = openElm(28, 2048);
        String yaml = CoreNet.yaml(all(28), "OpenELM-1_1B", "OpenELM-450M", config);
        assertThat(yaml).contains("sequence_length: 2048", "vocab_size: 32000");
        Locale before = Locale.getDefault();
        Locale.setDefault(Locale.forLanguageTag("ar-EG"));
        try {
            assertThat(String.format("%d", 7)).isEqualTo("\u0667");
            assertThat(CoreNet.yaml(all(28), "OpenELM-1_1B", "OpenELM-450M", config))
                    .isEqualTo(yaml);
        } finally {
            Locale.setDefault(before);
        }
    }

    private static List<Integer> all(int layers) {
        return IntStream.range(0, layers).boxed().toList();
    }

    private static DecoderConfig openElm(int layers, int width) {
        LayerShape shape = new LayerShape(16, 4, 64, 1024, true);
        return new DecoderConfig(
                "OpenELM",
                32000,
                width,
                2048,
                1e-6,
                new Rope(10000, null, List.of()),
                true,
                false,
                false,
                Collections.nCopies(layers, shape));
    }
}
