package org.foretoken.ui.pareto;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.foretoken.ForetokenException;
import org.foretoken.runs.Pareto;
import org.foretoken.runs.ParetoPoint;
import org.foretoken.ui.FakeModels;
import org.foretoken.ui.FakeSweeps;
import org.junit.jupiter.api.Test;

/** What is measured, and what is recorded of before. */
class ParetoViewModelTest extends ParetoViewModelFixture {
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
    void whatThisWindowMeasuredIsListedOnceWhateverRecordsCallIt() {
        current.use(FakeModels.smol());
        choose(fifteen);
        measureAll();
        Pareto own = model.measuredProperty().get().orElseThrow();
        Pareto recorded = new Pareto(
                own.task() + " (limit 200)",
                own.version(),
                own.metric(),
                own.higherIsBetter(),
                own.questions(),
                own.machine(),
                own.axes(),
                own.points());
        actions.sweeps.recorded.put(FakeModels.smol().hash(), List.of(FakeSweeps.ofText(own), recorded));
        model.showRecorded();
        threads.settle();
        assertThat(model.recordedProperty().get()).containsExactly(own, FakeSweeps.ofText(own));
        assertThat(model.measuredProperty().get()).contains(own);
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
}
