package org.foretoken.ui.pareto;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.foretoken.eval.Metric;
import org.foretoken.eval.Task;
import org.foretoken.generate.Arm;
import org.foretoken.kvp.SetupFile;
import org.foretoken.ui.FakeLayerMaps;
import org.foretoken.ui.FakeModels;
import org.foretoken.workbench.SetupSummary;
import org.foretoken.workbench.SweepPareto;
import org.junit.jupiter.api.Test;

/** What the form asks for, and what it refuses. */
class SweepDraftTest extends ParetoViewModelFixture {
    @Test
    void onlySetupsThatPredictAreOfferedAndTheCurrentOneIsProposed() {
        assertThat(model.setupsProperty().get()).hasSize(2);
        assertThat(model.problemProperty().get()).contains("Choose one setup or more.");
        current.use(fifteen);
        threads.settle();
        assertThat(model.draft().setups.get()).containsExactly(fifteen.folder());
        assertThat(model.problemProperty().get()).isEmpty();
        SetupSummary ten = model.setupsProperty().get().get(1);
        choose(ten);
        current.use(ten);
        threads.settle();
        assertThat(model.draft().setups.get()).as("what the user chose stays").hasSize(2);
    }

    @Test
    void theFormAsksForWhatItSays() throws Exception {
        choose(fifteen);
        SweepDraft draft = model.draft();
        draft.task.set(Task.of("triviaqa"));
        assertThat(model.problemProperty().get()).contains("The task triviaqa needs a data file: choose it.");
        draft.data.set(Optional.of(Path.of("/data/dev.json")));
        draft.metric.set(Metric.OFFICIAL_F1);
        draft.shots.set(2);
        draft.limit.set(10);
        draft.lengths.set(" 64,  256 ");
        draft.tails.set("1 32");
        draft.further.set("random:0.5, hybrid:4");
        draft.auxiliaries.set(false);
        draft.repetitions.set(7);
        draft.seconds.set(3);
        assertThat(draft.amount(model.setupsProperty().get()))
                .isEqualTo("5 arms at 2 prompt lengths, 10 questions each");
        measureAll();
        SweepPareto.Request asked = actions.sweeps.asked.get(0);
        assertThat(asked.setups()).containsExactly(fifteen.folder());
        assertThat(asked.task().shots().count()).isEqualTo(2);
        assertThat(asked.metric()).contains(Metric.OFFICIAL_F1);
        assertThat(asked.limit()).isEqualTo(10);
        assertThat(asked.lengths()).containsExactly(64, 256);
        assertThat(asked.tails()).containsExactly(1, 32);
        assertThat(asked.further()).extracting(Arm::key).containsExactly("random:0.5", "hybrid:4");
        assertThat(asked.auxiliaries()).isFalse();
        assertThat(asked.limits().maxRepetitions()).isEqualTo(7);
        assertThat(asked.limits().maxSeconds()).isEqualTo(3);
        assertThat(asked.paperTable()).isZero();
        draft.task.set(Task.of("triviaqa-lm-eval"));
        assertThat(draft.data.get()).as("the same file will do").contains(Path.of("/data/dev.json"));
        draft.task.set(Task.of("quiz"));
        threads.settle();
        assertThat(draft.data.get()).contains(Path.of("/samples/quiz.jsonl"));
    }

    @Test
    void eachMistakeIsNamed() {
        choose(fifteen);
        SweepDraft draft = model.draft();
        draft.lengths.set("128, many");
        assertThat(model.problemProperty().get().orElseThrow()).startsWith("Prompt lengths are whole numbers");
        draft.lengths.set("");
        assertThat(model.problemProperty().get()).isPresent();
        draft.lengths.set("128");
        draft.tails.set("0");
        assertThat(model.problemProperty().get().orElseThrow()).startsWith("Tails are whole numbers from 1");
        draft.tails.set("");
        draft.further.set("random");
        assertThat(model.problemProperty().get().orElseThrow()).startsWith("There is no arm 'random'");
        draft.further.set("kv");
        assertThat(model.problemProperty().get().orElseThrow()).contains("take part anyway");
        draft.further.set("");
        assertThat(model.problemProperty().get()).isEmpty();
        SetupSummary other = FakeLayerMaps.pair(
                home.resolve("other"),
                FakeModels.elm().config(),
                FakeModels.elm().config());
        actions.setups.add(new SetupSummary(
                "other",
                home.resolve("other"),
                FakeModels.ELM,
                "OpenELM",
                Optional.empty(),
                "OpenELM",
                Optional.empty(),
                other.layerMap(),
                0,
                other.source(),
                1,
                Optional.of(SetupFile.Origin.calibrated(1, List.of("wiki.txt"), 0.01, "f32")),
                true,
                2,
                ""));
        model.findSetups();
        threads.settle();
        draft.choose(home.resolve("other"), true);
        assertThat(model.problemProperty().get().orElseThrow()).startsWith("Choose setups of one base");
        model.measure();
        assertThat(actions.sweeps.asked).isEmpty();
    }
}
