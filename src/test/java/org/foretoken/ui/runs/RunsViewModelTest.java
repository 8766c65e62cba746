package org.foretoken.ui.runs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.foretoken.runs.RunRecord;
import org.foretoken.workbench.RunComparison;
import org.junit.jupiter.api.Test;

/** The list of records, and what is told of those chosen. */
class RunsViewModelTest extends RunsViewModelFixture {
    @Test
    void recordsAreListedNewestFirst() {
        assertThat(shown()).containsExactly("train", "text", "aquiz", "akv", "abase", "k512b", "k512", "b512");
        RunRow timed = model.shownProperty().get().get(6);
        assertThat(timed.kind()).isEqualTo("timing");
        assertThat(timed.measured()).isEqualTo("half");
        assertThat(timed.arm()).isEqualTo("KV prediction, tail 1");
        assertThat(timed.what()).isEqualTo("512 tokens");
        assertThat(timed.headline()).matches("TTFT 7[0-9.]+ \\([0-9.]+–[0-9.]+\\) ms");
        assertThat(timed.machine()).isEqualTo("f32, 1 thread, a CPU");
        RunRow answered = model.shownProperty().get().get(3);
        assertThat(answered.what()).isEqualTo("triviaqa, 40 questions");
        assertThat(answered.headline()).startsWith("official exact 0.800 ± 0.0641, official f1 0.850");
        assertThat(model.shownProperty().get().get(1).headline()).startsWith("perplexity 2");
        assertThat(model.shownProperty().get().get(0).what()).isEqualTo("finished after step 100");
        assertThat(model.shownProperty().get().get(0).headline()).startsWith("held-out KL 0.229, perplexity 22.");
    }

    @Test
    void theFilterNarrowsTheList() {
        RunFilter filter = model.filter();
        filter.kindProperty().set(Optional.of(RunRecord.Kind.ANSWERS));
        assertThat(shown()).containsExactly("text", "aquiz", "akv", "abase");
        filter.taskProperty().set(Optional.of("triviaqa"));
        assertThat(shown()).containsExactly("akv", "abase");
        filter.setupProperty().set(Optional.of("half"));
        assertThat(shown()).containsExactly("akv");
        filter.clear();
        assertThat(filter.isOn()).isFalse();
        filter.textProperty().set("TAIL 512");
        assertThat(shown()).containsExactly("k512b", "k512");
        filter.clear();
        filter.sinceProperty().set(RunFilter.Since.DAY);
        assertThat(filter.isOn()).isTrue();
        assertThat(model.tasks()).containsExactly("perplexity", "quiz", "triviaqa");
        assertThat(model.setups()).containsExactly("half");
    }

    @Test
    void whatIsChosenGoesWhenItIsFilteredAway() {
        select("akv", "k512");
        assertThat(model.detailProperty().get().orElseThrow().comparison()).isPresent();
        model.filter().kindProperty().set(Optional.of(RunRecord.Kind.TIMING));
        threads.settle();
        assertThat(selected()).containsExactly("k512");
        assertThat(model.detailProperty().get().orElseThrow().comparison()).isEmpty();
        model.filter().textProperty().set("nothing has this");
        assertThat(model.detailProperty().get()).isEmpty();
    }

    @Test
    void oneRecordIsToldAtLength() {
        select("k512");
        assertThat(model.detailProperty().get().orElseThrow().facts())
                .extracting(fact -> fact.name() + ": " + fact.value())
                .contains("record: k512 (timing, session b512)", "arm: kv, tail 1", "setup: half, setups/half")
                .anyMatch(fact -> fact.startsWith("phases: tokenise 1.20, auxiliary 40.0, predict 5.00"));
        Samples samples =
                Samples.of(model.selectedProperty().get().get(0).record()).orElseThrow();
        assertThat(samples.dots()).hasSize(30);
        assertThat(samples.words().get(2)).startsWith("Sample 3: 7").contains("auxiliary 40.0");
        select("text");
        assertThat(Samples.of(model.selectedProperty().get().get(0).record())
                        .orElseThrow()
                        .dots())
                .hasSize(12);
        select("akv");
        assertThat(Samples.of(model.selectedProperty().get().get(0).record())).isEmpty();
        select("train");
        Samples curve =
                Samples.of(model.selectedProperty().get().get(0).record()).orElseThrow();
        assertThat(curve.line()).hasSize(100);
        assertThat(curve.dots()).hasSize(11);
    }

    @Test
    void severalAreComparedAgainstTheBase() {
        select("k512", "b512");
        RunComparison comparison =
                model.detailProperty().get().orElseThrow().comparison().orElseThrow();
        assertThat(comparison.records()).extracting(RunRecord::id).containsExactly("b512", "k512");
        assertThat(comparison.figures())
                .extracting(RunComparison.Row::name)
                .containsExactly("TTFT", "gain over the first", "phases");
        assertThat(comparison.figures().get(1).values().get(1)).matches("1\\.7[0-9] \\(1.*–1.*\\)");
        assertThat(comparison.notes()).isEmpty();
        select("k512b", "b512");
        comparison = model.detailProperty().get().orElseThrow().comparison().orElseThrow();
        assertThat(comparison.figures()).hasSize(2);
        assertThat(comparison.notes()).singleElement().asString().contains("different sessions");
    }

    @Test
    void aPointOfAFigureShowsItsRecords() {
        model.filter().kindProperty().set(Optional.of(RunRecord.Kind.TRAINING));
        model.show(List.of("akv", "abase"));
        threads.settle();
        assertThat(selected()).containsExactly("akv", "abase");
        assertThat(model.filter().isOn()).isFalse();
        assertThat(notices.currentProperty().get()).isEmpty();
        model.filter().kindProperty().set(Optional.of(RunRecord.Kind.ANSWERS));
        model.show(List.of("akv", "gone"));
        threads.settle();
        assertThat(selected()).containsExactly("akv");
        assertThat(model.filter().isOn()).as("the filter lets it through").isTrue();
        assertThat(notice()).startsWith("1 record behind this can't be shown");
    }

    @Test
    void newRecordsComeWithTheNextReadingAndTheChoiceStays() {
        select("akv");
        RunRow before = model.selectedProperty().get().get(0);
        actions.runs.records.add(org.foretoken.ui.FakeRuns.training("newest"));
        actions.runs.faults.add("runs.jsonl, line 9 is no run record.");
        model.refresh();
        threads.settle();
        assertThat(shown()).startsWith("newest", "train").hasSize(9);
        assertThat(model.selectedProperty().get()).containsExactly(before);
        assertThat(model.faultsProperty().get()).hasSize(1);
    }
}
