package org.foretoken.runs;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.foretoken.ForetokenException;
import org.foretoken.bench.OtherWork;
import org.foretoken.eval.Metric;
import org.foretoken.generate.Arm;
import org.foretoken.model.Flops.Definition;
import org.jspecify.annotations.Nullable;

/**
 * One arm at one prompt length: how soon it answers and how well. Everything follows from the raw samples of the records that it names, or is the
 * paper's own.
 *
 * @param origin {@link #MEASURED}, or where it was published
 * @param series what belongs together in a chart: a setup's name, {@code base}, or a baseline such as {@code random}
 * @param label within the chart, such as {@code early-layers, tail 32}
 * @param arm its key, such as {@code kv}
 * @param tail prompt tokens that the base reads itself; null where there is none
 * @param tokens of the prompt
 * @param ttft milliseconds; null where it wasn't published
 * @param gain the base's time to first token over this one's; null where it wasn't published
 * @param flops how many times fewer they are than the base's
 * @param score by the chart's metric
 * @param retained the score over the base's, question by question; null where that means nothing
 * @param onFrontier whether no other arm at this length is better in one direction and as good in the other
 * @param records ids: its own times, the base's times, its own answers, the base's answers; empty for a published one
 * @param note what a reader should know; null for nothing
 * @param measurement what its own times' record says of it; null for a published one
 */
