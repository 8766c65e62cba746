package org.foretoken.ui.tasks;

import java.util.List;
import org.foretoken.eval.Metric;
import org.foretoken.ui.FakeModels;
import org.foretoken.ui.ViewModelFixture;
import org.foretoken.workbench.RunExamples.Example;
import org.foretoken.workbench.SetupSummary;
import org.junit.jupiter.api.BeforeEach;

/** A task that is asked of made-up models, which answer when the test lets them. */
abstract class TasksViewModelFixture extends ViewModelFixture {
    static final Metric EXACT = Metric.OFFICIAL_EXACT;

    TasksViewModel model;

    @BeforeEach
    void start() {
        model = new TasksViewModel(actions, threads.threads(), notices, current);
        threads.settle();
    }

    SetupSummary use(boolean calibrated) {
        SetupSummary setup = actions.setup(List.of(0, 1, 2), calibrated);
        actions.setups.add(setup);
        current.use(FakeModels.smol());
        current.use(setup);
        threads.settle();
        return setup;
    }

    Evaluation evaluation() {
        return model.evaluationProperty().get().orElseThrow();
    }

    void answer(int count) {
        long before = evaluation().answers();
        actions.tasks.answers.release(count);
        threads.until(() -> evaluation().answers() == before + count);
    }

    void untilEnded() {
        threads.until(() -> model.jobProperty().get().isEmpty());
    }

    List<Example> examples() {
        return model.examples().shownProperty().get();
    }

    String problem() {
        return model.problemProperty().get().orElse("");
    }
}
