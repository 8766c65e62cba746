package org.foretoken.ui.tasks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.foretoken.eval.Answered;
import org.foretoken.eval.Metric;
import org.foretoken.eval.Task;
import org.foretoken.generate.Arm;
import org.junit.jupiter.api.Test;

class TaskWordsTest extends TasksViewModelFixture {
    @Test
    void allRightIsNoCertainty() {
        ArmAnswers perfect = hundred(EXACT, 1);
        assertThat(TaskWords.score(perfect, EXACT)).isEqualTo("1.00 (0.963–1.00)");
        ArmAnswers failing = hundred(EXACT, 0);
        assertThat(TaskWords.score(failing, EXACT)).isEqualTo("0 (0–0.0370)");
        assertThat(TaskWords.ratio(failing, perfect, EXACT)).isEqualTo("0 (0–0.0370)");
        assertThat(TaskWords.ratio(perfect, perfect, EXACT)).isEqualTo("1.00");
        assertThat(TaskWords.score(hundred(Metric.TOP_ONE, 1), Metric.TOP_ONE)).isEqualTo("1.00 (0.963–1.00)");
        assertThat(TaskWords.score(hundred(Metric.KL, 0), Metric.KL)).isEqualTo("0");
    }

    private static ArmAnswers hundred(Metric metric, double score) {
        Answered each = new Answered("#1", "", "", "", "", List.of(), Map.of(metric.label(), score), List.of());
        return new ArmAnswers(Arm.KV_PREDICTION, 100, Collections.nCopies(100, each));
    }

    @Test
    void everyTaskHasALineThatSaysWhatItIs() {
        for (Task task : model.tasks()) {
            assertThat(TaskWords.about(task.name())).as(task.name()).isNotBlank();
        }
    }
}
