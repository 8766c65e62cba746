package org.foretoken.ui.runs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.foretoken.ui.FakeModels;
import org.foretoken.workbench.BrowseRuns;
import org.foretoken.workbench.SetupSummary;
import org.junit.jupiter.api.Test;

/** What is done with the chosen records. */
class ChosenRunsTest extends RunsViewModelFixture {
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
}
