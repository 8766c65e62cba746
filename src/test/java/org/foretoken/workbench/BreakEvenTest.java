package org.foretoken.workbench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.foretoken.ForetokenException;
import org.foretoken.bench.TtftProtocol;
import org.foretoken.generate.Arm;
import org.foretoken.generate.Sampling;
import org.foretoken.runs.RunRecord;
import org.foretoken.workbench.BreakEven.Request;
import org.foretoken.workbench.BreakEven.Result;
import org.foretoken.workbench.BreakEven.Times;
import org.foretoken.workbench.BreakEvenTiming.Turns;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is foretold of models that answer in a millisecond: that it hangs together, not how near it is. */
class BreakEvenTest {
    private static final TtftProtocol.Limits FEW = new TtftProtocol.Limits(5, 1);

    @TempDir
    private Path home;

    private Workbench workbench;
    private Path setup;

    @BeforeEach
    void make() throws Exception {
        workbench = new Workbench(home, new Workbench.Options(Optional.of("f32"), 1, notice -> {}));
        setup = TinyModels.setup(workbench, home);
    }

    @AfterEach
    void close() {
        workbench.close();
    }

    private Result run(List<Integer> prompts, List<Integer> replies, int tail, boolean check)
            throws ForetokenException {
        Request request = new Request(setup, prompts, replies, tail, FEW, check);
        return workbench
                .jobs()
                .submit("test", progress -> new BreakEven(workbench).run(request, progress))
                .await();
    }

    @Test
    void whatIsForetoldHangsTogether() throws Exception {
        Result result = run(List.of(20, 60), List.of(1, 9), 2, true);
        assertThat(result.tail()).isEqualTo(2);
        assertThat(result.timed()).startsWith(14, 30, 44).doesNotContain(20, 60);
        assertThat(result.rows()).extracting(BreakEven.Row::reply).containsExactly(1, 9, 1, 9);
        for (BreakEven.Row row : result.rows()) {
            Times foretold = row.foretold();
            assertThat(foretold.baseTtft()).isCloseTo(result.base().at(row.prompt()), within(1e-9));
            assertThat(foretold.saved()).isCloseTo(result.saved().signedAt(row.prompt()), within(1e-9));
            double decoding = 0;
            for (int k = 0; k < row.reply() - 1; k++) {
                decoding += result.step().at(row.prompt() + k);
            }
            assertThat(Objects.requireNonNull(foretold.total()) - foretold.ttft())
                    .isCloseTo(decoding, within(1e-9));
            BreakEven.Check check = Objects.requireNonNull(row.check());
            Times measured = check.measured();
            assertThat(measured.baseTtft()).isPositive();
            assertThat(measured.ttft()).isPositive();
        }
        Integer from = result.from();
        assertThat(from == null || from >= 14).isTrue();
    }

    @Test
    void whatATurnForetellsIsHeldAgainstThatTurn() {
        // the machine is half as fast in three of seven turns at the lengths timed, and in four at the one checked
        List<Double> speed = List.of(1.0, 2.0, 1.0, 2.0, 1.0, 2.0, 1.0);
        List<Double> checked = List.of(1.0, 2.0, 1.0, 2.0, 1.0, 2.0, 2.0);
        List<Turns> timed = List.of(turns(10, 10, speed), turns(30, 40, speed));
        Times foretold = new Times(25, 12.5, 12.5, 35.0, 22.5);
        Times measured = new Times(48, 24, 24, 56.0, null);
        BreakEven.Check check = BreakEven.checked(timed, turns(20, 24, checked), foretold, measured);
        // the line says 25 for 24, and 48 is the median of what was measured
        assertThat(check.baseTtft().value()).isCloseTo(1.0 / 48, within(1e-12));
        assertThat(check.baseTtft().low()).isCloseTo((25.0 - 48) / 48, within(1e-12));
        assertThat(check.baseTtft().high()).isCloseTo(2.0 / 48, within(1e-12));
        assertThat(check.saved().value()).as("half of it").isCloseTo(0.5 / 24, within(1e-12));
        assertThat(check.baseTotal()).as("10 ms of decoding for 8").isCloseTo((1.0 + 2) / 56, within(1e-12));
        assertThat(check.total()).isNull();
    }