public record ParetoPoint(
        String origin,
        String series,
        String label,
        String arm,
        @Nullable Integer tail,
        int tokens,
        @Nullable Estimate ttft,
        @Nullable Estimate gain,
        FlopsGain flops,
        Estimate score,
        @Nullable Estimate retained,
        boolean onFrontier,
        List<String> records,
        @Nullable String note,
        @Nullable Measurement measurement) {
    /**
     * Who was timed and how, without what all points of a chart share.
     *
     * @param program version that measured
     * @param timestamp when it ended
     * @param turns samples, of the arm's times and of the base's alike
     * @param end why it ended: precise, repetitions or seconds
     * @param auxiliary name of a model of its own, where the arm has one
     * @param selectLayers the base's layers that the auxiliary consists of, where it is a part of the base
     * @param source what the predictor reads
     * @param predictor hash of its weights
     */
    public record Measurement(
            String program,
            String timestamp,
            int turns,
            String end,
            @Nullable String auxiliary,
            @Nullable List<Integer> selectLayers,
            @Nullable String source,
            @Nullable String predictor) {
        static Measurement of(RunRecord record) {
            RunRecord.Timing timing = Objects.requireNonNull(record.timing());
            RunRecord.Subject subject = record.subject();
            RunRecord.Model auxiliary = subject.auxiliary();
            return new Measurement(
                    record.program(),
                    record.timestamp(),
                    timing.samples().size(),
                    timing.end(),
                    auxiliary == null ? null : auxiliary.name(),
                    subject.selectLayers(),
                    subject.source(),
                    subject.predictor());
        }
    }

    /** The origin of what was measured here. */
    public static final String MEASURED = "measured";

    /** How many times fewer FLOPs than the base's, by each definition; null where nobody counted. */
    public record FlopsGain(
            @Nullable Double paper,
            @Nullable Double exact,
            @Nullable Double executed) {
        /** By one of them. */
        public @Nullable Double of(Definition definition) {
            return switch (definition) {
                case PAPER -> paper;
                case EXACT -> exact;
                case EXECUTED -> executed;
            };
        }
    }

    public ParetoPoint {
        records = List.copyOf(records);
    }

    /**
     * A point out of records.
     *
     * @param series name of its series
     * @param timing the arm's times
     * @param baseTiming the base's, taken in turns with them
     * @param answers the arm's
     * @param baseAnswers the base's to the same questions; null where the base has no such metric
     */
    public static ParetoPoint of(
            String series,
            RunRecord timing,
            RunRecord baseTiming,
            RunRecord answers,
            @Nullable RunRecord baseAnswers,
            Metric metric)
            throws ForetokenException {
        RunRecord.Timing times = Objects.requireNonNull(timing.timing());
        List<Double> ttfts = times.ttfts();
        List<Double> scores = samples(answers, metric);
        boolean base = timing.subject().ofBase();
        return new ParetoPoint(
                MEASURED,
                series,
                label(series, timing.subject()),
                timing.subject().arm(),
                timing.subject().tail(),
                times.tokens(),
                Estimate.median(ttfts),
                base ? new Estimate(1, 1.0, 1.0) : gain(timing, baseTiming),
                new FlopsGain(
                        flopsGain(timing, baseTiming, Definition.PAPER),
                        flopsGain(timing, baseTiming, Definition.EXACT),
                        flopsGain(timing, baseTiming, Definition.EXECUTED)),
                metric == Metric.LOSS ? Estimate.perplexity(scores) : Estimate.mean(scores),
                metric.higherIsBetter() && baseAnswers != null && has(baseAnswers, metric)
                        ? ratio(answers, baseAnswers, metric, base)
                        : null,
                false,
                Stream.of(timing, baseTiming, answers, baseAnswers)
                        .filter(Objects::nonNull)
                        .map(RunRecord::id)
                        .distinct()
                        .toList(),
                note(timing, answers.subject()),
                Measurement.of(timing));
    }

    private static Estimate gain(RunRecord timing, RunRecord baseTiming) throws ForetokenException {
        List<Double> ttfts = Objects.requireNonNull(timing.timing()).ttfts();
        List<Double> baseTtfts = Objects.requireNonNull(baseTiming.timing()).ttfts();
        if (ttfts.size() != baseTtfts.size()) {
            throw unlike(
                    timing,
                    "number of times (" + ttfts.size() + ")",
                    baseTiming,
                    baseTtfts.size() + "), so that they weren't taken in turns");
        }
        return Estimate.ratioByTurn(baseTtfts, ttfts);
    }

    /** Of a text and of choices every position is predicted, whatever the tail. */
    private static @Nullable String note(RunRecord timing, RunRecord.Subject asked) {
        Integer tail = timing.subject().tail();
        Optional<String> predicted = tail == null || tail == 1 || asked.tail() != null
                ? Optional.empty()
                : Optional.of("The task predicts every position: the tail changes its times, not its score.");
        Optional<String> busy =
                OtherWork.note(Objects.requireNonNull(timing.timing()).otherWork());
        String notes = Stream.of(predicted, busy).flatMap(Optional::stream).collect(Collectors.joining(" "));
        return notes.isEmpty() ? null : notes;
    }

    private static @Nullable Estimate ratio(RunRecord answers, RunRecord baseAnswers, Metric metric, boolean base)
            throws ForetokenException {
        List<Double> scores = samples(answers, metric);
        List<Double> baseScores = samples(baseAnswers, metric);
        if (scores.size() != baseScores.size()) {
            throw unlike(
                    answers,
                    "number of answers (" + scores.size() + ")",
                    baseAnswers,
                    baseScores.size() + ") to the same questions");
        }
        Estimate ratio = Estimate.ratioOfMeans(scores, baseScores);
        return base && ratio != null ? new Estimate(1, 1.0, 1.0) : ratio;
    }

    private static ForetokenException unlike(RunRecord own, String has, RunRecord base, String baseHas) {
        return new ForetokenException("Run record " + own.id() + " of "
                + own.subject().arm() + " has another " + has + " than " + base.id() + " of the base (" + baseHas
                + ": delete that record (foretoken runs --delete " + own.id() + ") and measure again.");
    }

    private static String label(String series, RunRecord.Subject subject) {
        Arm arm = subject.known().orElse(Arm.BASE);
        String name =
                switch (arm.kind()) {
                    case PRUNING -> arm.label();
                    case AUXILIARY -> series + ", auxiliary alone";
                    case HYBRID -> series + ", " + arm.label();
                    case BASE, KV_PREDICTION -> series;
                };
        return subject.tail() == null ? name : name + ", tail " + subject.tail();
    }

    private static @Nullable Double flopsGain(RunRecord timing, RunRecord base, Definition definition) {
        OptionalLong own = timing.flops(definition);
        OptionalLong whole = base.flops(definition);
        return own.isEmpty() || whole.isEmpty() ? null : (double) whole.getAsLong() / own.getAsLong();
    }

    /** Whether a record has a metric: of a text, what compares with the base is measured of KV prediction alone. */
    public static boolean has(RunRecord record, Metric metric) {
        RunRecord.Answers answers = record.answers();
        return answers != null
                && !answers.examples().isEmpty()
                && answers.examples().stream()
                        .allMatch(example -> example.scores().containsKey(metric.label()));
    }

    /** A metric's values, question by question. */
    private static List<Double> samples(RunRecord record, Metric metric) throws ForetokenException {
        if (!has(record, metric)) {
            throw new ForetokenException("Run record " + record.id() + " has no " + metric.label() + " of "
                    + record.subject().arm() + ": choose another metric.");
        }
        return Objects.requireNonNull(record.answers()).examples().stream()
                .map(example -> Objects.requireNonNull(example.scores().get(metric.label())))
                .toList();
    }

    /** Whether it was measured here. */
    boolean measured() {
        return origin.equals(MEASURED);
    }

    /** The same, on the frontier or not. */
    ParetoPoint marked(boolean on) {
        return new ParetoPoint(
                origin,
                series,
                label,
                arm,
                tail,
                tokens,
                ttft,
                gain,
                flops,
                score,
                retained,
                on,
                records,
                note,
                measurement);
    }
}
