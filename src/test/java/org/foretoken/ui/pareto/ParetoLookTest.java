package org.foretoken.ui.pareto;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.foretoken.eval.Task;
import org.foretoken.model.Flops.Definition;
import org.foretoken.runs.Axes;
import org.foretoken.runs.ParetoPoint;
import org.junit.jupiter.api.Test;

/** The same points on other axes. */
class ParetoLookTest extends ParetoViewModelFixture {
    @Test
    void otherAxesHaveTheirOwnFrontierAndNothingIsMeasuredForThem() {
        choose(fifteen);
        measureAll();
        assertThat(figure().pareto().axes()).isEqualTo(new Axes(Axes.X.GAIN, Axes.Y.SCORE, Definition.EXECUTED, false));
        List<ParetoPoint> before = figure().pareto().points();
        model.look().x.set(Axes.X.TTFT);
        model.look().log.set(true);
        assertThat(figure().pareto().axes().log()).isTrue();
        assertThat(figure().pareto().points()).hasSameSizeAs(before);
        model.look().tokens.set(512);
        assertThat(figure().placed(800, 600)).hasSize(3);
        model.show("base", false);
        assertThat(figure().placed(800, 600)).hasSize(2);
        model.show("base", true);
        assertThat(figure().hidden()).isEqualTo(Set.of());
        assertThat(actions.sweeps.asked).hasSize(1);
    }

    @Test
    void thePapersPointsChooseTheAxesThatTheyStandOn() {
        choose(fifteen);
        measureAll();
        model.look().x.set(Axes.X.FLOPS);
        model.look().paper.set(6);
        assertThat(figure().pareto().axes())
                .isEqualTo(new Axes(Axes.X.FLOPS, Axes.Y.RETAINED, Definition.PAPER, false));
        assertThat(figure().placed(800, 600))
                .anyMatch(each -> each.point().series().startsWith("paper: "));
        model.look().flops.set(Definition.EXACT);
        assertThat(model.look().paper.get()).isZero();
        assertThat(figure().placed(800, 600)).hasSize(6);
    }

    @Test
    void whereLessIsBetterThereAreNoShares() throws Exception {
        choose(fifteen);
        model.look().paper.set(5);
        model.draft().task.set(Task.of("perplexity"));
        model.draft().data.set(Optional.of(Path.of("/data/text.txt")));
        measureAll();
        assertThat(actions.sweeps.asked.get(0).axes().y()).isEqualTo(Axes.Y.SCORE);
        assertThat(figure().pareto().axes().y()).isEqualTo(Axes.Y.SCORE);
        assertThat(figure().placed(800, 600)).hasSize(6);
    }
}
