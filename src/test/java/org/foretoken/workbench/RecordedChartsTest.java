package org.foretoken.workbench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Objects;
import org.foretoken.model.Flops.Definition;
import org.foretoken.runs.Axes;
import org.foretoken.runs.Pareto;
import org.foretoken.runs.ParetoPoint;
import org.foretoken.runs.Records;
import org.foretoken.runs.RunRecord;
import org.junit.jupiter.api.Test;

/** Charts of records that were made by hand. */
class RecordedChartsTest extends RecordsFixture {
    private static final Axes AXES = new Axes(Axes.X.GAIN, Axes.Y.SCORE, Definition.EXECUTED, false);

    private List<Pareto> charts(String base) throws Exception {
        return new RecordedCharts(workbench).run(base, AXES);
    }

    @Test
    void theTaskThatWasAskedLastComesFirst() throws Exception {
        String hash = Objects.requireNonNull(Records.BASE.hash());
        assertThat(charts(hash)).as("no file").isEmpty();
        add(
                Records.timing("b1", "b1", Records.base(), 50, 50, 50),
                Records.timing("k1", "b1", Records.predicted(1), 10, 10, 10));
        assertThat(charts(hash)).as("nothing was asked").isEmpty();
        RunRecord base = Records.answers("ab", Records.base(), "official_exact", 1, 1, 1, 0);
        RunRecord own = Records.answers("ak", Records.predicted(1), "official_exact", 1, 1, 0, 0);
        add(Records.asked(base, 5, 0, null), Records.asked(own, 5, 0, null));
        assertThat(charts(hash))
                .singleElement()
                .satisfies(chart -> assertThat(chart.points())
                        .extracting(ParetoPoint::label)
                        .containsExactly("base", "half, tail 1"));
        assertThat(charts("f".repeat(64))).as("another base").isEmpty();
        RunRecord laterBase = Records.answers("lb", Records.base(), "official_exact", 1, 1, 1, 0);
        RunRecord laterOwn = Records.answers("lk", Records.predicted(1), "official_exact", 1, 1, 0, 0);
        add(laterBase, laterOwn);
        assertThat(charts(hash))
                .extracting(Pareto::task)
                .startsWith("quiz (1-shot)")
                .hasSize(2);
    }
}
