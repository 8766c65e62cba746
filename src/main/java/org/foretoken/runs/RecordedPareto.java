package org.foretoken.runs;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.foretoken.ForetokenException;
import org.foretoken.bench.Machine;
import org.foretoken.eval.Metric;
import org.foretoken.generate.Sampling;
import org.foretoken.runs.RunRecord.Subject;
import org.jspecify.annotations.Nullable;

/** Points out of records alone, whoever made these: every arm that was both timed and asked, by the newest records of each. */
public final class RecordedPareto {
    private final List<RunRecord> newestFirst;

    /** What was asked, and how answers were drawn: what compares is the same in all of it. */
    private record Asking(RunRecord.Asked asked, @Nullable Sampling sampling, int samples) {
        private static final int DIGITS = 12;

        /** What may tell two charts of one task from each other, in words. */
        private static final List<Function<Asking, String>> WORDS = List.of(
                asking -> "version " + asking.asked.version(),
                asking -> "definition " + asking.asked.sha256().substring(0, DIGITS),
                asking -> "data " + asking.asked.dataSha256().substring(0, DIGITS),
                asking -> asking.asked.shots() + "-shot",
                asking -> asking.asked.limit() == 0 ? "no limit" : "limit " + asking.asked.limit(),
                asking -> drawn(asking.sampling),
                asking -> asking.samples + " samples");

        static Asking of(RunRecord.Answers answers) {
            return new Asking(answers.asked().bare(), answers.sampling(), answers.samples());
        }

        private static String drawn(@Nullable Sampling sampling) {
            return sampling == null
                    ? "greedy"
                    : "temperature " + sampling.temperature() + ", top-k " + sampling.topK() + ", top-p "
                            + sampling.topP() + ", min-p " + sampling.minP() + ", penalty "
                            + sampling.repetitionPenalty() + ", seed " + sampling.seed();
        }

        /** The task, with what tells it from others of that name. */
        String name(Set<Asking> all) {
            List<Asking> namesakes = all.stream()
                    .filter(each -> each.asked.task().equals(asked.task()))
                    .toList();
            List<String> words = WORDS.stream()
                    .filter(each -> namesakes.stream().map(each).distinct().count() > 1)
                    .map(each -> each.apply(this))
                    .toList();
            return words.isEmpty() ? asked.task() : asked.task() + " (" + String.join(", ", words) + ")";
        }
    }

    /** @param records of one base on one machine, oldest first */
    public RecordedPareto(List<RunRecord> records) {
        newestFirst = new ArrayList<>();
        records.forEach(record -> newestFirst.add(0, record));
    }

    /**
     * A chart for everything that was asked and every metric of it that says something of its own: of questions the task's first, of a text all.
     *
     * @param axes of questions; where the base has no such score, or less is better, the score itself is shown
     */
    public List<Pareto> charts(Axes axes) throws ForetokenException {
        Set<Asking> asked = new LinkedHashSet<>();
        for (RunRecord record : newestFirst) {
            if (record.answers() != null) {
                asked.add(Asking.of(record.answers()));
            }
        }
        asked.removeIf(each -> newestFirst.stream()
                .filter(timing -> session(timing).isPresent())
                .noneMatch(timing -> said(timing.subject()).anyMatch(record -> answers(record, each))));
        List<Pareto> charts = new ArrayList<>();
        for (Asking each : asked) {
            for (Metric metric : metrics(each)) {
                Optional<Pareto> chart = chart(each, each.name(asked), metric, axes);
                chart.ifPresent(charts::add);
            }
        }
        charts.sort(Comparator.comparing(Pareto::task).reversed()); // stable: metrics in the task's order
        return charts;
    }

    /** Those to be shown, in the task's order, as scores have it. */
    private List<Metric> metrics(Asking asking) {
        Set<String> labels = new LinkedHashSet<>();
        newestFirst.stream()
                .filter(record -> answers(record, asking))
                .flatMap(record -> Objects.requireNonNull(record.answers()).examples().stream()
                        .limit(1))
                .forEach(example -> labels.addAll(example.scores().keySet()));
        List<Metric> metrics = new ArrayList<>();
        for (String label : labels) {
            for (Metric metric : Metric.values()) {
                boolean there = metric.label().equals(label)
                        && newestFirst.stream().anyMatch(record -> answers(record, asking) && has(record, metric));
                boolean first = metrics.stream().allMatch(each -> each.kind() == Metric.Kind.TEXT);
                if (there && (first || metric.kind() == Metric.Kind.TEXT)) {
                    metrics.add(metric);
                }
            }
        }
        return metrics;
    }

    private static boolean has(RunRecord record, Metric metric) {
        return ParetoPoint.has(record, metric);
    }

