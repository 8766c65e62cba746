package org.foretoken.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.foretoken.checkpoint.WeightFile;
import org.foretoken.model.Flops.Definition;
import org.foretoken.runs.Axes;
import org.foretoken.workbench.SweepPareto;
import org.foretoken.workbench.Workbench;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code foretoken pareto} and {@code foretoken runs} on the models that come with the program. */
class ParetoEndToEndTest {
    private static final String LITTLE = "pareto --setup sample-models/kvp-c --tails 1,8 --limit 2 --lengths 16"
            + " --repetitions 5 --seconds 1 --kernel f32 --threads 1";

    @TempDir
    private Path home;

    private Captured run(String line, String... more) {
        List<String> arguments = new ArrayList<>(List.of(line.strip().split(" +", -1)));
        arguments.addAll(List.of(more));
        return Captured.run(home, arguments.toArray(String[]::new));
    }

    private Captured done(String line, String... more) {
        Captured captured = run(line, more);
        assertThat(captured.code()).as(captured.err()).isZero();
        return captured;
    }

    private List<String> ids() throws IOException {
        List<String> ids = new ArrayList<>();
        for (String line : done("runs --json").out().lines().toList()) {
            ids.add(new ObjectMapper().readTree(line).path("id").asText());
        }
        return ids;
    }

    @Test
    void aSweepPrintsItsPointsAndTheirTableAndLeavesRecords() throws Exception {
        Path out = home.resolve("figures");
        Captured ran = done(LITTLE, "--out", out.toString());
        assertThat(ran.err())
                .contains(
                        "base, 16 tokens: TTFT", "kvp-c, tail 8, 16 tokens: TTFT", "kvp-c, auxiliary alone, 16 tokens");
        assertThat(ran.out())
                .contains("quiz version 1, 2 questions", "executed definition", "(8 added, 0 of before)")
                .contains(out.resolve("pareto.csv").toString(), "runs.jsonl");
        assertThat(ran.out().lines().filter(line -> line.matches("(base|kvp-c).*\\b16 .*")))
                .hasSize(4)
                .anySatisfy(line -> assertThat(line).endsWith("frontier"));
        assertThat(Files.readAllLines(out.resolve("pareto.csv"))).hasSize(5);
        assertThat(out.resolve("pareto-latex.tex")).isNotEmptyFile();

        Captured again = done(LITTLE, "--json", "--x", "flops", "--flops", "paper", "--y", "retained", "--paper");
        JsonNode json = new ObjectMapper().readTree(again.out());
        assertThat(json.at("/points")).hasSize(4 + 27);
        assertThat(json.at("/points/1/flops/paper").asDouble()).isGreaterThan(2);
        assertThat(json.at("/points/4/origin").asText()).isEqualTo("arXiv:2410.08391v1, Table 5");
        assertThat(ids()).hasSize(8);
        assertThat(done(LITTLE.replace("--tails 1,8", "--no-auxiliary --fresh")).out())
                .contains("(4 added, 0 of before)");
    }

    @Test
    void baselinesAreMeasuredOnceAndHybridsOfEachSetup() throws Exception {
        String line = LITTLE.replace(" --tails 1,8", " --no-auxiliary --setup sample-models/early-layers")
                + " --arms random:0.5,hybrid:2";
        Captured ran = done(line);
        assertThat(ran.out())
                .contains("random 0.5 ", "kvp-c, hybrid 2, tail 1 ", "early-layers, hybrid 2, tail 1 ")
                // base twice, each setup's prediction and hybrid, random: timed; all but the second base asked
                .contains("(13 added, 0 of before)");
        assertThat(ran.out().lines().filter(each -> each.startsWith("random"))).hasSize(1);
        assertThat(done(line).out()).contains("(0 added, 13 of before)");
        Captured likelihoods = run(line + " --task perplexity --data README.md");
        assertThat(likelihoods.code()).isEqualTo(1);
        assertThat(likelihoods.err()).contains("random:0.5 has no place in the task");
        assertThat(ids()).hasSize(13);
    }

