package org.foretoken.ui.tasks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.foretoken.ui.Shown.await;
import static org.foretoken.ui.Shown.isShown;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javafx.scene.control.ComboBox;
import javafx.scene.control.TableView;
import javafx.scene.control.TextArea;
import javafx.scene.input.KeyCode;
import javafx.stage.Stage;
import org.foretoken.ForetokenException;
import org.foretoken.eval.Task;
import org.foretoken.ui.FakeChoosers;
import org.foretoken.ui.FakeModels;
import org.foretoken.ui.PanelFixture;
import org.foretoken.ui.StyledScene;
import org.foretoken.ui.fx.Mnemonics;
import org.foretoken.ui.fx.ShippedTasks;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.testfx.api.FxRobot;
import org.testfx.framework.junit5.Start;

/** The panel by mouse and keys, with answers made up. Pictures go to target/screenshots. */
class TasksPanelTest extends PanelFixture {
    private final List<String> shownRuns = new ArrayList<>();
    private TasksViewModel model;
    private TasksPanel panel;

    @Start
    void start(Stage stage) {
        model = new TasksViewModel(actions, threads, notices, current);
        panel = new TasksPanel(
                model, new FakeChoosers().withTexts(Path.of("/data/triviaqa-dev.json")), shownRuns::addAll, () -> {});
        stage.setScene(StyledScene.of(panel, 920, 700));
        Mnemonics.anyCase(stage.getScene());
        stage.show();
    }

    private void use(FxRobot robot) {
        actions.setups.add(actions.setup(15, true));
        robot.interact(() -> {
            current.use(FakeModels.smol());
            current.use(actions.setups.get(0));
        });
        await(() -> model.draft().data.get().isPresent());
    }

    private long answers() {
        return model.evaluationProperty().get().map(Evaluation::answers).orElse(0L);
    }

    @Test
    void theEmptyPanelSaysWhatToDoAndDoesIt(FxRobot robot) {
        assertThat(isShown(robot, "Open a model to ask it")).isTrue();
        assertThat(robot.lookup("#task-ask").query().isDisabled()).isTrue();
        use(robot);
        assertThat(isShown(robot, "Ask a task's questions to see")).isTrue();
        actions.tasks.answers.release(1000);
        robot.clickOn("Ask the quiz");
        await(() -> model.stageProperty().get() == TasksViewModel.Stage.DONE);
        assertThat(isShown(robot, "Recorded as a00, a01, a02.")).isTrue();
        assertThat(isShown(robot, "0.750 (0.598–0.858)")).isTrue();
        assertThat(robot.lookup("#examples").queryTableView().getItems()).hasSize(40);
        robot.clickOn("#task-runs");
        assertThat(shownRuns).containsExactly("a00", "a01", "a02");
    }

    @Test
    void everythingByKeyboard(FxRobot robot) {
        use(robot);
        robot.interact(() -> robot.lookup("#task-kv").query().requestFocus());
        robot.push(KeyCode.TAB).push(KeyCode.SPACE);
        assertThat(model.draft().auxiliary.get()).isFalse();
        robot.push(KeyCode.ALT, KeyCode.L).write("random:0.5");
        robot.push(KeyCode.ALT, KeyCode.I).push(KeyCode.SHORTCUT, KeyCode.A).write("12");
        robot.push(KeyCode.ALT, KeyCode.A);
        await(() -> model.jobProperty().get().isPresent());
        assertThat(robot.lookup("#task-stop").query().isFocused()).isTrue();
        actions.tasks.answers.release(15);
        await(() -> answers() == 15);
        assertThat(isShown(robot, "3 of 12")).isTrue();
        robot.push(KeyCode.ESCAPE);
        await(() -> model.jobProperty().get().isEmpty());
        assertThat(isShown(robot, "Stopped after 15 of 36 answers.")).isTrue();
        actions.tasks.answers.release(1000);
        robot.push(KeyCode.ALT, KeyCode.A);
        await(() -> model.stageProperty().get() == TasksViewModel.Stage.DONE);
        assertThat(robot.lookup("#task-ask").query().isFocused()).isTrue();
        robot.interact(() -> robot.lookup("#task-shown-kv").query().requestFocus());
        robot.push(KeyCode.SPACE);
        assertThat(model.shownArmProperty().get().orElseThrow().key()).isEqualTo("kv");
        TableView<?> table = robot.lookup("#examples").queryTableView();
        robot.interact(table::requestFocus);
        robot.push(KeyCode.DOWN).push(KeyCode.DOWN);
        assertThat(robot.lookup("#example-own").queryAs(TextArea.class).getText())
                .isEqualTo(" writing");
        assertThat(robot.lookup("#example-prompt").queryAs(TextArea.class).getText())
                .contains("essay 2 belong");
        robot.push(KeyCode.ALT, KeyCode.N);
        assertThat(robot.lookup("#example-own").queryAs(TextArea.class).getText())
                .isEqualTo(" a kind of boat");
        assertThat(robot.lookup("#example-other").queryAs(TextArea.class).getText())
                .isEqualTo(" writing");
    }