    private static boolean answers(RunRecord record, Asking asking) {
        RunRecord.Answers answers = record.answers();
        return answers != null && Asking.of(answers).equals(asking);
    }

    private Optional<Pareto> chart(Asking asked, String task, Metric metric, Axes axes) throws ForetokenException {
        Map<String, ParetoPoint> points = new LinkedHashMap<>();
        int questions = 0;
        for (RunRecord timing : newestFirst) {
            Optional<RunRecord> base = session(timing);
            Optional<RunRecord> own = base.isEmpty() ? Optional.empty() : said(timing.subject(), asked, metric);
            if (base.isEmpty() || own.isEmpty() || !isNewest(timing.subject())) {
                continue;
            }
            RunRecord answers = own.get();
            questions = Objects.requireNonNull(answers.answers()).examples().size();
            RunRecord baseAnswers =
                    said(base.get().subject(), asked, metric).orElse(timing.equals(base.get()) ? answers : null);
            Subject subject = timing.subject();
            int tokens = Objects.requireNonNull(timing.timing()).tokens();
            points.putIfAbsent(
                    subject.bare() + " " + tokens,
                    ParetoPoint.of(series(subject), timing, base.get(), answers, baseAnswers, metric));
        }
        if (points.isEmpty()) {
            return Optional.empty();
        }
        boolean better = metric.higherIsBetter();
        Machine machine = newestFirst.stream()
                .filter(record -> record.timing() != null)
                .findFirst()
                .orElseThrow()
                .machine();
        boolean shared = points.values().stream().anyMatch(point -> point.retained() != null);
        Axes own = shared ? axes : new Axes(axes.x(), Axes.Y.SCORE, axes.flops(), axes.log());
        List<ParetoPoint> sorted = new ArrayList<>(points.values());
        sorted.sort(Comparator.comparingInt(ParetoPoint::tokens)
                .thenComparing(point -> !point.arm().equals("base"))
                .thenComparing(ParetoPoint::series)
                .thenComparing(ParetoPoint::label));
        return Optional.of(new Pareto(
                task,
                asked.asked().version(),
                metric.shown(),
                better,
                questions,
                machine,
                own,
                own.marked(sorted, better)));
    }

    /** The base's times that were taken in turns with a record's. */
    private Optional<RunRecord> session(RunRecord timing) {
        return timing.timing() == null
                ? Optional.empty()
                : newestFirst.stream()
                        .filter(record -> record.timing() != null && record.id().equals(timing.session()))
                        .findFirst();
    }

    private Optional<RunRecord> said(Subject subject, Asking asked, Metric metric) {
        return said(subject)
                .filter(record -> answers(record, asked) && has(record, metric))
                .findFirst();
    }

    /** What an arm answered; where every position is predicted its tail has no part in that. */
    private Stream<RunRecord> said(Subject subject) {
        Subject bare = subject.bare();
        Subject untailed = subject.withoutTail().bare();
        return newestFirst.stream()
                .filter(record -> record.answers() != null)
                .filter(record -> record.subject().bare().equals(bare)
                        || record.subject().bare().equals(untailed));
    }

    /** Whether a setup's folder held nothing newer that was both timed and asked: what was there before would stand under the same name. */
    private boolean isNewest(Subject subject) {
        String folder = subject.setupPath();
        return folder == null
                || newestFirst.stream()
                        .filter(record -> session(record).isPresent()
                                && folder.equals(record.subject().setupPath())
                                && (record.subject().predictor() == null) == (subject.predictor() == null)
                                && said(record.subject()).findAny().isPresent())
                        .findFirst()
                        .map(record -> models(record.subject()).equals(models(subject)))
                        .orElse(true);
    }

    /** Without what one setup is measured in several of. */
    private static Subject models(Subject subject) {
        Subject bare = subject.bare();
        return new Subject(
                "",
                null,
                null,
                bare.base(),
                bare.auxiliary(),
                bare.selectLayers(),
                bare.layerMap(),
                bare.source(),
                bare.predictor(),
                null,
                null);
    }

    /** A setup's name, or its folder where another one has the same name. */
    private String series(Subject subject) {
        String setup = subject.setup();
        if (setup == null) {
            return subject.arm().split(":", -1)[0].toLowerCase(Locale.ROOT);
        }
        String folder = Objects.requireNonNullElse(subject.setupPath(), setup);
        boolean alone = newestFirst.stream()
                .filter(record ->
                        record.timing() != null && setup.equals(record.subject().setup()))
                .allMatch(record -> folder.equals(
                        Objects.requireNonNullElse(record.subject().setupPath(), setup)));
        return alone ? setup : folder;
    }
}
