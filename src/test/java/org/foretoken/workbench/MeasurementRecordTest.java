package org.foretoken.workbench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import org.foretoken.ForetokenException;
import org.foretoken.bench.TtftProtocol;
import org.foretoken.eval.Answered;
import org.foretoken.eval.Task;
import org.foretoken.generate.Arm;
import org.foretoken.model.Flops.Definition;
import org.foretoken.runs.Axes;
import org.foretoken.runs.RunRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What evaluations and timings leave in the run records, and that a sweep takes it from there. */
class MeasurementRecordTest {
    private static final TtftProtocol.Limits FEW = new TtftProtocol.Limits(5, 1);

    @TempDir
    private Path home;

    private Workbench workbench;
    private Path setup;
    private Path data;

    @BeforeEach
    void make() throws Exception {
        workbench = new Workbench(home, new Workbench.Options(Optional.of("f32"), 1, notice -> {}));
        setup = TinyModels.setup(workbench, home);
        data = Files.writeString(home.resolve("nq.jsonl"), """
                {"question": "who", "answer": ["Ann"]}
                {"question": "where", "answer": ["here"]}
                """);
    }

    @AfterEach
    void close() {
        workbench.close();
    }

    private List<RunRecord> records() throws ForetokenException {
        return workbench.runs().read().records();
    }

    private static Task task() throws ForetokenException {
        return Task.of("nq-open").withShots(0);
    }

    private Evaluate.Result evaluate(Task task, Path questions, int tail, @Nullable Path out, String stop)
            throws ForetokenException {
        Evaluate.Request request = new Evaluate.Request(setup, task, questions, Arm.OF_A_SETUP, 0, tail, out);
        return workbench
                .jobs()
                .submit(
                        "test",
                        progress -> new Evaluate(workbench)
                                .run(request, (arm, number, of, answer) -> {}, (what, done, total) -> {
                                    progress.report(what, done, total);
                                    if (what.contains(stop)) {
                                        throw new CancellationException(what);
                                    }
                                }))
                .await();
    }

    private Evaluate.Result evaluate(Task task, Path questions, int tail, @Nullable Path out)
            throws ForetokenException {
        return evaluate(task, questions, tail, out, "nothing that is ever reported");
    }

    private void time(int... lengths) throws ForetokenException {
        MeasureTtft.Request request = new MeasureTtft.Request(
                setup, List.of(), java.util.Arrays.stream(lengths).boxed().toList(), FEW, 0);
        workbench
                .jobs()
                .submit("test", progress -> new MeasureTtft(workbench).run(request, progress))
                .await();
    }

    private SweepPareto.Result sweep() throws ForetokenException {
        SweepPareto.Request request = new SweepPareto.Request(
                List.of(setup),
                List.of(),
                true,
                List.of(),
                task(),
                data,
                Optional.empty(),
                0,
                List.of(16),
                FEW,
                false,
                new Axes(Axes.X.TTFT, Axes.Y.SCORE, Definition.EXECUTED, false),
                0);
        return workbench
                .jobs()
                .submit("test", progress -> new SweepPareto(workbench).run(request, (point, soFar) -> {}, progress))
                .await();
    }

    @Test
    void anEvaluationLeavesARecordOfEachArm() throws Exception {
        Evaluate.Result result = evaluate(task(), data, 3, null);
        assertThat(records())
                .extracting(record ->
                        record.subject().arm() + " " + record.subject().tail())
                .containsExactly("base null", "kv 3", "auxiliary null");
        RunRecord predicted = records().get(1);
        RunRecord.Answers answers = Objects.requireNonNull(predicted.answers());
        assertThat(answers.examples()).isEqualTo(result.arms().get(1).answers());
        assertThat(answers.asked().task()).isEqualTo("nq-open");
        assertThat(answers.asked().dataSha256()).hasSize(64);
        assertThat(predicted.subject().setup()).isEqualTo("setup");
        assertThat(predicted.subject().setupPath()).isEqualTo(setup.toString());
        assertThat(predicted.subject().predictor()).hasSize(64);
        assertThat(predicted.machine().kernel()).isEqualTo("f32");
        // asked again, and so measured again
        evaluate(task(), data, 3, null);
        assertThat(records()).hasSize(6);
    }

