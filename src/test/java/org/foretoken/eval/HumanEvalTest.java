package org.foretoken.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.foretoken.ForetokenException;
import org.foretoken.Progress;
import org.foretoken.Shared;
import org.foretoken.eval.Questions.Question;
import org.foretoken.eval.sandbox.Sandbox;
import org.foretoken.eval.sandbox.Verdict;
import org.foretoken.eval.sandbox.Verdict.Outcome;
import org.foretoken.generate.Sampling;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tasks whose answers are run, from the question to the score. */
class HumanEvalTest {
    private static final int PROBLEMS = 164;
    private static final String DOUBLE = """
            {"task_id": "Own/1", "prompt": "def double(x):\\n", "canonical_solution": "    return 2 * x\\n", "entry_point": "double", "test": "def check(candidate):\\n    assert candidate(2) == 4\\n"}
            """;

    @TempDir
    Path folder;

    private static Task task() throws ForetokenException {
        return Task.of("humaneval");
    }

    private static List<Question> problems() throws ForetokenException {
        return Questions.read(task(), Shared.path("data/HumanEval.jsonl.gz"), 0, Progress.NONE)
                .questions();
    }

    private Question own() throws IOException, ForetokenException {
        Path file = Files.writeString(folder.resolve("own.jsonl"), DOUBLE);
        return Questions.read(task(), file, 0, Progress.NONE).questions().get(0);
    }

    @Test
    void theProgramIsPromptAnswerTestsAndTheirCall() throws Exception {
        Question question = own();
        assertThat(question.id()).isEqualTo("Own/1");
        assertThat(question.prompt()).isEqualTo("def double(x):\n");
        assertThat(question.answers()).containsExactly("    return 2 * x\n");
        assertThat(question.program("    return x + {x}")).isEqualTo("""
                        def double(x):
                            return x + {x}
                        def check(candidate):
                            assert candidate(2) == 4

                        check(double)
                        """);
    }

    @Test
    void theLineEndAfterThePromptIsLeftToTheModelWhereAsked() throws Exception {
        Path file = Files.writeString(folder.resolve("own.jsonl"), DOUBLE);
        Question question = Questions.read(Task.of("humaneval-stripped"), file, 0, Progress.NONE)
                .questions()
                .get(0);
        assertThat(question.prompt()).isEqualTo("def double(x):");
        assertThat(question.program("\n    return 7")).startsWith("def double(x):\n    return 7\ndef check(");
    }

