package org.foretoken.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.foretoken.Shared;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands from argument to output on real models. */
@Tag("shared")
class EndToEndTest {
    @TempDir
    private Path home;

    private static String stories() {
        return Shared.path("models/stories260K").toString();
    }

    /** Exactly one JSON value on stdout, nothing else. */
    private JsonNode json(String... arguments) throws IOException {
        Captured ran = Captured.run(home, arguments);
        assertThat(ran.code()).as(ran.err()).isZero();
        assertThat(ran.out().lines()).hasSize(1);
        return new ObjectMapper().readTree(ran.out());
    }

    @Test
    void inspectsAGgufFileAndAHubFolder() throws IOException {
        JsonNode smollm2 = json("inspect", Shared.smollm2().toString(), "--json");
        assertThat(smollm2.at("/family").textValue()).isEqualTo("Llama");
        assertThat(smollm2.at("/layers").size()).isEqualTo(30);
        assertThat(smollm2.at("/parameters").longValue()).isEqualTo(134_515_008);
        assertThat(smollm2.at("/memory/weights_bytes").longValue()).isPositive();
        Captured folder = Captured.run(home, "inspect", stories());
        assertThat(folder.code()).isZero();
        assertThat(folder.out()).contains("family      Llama", "layers      5, width 64", "512 tokens");
    }

    @Test
    void aGreedyStoryIsTheReferences() throws IOException {
        JsonNode answer = json(
                "generate", "--base", stories(), "--tokens", "1", "--max-tokens", "200", "--kernel", "f32", "--json");
        String expected = Files.readString(Shared.path("models/stories260K/expected-greedy-200-tokens.txt"));
        assertThat(answer.at("/text").textValue()).isEqualTo(expected.stripTrailing());
        assertThat(answer.at("/kernel").textValue()).isEqualTo("f32");
        assertThat(answer.at("/times/ttft_ms").doubleValue()).isPositive();
    }

    @Test
    void whatStreamsIsWhatJsonSays() throws IOException {
        String[] line = {"generate", "--base", stories(), "--prompt", "Once upon", "--max-tokens", "40"};
        Captured streamed = Captured.run(home, line);
        assertThat(streamed.code()).isZero();
        assertThat(streamed.err()).contains("TTFT", "tokens/s", "kernel");
        String[] asJson = java.util.Arrays.copyOf(line, line.length + 1);
        asJson[line.length] = "--json";
        JsonNode answer = json(asJson);
        assertThat(streamed.out())
                .startsWith(" a time")
                .isEqualTo(answer.at("/text").textValue() + System.lineSeparator());
        String[] stopped = Arrays.copyOf(line, line.length + 4);
        System.arraycopy(new String[] {"--stop", "nowhere", "--stop", "time"}, 0, stopped, line.length, 4);
        assertThat(Captured.run(home, stopped).out()).isEqualTo(" a " + System.lineSeparator());
        assertThat(answer.at("/prompt_ids")).isEqualTo(json("tokenize", "--model", stories(), "--text", "Once upon"));
    }

    @Test
    void aSetupWithoutPredictorAnswersByItsBaseAndSaysWhatToDoForMore() throws IOException {
        String setup = home.resolve("half").toString();
        Captured pruned = Captured.run(home, "prune", "--base", stories(), "--fraction", "0.5", "--out", setup);
        assertThat(pruned.code()).as(pruned.err()).isZero();
        assertThat(pruned.out()).contains("the base's layers 0,2,4", "layer map   0,0,1,1,2", "foretoken calibrate");
        assertThat(json("generate", "--setup", setup, "--arm", "base", "--tokens", "1,2", "--json")
                        .at("/arm")
                        .textValue())
                .isEqualTo("base");
        Captured predicted = Captured.run(home, "generate", "--setup", setup, "--tokens", "1,2");
        assertThat(predicted.code()).isEqualTo(1);
        assertThat(predicted.err()).contains("has no predictor yet: calibrate it (");
    }

