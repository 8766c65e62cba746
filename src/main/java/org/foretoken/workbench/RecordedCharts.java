package org.foretoken.workbench;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.foretoken.ForetokenException;
import org.foretoken.runs.Axes;
import org.foretoken.runs.Pareto;
import org.foretoken.runs.RecordedPareto;
import org.foretoken.runs.RunFile;
import org.foretoken.runs.RunRecord;

/** The charts that a base's records make: nothing is measured. Needs no engine; any thread but the FX thread. */
public final class RecordedCharts {
    private final RunFile runs;

    public RecordedCharts(Workbench workbench) {
        this.runs = workbench.runs();
    }

    /**
     * Makes them.
     *
     * @param base hash of its weights
     * @return one for each task and metric, that of the newest answers first; none where no arm of that base was both timed and asked
     */
    public List<Pareto> run(String base, Axes axes) throws ForetokenException {
        List<RunRecord> all = runs.read().records().stream()
                .filter(record -> base.equals(record.subject().base().hash()))
                .filter(record -> record.timing() != null || record.answers() != null)
                .toList();
        if (all.isEmpty()) {
            return List.of();
        }
        List<RunRecord> here = KnownRuns.ofOneMachine(all);
        return new RecordedPareto(here)
                .charts(axes).stream()
                        .sorted(Comparator.comparingInt((Pareto chart) -> newestAnswers(chart, here))
                                .reversed())
                        .toList();
    }

    /** Where in the records the newest answers behind a chart are. */
    private static int newestAnswers(Pareto chart, List<RunRecord> records) {
        List<String> behind = chart.points().stream()
                .flatMap(point -> point.records().stream())
                .toList();
        return IntStream.range(0, records.size())
                .filter(i -> records.get(i).answers() != null
                        && behind.contains(records.get(i).id()))
                .max()
                .orElse(-1);
    }
}
