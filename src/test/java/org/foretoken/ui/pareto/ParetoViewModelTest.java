package org.foretoken.ui.pareto;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.foretoken.ForetokenException;
import org.foretoken.eval.Metric;
import org.foretoken.eval.Task;
import org.foretoken.generate.Arm;
import org.foretoken.kvp.SetupFile;
import org.foretoken.model.Flops.Definition;
import org.foretoken.runs.Axes;
import org.foretoken.runs.Pareto;
import org.foretoken.runs.ParetoFigure;
import org.foretoken.runs.ParetoPoint;
import org.foretoken.ui.FakeLayerMaps;
import org.foretoken.ui.FakeModels;
import org.foretoken.ui.FakeSweeps;
import org.foretoken.ui.ViewModelFixture;
import org.foretoken.ui.shell.Notices.Notice;
import org.foretoken.workbench.SetupSummary;
import org.foretoken.workbench.SweepPareto;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ParetoViewModelTest extends ViewModelFixture {
    private final List<List<String>> opened = new ArrayList<>();
    private ParetoViewModel model;
    private SetupSummary fifteen;

    @BeforeEach
    void make() {
        fifteen = actions.setup(15, true);
        actions.setups.addAll(List.of(fifteen, actions.setup(10, true), actions.setup(5, false)));
        model = new ParetoViewModel(actions, threads.threads(), notices, current, opened::add);
        threads.settle();
    }

    private void choose(SetupSummary setup) {
        model.draft().choose(setup.folder(), true);
    }

    private int points() {
        return model.measuredProperty().get().map(p -> p.points().size()).orElse(0);
    }

    private ParetoFigure figure() {
        return model.figureProperty().get().orElseThrow();
    }

    private void measureAll() {
        actions.sweeps.points.release(1000);
        model.measure();
        threads.until(() -> model.jobProperty().get().isEmpty());
    }

    private Optional<String> sentence() {
        return notices.currentProperty().get().map(Notice::sentence);
    }

    @Test
    void onlySetupsThatPredictAreOfferedAndTheCurrentOneIsProposed() {
        assertThat(model.setupsProperty().get()).hasSize(2);
        assertThat(model.problemProperty().get()).contains("Choose one setup or more.");
        current.use(fifteen);
        threads.settle();
        assertThat(model.draft().setups.get()).containsExactly(fifteen.folder());
        assertThat(model.problemProperty().get()).isEmpty();
        SetupSummary ten = model.setupsProperty().get().get(1);
        choose(ten);
        current.use(ten);
        threads.settle();
        assertThat(model.draft().setups.get()).as("what the user chose stays").hasSize(2);
    }

    @Test
    void oneOfSeveralRecordedChartsIsChosenAndStays() {
        Pareto quiz = FakeSweeps.chart(List.of(fifteen));
        Pareto text = FakeSweeps.ofText(quiz);
        actions.sweeps.recorded.put(FakeModels.smol().hash(), List.of(quiz, text));
        current.use(FakeModels.smol());
        model.showRecorded();
        threads.settle();
        assertThat(points()).as("the newest").isEqualTo(3);
        assertThat(model.recordedProperty().get()).containsExactly(quiz, text);
        model.measuredProperty().set(Optional.of(text));
        assertThat(figure().placed(800, 600)).hasSize(1);
        model.showRecorded();
        threads.settle();
        assertThat(points()).as("the panel was left and seen again").isEqualTo(1);
    }

    @Test
    void whatIsRecordedOfTheOpenBaseIsThereAtOnce() {
        actions.sweeps.recorded.put(FakeModels.smol().hash(), List.of(FakeSweeps.chart(List.of(fifteen))));
        model.showRecorded();
        threads.settle();
        assertThat(points()).as("no base is open").isZero();
        current.use(FakeModels.smol());
        model.showRecorded();
        threads.settle();
        assertThat(points()).isEqualTo(3);
        assertThat(figure().placed(800, 600)).hasSize(3);
        current.use(FakeModels.elm());
        model.showRecorded();
        threads.settle();
        assertThat(points()).as("nothing is recorded of that base").isZero();
        choose(fifteen);
        measureAll();
        model.showRecorded();
        threads.settle();
        assertThat(points()).as("what is measured here stays").isEqualTo(6);
        current.use(FakeModels.smol());
        model.showRecorded();
        threads.settle();
        assertThat(points()).isEqualTo(3);
    }

    @Test
    void theFormAsksForWhatItSays() throws Exception {
        choose(fifteen);
        SweepDraft draft = model.draft();
        draft.task.set(Task.of("triviaqa"));
        assertThat(model.problemProperty().get()).contains("The task triviaqa needs a data file: choose it.");
        draft.data.set(Optional.of(Path.of("/data/dev.json")));
        draft.metric.set(Metric.OFFICIAL_F1);
        draft.shots.set(2);
        draft.limit.set(10);
        draft.lengths.set(" 64,  256 ");
        draft.tails.set("1 32");
        draft.further.set("random:0.5, hybrid:4");
        draft.auxiliaries.set(false);
        draft.repetitions.set(7);
        draft.seconds.set(3);
        assertThat(draft.amount(model.setupsProperty().get()))
                .isEqualTo("5 arms at 2 prompt lengths, 10 questions each");
        measureAll();
        SweepPareto.Request asked = actions.sweeps.asked.get(0);
        assertThat(asked.setups()).containsExactly(fifteen.folder());
        assertThat(asked.task().shots().count()).isEqualTo(2);
        assertThat(asked.metric()).contains(Metric.OFFICIAL_F1);
        assertThat(asked.limit()).isEqualTo(10);
        assertThat(asked.lengths()).containsExactly(64, 256);
        assertThat(asked.tails()).containsExactly(1, 32);
        assertThat(asked.further()).extracting(Arm::key).containsExactly("random:0.5", "hybrid:4");
        assertThat(asked.auxiliaries()).isFalse();
        assertThat(asked.limits().maxRepetitions()).isEqualTo(7);
        assertThat(asked.limits().maxSeconds()).isEqualTo(3);
        assertThat(asked.paperTable()).isZero();
        draft.task.set(Task.of("triviaqa-lm-eval"));
        assertThat(draft.data.get()).as("the same file will do").contains(Path.of("/data/dev.json"));
        draft.task.set(Task.of("quiz"));
        threads.settle();
        assertThat(draft.data.get()).contains(Path.of("/samples/quiz.jsonl"));
    }

    @Test
    void eachMistakeIsNamed() {
        choose(fifteen);
        SweepDraft draft = model.draft();
        draft.lengths.set("128, many");
        assertThat(model.problemProperty().get().orElseThrow()).startsWith("Prompt lengths are whole numbers");
        draft.lengths.set("");
        assertThat(model.problemProperty().get()).isPresent();
        draft.lengths.set("128");
        draft.tails.set("0");
        assertThat(model.problemProperty().get().orElseThrow()).startsWith("Tails are whole numbers from 1");
        draft.tails.set("");
        draft.further.set("random");
        assertThat(model.problemProperty().get().orElseThrow()).startsWith("There is no arm 'random'");
        draft.further.set("kv");
        assertThat(model.problemProperty().get().orElseThrow()).contains("take part anyway");
        draft.further.set("");
        assertThat(model.problemProperty().get()).isEmpty();
        SetupSummary other = FakeLayerMaps.pair(
                home.resolve("other"),
                FakeModels.elm().config(),
                FakeModels.elm().config());
        actions.setups.add(new SetupSummary(
                "other",
                home.resolve("other"),
                FakeModels.ELM,
                "OpenELM",
                Optional.empty(),
                "OpenELM",
                Optional.empty(),
                other.layerMap(),
                0,
                other.source(),
                1,
                Optional.of(SetupFile.Origin.calibrated(1, List.of("wiki.txt"), 0.01, "f32")),
                true,
                2,
                ""));
        model.findSetups();
        threads.settle();
        draft.choose(home.resolve("other"), true);
        assertThat(model.problemProperty().get().orElseThrow()).startsWith("Choose setups of one base");
        model.measure();
        assertThat(actions.sweeps.asked).isEmpty();
    }

    @Test
    void pointsAppearWhileOthersAreMeasured() {
        choose(fifteen);
        model.measure();
        assertThat(model.jobProperty().get()).isPresent();
        actions.sweeps.points.release(1);
        threads.until(() -> points() == 1);
        assertThat(figure().placed(800, 600)).hasSize(1);
        actions.sweeps.points.release(2);
        threads.until(() -> points() == 3);
        assertThat(model.jobProperty().get()).isPresent();
        actions.sweeps.points.release(1000);
        threads.until(() -> model.jobProperty().get().isEmpty());
        assertThat(points()).isEqualTo(6);
        assertThat(sentence().orElseThrow()).isEqualTo("Measured: 6 records added.");
    }

    @Test
    void whatIsStoppedStaysAndIsGoneOnWith() {
        choose(fifteen);
        model.draft().fresh.set(true);
        model.measure();
        actions.sweeps.points.release(2);
        threads.until(() -> points() == 2);
        model.stop();
        threads.until(() -> model.jobProperty().get().isEmpty());
        assertThat(points()).isEqualTo(2);
        assertThat(sentence().orElseThrow()).startsWith("Stopped. What was measured is recorded");
        assertThat(model.draft().fresh.get()).isFalse();
        measureAll();
        assertThat(points()).isEqualTo(6);
        assertThat(sentence().orElseThrow()).isEqualTo("Measured: 4 records added, 2 records of before used.");
    }

    @Test
    void aFailureIsToldAndWhatWasMeasuredStays() {
        choose(fifteen);
        model.measure();
        actions.sweeps.points.release(1);
        threads.until(() -> points() == 1);
        actions.sweeps.failure = Optional.of(new ForetokenException("The model went away: put it back."));
        actions.sweeps.points.release(1);
        threads.until(() -> model.jobProperty().get().isEmpty());
        assertThat(sentence()).contains("The model went away: put it back.");
        assertThat(points()).isEqualTo(1);
    }

    @Test
    void theSampleModelsAreMeasuredAtOnce() {
        model.draft().further.set("nonsense");
        actions.sweeps.points.release(1000);
        model.measureSampleModels();
        threads.until(() ->
                !actions.sweeps.asked.isEmpty() && model.jobProperty().get().isEmpty());
        assertThat(points()).isEqualTo(5);
        assertThat(model.draft().lengths.get()).isEqualTo("512");
        assertThat(model.draft().limit.get()).isEqualTo(200);
        model.draft().limit.set(7);
        model.sampleModels();
        threads.until(() -> model.draft().limit.get() == 200);
        assertThat(actions.sweeps.asked).as("the form alone").hasSize(1);
    }

    @Test
    void otherAxesHaveTheirOwnFrontierAndNothingIsMeasuredForThem() {
        choose(fifteen);
        measureAll();
        assertThat(figure().pareto().axes()).isEqualTo(new Axes(Axes.X.GAIN, Axes.Y.SCORE, Definition.EXECUTED, false));
        List<ParetoPoint> before = figure().pareto().points();
        model.look().x.set(Axes.X.TTFT);
        model.look().log.set(true);
        assertThat(figure().pareto().axes().log()).isTrue();
        assertThat(figure().pareto().points()).hasSameSizeAs(before);
        model.look().tokens.set(512);
        assertThat(figure().placed(800, 600)).hasSize(3);
        model.show("base", false);
        assertThat(figure().placed(800, 600)).hasSize(2);
        model.show("base", true);
        assertThat(figure().hidden()).isEqualTo(Set.of());
        assertThat(actions.sweeps.asked).hasSize(1);
    }

    @Test
    void thePapersPointsChooseTheAxesThatTheyStandOn() {
        choose(fifteen);
        measureAll();
        model.look().x.set(Axes.X.FLOPS);
        model.look().paper.set(6);
        assertThat(figure().pareto().axes())
                .isEqualTo(new Axes(Axes.X.FLOPS, Axes.Y.RETAINED, Definition.PAPER, false));
        assertThat(figure().placed(800, 600))
                .anyMatch(each -> each.point().series().startsWith("paper: "));
        model.look().flops.set(Definition.EXACT);
        assertThat(model.look().paper.get()).isZero();
        assertThat(figure().placed(800, 600)).hasSize(6);
    }

    @Test
    void whereLessIsBetterThereAreNoShares() throws Exception {
        choose(fifteen);
        model.look().paper.set(5);
        model.draft().task.set(Task.of("perplexity"));
        model.draft().data.set(Optional.of(Path.of("/data/text.txt")));
        measureAll();
        assertThat(actions.sweeps.asked.get(0).axes().y()).isEqualTo(Axes.Y.SCORE);
        assertThat(figure().pareto().axes().y()).isEqualTo(Axes.Y.SCORE);
        assertThat(figure().placed(800, 600)).hasSize(6);
    }

    @Test
    void aPointOpensItsRunsAndAPublishedOneNone() {
        choose(fifteen);
        measureAll();
        ParetoPoint point = figure().pareto().points().get(1);
        model.open(point);
        assertThat(opened).containsExactly(point.records());
        model.look().paper.set(5);
        model.open(figure().pareto().points().get(figure().pareto().points().size() - 1));
        assertThat(opened).hasSize(1);
    }

    @Test
    void filesHaveWhatIsShown() throws Exception {
        choose(fifteen);
        measureAll();
        model.show("base", false);
        for (String format : List.of("svg", "csv")) {
            Path file = home.resolve("pareto." + format);
            model.export(file, format);
            threads.until(() -> Files.exists(file));
        }
        threads.settle();
        assertThat(sentence()).contains("Wrote " + home.resolve("pareto.csv") + ".");
        assertThat(Files.readString(home.resolve("pareto.svg")))
                .contains(">" + fifteen.name() + "<")
                .doesNotContain(">base<");
        assertThat(Files.readAllLines(home.resolve("pareto.csv")))
                .as("all that was measured")
                .hasSize(7);
    }

    @Test
    void wordsTellAllThatIsKnownOfAPoint() {
        choose(fifteen);
        measureAll();
        String words = PointWords.of(figure().pareto().points().get(0), figure().pareto());
        assertThat(words.lines().toList())
                .containsExactly(
                        "base, 128 tokens, on the frontier",
                        "TTFT 51.2 ms (49.7\u201353.2); gain 1.00\u00d7; FLOPs gain 1.10\u00d7 paper, 1.05\u00d7 exact, 1.04\u00d7 executed",
                        "official exact 0.880 (0.818\u20130.924), 100% of the base's");
    }

    @Test
    void whatAReaderShouldKnowIsSaidOnceAndHasALineOfItsOwn() {
        choose(fifteen);
        measureAll();
        Pareto quiet = figure().pareto();
        SweepPareto.Result alone = new SweepPareto.Result(quiet, 0, 3, Path.of("runs.jsonl"), List.of());
        assertThat(PointWords.done(alone)).isEqualTo("Measured: 3 records added.");
        ParetoPoint busy = withNote(quiet.points().get(0), "Other work took 40% of the processors.");
        ParetoPoint busier = withNote(quiet.points().get(1), "Other work took 60% of the processors.");
        assertThat(PointWords.of(busy, quiet).lines().toList())
                .hasSize(PointWords.LINES)
                .endsWith("Other work took 40% of the processors.");
        assertThat(PointWords.done(result(quiet, busy)))
                .isEqualTo(
                        "Measured: 3 records added, 1 record of before used. Other work took 40% of the processors.");
        assertThat(PointWords.done(result(quiet, busy, busier)))
                .endsWith("40% of the processors. Other points have notes, too.");
    }

    private static SweepPareto.Result result(Pareto of, ParetoPoint... points) {
        Pareto noted = new Pareto(
                of.task(),
                of.version(),
                of.metric(),
                of.higherIsBetter(),
                of.questions(),
                of.machine(),
                of.axes(),
                List.of(points));
        return new SweepPareto.Result(noted, 1, 3, Path.of("runs.jsonl"), List.of());
    }

    private static ParetoPoint withNote(ParetoPoint of, String note) {
        return new ParetoPoint(
                of.origin(),
                of.series(),
                of.label(),
                of.arm(),
                of.tail(),
                of.tokens(),
                of.ttft(),
                of.gain(),
                of.flops(),
                of.score(),
                of.retained(),
                of.onFrontier(),
                of.records(),
                note,
                of.measurement());
    }
}