    @Test
    void prunesByImportanceAndPrintsTheRanking() throws IOException {
        Path text =
                Files.writeString(home.resolve("story.txt"), "Once upon a time there was a little dog. ".repeat(40));
        Path setup = home.resolve("important");
        Captured pruned = Captured.run(
                home,
                "prune",
                "--base",
                stories(),
                "--layers",
                "3",
                "--importance",
                "--text",
                text.toString(),
                "--tokens",
                "300",
                "--out",
                setup.toString());
        assertThat(pruned.code()).as(pruned.err()).isZero();
        List<String> ranks = pruned.out()
                .lines()
                .filter(line -> line.endsWith("kept") || line.endsWith("dropped"))
                .toList();
        assertThat(pruned.out()).contains("over 300 tokens");
        assertThat(ranks).hasSize(5);
        assertThat(ranks.subList(0, 2)).allMatch(line -> line.endsWith("dropped"));
        List<Integer> kept = ranks.subList(2, 5).stream()
                .map(line -> Integer.valueOf(line.substring(0, 5).strip()))
                .sorted()
                .toList();
        JsonNode file = new ObjectMapper().readTree(Files.readString(setup.resolve("setup.json")));
        assertThat(file.at("/select_layers")).extracting(JsonNode::intValue).containsExactlyElementsOf(kept);
        Captured tooMany = Captured.run(
                home, "prune", "--base", stories(), "--layers", "6", "--importance", "--out", setup.toString());
        assertThat(tooMany.err()).contains("--layers is from 1 to 5");
    }

    @Test
    void calibratesComparesDumpsAndMeasuresASetup() throws IOException {
        String setup = home.resolve("early").toString();
        assertThat(Captured.run(home, "prune", "--base", stories(), "--first", "3", "--out", setup)
                        .code())
                .isZero();
        JsonNode fit = json("calibrate", "--setup", setup, "--tokens", "1024", "--source", "hidden", "--json");
        assertThat(fit.at("/key_errors").size()).isEqualTo(5);
        assertThat(fit.at("/key_errors/0").doubleValue()).isZero();
        assertThat(fit.at("/key_errors/4").doubleValue()).isBetween(0.0, 1.0);

        String[] compare = {
            "generate", "--setup", setup, "--prompt", "Once upon a time", "--max-tokens", "8", "--compare"
        };
        Captured compared = Captured.run(home, compare);
        assertThat(compared.code()).as(compared.err()).isZero();
        assertThat(compared.out())
                .containsSubsequence(
                        "--- base",
                        "[TTFT",
                        "kernel",
                        "--- KV prediction",
                        "times as fast as the base's",
                        "--- auxiliary");
        compare[compare.length - 1] = "--json";
        assertThat(json(compare).at("/arm").textValue()).isEqualTo("kv");

        refines(setup);

        String tensors = home.resolve("x.safetensors").toString();
        Captured dumped = Captured.run(home, "dump", "--setup", setup, "--tokens", "1,2,3", "--out", tensors);
        assertThat(dumped.out()).isEqualToIgnoringNewLines("Wrote " + tensors + ".");
        assertThat(Files.readString(Path.of(tensors), java.nio.charset.StandardCharsets.ISO_8859_1))
                .contains("\"first_logits\"", "\"predicted_v.4\"", "\"k_projected.0\"");

        measuresKvError(setup);

        Path file = home.resolve("ttft.json");
        Captured measured = Captured.run(
                home, "bench", "--setup", setup, "--lengths", "16,32", "--repetitions", "6", "--json", file + "");
        assertThat(measured.code()).as(measured.err()).isZero();
        assertThat(measured.out()).contains("95% interval", "KV prediction", "GFLOP/s");
        assertThat(new ObjectMapper().readTree(file.toFile()).at("/rows").size())
                .isEqualTo(6);
    }

