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
import org.foretoken.ForetokenException;
import org.foretoken.eval.Metric;
import org.foretoken.runs.RunRecord.Subject;

/** Points out of records alone, whoever made these: every arm that was both timed and asked, by the newest records of each. */
public final class RecordedPareto {
    private final List<RunRecord> newestFirst;

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
        Set<RunRecord.Asked> asked = new LinkedHashSet<>();
        for (RunRecord record : newestFirst) {
            if (record.answers() != null) {
                asked.add(Objects.requireNonNull(record.answers()).asked().bare());
            }
        }
        List<Pareto> charts = new ArrayList<>();
        for (RunRecord.Asked each : asked) {
            for (Metric metric : metrics(each)) {
                Optional<Pareto> chart = chart(each, metric, axes);
                chart.ifPresent(charts::add);
            }
        }
        charts.sort(Comparator.comparing(Pareto::task).reversed()); // stable: metrics in the task's order
        return charts;
    }

    private List<Metric> metrics(RunRecord.Asked asked) {
        List<Metric> metrics = new ArrayList<>();
        for (Metric metric : Metric.values()) {
            boolean there = newestFirst.stream().anyMatch(record -> answers(record, asked) && has(record, metric));
            if (there && (metric.kind() == Metric.Kind.TEXT || metrics.isEmpty())) {
                metrics.add(metric);
            }
        }
        return metrics;
    }

    private static boolean has(RunRecord record, Metric metric) {
        return ParetoPoint.has(record, metric);
    }

    private static boolean answers(RunRecord record, RunRecord.Asked asked) {
        RunRecord.Answers answers = record.answers();
        return answers != null && answers.asked().bare().equals(asked);
    }

    private Optional<Pareto> chart(RunRecord.Asked asked, Metric metric, Axes axes) throws ForetokenException {
        Map<String, ParetoPoint> points = new LinkedHashMap<>();
        int questions = 0;
        for (RunRecord timing : newestFirst) {
            Optional<RunRecord> base = session(timing);
            Optional<RunRecord> own = base.isEmpty() ? Optional.empty() : said(timing.subject(), asked, metric);
            if (base.isEmpty() || own.isEmpty()) {
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
        boolean shared = points.values().stream().anyMatch(point -> point.retained() != null);
        Axes own = shared ? axes : new Axes(axes.x(), Axes.Y.SCORE, axes.flops(), axes.log());
        List<ParetoPoint> sorted = new ArrayList<>(points.values());
        sorted.sort(Comparator.comparingInt(ParetoPoint::tokens)
                .thenComparing(point -> !point.arm().equals("base"))
                .thenComparing(ParetoPoint::series)
                .thenComparing(ParetoPoint::label));
        return Optional.of(new Pareto(
                asked.task(),
                asked.version(),
                metric.shown(),
                better,
                questions,
                newestFirst.get(0).machine(),
                own,
                own.marked(sorted, better)));
    }

    /** The base's times that were taken in turns with a record's. */
    private Optional<RunRecord> session(RunRecord timing) {
        return timing.timing() == null
                ? Optional.empty()
                : newestFirst.stream()
                        .filter(record -> record.id().equals(timing.session()))
                        .findFirst();
    }

    /** What an arm answered; where every position is predicted its tail has no part in that. */
    private Optional<RunRecord> said(Subject subject, RunRecord.Asked asked, Metric metric) {
        Subject bare = subject.bare();
        Subject untailed = subject.withoutTail().bare();
        return newestFirst.stream()
                .filter(record -> answers(record, asked) && has(record, metric))
                .filter(record -> record.subject().bare().equals(bare)
                        || record.subject().bare().equals(untailed))
                .findFirst();
    }

    private static String series(Subject subject) {
        String setup = subject.setup();
        return setup == null ? subject.arm().split(":", -1)[0].toLowerCase(Locale.ROOT) : setup;
    }
}
