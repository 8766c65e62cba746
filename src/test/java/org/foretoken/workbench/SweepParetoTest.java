package org.foretoken.workbench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.foretoken.ForetokenException;
import org.foretoken.bench.TtftProtocol;
import org.foretoken.eval.Metric;
import org.foretoken.eval.Task;
import org.foretoken.generate.Arm;
import org.foretoken.model.Flops.Definition;
import org.foretoken.runs.Axes;
import org.foretoken.runs.Pareto;
import org.foretoken.runs.ParetoPoint;
import org.foretoken.runs.RunRecord;
import org.foretoken.workbench.SweepPareto.Request;
import org.foretoken.workbench.SweepPareto.Result;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sweeps of models that know nothing: what is measured, what is taken from records. */
class SweepParetoTest {
    private static final Axes AXES = new Axes(Axes.X.TTFT, Axes.Y.SCORE, Definition.EXECUTED, false);
    private static final Comparator<Double> BY_THOUSANDTHS = Comparator.comparing(value -> Math.round(1000 * value));
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
                {"question": "when", "answer": ["now"]}
                """);
    }

    @AfterEach
    void close() {
        workbench.close();
    }

    private Request request(List<Integer> tails, List<Integer> lengths, boolean fresh) throws ForetokenException {
        return new Request(
                List.of(setup),
                tails,
                true,
                List.of(),
                Task.of("nq-open").withShots(0),
                data,
                Optional.empty(),
                2,
                lengths,
                FEW,
                fresh,
                AXES,
                0);
    }

    private Result sweep(Request request) throws ForetokenException {
        return sweep(request, "nothing that is ever reported");
    }

    /** @param stop what is going on when the user stops it */
    private Result sweep(Request request, String stop) throws ForetokenException {
        List<ParetoPoint> heard = new ArrayList<>();
        Result result = workbench
                .jobs()
                .submit(
                        "test",
                        progress -> new SweepPareto(workbench)
                                .run(request, (point, soFar) -> hear(heard, point, soFar), (what, done, total) -> {
                                    progress.report(what, done, total);
                                    if (what.contains(stop)) {
                                        throw new CancellationException(what);
                                    }
                                }))
                .await();
        assertThat(result.pareto().points())
                .extracting(ParetoPoint::label)
                .containsExactlyInAnyOrderElementsOf(
                        heard.stream().map(ParetoPoint::label).toList());
        return result;
    }

    /** What is known so far ends with none but what was heard, the frontier marked. */
    private static void hear(List<ParetoPoint> heard, ParetoPoint point, Pareto soFar) {
        heard.add(point);
        assertThat(soFar.points())
                .extracting(ParetoPoint::label, ParetoPoint::tokens)
                .containsExactlyInAnyOrderElementsOf(heard.stream()
                        .map(each -> tuple(each.label(), each.tokens()))
                        .toList());
        assertThat(soFar.points()).anyMatch(ParetoPoint::onFrontier);
    }

    private List<RunRecord> records() throws ForetokenException {
        return workbench.runs().read().records();
    }

    @Test
    void everyArmIsMeasuredOnceAndNeverAgain() throws Exception {
        Result first = sweep(request(List.of(1, 4), List.of(16, 32), false));
        assertThat(first.pareto().points())
                .extracting(p -> p.label() + "@" + p.tokens())
                .containsExactly(
                        "base@16",
                        "setup, tail 1@16",
                        "setup, tail 4@16",
                        "setup, auxiliary alone@16",
                        "base@32",
                        "setup, tail 1@32",
                        "setup, tail 4@32",
                        "setup, auxiliary alone@32");
        // four arms timed at two lengths, and asked
        assertThat(first.added()).isEqualTo(4 * 2 + 4);
        assertThat(first.reused()).isZero();
        ParetoPoint base = first.pareto().points().get(0);
        ParetoPoint predicted = first.pareto().points().get(1);
        assertThat(Objects.requireNonNull(base.gain()).value()).isEqualTo(1);
        assertThat(Objects.requireNonNull(predicted.gain()).value()).isPositive();
        assertThat(predicted.flops().executed()).isPositive();
        assertThat(predicted.records()).hasSize(4);
        assertThat(records()).filteredOn(r -> r.timing() != null).allSatisfy(r -> {
            assertThat(Objects.requireNonNull(r.timing()).samples()).hasSize(5);
            assertThat(r.machine().kernel()).isEqualTo("f32");
        });
        Result again = sweep(request(List.of(1, 4), List.of(16, 32), false));
        assertThat(again.added()).isZero();
        assertThat(again.reused()).isEqualTo(12);
        assertThat(again.pareto()).isEqualTo(first.pareto());
        assertThat(sweep(request(List.of(1, 4), List.of(16, 32), true)).added()).isEqualTo(12);
    }

    @Test
    void whatIsNewIsMeasuredBesideTheBase() throws Exception {
        sweep(request(List.of(1), List.of(16), false));
        Result more = sweep(request(List.of(1, 4), List.of(16), false));
        // the base's times and the new tail's, in turns, and the new tail's answers
        assertThat(more.added()).isEqualTo(3);
        RunRecord newest = records().get(records().size() - 2);
        assertThat(newest.subject().tail()).isEqualTo(4);
        assertThat(newest.session())
                .isEqualTo(records().get(records().size() - 3).id());
        // without the base's record a gain has nothing to be over
        new BrowseRuns(workbench).delete(newest.session());
        assertThat(sweep(request(List.of(4), List.of(16), false)).added()).isEqualTo(2);
    }

    @Test
    void aSetupNamedTwiceHasItsPointsOnce() throws Exception {
        Request once = request(List.of(1), List.of(16), false);
        Result twice = sweep(with(once, List.of(setup, setup), AXES, 0));
        assertThat(twice.pareto().points())
                .extracting(ParetoPoint::label)
                .containsExactly("base", "setup, tail 1", "setup, auxiliary alone");
    }

    @Test
    void otherQuestionsAreAskedAgainButNotTimed() throws Exception {
        sweep(request(List.of(1), List.of(16), false));
        Files.writeString(data, "{\"question\": \"more\", \"answer\": [\"x\"]}\n", StandardOpenOption.APPEND);
        assertThat(sweep(request(List.of(1), List.of(16), false)).added()).isEqualTo(3);
    }

    @Test
    void aStoppedSweepGoesOnWhereItWas() throws Exception {
        Request request = request(List.of(1), List.of(16), false);
        assertThatThrownBy(() -> sweep(request, "auxiliary answers")).isInstanceOf(CancellationException.class);
        // three timed, base and prediction asked
        assertThat(records()).hasSize(5);
        Result rest = sweep(request);
        assertThat(rest.added()).isEqualTo(1);
        assertThat(rest.reused()).isEqualTo(5);
        try (Stream<Path> underWay = Files.list(home.resolve("runs/under-way"))) {
            assertThat(underWay).isEmpty();
        }
    }

    @Test
    void ofATextEveryPositionIsPredictedWhateverTheTail() throws Exception {
        Path task = Files.writeString(home.resolve("short.json"), """
                {"format": 1, "name": "short", "version": 1, "licence": "any", "window": 100, "metrics": ["loss", "kl", "top_one"]}
                """);
        Path text = Files.writeString(home.resolve("text.txt"), "So it goes on and on. ".repeat(20));
        for (Optional<Metric> metric : List.of(Optional.<Metric>empty(), Optional.of(Metric.KL))) {
            Result result = sweep(new Request(
                    List.of(setup),
                    List.of(1, 4),
                    true,
                    List.of(),
                    Task.of(task.toString()),
                    text,
                    metric,
                    0,
                    List.of(16),
                    FEW,
                    false,
                    AXES,
                    0));
            List<ParetoPoint> points = result.pareto().points();
            assertThat(result.pareto().higherIsBetter()).isFalse();
            if (metric.isEmpty()) {
                assertThat(result.pareto().metric()).isEqualTo("perplexity");
                assertThat(points).hasSize(4);
                assertThat(points.get(0).score().value()).isGreaterThan(1);
                assertThat(points.get(1).score()).isEqualTo(points.get(2).score());
                assertThat(String.valueOf(points.get(1).note())).doesNotContain("not its score");
                assertThat(points.get(2).note()).contains("not its score");
            } else {
                assertThat(result.added()).isZero();
                assertThat(points).extracting(ParetoPoint::arm).containsExactly("kv", "kv");
            }
            assertThat(points).extracting(ParetoPoint::retained).containsOnlyNulls();
        }
    }

    @Test
    void baselinesAndHybridsTakePartWhereTheTaskAsksForAnAnswer() throws Exception {
        Request request = with(
                request(List.of(1, 4), List.of(16), false),
                Task.of("nq-open").withShots(0),
                "random:0.5",
                "random:0.25-7",
                "static:0.5",
                "lazy:0.75-0.25",
                "hybrid:2");
        Result first = sweep(request);
        List<ParetoPoint> points = first.pareto().points();
        assertThat(points)
                .extracting(p -> p.series() + ": " + p.label() + " is " + p.arm())
                .containsExactly(
                        "base: base is base",
                        "setup: setup, tail 1 is kv",
                        "setup: setup, tail 4 is kv",
                        "setup: setup, auxiliary alone is auxiliary",
                        "random: random 0.5 is random:0.5",
                        "random: random 0.25-7 is random:0.25-7",
                        "static: static 0.5 is static:0.5",
                        "lazy: lazy 0.75-0.25 is lazy:0.75-0.25",
                        "setup: setup, hybrid 2, tail 1 is hybrid:2");
        // the paper's figures for what is left: a half, a quarter, 0.25 + 0.5, 0.3 + 0.6 / 2 + 0.1 / 4
        assertThat(points.subList(4, 8))
                .extracting(p -> Objects.requireNonNull(p.flops().paper()))
                .usingElementComparator(BY_THOUSANDTHS)
                .containsExactly(2.0, 4.0, 1 / 0.75, 1 / 0.625);
        assertThat(points).extracting(p -> p.flops().executed()).doesNotContainNull();
        assertThat(first.added()).isEqualTo(2 * 9);
        Result again = sweep(request);
        assertThat(again.added()).isZero();
        assertThat(again.reused()).isEqualTo(18);
        assertThat(again.pareto()).isEqualTo(first.pareto());
        // another share alone is timed, with the base, and asked
        Request one = with(request, request.task(), "random:0.5", "static:0.25");
        assertThat(sweep(one).added()).isEqualTo(3);
    }

    @Test
    void furtherArmsThatCannotTakePartAreRefusedFirst() throws Exception {
        Request fine = request(List.of(1), List.of(16), false);
        Task choices = Task.of("piqa");
        assertThat(refused(with(fine, choices, "random:0.5"))).contains("random:0.5", "asks for likelihoods");
        assertThat(refused(with(fine, choices, "hybrid:2"))).contains("hybrid:2", "asks for likelihoods");
        assertThat(refused(with(fine, fine.task(), "hybrid:5"))).contains("hybrid:0 to hybrid:4");
        assertThat(refused(with(fine, fine.task(), "kv"))).contains("The arm kv is no further one");
        assertThat(records()).isEmpty();
    }

    private static Request with(Request r, Task task, String... further) throws ForetokenException {
        List<Arm> arms = new ArrayList<>();
        for (String key : further) {
            arms.add(Arm.of(key));
        }
        return new Request(
                r.setups(),
                r.tails(),
                r.auxiliaries(),
                arms,
                task,
                r.data(),
                r.metric(),
                r.limit(),
                r.lengths(),
                r.limits(),
                r.fresh(),
                r.axes(),
                r.paperTable());
    }

    private String refused(Request request) {
        ForetokenException refused = catchThrowableOfType(ForetokenException.class, () -> sweep(request));
        return refused.sentence();
    }

    @Test
    void whatCannotBeMeasuredIsSaidFirst() throws Exception {
        Request fine = request(List.of(1), List.of(16), false);
        assertThat(refused(request(List.of(1), List.of(256), false))).contains("256 tokens", "context of 256");
        assertThat(refused(request(List.of(1), List.of(), false))).contains("no prompt length");
        assertThat(refused(with(fine, List.of(), AXES, 0))).contains("name a setup");
        assertThat(refused(with(fine, List.of(home.resolve("base")), AXES, 0))).contains("is not a setup");
        assertThat(refused(with(fine, List.of(setup), AXES, 5))).contains("--x gain");
        assertThat(refused(
                        with(fine, List.of(setup), new Axes(Axes.X.GAIN, Axes.Y.RETAINED, Definition.PAPER, false), 4)))
                .contains("not 4");
        Files.delete(setup.resolve("predictor.safetensors"));
        assertThat(refused(fine)).contains("no predictor yet");
        Files.delete(data);
        assertThat(records()).isEmpty();
    }

    private static Request with(Request r, List<Path> setups, Axes axes, int paper) {
        return new Request(
                setups,
                r.tails(),
                r.auxiliaries(),
                r.further(),
                r.task(),
                r.data(),
                r.metric(),
                r.limit(),
                r.lengths(),
                r.limits(),
                r.fresh(),
                axes,
                paper);
    }
}
