package org.foretoken.ui.breakeven;

import static org.assertj.core.api.Assertions.assertThat;
import static org.foretoken.ui.Shown.awaitWork;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import javafx.scene.control.Labeled;
import javafx.stage.Stage;
import org.foretoken.ui.FakeChoosers;
import org.foretoken.ui.StyledScene;
import org.foretoken.ui.fx.UiThreads;
import org.foretoken.ui.shell.Actions;
import org.foretoken.ui.shell.CurrentSetup;
import org.foretoken.ui.shell.Notices;
import org.foretoken.workbench.BreakEven;
import org.foretoken.workbench.Workbench;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.testfx.api.FxRobot;
import org.testfx.framework.junit5.ApplicationExtension;
import org.testfx.framework.junit5.Start;

/** The panel over the real engine, with a sample model and few repetitions. */
@ExtendWith(ApplicationExtension.class)
@Timeout(300)
class BreakEvenRealTest {
    @TempDir
    static Path homes;

    private Workbench workbench;
    private Actions actions;
    private CurrentSetup current;
    private Notices notices;
    private BreakEvenViewModel model;

    @Start
    void start(Stage stage) throws Exception {
        Path home = Files.createTempDirectory(homes, "home");
        workbench = new Workbench(home);
        actions = Actions.of(workbench);
        UiThreads threads = UiThreads.javafx();
        notices = new Notices(home);
        current = new CurrentSetup(actions, threads, notices);
        model = new BreakEvenViewModel(actions, threads, notices, current);
        stage.setScene(StyledScene.of(
                new BreakEvenPanel(
                        model,
                        new FakeChoosers(Optional.empty(), Optional.empty(), List.of(), Optional.empty()),
                        () -> {}),
                920,
                700));
        stage.show();
    }

    @AfterEach
    void end() {
        workbench.close();
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
            assertThat(Objects.requireNonNull(row.measured()).ttft()).isPositive();
        });
        assertThat(robot.lookup("#break-even-memory").<Labeled>query().getText())
                .startsWith("It takes ")
                .contains("auxiliary");
        assertThat(robot.lookup("#break-even-rows .label").queryAll())
                .as("headings, and three rows a reply")
                .hasSizeGreaterThan(8 + 2 * 3 * 6);
    }
}
