package org.foretoken.workbench;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.DoubleFunction;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.foretoken.Digits;
import org.foretoken.bench.Statistics;
import org.foretoken.eval.Answered;
import org.foretoken.eval.Metric;
import org.foretoken.eval.Score;
import org.foretoken.generate.PhaseTimes;
import org.foretoken.runs.Estimate;
import org.foretoken.runs.RunRecord;
import org.foretoken.train.CurvePoint;
import org.jspecify.annotations.Nullable;

/**
 * Run records in words, for tables and windows. Every figure is computed here from raw samples.
 *
 * @param three how a number is written
 */
public record RunWords(DoubleFunction<String> three) {
    private static final DateTimeFormatter MINUTE =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm", Locale.ROOT).withZone(ZoneId.systemDefault());

    private static final int HASH_DIGITS = 12;

    /** The name of a record's figures in {@link #facts}. */
    public static final String RESULT = "result";

    /** The name of the medians of a time's phases in {@link #facts}. */
    static final String PHASES = "phases";

    /** Something that is known of a record. */
    public record Fact(String name, String value) {}

    /**
     * A figure of a record.
     *
     * @param unit empty for none
     * @param standardError empty where an interval says it better, as where all is right, or nothing does
     */
    public record Figure(String name, Estimate estimate, String unit, OptionalDouble standardError) {}

    /** When it ended, in local time. */
    public String ended(RunRecord record) {
        try {
            return MINUTE.format(Instant.parse(record.timestamp()));
        } catch (DateTimeParseException e) {
            return record.timestamp();
        }
    }

    /** The setup that it was measured by, or the model. */
    public String measured(RunRecord record) {
        String setup = record.subject().setup();
        return setup == null ? record.subject().base().name() : setup;
    }

    /** The arm in words, with its tail. */
    public String arm(RunRecord record) {
        RunRecord.Subject subject = record.subject();
        String arm = subject.known().map(known -> known.label()).orElse(subject.arm());
        return subject.tail() == null ? arm : arm + ", tail " + subject.tail();
    }

    /** What was asked, read or done. */
    public String what(RunRecord record) {
        RunRecord.Timing timing = record.timing();
        RunRecord.Answers answers = record.answers();
        RunRecord.Training training = record.training();
        if (timing != null) {
            return Digits.count(timing.tokens()) + " tokens";
        }
        if (answers != null) {
            return answers.asked().task() + ", "
                    + Digits.count(answers.examples().size()) + " " + (isText(answers) ? "windows" : "questions");
        }
        return training == null ? "" : training.end() + lastStep(training);
    }

    private static String lastStep(RunRecord.Training training) {
        List<CurvePoint> curve = training.curve();
        return curve.isEmpty()
                ? ""
                : " after step " + Digits.count(curve.get(curve.size() - 1).step());
    }

    private static boolean isText(RunRecord.Answers answers) {
        return answers.examples().stream().anyMatch(example -> example.scores().containsKey(Metric.LOSS.label()));
    }

    /** Its figures on one line. */
    public String headline(RunRecord record) {
        return figures(record).stream()
                .map(figure -> figure.name() + " " + value(figure))
                .collect(Collectors.joining(", "));
    }

    /** A figure with its standard error or its 95% interval. */
    public String value(Figure figure) {
        String unit = figure.unit().isEmpty() ? "" : " " + figure.unit();
        return figure.standardError().isPresent()
                ? three.apply(figure.estimate().value()) + " ± "
                        + three.apply(figure.standardError().getAsDouble()) + unit
                : value(figure.estimate()) + unit;
    }

    /** A figure with its 95% interval where there is one: 0.890 (0.810–0.940). */
    public String value(Estimate estimate) {
        Double low = estimate.low();
        Double high = estimate.high();
        String value = three.apply(estimate.value());
        return low == null || high == null || low.equals(high)
                ? value
                : value + " (" + three.apply(low) + "–" + three.apply(high) + ")";
    }

    /** The figures that follow from a record's samples, the one to look at first before the others. */
    public List<Figure> figures(RunRecord record) {
        RunRecord.Timing timing = record.timing();
        RunRecord.Answers answers = record.answers();
        RunRecord.Training training = record.training();
        if (timing != null) {
            return timing.samples().isEmpty()
                    ? List.of()
                    : List.of(new Figure("TTFT", Estimate.median(timing.ttfts()), "ms", OptionalDouble.empty()));
        }
        if (answers != null) {
            List<Figure> figures = new ArrayList<>();
            scores(answers).forEach((metric, values) -> figures.add(figure(metric, values)));
            return figures;
        }
        return training == null ? List.of() : curve(training.curve());
    }

    private static Figure figure(String metric, List<Double> values) {
        if (metric.equals(Metric.LOSS.label())) {
            return new Figure(Metric.LOSS.shown(), Estimate.perplexity(values), "", OptionalDouble.empty());
        }
        double error = Score.of(values).standardError();
        return new Figure(
                Metric.words(metric),
                Estimate.mean(values),
                "",
                Double.isFinite(error) && error > 0 ? OptionalDouble.of(error) : OptionalDouble.empty());
    }

    private static List<Figure> curve(List<CurvePoint> curve) {
        List<Figure> figures = new ArrayList<>();
        last(curve, true).ifPresent(look -> {
            if (look.losses().divergence() > 0) {
                figures.add(exact("held-out KL", look.losses().divergence()));
            }
            if (look.losses().base() > 0) {
                figures.add(exact("perplexity", Math.exp(look.losses().base())));
            }
        });
        last(curve, false).ifPresent(step -> figures.add(exact("loss", step.loss())));
        return figures;
    }