    /** From the third token on the text is the base's own continuation of the prompt and the first two. */
    private void refines(String setup) throws IOException {
        String[] two = {
            "generate",
            "--setup",
            setup,
            "--tokens",
            "1,403,407,261",
            "--max-tokens",
            "12",
            "--refine=2",
            "--kernel",
            "f32",
            "--json"
        };
        JsonNode answer = json(two);
        assertThat(answer.at("/refined/token").intValue()).isEqualTo(3);
        assertThat(answer.at("/refined/at_ms").doubleValue())
                .isGreaterThan(answer.at("/times/ttft_ms").doubleValue());
        assertThat(answer.at("/refined/flops_of_base").doubleValue()).isGreaterThan(1);
        String ids = "1,403,407,261," + answer.at("/ids/0") + "," + answer.at("/ids/1");
        JsonNode own = json(
                "generate", "--base", stories(), "--tokens", ids, "--max-tokens", "10", "--kernel", "f32", "--json");
        for (int i = 0; i < 10; i++) {
            assertThat(answer.at("/ids/" + (i + 2))).isEqualTo(own.at("/ids/" + i));
        }
        Captured told = Captured.run(home, Arrays.copyOf(two, two.length - 1));
        assertThat(told.err()).contains("exact cache from token 3 on, at ");
    }

    private void measuresKvError(String setup) throws IOException {
        String[] prompt = {"error", "--setup", setup, "--prompt", "Once upon a time"};
        Captured printed = Captured.run(home, prompt);
        assertThat(printed.code()).as(printed.err()).isZero();
        assertThat(printed.out()).containsSubsequence("layer", "\n    0  0 ", "\n mean", "next-token KL", "top-1");
        JsonNode error = json("error", "--setup", setup, "--prompt", "Once upon a time", "--json", "--by-head");
        int positions = error.at("/tokens").size();
        assertThat(error.at("/pieces/1").textValue()).isEqualTo(" Once");
        assertThat(error.at("/keys/relative_l2").size()).isEqualTo(5);
        assertThat(error.at("/keys/relative_l2/0/0").doubleValue()).isZero();
        assertThat(error.at("/values/cosine_by_head/4").size()).isEqualTo(positions);
        assertThat(error.at("/kl").size()).isEqualTo(positions);
        assertThat(error.at("/loss/" + (positions - 1)).isNull()).isTrue();

        Path text = Files.writeString(
                home.resolve("story.txt"), "Once upon a time there was a small red boat. ".repeat(60));
        Path csv = home.resolve("error.csv");
        Captured compared = Captured.run(
                home,
                "error",
                "--setup",
                setup,
                "--text",
                text + "",
                "--compare",
                setup,
                "--tail",
                "1,200",
                "--csv",
                csv + "");
        assertThat(compared.code()).as(compared.err()).isZero();
        assertThat(compared.out()).contains("windows", "second minus first", "tail");
        assertThat(Files.readAllLines(csv)).hasSize(1 + 2 * 5);
        Captured tooShort =
                Captured.run(home, "error", "--setup", setup, "--text", text + "", "--protocol", "reference");
        assertThat(tooShort.code()).isEqualTo(1);
        assertThat(tooShort.err()).contains("needs 102,048 tokens, but the text has");
        Captured skipped = Captured.run(home, "error", "--setup", setup, "--text", text + "", "--skip", "100000");
        assertThat(skipped.code()).isEqualTo(1);
        assertThat(skipped.err()).contains("too few to measure on");
        Captured most = Captured.run(home, "error", "--setup", setup, "--text", text + "", "--skip", "2147483647");
        assertThat(most.err()).contains("give one of more than 2147483663.");
    }

    @Test
    void refusalsOfTheEngineAreSentences() {
        Captured missing = Captured.run(home, "inspect", home.resolve("nothing").toString());
        assertThat(missing.code()).isEqualTo(1);
        assertThat(missing.err()).contains("nothing doesn't exist").doesNotContain("\tat ");
        Captured layer =
                Captured.run(home, "prune", "--base", stories(), "--keep", "0,99", "--out", home.resolve("q") + "");
        assertThat(layer.code()).isEqualTo(1);
        assertThat(layer.err()).contains("There is no layer 99");
    }
}
