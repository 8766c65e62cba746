package org.foretoken.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.foretoken.workbench.TinyModels;
import org.foretoken.workbench.Workbench;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code foretoken eval} from argument to output, on models that know nothing. */
class EvalEndToEndTest {
    @TempDir
    private Path home;

    private Path setup = Path.of("");
    private Path data = Path.of("");

    @BeforeEach
    void make() throws Exception {
        try (Workbench workbench = new Workbench(home, new Workbench.Options(Optional.of("f32"), 1, notice -> {}))) {
            setup = TinyModels.setup(workbench, home);
        }
        data = Files.writeString(home.resolve("nq.jsonl"), """
                {"question": "who", "answer": ["Ann"]}
                {"question": "where", "answer": ["here"]}
                {"question": "when", "answer": ["now"]}
                """);
    }

    private Captured eval(Path model, String... more) {
        List<String> line = new ArrayList<>(List.of(
                "eval", model.equals(setup) ? "--setup" : "--base", model.toString(), "--data", data.toString()));
        line.addAll(List.of("--kernel", "f32", "--threads", "1"));
        line.addAll(Arrays.asList(more));
        return Captured.run(home, line.toArray(new String[0]));
    }

    @Test
    void printsATableAndKeepsTheAnswers() {
        Path out = home.resolve("evals");
        Captured ran = eval(setup, "--task", "nq-open", "--shots", "1", "--tail", "2", "--out", out.toString());
        assertThat(ran.code()).as(ran.err()).isZero();
        assertThat(ran.out()).contains("nq-open version 4, 1-shot, 2 questions", "kernel f32");
        assertThat(ran.out().lines().filter(line -> line.contains("lm_eval_nq_open")))
                .hasSize(3)
                .allSatisfy(line -> assertThat(line).contains("0.0000 (0.0000-0.6576)"));
        assertThat(out.resolve("base.jsonl")).exists();
        assertThat(out.resolve("kv.jsonl")).exists();
        assertThat(out.resolve("auxiliary.jsonl")).exists();
        Captured other = eval(setup, "--task", "nq-open", "--shots", "1", "--tail", "3", "--out", out.toString());
        assertThat(other.code()).isEqualTo(1);
        assertThat(other.err()).contains("its tail is 2, not 3");
    }

    @Test
    void jsonHasEveryAnswer() throws IOException {
        Captured ran = eval(setup, "--task", "nq-open", "--shots", "0", "--limit", "2", "--arms", "kvp,base", "--json");
        assertThat(ran.code()).as(ran.err()).isZero();
        assertThat(ran.out().lines()).hasSize(1);
        JsonNode json = new ObjectMapper().readTree(ran.out());
        assertThat(json.at("/task").textValue()).isEqualTo("nq-open");
        assertThat(json.at("/arms").size()).isEqualTo(2);
        assertThat(json.at("/arms/0/arm").textValue()).isEqualTo("kv");
        assertThat(json.at("/arms/0/header/tail").intValue()).isEqualTo(1);
        assertThat(json.at("/arms/1/header").has("tail")).isFalse();
        assertThat(json.at("/arms/1/scores/lm_eval_nq_open/n").intValue()).isEqualTo(2);
        assertThat(json.at("/arms/1/examples/1/prompt").textValue())
                .isEqualTo("Answer these questions:\n\nQ: where?\nA:");
        assertThat(json.at("/arms/1/examples/1/expected/0").textValue()).isEqualTo("here");
    }

    @Test
    void whatIsAskedWronglyIsSaid() {
        Path base = home.resolve("base");
        Captured arms = eval(base, "--task", "nq-open", "--arms", "kv");
        assertThat(arms.code()).isEqualTo(2);
        assertThat(arms.err()).contains("--arms needs --setup");
        Captured arm = eval(setup, "--task", "nq-open", "--arms", "base,other");
        assertThat(arm.code()).isEqualTo(2);
        assertThat(arm.err()).contains("no arm 'other'");
        Captured task = eval(base, "--task", "nothing");
        assertThat(task.code()).isEqualTo(1);
        assertThat(task.err()).contains("There is no task 'nothing'");
        Captured shots = eval(base, "--task", "nq-open", "--shots", "-1");
        assertThat(shots.code()).isEqualTo(2);
        assertThat(shots.err()).contains("--shots takes a whole number from 0 on");
    }

