package org.foretoken.ui.training;

import java.nio.file.Path;
import java.util.List;
import org.foretoken.ui.FakeModels;
import org.foretoken.ui.ViewModelFixture;
import org.foretoken.ui.training.TrainingViewModel.Stage;
import org.foretoken.workbench.SetupSummary;
import org.junit.jupiter.api.BeforeEach;

/** A model of the Train panel with a setup that nobody has chosen yet. */
abstract class TrainingFixture extends ViewModelFixture {
    static final Path WIKI = Path.of("/text/wiki.txt");

    TrainingViewModel model;
    SetupSummary setup;

    @BeforeEach
    void start() {
        model = new TrainingViewModel(actions, threads.threads(), notices, current);
        setup = actions.setup(List.of(0, 1, 2), true);
        actions.setups.add(setup);
    }

    void useSetup() {
        current.use(FakeModels.smol());
        current.use(setup);
        threads.settle();
    }

    Path out() {
        return setup.folder().resolveSibling("smollm2-first-3-trained");
    }

    /** 40 steps with a look every 20. */
    void begin() {
        useSetup();
        model.addTexts(List.of(WIKI));
        model.draft().tokens.set(40 * 1024);
        model.start();
    }

    void untilStep(long step) {
        threads.until(() -> facts().stepsDone() >= step);
    }

    CurveFacts facts() {
        return model.shownProperty().get().orElseThrow();
    }

    Stage stage() {
        return model.stageProperty().get();
    }

    String problem() {
        return model.problemProperty().get().orElse("");
    }
}