    @Test
    void aSamplesScoreIsPassAtKForEveryKThatThereAreSamplesFor() throws Exception {
        List<Sample> samples = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            samples.add(new Sample("    return " + i, "stop_string", i < 3 ? "passed" : "failed", ""));
        }
        Answered answer = Answered.ofSamples(task(), own(), samples);
        // 1 − C(9, 10) / C(12, 10): ten of twelve leave no room for nine failures alone
        assertThat(answer.scores()).containsOnlyKeys("pass@1", "pass@10").containsEntry("pass@10", 1.0);
        assertThat(answer.scores().get("pass@1")).isCloseTo(0.25, within(1e-15));
        assertThat(answer.output()).isEqualTo("    return 0");
        assertThat(answer.filtered()).isEqualTo("    return 0");
        assertThat(answer.samples()).isEqualTo(samples);
        assertThat(Answered.ofSamples(task(), own(), samples.subList(3, 4)).scores())
                .containsExactly(Map.entry("pass@1", 0.0));
    }

    @Test
    void samplesAndHowTheyWereDrawnAreKept() throws Exception {
        Path file = folder.resolve("answers.jsonl");
        Sampling sampling = new Sampling(0.2, 0, 0.95, 0, 1, 7);
        Answered answer =
                Answered.ofSamples(task(), own(), List.of(new Sample("x", "context_full", "died", "exit code 1")));
        try (AnswerFile answers = AnswerFile.open(file, header(sampling), List.of(own()))) {
            answers.add(answer);
        }
        try (AnswerFile answers = AnswerFile.open(file, header(sampling), List.of(own()))) {
            assertThat(answers.before()).containsExactly(answer);
        }
        assertThatThrownBy(() -> AnswerFile.open(file, header(sampling.withSeed(8)), List.of(own())))
                .isInstanceOf(ForetokenException.class)
                .hasMessageContaining("its sampling is");
        assertThat(Files.readString(file)).contains("\"samples\":1,\"sampling\":{\"temperature\":0.2");
    }

    private static AnswerHeader header(Sampling sampling) {
        return new AnswerHeader(
                1,
                "0",
                "humaneval",
                1,
                "t",
                "d",
                0,
                "base",
                null,
                "b",
                null,
                null,
                null,
                null,
                null,
                1,
                sampling,
                "3.11.2",
                "f32",
                1);
    }

    @Test
    void aTaskWithAProgramThatCannotBeRunIsOneSentence() throws Exception {
        String task = """
                {"format": 1, "name": "own", "version": 1, "licence": "mine", "fields": {"q": ["q"], "answers": ["a"]},
                 "template": "{q}", "shots": {"count": 0}, "stops": [], "max_tokens": 3, "program": "{q}{completion}",
                 "metrics": ["pass@1"]}
                """;
        assertThat(Task.of(Files.writeString(folder.resolve("own.json"), task).toString())
                        .program())
                .isEqualTo("{q}{completion}");
        for (String[] change : new String[][] {
            {"\"program\": \"{q}{completion}\",", "", "program is missing"},
            {"{q}{completion}", "{q}", "program must name {completion} once"},
            {"{q}{completion}", "{completion}{completion}", "program must name {completion} once"},
            {"{q}{completion}", "{completion}{tests}", "program names 'tests'"},
            {"pass@1", "official_f1", "program has no place beside official_f1"},
            {"pass@1", "pass@2", "no metric 'pass@2'"},
            {"\"pass@1\"", "\"pass@1\", \"official_f1\"", "metrics mixes"},
        }) {
            assertThat(task).contains(change[0]);
            Path file = Files.writeString(folder.resolve("own.json"), task.replace(change[0], change[1]));
            assertThatThrownBy(() -> Task.of(file.toString()))
                    .as(change[1])
                    .isInstanceOf(ForetokenException.class)
                    .hasMessageContainingAll("own.json", change[2]);
        }
    }

    /** Two at a time. */
    private static List<Verdict> run(List<String> programs) throws Exception {
        Sandbox sandbox = Sandbox.open();
        try (ExecutorService two = Executors.newFixedThreadPool(2)) {
            List<Future<Verdict>> running = new ArrayList<>();
            for (String program : programs) {
                running.add(two.submit(() -> sandbox.run(program, () -> {})));
            }
            List<Verdict> verdicts = new ArrayList<>();
            for (Future<Verdict> each : running) {
                verdicts.add(each.get());
            }
            return verdicts;
        }
    }

    @Test
    @Tag("shared")
    void everySolutionOfTheDataSetPasses() throws Exception {
        List<Question> problems = problems();
        assertThat(problems).hasSize(PROBLEMS);
        List<String> programs = problems.stream()
                .map(each -> each.program(each.answers().get(0)))
                .toList();
        List<Verdict> verdicts = run(programs);
        for (int i = 0; i < PROBLEMS; i++) {
            assertThat(verdicts.get(i)).as(problems.get(i).id()).isEqualTo(new Verdict(Outcome.PASSED, ""));
        }
    }

    @Test
    @Tag("shared")
    void answersThatAreNoSolutionFail() throws Exception {
        List<Question> problems = problems();
        List<Verdict> nothing = run(
                problems.stream().map(each -> each.program("    return None\n")).toList());
        assertThat(nothing).hasSize(PROBLEMS).extracting(Verdict::outcome).containsOnly(Outcome.FAILED);
        // each problem with the next one's solution
        List<String> exchanged = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            exchanged.add(problems.get(i).program(problems.get(i + 1).answers().get(0)));
        }
        assertThat(run(exchanged)).extracting(Verdict::outcome).doesNotContain(Outcome.PASSED);
    }
}
