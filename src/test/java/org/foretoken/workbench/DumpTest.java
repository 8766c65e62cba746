package org.foretoken.workbench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.foretoken.ForetokenException;
import org.foretoken.Shared;
import org.foretoken.checkpoint.SafetensorsFile;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Setups of two models and what dumps say of them, against the reference implementations. */
class DumpTest {
    private static final Path OPENELM = Path.of("src/test/resources/golden/openelm-kvp-c");

    @TempDir
    Path home;

    @Tag("shared")
    @ParameterizedTest
    @ValueSource(strings = {"kvp-llama-from-mistral", "kvp-qwen3-from-llama", "kvp-qwen2-from-qwen3"})
    void holdsTheReferencesPredictions(String name) throws Exception {
        Path folder = Shared.path("golden/" + name);
        JsonNode pair = new ObjectMapper().readTree(folder.resolve("pair.json").toFile());
        Path golden = Shared.path("golden");
        check(
                golden.resolve(pair.path("base").asText()),
                golden.resolve(pair.path("auxiliary").asText()),
                pair,
                folder,
                "predicted_k_rotated.");
    }

    @Test
    void holdsCoreNetsPredictions() throws Exception {
        JsonNode pair = new ObjectMapper().readTree(OPENELM.resolve("pair.json").toFile());
        check(OPENELM.resolve("base"), OPENELM.resolve("auxiliary"), pair, OPENELM, "");
    }

    @Test
    void nothingIsWrittenOverTheWeightsThatAreRead() throws Exception {
        Path model = Files.createDirectories(home.resolve("model"));
        for (String name : List.of("config.json", "model.safetensors")) {
            Files.copy(OPENELM.resolve("base").resolve(name), model.resolve(name));
        }
        Path weights = model.resolve("model.safetensors");
        byte[] before = Files.readAllBytes(weights);
        Path link = Files.createSymbolicLink(home.resolve("link.safetensors"), weights);
        Workbench.Options options = new Workbench.Options(Optional.of("f32"), 2, notice -> {});
        try (Workbench workbench = new Workbench(home, options)) {
            for (Path out : List.of(weights, link)) {
                assertThatThrownBy(() -> workbench
                                .jobs()
                                .submit("dump", progress -> {
                                    new Dump(workbench).run(model, List.of(1, 2), out, progress);
                                    return out;
                                })
                                .await())
                        .isInstanceOf(ForetokenException.class)
                        .hasMessageContaining("belongs to what is read");
            }
        }
        assertThat(Files.readAllBytes(weights)).isEqualTo(before);
    }

    /** Makes the setup, dumps the golden prompt, and compares every tensor that both have. */
    private void check(Path base, Path auxiliary, JsonNode pair, Path folder, String keys) throws Exception {
        List<Integer> map = new ArrayList<>();
        pair.path("layer_map").forEach(link -> map.add(link.asInt()));
        Workbench.Options options = new Workbench.Options(Optional.of("f32"), 2, notice -> {});
        Path out = home.resolve("dump.safetensors");
        try (Workbench workbench = new Workbench(home, options);
                SafetensorsFile golden = SafetensorsFile.open(folder.resolve("golden.safetensors"));
                PointerScope scope = new PointerScope()) {
            Path setup = home.resolve("setup");
            SetupSummary made = new PairModels(workbench)
                    .run(base, auxiliary, map, Optional.of(folder.resolve("predictor.safetensors")), setup);
            assertThat(made.layerMap()).isEqualTo(map);
            assertThat(made.hasPredictor()).isTrue();
            List<Integer> tokens = new ArrayList<>();
            Tensor ids = golden.weights().tensor("input_ids").to(ScalarType.Long);
            for (long i = 0; i < ids.numel(); i++) {
                tokens.add((int) ids.select(0, i).item_long());
            }
            workbench
                    .jobs()
                    .submit("dump", progress -> {
                        new Dump(workbench).run(setup, tokens, out, progress);
                        return out;
                    })
                    .await();
            try (SafetensorsFile dump = SafetensorsFile.open(out)) {
                int compared = 0;
                for (int i = 0; i < made.layerMap().size(); i++) {
                    compared += close(dump, golden, "predicted_v." + i, "predicted_v." + i);
                    if (!keys.isEmpty()) {
                        compared += close(dump, golden, keys + i, keys + i);
                    }
                }
                assertThat(compared).isGreaterThanOrEqualTo(made.layerMap().size());
                Tensor first = dump.weights().tensor("first_logits");
                Tensor expected = golden.weights().tensor("step_logits").select(0, 0);
                assertThat(first.sub(expected).abs().max().item_double()).isLessThan(1e-4);
                assertThat(dump.weights().names()).contains("logits", "k_projected.0", "k_rotated.0", "v.0");
            }
        }
    }

    private static int close(SafetensorsFile dump, SafetensorsFile golden, String name, String expected)
            throws ForetokenException {
        Tensor difference = dump.weights().tensor(name).sub(golden.weights().tensor(expected));
        assertThat(difference.abs().max().item_double()).as(name).isLessThan(1e-4);
        return 1;
    }
}
