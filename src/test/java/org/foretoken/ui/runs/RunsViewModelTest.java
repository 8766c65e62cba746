package org.foretoken.ui.runs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.foretoken.eval.Answered;
import org.foretoken.runs.RunRecord;
import org.foretoken.ui.FakeModels;
import org.foretoken.ui.ViewModelFixture;
import org.foretoken.ui.runs.ExamplesViewModel.Which;
import org.foretoken.workbench.BrowseRuns;
import org.foretoken.workbench.RunComparison;
import org.foretoken.workbench.SetupSummary;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RunsViewModelTest extends ViewModelFixture {
    private RunsViewModel model;

    @BeforeEach
    void start() {
        actions.runs.fill();
        model = new RunsViewModel(actions, threads.threads(), notices, current);
        model.refresh();
        threads.settle();
    }

    private List<String> shown() {
        return model.shownProperty().get().stream().map(RunRow::id).toList();
    }

    private List<String> selected() {
        return model.selectedProperty().get().stream().map(RunRow::id).toList();
    }

    private void select(String... ids) {
        model.select(model.shownProperty().get().stream()
                .filter(row -> Arrays.asList(ids).contains(row.id()))
                .toList());
        threads.settle();
    }

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

    @Test
    void deletingAsksFirstAndSaysWhatIsLost() {
        select("b512");
        model.chosen().askDelete();
        assertThat(model.chosen().question())
                .isEqualTo("Delete 1 record for good? 1 other taken in turns with the base will have no gain.");
        model.chosen().keep();
        assertThat(model.chosen().askedProperty().get()).isEmpty();
        assertThat(actions.runs.records).hasSize(8);
        select("b512", "k512");
        model.chosen().askDelete();
        assertThat(model.chosen().question()).isEqualTo("Delete 2 records for good?");
        model.chosen().delete();
        threads.settle();
        assertThat(shown()).hasSize(6).doesNotContain("b512", "k512");
        assertThat(selected()).isEmpty();
        assertThat(notice()).isEqualTo("Deleted 2 records.");
    }

    @Test
    void aQuestionIsForgottenWhenSomethingElseIsChosen() {
        select("b512");
        model.chosen().askDelete();
        select("k512");
        assertThat(model.chosen().askedProperty().get()).isEmpty();
    }

    @Test
    void reloadingMakesTheMeasuredSetupTheCurrentOne() {
        SetupSummary setup = actions.setup(List.of(0, 1, 2), true);
        actions.runs.opens =
                Optional.of(new BrowseRuns.Reopened(Optional.of(setup), Optional.empty(), Optional.empty()));
        select("k512b");
        model.chosen().reload();
        threads.settle();
        assertThat(current.setupProperty().get()).contains(setup);
        assertThat(current.tailProperty().get()).isEqualTo(8);
        assertThat(notice()).isEqualTo("half is open as it was measured.");

        actions.runs.opens = Optional.of(new BrowseRuns.Reopened(
                Optional.of(setup), Optional.empty(), Optional.of("half has changed since it was measured.")));
        model.chosen().reload();
        threads.settle();
        assertThat(notice()).isEqualTo("half has changed since it was measured.");

        actions.runs.opens =
                Optional.of(new BrowseRuns.Reopened(Optional.empty(), Optional.of(FakeModels.elm()), Optional.empty()));
        select("b512");
        model.chosen().reload();
        threads.settle();
        assertThat(current.basePath()).contains(FakeModels.ELM);
        assertThat(current.setupProperty().get()).isEmpty();

        actions.runs.opens = Optional.empty();
        model.chosen().reload();
        threads.settle();
        assertThat(notice()).contains("isn't in setups/half any more");
        assertThat(current.basePath()).contains(FakeModels.ELM);
    }

    @Test
    void chosenRecordsAreWrittenAsTheyAreInTheFile() throws Exception {
        select("akv", "k512");
        Path file = home.resolve("some.jsonl");
        model.chosen().export(file);
        threads.settle();
        assertThat(Files.readAllLines(file))
                .containsExactly(
                        actions.runs.records.get(4).json(),
                        actions.runs.records.get(1).json());
        assertThat(notice()).isEqualTo("Wrote " + file + ".");
    }

    @Test
    void questionsAreSeenBesideTheBasesAnswers() {
        select("akv");
        model.openExamples();
        threads.settle();
        ExamplesViewModel examples = model.examples();
        assertThat(examples.other()).isEqualTo("base");
        assertThat(examples.shownProperty().get()).hasSize(40);
        assertThat(examples.summary())
                .isEqualTo("triviaqa, 40 questions: half, KV prediction, tail 1 beside big, base; scores by"
                        + " official exact differ in 16 of 40: 11 higher, 5 lower.");
        assertThat(examples.place()).isEqualTo("1 of 40");
        examples.next();
        assertThat(examples.currentProperty().get().orElseThrow().number()).isEqualTo(2);
        examples.whichProperty().set(Which.SCORES);
        assertThat(examples.shownProperty().get())
                .hasSize(16)
                .extracting(example -> example.number() - 1)
                .allMatch(i -> (i % 3 == 0) != (i % 5 == 0));
        // the one looked at isn't among them
        assertThat(examples.currentProperty().get().orElseThrow().number()).isEqualTo(4);
        examples.previous();
        assertThat(examples.place()).isEqualTo("1 of 16");
        assertThat(ExamplesViewModel.question(
                        examples.currentProperty().get().orElseThrow().own()))
                .isEqualTo("Q: Who built lighthouse number 3 on Shetland? ↵ A:");
        examples.close();
        assertThat(examples.openedProperty().get()).isEmpty();
        assertThat(examples.currentProperty().get()).isEmpty();
    }

    @Test
    void theQuestionAskedIsShownWithoutItsShots() {
        assertThat(question("Question: Which class is oak of?\nAnswer: tree\nQuestion: Which is essay of?\nAnswer:"))
                .as("the quiz and TriviaQA")
                .isEqualTo("Question: Which is essay of? ↵ Answer:");
        assertThat(question("Answer these questions:\n\nQ: who sang it?\nA: Tom\nQ: who wrote it?\nA:"))
                .as("NQ-open")
                .isEqualTo("Q: who wrote it? ↵ A:");
        assertThat(question("Question: Why?\nAnswer: so\n\nQuestion: What is shown?\n\nA bird.\nAnswer:"))
                .as("ARC")
                .isEqualTo("Question: What is shown? ↵  ↵ A bird. ↵ Answer:");
        assertThat(question("Sailing: A man. He sails.\n\nRowing: A boat leaves. She"))
                .as("HellaSwag")
                .isEqualTo("Rowing: A boat leaves. She");
        assertThat(question(
                        "import re\n\n\ndef one(x):\n    return x\n\n\ndef two(x):\n    \"\"\"Twice.\n\n    >>> 1\n"))
                .as("HumanEval")
                .isEqualTo("def two(x): ↵     \"\"\"Twice. ↵  ↵     >>> 1");
    }

    private static String question(String prompt) {
        return ExamplesViewModel.question(new Answered("#1", prompt, "", "", "", List.of(), Map.of(), List.of()));
    }

    @Test
    void withoutTheBasesAnswersItIsSaid() {
        select("aquiz");
        model.openExamples();
        threads.settle();
        assertThat(model.examples().summary()).contains("evaluate the base, too");
        assertThat(model.examples().other()).isEmpty();
        model.examples().whichProperty().set(Which.ANSWERS);
        assertThat(model.examples().place()).isEqualTo("none");
        select("text");
        model.openExamples();
        threads.settle();
        assertThat(ExamplesViewModel.said(
                        model.examples().currentProperty().get().orElseThrow().own()))
                .isEqualTo("loss 3.10, KL 0.200, top one 0.800");
    }

    @Test
    void onlyAnswersHaveQuestions() {
        select("k512");
        assertThat(model.hasExamples()).isFalse();
        model.openExamples();
        threads.settle();
        assertThat(model.examples().openedProperty().get()).isEmpty();
        select("abase", "akv");
        assertThat(model.hasExamples()).isTrue();
        model.openExamples();
        threads.settle();
        assertThat(model.examples().own()).isEqualTo("KV prediction, tail 1");
        assertThat(model.examples().other()).isEqualTo("base");
    }
}