    @Test
    void aShortPromptsTimeInATurnIsTheMedianOfItsRuns() {
        assertThat(List.of(14, 30, 44, 108, 236, 508))
                .extracting(BreakEvenTiming::runs)
                .containsExactly(8, 8, 5, 2, 1, 1);
        assertThat(BreakEvenTiming.turn(List.of(44, 508))).containsExactly(44, 44, 44, 508, 44, 44);
        assertThat(BreakEvenTiming.byTurn(List.of(1.0, 9.0, 2.0, 4.0, 6.0, 5.0), 3))
                .containsExactly(2.0, 5.0);
    }

    private static Turns turns(int tokens, double base, List<Double> slower) {
        return new Turns(
                tokens,
                slower.stream().map(by -> by * base).toList(),
                slower.stream().map(by -> by * base / 2).toList());
    }

    @Test
    void anAnswerWhoseLastTokenIsTheEndIsNoWholeReply() throws Exception {
        List<Integer> ids = workbench
                .jobs()
                .submit("test", progress -> {
                    Prompt prompt = MeasureTtft.prompt(
                                    workbench.models().setup(setup, progress).base(), 20)
                            .prompt();
                    Generate.Request request =
                            new Generate.Request(setup, Arm.BASE, prompt, Sampling.GREEDY, 20, List.of(), 1);
                    return new Generate(workbench)
                            .run(request, (id, text) -> {}, progress)
                            .ids();
                })
                .await();
        int whole = 1;
        while (ids.subList(0, whole).contains(ids.get(whole))) {
            whole++;
        }
        setup = TinyModels.setup(workbench, home.resolve("ending"));
        Files.writeString(
                home.resolve("ending/base/generation_config.json"), "{\"eos_token_id\": " + ids.get(whole) + "}");
        List<BreakEven.Row> rows =
                run(List.of(20), List.of(whole, whole + 1), 1, true).rows();
        assertThat(Objects.requireNonNull(rows.get(0).check()).measured().baseTotal())
                .isNotNull();
        assertThat(Objects.requireNonNull(rows.get(1).check()).measured().baseTotal())
                .isNull();
    }

    @Test
    void memoryIsForeseenFromShapes() throws Exception {
        BreakEven.MemoryPaid memory = run(List.of(20), List.of(1), 1, false).memory();
        assertThat(memory.predictor()).isPositive();
        assertThat(memory.auxiliary()).isPositive();
        assertThat((double) (memory.predictor() + memory.auxiliary()))
                .isCloseTo((double) memory.inMemory(), within(0.1 * memory.inMemory()));
    }

    @Test
    void allLengthsTakeTurnsAndAreRecorded() throws Exception {
        Result result = run(List.of(20), List.of(1), 1, true);
        List<RunRecord> records = workbench.runs().read().records();
        assertThat(records).extracting(record -> record.subject().arm()).containsOnly("base", "kv");
        List<RunRecord.Timing> timings = records.stream()
                .map(record -> Objects.requireNonNull(record.timing()))
                .toList();
        List<Integer> lengths = new ArrayList<>(result.timed());
        lengths.add(20);
        assertThat(timings)
                .extracting(RunRecord.Timing::wished)
                .containsExactlyInAnyOrderElementsOf(
                        lengths.stream().flatMap(n -> Stream.of(n, n)).toList());
        int rounds = timings.get(0).samples().size()
                / BreakEvenTiming.runs(timings.get(0).wished());
        assertThat(timings)
                .as("a short prompt is read several times a turn")
                .allSatisfy(
                        timing -> assertThat(timing.samples()).hasSize(rounds * BreakEvenTiming.runs(timing.wished())));
        assertThat(timings)
                .as("what was allowed for one length: a sweep that asks for more measures itself")
                .extracting(RunRecord.Timing::maxSeconds)
                .containsOnly(FEW.maxSeconds());
    }

    @Test
    void lengthsBeyondTheContextAreRefused() {
        assertThatThrownBy(() -> run(List.of(0), List.of(1), 1, false))
                .isInstanceOf(ForetokenException.class)
                .hasMessageContaining("A prompt of 0 tokens");
        assertThatThrownBy(() -> run(List.of(20), List.of(1_000_000), 1, false))
                .isInstanceOf(ForetokenException.class)
                .hasMessageContaining("A reply of 1000000 tokens");
    }
}
