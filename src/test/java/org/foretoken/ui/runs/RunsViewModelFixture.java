package org.foretoken.ui.runs;

import java.util.Arrays;
import java.util.List;
import org.foretoken.ui.ViewModelFixture;
import org.junit.jupiter.api.BeforeEach;

/** Eight records, read and listed. */
abstract class RunsViewModelFixture extends ViewModelFixture {
    RunsViewModel model;

    @BeforeEach
    void start() {
        actions.runs.fill();
        model = new RunsViewModel(actions, threads.threads(), notices, current);
        model.refresh();
        threads.settle();
    }

    List<String> shown() {
        return model.shownProperty().get().stream().map(RunRow::id).toList();
    }

    List<String> selected() {
        return model.selectedProperty().get().stream().map(RunRow::id).toList();
    }

    void select(String... ids) {
        model.select(model.shownProperty().get().stream()
                .filter(row -> Arrays.asList(ids).contains(row.id()))
                .toList());
        threads.settle();
    }
}
