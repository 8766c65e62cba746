package org.foretoken.ui.pareto;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.foretoken.runs.ParetoFigure;
import org.foretoken.ui.ViewModelFixture;
import org.foretoken.ui.shell.Notices.Notice;
import org.foretoken.workbench.SetupSummary;
import org.junit.jupiter.api.BeforeEach;

/** Three setups, two of which predict, and sweeps that measure a point when the test lets them. */
abstract class ParetoViewModelFixture extends ViewModelFixture {
    final List<List<String>> opened = new ArrayList<>();
    ParetoViewModel model;
    SetupSummary fifteen;

    @BeforeEach
    void make() {
        fifteen = actions.setup(15, true);
        actions.setups.addAll(List.of(fifteen, actions.setup(10, true), actions.setup(5, false)));
        model = new ParetoViewModel(actions, threads.threads(), notices, current, opened::add);
        threads.settle();
    }

    void choose(SetupSummary setup) {
        model.draft().choose(setup.folder(), true);
    }

    int points() {
        return model.measuredProperty().get().map(p -> p.points().size()).orElse(0);
    }

    ParetoFigure figure() {
        return model.figureProperty().get().orElseThrow();
    }

    void measureAll() {
        actions.sweeps.points.release(1000);
        model.measure();
        threads.until(() -> model.jobProperty().get().isEmpty());
    }

    Optional<String> sentence() {
        return notices.currentProperty().get().map(Notice::sentence);
    }
}