    @Test
    void whatAModelWritesIsRunOnlyWhenAskedFor() {
        Captured silent = eval(setup, "--task", "humaneval");
        assertThat(silent.code()).isEqualTo(2);
        assertThat(silent.err())
                .contains("runs the Python programs that a model writes", "without network", "--run-code");
        Captured greedy = eval(setup, "--task", "humaneval", "--run-code", "--samples", "2");
        assertThat(greedy.code()).isEqualTo(2);
        assertThat(greedy.err()).contains("--samples above 1 needs a --temperature");
        for (String[] option : new String[][] {{"--run-code"}, {"--samples", "2"}, {"--temperature", "1"}}) {
            Captured other = eval(
                    setup,
                    Stream.concat(Stream.of("--task", "nq-open"), Stream.of(option))
                            .toArray(String[]::new));
            assertThat(other.code()).isEqualTo(2);
            assertThat(other.err()).contains("for tasks whose answers are run", "nq-open");
        }
        Captured sweep = Captured.run(
                home, "pareto", "--setup", setup.toString(), "--task", "humaneval", "--data", data.toString());
        assertThat(sweep.code()).as(sweep.out()).isEqualTo(1);
        assertThat(sweep.err()).contains("runs what a model writes, which a sweep doesn't");
    }

    /** What untrained models say stands in a comment, so that the tests alone decide. */
    @Test
    @Tag("shared")
    void programsAreRunScoredAndGoneOnWith() throws IOException {
        Path task = Files.writeString(home.resolve("own.json"), """
                {"format": 1, "name": "own", "version": 1, "licence": "mine",
                 "fields": {"q": ["q"], "answers": ["q"], "test": ["test"]}, "template": "{q}", "shots": {"count": 0},
                 "stops": ["\\n", "\\r", "\\u0000"], "max_tokens": 8, "program": "# {completion}\\n{test}",
                 "metrics": ["pass@1", "pass@10"]}
                """);
        data = Files.writeString(home.resolve("own.jsonl"), """
                {"q": "one", "test": "assert True"}
                {"q": "two", "test": "assert False, 'no'"}
                {"q": "three", "test": "assert 1"}
                """);
        Path out = home.resolve("evals");
        String[] line = {
            "--task",
            task.toString(),
            "--run-code",
            "--samples",
            "10",
            "--temperature",
            "1",
            "--out",
            out.toString(),
            "--arms",
            "base,kv"
        };
        Captured first = eval(
                setup, Stream.concat(Stream.of(line), Stream.of("--limit", "2")).toArray(String[]::new));
        assertThat(first.code()).as(first.err()).isZero();
        assertThat(first.out())
                .containsPattern("pass@1 +0\\.5000 ± 0\\.5000")
                .contains("samples of each: 10, run by Python 3", "base, programs: 10 passed, 10 failed.");
        String before = Files.readString(out.resolve("kv.jsonl"));
        Captured rest =
                eval(setup, Stream.concat(Stream.of(line), Stream.of("--json")).toArray(String[]::new));
        assertThat(rest.code()).as(rest.err()).isZero();
        assertThat(Files.readString(out.resolve("kv.jsonl"))).startsWith(before);
        JsonNode arm = new ObjectMapper().readTree(rest.out()).at("/arms/1");
        assertThat(arm.at("/scores/pass@10/mean").doubleValue()).isEqualTo(2.0 / 3);
        assertThat(arm.at("/examples/1/samples/0/detail").textValue()).isEqualTo("AssertionError: no");
        List<String> said = new ArrayList<>();
        arm.at("/examples/2/samples")
                .forEach(sample -> said.add(sample.path("output").textValue()));
        assertThat(said).hasSize(10).doesNotHaveDuplicates();
        // a file without samples would be of another evaluation
        Captured other = eval(setup, "--task", task.toString(), "--run-code", "--out", out.toString());
        assertThat(other.code()).isEqualTo(1);
        assertThat(other.err()).contains("its samples is 10, not 1");
    }
}