    @Test
    void aTaskAndItsDataAreChosen(FxRobot robot) {
        use(robot);
        assertThat(isShown(robot, "quiz.jsonl")).isTrue();
        robot.interact(() -> {
            ComboBox<Task> tasks = robot.lookup("#task").queryComboBox();
            tasks.setValue(ShippedTasks.of("triviaqa"));
        });
        assertThat(isShown(robot, "None chosen yet")).isTrue();
        assertThat(isShown(robot, "The task triviaqa needs a data file")).isTrue();
        robot.clickOn("#choose-task-data");
        assertThat(isShown(robot, "triviaqa-dev.json")).isTrue();
        assertThat(robot.lookup("#task-ask").query().isDisabled()).isFalse();
        robot.interact(() -> model.draft().task.set(ShippedTasks.of("perplexity")));
        assertThat(robot.lookup("#task-tail").query().isDisabled()).isTrue();
        assertThat(robot.lookup("#task-baselines").query().isDisabled()).isTrue();
        assertThat(robot.lookup("#task-shots").query().isDisabled()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "empty, light, 1000, 700",
        "running, light, 1000, 700",
        "running, dark, 1600, 1000",
        "done, light, 1600, 1000",
        "done, dark, 1000, 700",
        "failed, light, 1000, 700",
        "text, dark, 1000, 700",
        "done, light, 760, 520"
    })
    void everythingFits(String which, String theme, int width, int height, FxRobot robot) {
        use(robot);
        StyledScene shown = StyledScene.inWindow(panel, theme, width, height);
        int given = which.equals("running") ? 57 : which.equals("failed") ? 7 : 1000;
        actions.tasks.answers.release(given);
        robot.interact(() -> {
            if (which.equals("text")) {
                model.draft().task.set(ShippedTasks.of("perplexity"));
                model.draft().data.set(Optional.of(Path.of("/data/wikitext2-valid.txt")));
            } else {
                model.draft().baselines.set("random:0.5");
            }
            if (!which.equals("empty")) {
                model.ask();
            }
        });
        if (which.equals("failed")) {
            await(() -> answers() == 7);
            actions.tasks.failure = Optional.of(new ForetokenException(
                    "/home/me/evals/kv.jsonl can't be written (No space left on device): free some space, or choose"
                            + " another folder."));
            actions.tasks.answers.release(1);
        }
        await(() -> switch (which) {
            case "empty" -> true;
            case "running" -> answers() == 57;
            default -> model.jobProperty().get().isEmpty();
        });
        robot.interact(() -> {
            shown.layOut();
            assertThat(panel.lookup("#tasks-side").getBoundsInParent().getMaxY())
                    .as("the button that asks can be seen")
                    .isLessThanOrEqualTo(shown.height());
            assertThat(panel.lookup("#task-state").getBoundsInParent().getMaxX())
                    .as("sentences wrap")
                    .isLessThanOrEqualTo(shown.width());
            shown.assertInside(".button");
            shown.picture("tasks-" + which);
            model.stop();
        });
        await(() -> model.jobProperty().get().isEmpty());
    }
}
