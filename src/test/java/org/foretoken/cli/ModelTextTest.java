package org.foretoken.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.foretoken.kvp.Source;
import org.foretoken.model.DecoderConfig;
import org.foretoken.model.LayerShape;
import org.foretoken.model.Rope;
import org.foretoken.workbench.Calibrate;
import org.foretoken.workbench.ModelSummary;
import org.foretoken.workbench.SetupSummary;
import org.junit.jupiter.api.Test;

class ModelTextTest {
    private static final LayerShape NARROW = new LayerShape(12, 3, 64, 768, true);
    private static final LayerShape WIDE = new LayerShape(16, 4, 64, 1024, true);

    private static ModelSummary model(Optional<String> tokenizer) {
        return model(tokenizer, new ModelSummary.MemoryNeed("bf16", true, 100_000_000, 80_000_000, 20_000_000, 46_080));
    }

    private static ModelSummary model(Optional<String> tokenizer, ModelSummary.MemoryNeed memory) {
        DecoderConfig config = new DecoderConfig(
                "OpenELM",
                32000,
                1280,
                2048,
                1e-6,
                new Rope(10000, null, List.of()),
                true,
                false,
                false,
                List.of(NARROW, NARROW, WIDE));
        return new ModelSummary(
                "elm",
                Path.of("models/elm"),
                "Hub folder",
                config,
                "F16",
                92_000_000,
                tokenizer,
                Optional.empty(),
                false,
                "abc",
                memory,
                List.of());
    }

    @Test
    void aKernelThatIsNotChosenYetIsSaid() {
        ModelSummary.MemoryNeed unsure =
                new ModelSummary.MemoryNeed("bf16", false, 100_000_000, 80_000_000, 20_000_000, 46_080);
        ModelSummary model = model(Optional.empty(), unsure);
        assertThat(ModelText.lines(model))
                .contains(
                        "memory      200 MB of weights with kernel bf16 (up to twice as much if f32 turns out to be faster"
                                + " here): 100 MB for prompts, 80.0 MB for single tokens, 20.0 MB embedding");
        assertThat(ModelText.json(model).at("/memory/kernel_chosen").asBoolean())
                .isFalse();
    }

    @Test
    void aQuantisedEmbeddingStaysInTheFile() {
        ModelSummary.MemoryNeed quantised =
                new ModelSummary.MemoryNeed("f32", true, 100_000_000, 80_000_000, 0, 46_080);
        assertThat(ModelText.lines(model(Optional.empty(), quantised)))
                .contains(
                        "memory      180 MB of weights with kernel f32: 100 MB for prompts, 80.0 MB for single tokens, "
                                + "the embedding stays in the file");
    }

    @Test
    void aModelInWords() {
        assertThat(ModelText.lines(model(Optional.of("BPE, 32,000 tokens"))))
                .contains(
                        "path        models/elm (Hub folder, 92.0 MB)",
                        "family      OpenELM",
                        "layers      3, width 1,280",
                        "  0-1       12 query heads, 3 KV heads of 64, q/k norm; feed-forward 768; "
                                + Units.amount(model(Optional.empty()).config().parameters(0)) + " parameters each",
                        "tokenizer   BPE, 32,000 tokens, no chat template",
                        "memory      200 MB of weights with kernel bf16: 100 MB for prompts, 80.0 MB for single tokens, "
                                + "20.0 MB embedding",
                        "            46.1 kB of cache a token, 47.2 MB for 1,024")
                .anySatisfy(line -> assertThat(line).startsWith("  2         16 query heads"));
        assertThat(ModelText.lines(model(Optional.empty()))).contains("tokenizer   none: give prompts as token ids");
    }

    @Test
    void aModelInJson() {
        ObjectNode json = ModelText.json(model(Optional.empty()));
        assertThat(json.at("/layers/2").toString())
                .isEqualTo("{\"heads\":16,\"kv_heads\":4,\"head_dim\":64,\"ffn_dim\":1024,\"qk_norm\":true}");
        assertThat(json.at("/parameters").longValue())
                .isEqualTo(model(Optional.empty()).config().parameters());
        assertThat(json.at("/tokenizer").isNull()).isTrue();
        assertThat(json.at("/memory/weights_bytes").longValue()).isEqualTo(200_000_000);
    }

    @Test
    void aSetupAndItsFit() {
        SetupSummary setup = new SetupSummary(
                "half",
                Path.of("setups/half"),
                Path.of("base"),
                "SmolLM2",
                Optional.empty(),
                "",
                Optional.of(List.of(0, 2)),
                List.of(0, 0, 1, 1),
                1,
                Source.HIDDEN,
                1,
                Optional.empty(),
                false,
                1.987,
                "");
        assertThat(SetupText.lines(setup))
                .contains(
                        "base        SmolLM2 (base)",
                        "auxiliary   the base's layers 0,2",
                        "layer map   0,0,1,1",
                        "shared      1 of 4 base layers, exact",
                        "cost        1.99 times fewer executed FLOPs to the first token at 512 tokens",
                        "predictor   none yet; next: foretoken calibrate --setup setups/half");
        Calibrate.Result fit = new Calibrate.Result(
                setup, 8192, 2048, 0.01, 12.34, List.of(0.0, 0.2, 0.4, 0.6), List.of(0.0, 0.4, 0.8, 1.2), List.of());
        assertThat(SetupText.fit(fit))
                .contains(
                        "Calibrated setups/half on 8,192 tokens in 12.3 s.",
                        "Relative error on 2,048 of them held out, lambda 0.01, mean over all layers: keys 0.300, values 0.600 "
                                + "(1 of 4 layers are exact).");
        assertThat(SetupText.json(fit))
                .hasToString(
                        "{\"setup\":\"setups/half\",\"source\":\"hidden\",\"tokens\":8192,\"held_out\":2048,\"lambda\":0.01,\"seconds\":12.34,"
                                + "\"shared_layers\":1,\"flops_gain\":1.987,\"layer_map\":[0,0,1,1],"
                                + "\"key_errors\":[0.0,0.2,0.4,0.6],\"value_errors\":[0.0,0.4,0.8,1.2]}");
    }
}
