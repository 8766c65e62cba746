package org.foretoken.ui.pareto;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.foretoken.runs.Pareto;
import org.foretoken.runs.ParetoPoint;
import org.foretoken.workbench.SweepPareto;
import org.junit.jupiter.api.Test;

class PointWordsTest extends ParetoViewModelFixture {
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
