package org.foretoken.runs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.foretoken.ForetokenException;
import org.foretoken.eval.Answered;
import org.foretoken.generate.Sampling;
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
        String text =
                new ReportText("big", charts(), byId).markdown(List.of("one.svg", "two.svg"), "foretoken pareto\n");
        assertThat(text).startsWith("# KV prediction on big\n").endsWith("```\nforetoken pareto\n```\n");
        assertThat(text.lines().filter(line -> line.startsWith("| half, tail 1 | ")))
                .singleElement()
                .satisfies(line -> assertThat(line)
                        .contains(
                                "| first 2 | hidden | calibrated, 8,192 tokens of a.txt, b.jsonl |",
                                "5.00×",
                                "0.500 (",
                                "0.667 (",
                                "33.1"));
        assertThat(text).contains("](one.svg)", "](two.svg)", "half, tail 1 (5.00×, 0.667)");
    }

    @Test
    void noLineOfTheCommandsEndsTheirFence() throws Exception {
        Map<String, RunRecord> byId = RECORDS.stream().collect(Collectors.toMap(RunRecord::id, Function.identity()));
        String text = new ReportText("big", charts(), byId)
                .markdown(List.of("one.svg", "two.svg"), "foretoken pareto\n```\n# Free\n````\n");
        assertThat(text).endsWith("\n`````\nforetoken pareto\n```\n# Free\n````\n`````\n");
    }

    @Test
    void aReportBearsATimestampThatWasWrittenByHand() throws Exception {
        List<RunRecord> byHand =
                RECORDS.stream().map(record -> ended(record, "today")).toList();
        assertThat(report(byHand)).contains("run records (today)");
    }

    private static RunRecord ended(RunRecord r, String timestamp) {
        return new RunRecord(
                r.schema(),
                r.id(),
                r.session(),
                r.program(),
                timestamp,
                r.subject(),
                r.machine(),
                r.seed(),
                r.timing(),
                r.answers(),
                r.training());
    }

    @Test
    void recordsThatDoNotGoTogetherAreNamedWithTheRemedy() {
        RunRecord once = Records.timing("k3", "b2", Records.predicted(1), 10);
        assertThatThrownBy(() -> new RecordedPareto(and(once)).charts(AXES))
                .isInstanceOf(ForetokenException.class)
                .hasMessage(
                        "Run record k3 of kv has another number of times (1) than b2 of the base (3), so that they"
                                + " weren't taken in turns: delete that record (foretoken runs --delete k3) and measure again.");
        RunRecord fewer = Records.answers("a3", Records.predicted(1), "official_exact", 1, 1, 0);
        assertThatThrownBy(() -> new RecordedPareto(and(fewer)).charts(AXES))
                .isInstanceOf(ForetokenException.class)
                .hasMessage("Run record a3 of kv has another number of answers (3) than ab of the base (4) to the same"
                        + " questions: delete that record (foretoken runs --delete a3) and measure again.");
    }

    @Test
    void timesBesideAnswersOfThatNameHaveNoBase() throws Exception {
        RunRecord stray = Records.timing("k3", "ab", Records.predicted(1), 10, 10, 10);
        assertThat(predicted(new RecordedPareto(and(stray)).charts(AXES).get(0)).records())
                .startsWith("k2");
    }

    private static List<RunRecord> and(RunRecord... further) {
        List<RunRecord> all = new ArrayList<>(RECORDS);
        all.addAll(List.of(further));
        return all;
    }

    private static String report(List<RunRecord> records) throws ForetokenException {
        Map<String, RunRecord> byId = records.stream().collect(Collectors.toMap(RunRecord::id, Function.identity()));
        List<Pareto> charts = new RecordedPareto(records).charts(AXES);
        return new ReportText("big", charts, byId)
                .markdown(charts.stream().map(chart -> "a.svg").toList(), "");
    }

    @Test
    void ofASetupThatWasCalibratedAnewTheNewestPredictorCounts() throws Exception {
        RunRecord.Subject anew = Records.other(Records.predicted(1), "setups/half", "q".repeat(64));
        List<RunRecord> records = and(
                Records.timing("b3", "b3", Records.base(), 50, 50, 50),
                Records.timing("k3", "b3", anew, 25, 25, 25),
                Records.answers("ak3", anew, "official_exact", 1, 1, 1, 0));
        List<Pareto> charts = new RecordedPareto(records).charts(AXES);
        assertThat(charts.get(0).points()).extracting(ParetoPoint::arm).containsExactly("base", "kv");
        assertThat(predicted(charts.get(0)).records()).containsExactly("k3", "b3", "ak3", "ab");
        assertThat(charts.get(1).points())
                .as("what the one before said of the text is not the new one's")
                .extracting(ParetoPoint::arm)
                .containsExactly("base");
        assertThat(report(records).lines().filter(line -> line.startsWith("| half")))
                .singleElement()
                .satisfies(line -> assertThat(line).contains("2.00×", "| 1.00"));
        for (String missing : List.of("ak3", "b3")) {
            List<RunRecord> fewer = records.stream()
                    .filter(record -> !record.id().equals(missing))
                    .toList();
            assertThat(new RecordedPareto(fewer).charts(AXES).stream().map(RecordedParetoTest::predicted))
                    .as("the new one says nothing without %s", missing)
                    .allSatisfy(point -> assertThat(point.records()).startsWith("k2", "b2"));
        }
    }

    @Test
    void setupsOfOneNameInTwoFoldersStandApart() throws Exception {
        RunRecord.Subject elsewhere = Records.other(Records.predicted(1), "elsewhere/half", "q".repeat(64));
        String text = report(and(
                Records.timing("b3", "b3", Records.base(), 50, 50, 50),
                Records.timing("k3", "b3", elsewhere, 25, 25, 25),
                Records.answers("ak3", elsewhere, "official_exact", 1, 1, 1, 0)));
        assertThat(text.lines().filter(line -> line.startsWith("| setups/half, tail 1 |")))
                .singleElement()
                .satisfies(line -> assertThat(line).contains("5.00×"));
        assertThat(text.lines().filter(line -> line.startsWith("| elsewhere/half, tail 1 |")))
                .singleElement()
                .satisfies(line -> assertThat(line).contains("2.00×"));
    }

    @Test
    void aTaskThatWasAskedInTwoWaysSaysWhichIsWhich() throws Exception {
        List<RunRecord> records = and(
                Records.asked(Records.answers("fb", Records.base(), "official_exact", 1, 1, 1, 0), 5, 4, null),
                Records.asked(Records.answers("fk", Records.predicted(1), "official_exact", 1, 0, 0, 0), 5, 4, null),
                Records.asked(Records.answers("lb", Records.base(), "loss", 3, 3), 1, 2, null),
                Records.asked(Records.answers("lk", Records.predicted(1).withoutTail(), "loss", 3.5, 3.5), 1, 2, null));
        // the questions of a text stand under the same name here
        assertThat(new RecordedPareto(records).charts(AXES))
                .extracting(Pareto::task, Pareto::metric)
                .containsExactlyInAnyOrder(
                        tuple("quiz (1-shot, no limit)", "official_exact"),
                        tuple("quiz (5-shot, limit 4)", "official_exact"),
                        tuple("quiz (1-shot, no limit)", "perplexity"),
                        tuple("quiz (1-shot, limit 2)", "perplexity"));
        assertThat(report(records))
                .contains("| quiz (1-shot, no limit) | of the base's |", "| quiz (5-shot, limit 4) | of the base's |")
                .contains("| quiz (1-shot, no limit): perplexity |", "| quiz (1-shot, limit 2): perplexity |")
                .contains("![quiz (5-shot, limit 4): share of the base's official exact against TTFT gain]");
        assertThat(charts()).extracting(Pareto::task).containsOnly("quiz");
    }

    @Test
    void answersThatWereDrawnDifferentlyAreNotCompared() throws Exception {
        Sampling warm = new Sampling(0.8, 0, 0.95, 0, 1, 7);
        List<RunRecord> records = List.of(
                RECORDS.get(3),
                RECORDS.get(4),
                Records.answers("ab", Records.base(), "official_exact", 1, 1, 1, 0),
                Records.asked(Records.answers("wk", Records.predicted(1), "official_exact", 1, 1, 0, 0), 1, 0, warm));
        List<Pareto> charts = new RecordedPareto(records).charts(AXES);
        assertThat(charts)
                .extracting(Pareto::task)
                .containsExactlyInAnyOrder(
                        "quiz (greedy)", "quiz (temperature 0.8, top-k 0, top-p 0.95, min-p 0.0, penalty 1.0, seed 7)");
        assertThat(charts).allSatisfy(chart -> assertThat(chart.points()).hasSize(1));
        assertThat(charts.stream()
                        .flatMap(chart -> chart.points().stream())
                        .filter(point -> point.arm().equals("kv")))
                .singleElement()
                .satisfies(point -> assertThat(point.retained()).isNull());
    }

    @Test
    void aTasksFirstMetricIsShown() throws Exception {
        List<RunRecord> records = new ArrayList<>();
        for (RunRecord record : RECORDS.subList(0, 7)) {
            RunRecord.Answers answers = record.answers();
            records.add(answers == null ? record : withF1First(record, answers));
        }
        assertThat(new RecordedPareto(records).charts(AXES))
                .extracting(Pareto::metric)
                .containsExactly("official_f1");
    }

    private static RunRecord withF1First(RunRecord record, RunRecord.Answers answers) {
        List<Answered> examples = new ArrayList<>();
        for (Answered one : answers.examples()) {
            Map<String, Double> scores = new LinkedHashMap<>(Map.of("official_f1", 0.5));
            scores.putAll(one.scores());
            examples.add(new Answered(
                    one.id(),
                    one.prompt(),
                    one.output(),
                    one.filtered(),
                    one.stop(),
                    one.expected(),
                    scores,
                    one.logLikelihoods()));
        }
        return new RunRecord(
                record.schema(),
                record.id(),
                record.session(),
                record.program(),
                record.timestamp(),
                record.subject(),
                record.machine(),
                null,
                null,
                new RunRecord.Answers(answers.asked(), examples),
                null);
    }

    @Test
    void greatNumbersAreShortAndFootnotesSayWhatNumbersAreNot() throws Exception {
        String text = report(List.of(
                RECORDS.get(3),
                RECORDS.get(4),
                Records.answers("tb", Records.base(), "loss", 3, 3),
                Records.answers("tk", Records.predicted(1).withoutTail(), "loss", 20.2, 20.3)));
        assertThat(text)
                .contains("6.2e8 (", "half, tail 1 (5.00×, 6.2e8)", "20.1")
                .doesNotContain("620,000,000", "623,000,000")
                .contains("timed anew beside each setup", "every position predicted", "not training")
                .contains("Not drawn, being more than 100 times the best, but in the table: half.");
        assertThat(report(RECORDS.subList(0, 7))).doesNotContain("every position predicted", "Not drawn");
    }
}