    @Test
    void recordsAreListedShownAndDeleted() throws Exception {
        assertThat(done("runs").out()).contains("no such records");
        done(LITTLE);
        Captured list = done("runs");
        assertThat(list.out().lines()).hasSize(9);
        assertThat(list.out()).contains("16 tokens: ", "quiz, 2 questions: official exact ");
        assertThat(done("runs --task quiz --setup kvp-c").out().lines()).hasSize(1 + 3);
        assertThat(done("runs --setup sample-models/kvp-c").out().lines()).hasSize(1 + 6);
        assertThat(done("runs --since " + LocalDate.now(ZoneOffset.UTC).plusDays(2))
                        .out())
                .contains("no such records");

        String id = ids().get(1);
        assertThat(done("runs --show " + id).out())
                .contains(id, "kv, tail 1", "sample-models/kvp-c", "layer map   0,0,1,1,2,2,3,3", "samples     5");
        JsonNode record =
                new ObjectMapper().readTree(done("runs --json --show " + id).out());
        assertThat(record.at("/timing/samples")).hasSize(5);
        Files.writeString(home.resolve("runs/runs.jsonl"), "{\"schema\":1,\"id\"", StandardOpenOption.APPEND);
        Captured broken = done("runs");
        assertThat(broken.err()).contains("runs.jsonl, line 9 is no run record");
        assertThat(broken.out().lines()).hasSize(9);
        assertThat(done("runs --delete " + id).out()).contains("is deleted");
        assertThat(ids()).hasSize(7).doesNotContain(id);
        Captured gone = run("runs --show " + id);
        assertThat(gone.code()).isEqualTo(1);
        assertThat(gone.err()).contains("no record " + id);
    }

    @Test
    void aSetupIsMadeWithAPredictorThatIsThere() throws Exception {
        Path given = Path.of("sample-models/kvp-c/predictor.safetensors");
        String pair = "setup --base sample-models/wordnet-10m --auxiliary sample-models/kvp-c/auxiliary --out ";
        assertThat(done(pair + home.resolve("without")).out()).contains("none yet");
        Path with = home.resolve("with");
        assertThat(done(pair + with + " --predictor " + given).out())
                .contains("predictor   ready", "source      hidden, tail 1");
        try (WeightFile expected = WeightFile.open(given);
                WeightFile found = WeightFile.open(with.resolve("predictor.safetensors"))) {
            assertThat(found.weights().names()).isEqualTo(expected.weights().names());
        }
    }

    @Test
    void theQuickSweepIsOfAllSampleSetups() throws Exception {
        try (Workbench workbench = new Workbench(home)) {
            Axes axes = new Axes(Axes.X.TTFT, Axes.Y.SCORE, Definition.EXECUTED, false);
            SweepPareto.Request quick = new SweepPareto(workbench).quick(false, axes);
            assertThat(quick.setups())
                    .extracting(folder -> folder.getFileName().toString())
                    .containsExactly("early-layers", "early-layers-trained", "kvp-c", "kvp-lp");
            assertThat(quick.lengths()).hasSize(1);
            assertThat(quick.limit()).isBetween(1, 499);
        }
    }

    @Test
    void aTrainingLeavesItsCurveAndOneThatHasEndedNothingMore() throws Exception {
        Path text = Files.writeString(home.resolve("text.txt"), "So it goes, on and on, again and again. ".repeat(200));
        String pretrain = "pretrain --tokenizer sample-models/tokenizer --layers 2 --width 32 --heads 4 --kv-heads 2"
                + " --head-dim 16 --ffn 64 --tokens 640 --length 32 --batch 2 --validate-every 5"
                + " --held-out-sequences 2 --seed 3"
                + " --kernel f32 --text " + text + " --out " + home.resolve("base");
        done(pretrain);
        JsonNode config =
                new ObjectMapper().readTree(home.resolve("base/config.json").toFile());
        assertThat(config.at("/head_dim").asInt()).isEqualTo(16);
        done("prune --first 1 --base " + home.resolve("base") + " --out " + home.resolve("one"));
        String train =
                "train --scratch --kv-weight 0.25 --tokens 320 --length 32 --batch 2 --validate-every 5 --held-out-sequences 2"
                        + " --kernel f32 --text " + text + " --setup " + home.resolve("one");
        done(train);
        List<JsonNode> records = new ArrayList<>();
        for (String line : done("runs --json").out().lines().toList()) {
            records.add(new ObjectMapper().readTree(line));
        }
        assertThat(records).hasSize(2);
        assertThat(records.get(0).at("/training/end").asText()).isEqualTo("finished");
        assertThat(records.get(0).at("/seed").asInt()).isEqualTo(3);
        assertThat(records.get(0).at("/subject/base/hash").asText()).hasSize(64);
        JsonNode trained = records.get(1);
        assertThat(trained.at("/subject/setup").asText()).isEqualTo("one-trained");
        assertThat(trained.at("/training/settings/loss weight divergence").asText())
                .isEqualTo("1.0");
        assertThat(trained.at("/training/settings/loss weight kv").asText()).isEqualTo("0.25");
        assertThat(trained.at("/training/settings/batch").asText()).isEqualTo("2");
        List<String> curve = Files.readAllLines(home.resolve("one-trained/training/curve.jsonl"));
        assertThat(trained.at("/training/curve")).hasSize(curve.size());
        assertThat(trained.at("/training/curve/0")).isEqualTo(new ObjectMapper().readTree(curve.get(0)));
        assertThat(done("runs").out()).contains("training", "finished after step 5");
        done(train);
        done(pretrain);
        assertThat(ids()).hasSize(2);
    }
}