    @Test
    void whatWasAnsweredAndRecordedBeforeIsNotRecordedTwice() throws Exception {
        Path out = home.resolve("answers");
        assertThatThrownBy(() -> evaluate(task(), data, 0, out, "auxiliary answers"))
                .isInstanceOf(CancellationException.class);
        assertThat(records()).hasSize(2);
        evaluate(task(), data, 0, out);
        assertThat(records()).extracting(record -> record.subject().arm()).containsExactly("base", "kv", "auxiliary");
        evaluate(task(), data, 0, out);
        assertThat(records()).hasSize(3);
        // answers that are there, but whose record was taken away
        new BrowseRuns(workbench).delete(records().get(0).id());
        evaluate(task(), data, 0, out);
        assertThat(records()).extracting(record -> record.subject().arm()).containsExactly("kv", "auxiliary", "base");
    }

    @Test
    void likelihoodsAreRecordedWithoutATail() throws Exception {
        Path definition = Files.writeString(home.resolve("short.json"), """
                {"format": 1, "name": "short", "version": 1, "licence": "any", "window": 100, "metrics": ["loss", "kl", "top_one"]}
                """);
        Path text = Files.writeString(home.resolve("text.txt"), "So it goes on and on. ".repeat(20));
        evaluate(Task.of(definition.toString()), text, 0, null);
        Path choices = Files.writeString(home.resolve("piqa.jsonl"), """
                {"goal": "to go", "sol1": "walk", "sol2": "fly", "label": 0}
                {"goal": "to eat", "sol1": "sleep", "sol2": "cook", "label": 1}
                """);
        evaluate(Task.of("piqa"), choices, 0, null);
        assertThat(records())
                .hasSize(6)
                .allSatisfy(record -> assertThat(record.subject().tail()).isNull());
        Answered window =
                Objects.requireNonNull(records().get(1).answers()).examples().get(0);
        assertThat(window.scores()).containsOnlyKeys("loss", "kl", "top_one");
        Answered choice =
                Objects.requireNonNull(records().get(4).answers()).examples().get(1);
        assertThat(choice.logLikelihoods()).hasSize(2);
        assertThat(choice.scores()).containsOnlyKeys("acc", "acc_norm");
    }

    @Test
    void aTimingLeavesASessionOfEachLength() throws Exception {
        time(16, 32);
        assertThat(records())
                .extracting(record -> record.subject().arm() + " "
                        + Objects.requireNonNull(record.timing()).wished())
                .containsExactly("base 16", "kv 16", "auxiliary 16", "base 32", "kv 32", "auxiliary 32");
        for (int i = 0; i < 6; i++) {
            RunRecord record = records().get(i);
            assertThat(record.session()).isEqualTo(records().get(i / 3 * 3).id());
            assertThat(Objects.requireNonNull(record.timing()).samples()).hasSizeBetween(5, 50);
            assertThat(record.flops(Definition.EXECUTED)).isPresent();
        }
        assertThat(records().get(1).subject().tail()).isEqualTo(1);
    }

    @Test
    void aSweepTakesWhatWasEvaluatedAndTimedBefore() throws Exception {
        time(16);
        evaluate(task(), data, 0, null);
        assertThat(records()).hasSize(6);
        SweepPareto.Result result = sweep();
        assertThat(result.added()).isZero();
        assertThat(result.reused()).isEqualTo(6);
        assertThat(result.pareto().points()).hasSize(3);
    }

    @Test
    void whatFailsLeavesNothing() throws Exception {
        Files.writeString(data, "{\"question\": \"" + "long ".repeat(200) + "\", \"answer\": [\"x\"]}\n");
        assertThatThrownBy(() -> evaluate(task(), data, 0, null)).isInstanceOf(ForetokenException.class);
        assertThatThrownBy(() -> time(100_000)).isInstanceOf(ForetokenException.class);
        assertThat(records()).isEmpty();
    }
}