    private static Optional<CurvePoint> last(List<CurvePoint> curve, boolean heldOut) {
        return curve.stream().filter(point -> point.heldOut() == heldOut).reduce((before, after) -> after);
    }

    private static Figure exact(String name, double value) {
        return new Figure(name, Estimate.of(value), "", OptionalDouble.empty());
    }

    /** A metric's values over the questions, for each metric in the task's order. */
    static Map<String, List<Double>> scores(RunRecord.Answers answers) {
        Map<String, List<Double>> scores = new LinkedHashMap<>();
        for (Answered example : answers.examples()) {
            example.scores()
                    .forEach((metric, value) -> scores.computeIfAbsent(metric, name -> new ArrayList<>())
                            .add(value));
        }
        return scores;
    }

    /** All that is known of a record, its figures last. */
    public List<Fact> facts(RunRecord record) {
        List<Fact> facts = new ArrayList<>();
        facts.add(
                new Fact("record", record.id() + " (" + record.kind().label() + ", session " + record.session() + ")"));
        facts.add(new Fact("ended", ended(record) + ", Foretoken " + record.program()));
        subject(record.subject(), facts);
        facts.add(new Fact(
                "machine",
                record.machine().cpu() + ", kernel " + record.machine().kernel() + ", "
                        + record.machine().threads() + (record.machine().threads() == 1 ? " thread" : " threads")
                        + ", power: "
                        + record.machine().powerSource()));
        facts.add(new Fact(
                "system", record.machine().os() + ", " + record.machine().jvm()));
        RunRecord.Timing timing = record.timing();
        RunRecord.Answers answers = record.answers();
        RunRecord.Training training = record.training();
        if (timing != null) {
            timing(timing, facts);
        }
        if (answers != null) {
            RunRecord.Asked asked = answers.asked();
            facts.add(new Fact("task", asked.task() + " version " + asked.version() + ", " + asked.shots() + "-shot"));
            facts.add(new Fact("data", asked.data() + ", sha256 " + digits(asked.dataSha256())));
        }
        if (training != null) {
            facts.add(new Fact("folder", training.folder()));
            training.settings().forEach((name, value) -> facts.add(new Fact(name, value)));
        }
        if (record.seed() != null) {
            facts.add(new Fact("seed", String.valueOf(record.seed())));
        }
        facts.add(new Fact(RESULT, result(record)));
        return facts;
    }

    /** What was asked, read or done, and what came out. */
    public String result(RunRecord record) {
        String headline = headline(record);
        return headline.isEmpty() ? what(record) : what(record) + ": " + headline;
    }

    private void subject(RunRecord.Subject subject, List<Fact> facts) {
        facts.add(new Fact("arm", subject.arm() + (subject.tail() == null ? "" : ", tail " + subject.tail())));
        if (subject.setup() != null) {
            facts.add(new Fact("setup", subject.setup() + ", " + subject.setupPath()));
        }
        facts.add(new Fact("base", model(subject.base())));
        if (subject.auxiliary() != null) {
            facts.add(new Fact("auxiliary", model(subject.auxiliary())));
        } else if (subject.selectLayers() != null) {
            facts.add(new Fact("auxiliary", "layers " + list(subject.selectLayers()) + " of the base"));
        }
        if (subject.layerMap() != null) {
            facts.add(new Fact("layer map", list(subject.layerMap()) + ", source " + subject.source()));
        }
        if (subject.predictor() != null) {
            facts.add(new Fact("predictor", "hash " + digits(subject.predictor())));
        }
    }

    private void timing(RunRecord.Timing timing, List<Fact> facts) {
        facts.add(new Fact(
                "prompt", Digits.count(timing.tokens()) + " tokens, " + Digits.count(timing.wished()) + " asked for"));
        facts.add(new Fact(
                "samples",
                timing.samples().size() + " after " + timing.warmUps() + " untimed, ended by " + timing.end()
                        + " (at most " + timing.maxRepetitions() + ", or " + three.apply(timing.maxSeconds()) + " s)"));
        Double others = timing.otherWork();
        if (others != null) {
            facts.add(new Fact("other work", three.apply(100 * others) + "% of the processors meanwhile"));
        }
        if (!timing.samples().isEmpty()) {
            facts.add(new Fact(
                    PHASES,
                    "tokenise " + median(timing, PhaseTimes::tokenise) + ", auxiliary "
                            + median(timing, PhaseTimes::auxiliary) + ", predict "
                            + median(timing, PhaseTimes::predict) + ", first step "
                            + median(timing, PhaseTimes::firstStep) + " ms"));
        }
    }

    private String median(RunRecord.Timing timing, ToDoubleFunction<PhaseTimes> phase) {
        return three.apply(Statistics.median(
                timing.samples().stream().map(phase::applyAsDouble).toList()));
    }

    private static String model(RunRecord.Model model) {
        @Nullable String hash = model.hash();
        return model.name() + ", " + model.path() + (hash == null ? "" : ", hash " + digits(hash));
    }

    private static String digits(String hash) {
        return hash.substring(0, Math.min(HASH_DIGITS, hash.length()));
    }

    private static String list(List<Integer> values) {
        return values.stream().map(String::valueOf).collect(Collectors.joining(","));
    }
}
