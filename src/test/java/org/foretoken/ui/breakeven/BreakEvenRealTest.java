package org.foretoken.ui.breakeven;

import static org.assertj.core.api.Assertions.assertThat;
import static org.foretoken.ui.Shown.awaitWork;

import java.util.Objects;
import javafx.scene.control.Labeled;
import javafx.stage.Stage;
import org.foretoken.ui.FakeChoosers;
import org.foretoken.ui.RealPanelFixture;
import org.foretoken.ui.StyledScene;
import org.foretoken.workbench.BreakEven;
import org.junit.jupiter.api.Test;
import org.testfx.api.FxRobot;
import org.testfx.framework.junit5.Start;

/** The panel over the real engine, with a sample model and few repetitions. */
class BreakEvenRealTest extends RealPanelFixture {
    private BreakEvenViewModel model;

    @Start
    void start(Stage stage) {
        model = new BreakEvenViewModel(actions, threads, notices, current);
        stage.setScene(StyledScene.of(new BreakEvenPanel(model, new FakeChoosers(), () -> {}), 920, 700));
        stage.show();
    }

    @Test
    void stopsMeasuresAndShowsWhatCameOut(FxRobot robot) {
        robot.interact(() -> {
            current.use(actions.firstSetup().orElseThrow());
            BreakEvenDraft draft = model.draft();
            draft.prompts.set("100000");
            draft.replies.set("1, 4");
            draft.check.set(true);
            draft.repetitions.set(5);
            draft.seconds.set(2);
        });
        awaitWork(() -> model.problemProperty()
                .get()
                .filter(why -> why.contains("context"))
                .isPresent());
        robot.interact(() -> model.draft().prompts.set("60"));
        robot.clickOn("#measure-break-even").clickOn("#stop-break-even");
        awaitWork(() -> model.jobProperty().get().isEmpty());
        assertThat(notices.currentProperty().get().orElseThrow().sentence()).startsWith("Stopped.");
        robot.clickOn("#measure-break-even");
        awaitWork(() -> model.figureProperty().get().isPresent());
        BreakEven.Result result = model.figureProperty().get().orElseThrow().result();
        assertThat(result.rows()).hasSize(2).allSatisfy(row -> {
            assertThat(row.foretold().baseTtft()).isPositive();
            assertThat(Objects.requireNonNull(row.check()).measured().ttft()).isPositive();
        });
        assertThat(robot.lookup("#break-even-memory").<Labeled>query().getText())
                .startsWith("It takes ")
                .contains("auxiliary");
        assertThat(robot.lookup("#break-even-rows .label").queryAll())
                .as("headings, and four rows a reply")
                .hasSizeGreaterThan(8 + 2 * (3 * 6 + 4));
    }
}
