package org.foretoken.runs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.foretoken.ForetokenException;
import org.foretoken.model.Flops.Definition;
import org.junit.jupiter.api.Test;

/** Charts and a report out of records that were made by hand. */
class RecordedParetoTest {
    private static final Axes AXES = new Axes(Axes.X.GAIN, Axes.Y.RETAINED, Definition.EXECUTED, false);

    private static final List<RunRecord> RECORDS = List.of(
            Records.timing("old", "old", Records.base(), 90, 90, 90),
            Records.timing("b1", "b1", Records.base(), 40, 40, 40),
            Records.timing("k1", "b1", Records.predicted(1), 20, 20, 20),
            Records.timing("b2", "b2", Records.base(), 50, 50, 50),
            Records.timing("k2", "b2", Records.predicted(1), 10, 10, 10),
            Records.answers("ab", Records.base(), "official_exact", 1, 1, 1, 0),
            Records.answers("ak", Records.predicted(1), "official_exact", 1, 1, 0, 0),
            Records.answers("tb", Records.base(), "loss", 3, 3),
            Records.answers("tk", Records.predicted(1).withoutTail(), "loss", 3.5, 3.5));

    private static List<Pareto> charts() throws ForetokenException {
        return new RecordedPareto(RECORDS).charts(AXES);
    }

    private static ParetoPoint predicted(Pareto chart) {
        return chart.points().stream()
                .filter(point -> point.arm().equals("kv"))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void theNewestTimesAreTakenWithTheBasesOfTheirTurns() throws Exception {
        Pareto chart = chart("official_exact");
        assertThat(chart.points()).extracting(ParetoPoint::arm).containsExactly("base", "kv");
        ParetoPoint point = predicted(chart);
        assertThat(point.records()).containsExactly("k2", "b2", "ak", "ab");
        assertThat(Objects.requireNonNull(point.gain()).value()).isEqualTo(5);
        assertThat(Objects.requireNonNull(point.retained()).value()).isEqualTo(2 / 3.0);
        assertThat(chart.questions()).isEqualTo(4);
    }

    @Test
    void ofATextTheTailHasNoPartAndLessIsBetter() throws Exception {
        Pareto chart = chart("perplexity");
        assertThat(chart.higherIsBetter()).isFalse();
        assertThat(chart.axes().y()).isEqualTo(Axes.Y.SCORE);
        assertThat(predicted(chart).tail()).isEqualTo(1);
        assertThat(predicted(chart).score().value()).isEqualTo(Math.exp(3.5));
        assertThat(predicted(chart).retained()).isNull();
    }

    private static Pareto chart(String metric) throws ForetokenException {
        return charts().stream()
                .filter(chart -> chart.metric().equals(metric))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void nothingWithoutBothTimesAndAnswers() throws Exception {
        assertThat(new RecordedPareto(RECORDS.subList(0, 5)).charts(AXES)).isEmpty();
        assertThat(new RecordedPareto(RECORDS.subList(5, 9)).charts(AXES)).isEmpty();
        assertThat(new RecordedPareto(List.of()).charts(AXES)).isEmpty();
    }

    @Test
    void aReportHasEveryArmInALineAndTheCommandsAtItsEnd() throws Exception {
        Map<String, RunRecord> byId = RECORDS.stream().collect(Collectors.toMap(RunRecord::id, Function.identity()));
        String text = new ReportText("big", charts(), byId, subject -> "calibrated")
                .markdown(List.of("one.svg", "two.svg"), "foretoken pareto\n");
        assertThat(text).startsWith("# KV prediction on big\n").endsWith("```\nforetoken pareto\n```\n");
        assertThat(text.lines().filter(line -> line.startsWith("| half, tail 1 | ")))
                .singleElement()
                .satisfies(line -> assertThat(line)
                        .contains("| first 2 | hidden | calibrated |", "5.00×", "0.500 (", "0.667 (", "33.1"));
        assertThat(text).contains("](one.svg)", "](two.svg)", "half, tail 1 (5.00×, 0.667)");
    }
}
