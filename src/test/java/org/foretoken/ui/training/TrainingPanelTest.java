package org.foretoken.ui.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.foretoken.ui.Shown.await;
import static org.foretoken.ui.Shown.isShown;
import static org.foretoken.ui.Shown.isTreeVisible;
import static org.foretoken.ui.Shown.text;

import java.nio.file.Files;
import javafx.geometry.VerticalDirection;
import javafx.scene.Node;
import javafx.scene.control.ComboBox;
import javafx.scene.control.TextField;
import javafx.scene.input.KeyCode;
import javafx.stage.Stage;
import org.foretoken.ui.training.CurveView.Place;
import org.foretoken.workbench.SetupSummary;
import org.foretoken.workbench.Train;
import org.junit.jupiter.api.Test;
import org.testfx.api.FxRobot;
import org.testfx.framework.junit5.Start;

/** The panel by mouse and keys. */
class TrainingPanelTest extends TrainingPanelFixture {
    @Start
    @Override
    void start(Stage stage) {
        super.start(stage);
    }

    @Test
    void fromTheFormToATrainedSetupByMouseAndKeys(FxRobot robot) {
        assertThat(isShown(robot, "Make a setup of a base")).isTrue();
        use(robot);
        assertThat(isShown(robot, "Train on text like the prompts")).isTrue();
        assertThat(text(robot, "#training-problem")).isEqualTo("Add a text to train on.");
        assertThat(robot.lookup("#train").query().isDisabled()).isTrue();
        TextField out = robot.lookup("#train-out").queryAs(TextField.class);
        robot.interact(out::requestFocus);
        robot.push(KeyCode.HOME);
        robot.clickOn("#add-files");
        await(() -> out.getCaretPosition() == out.getLength());
        assertThat(robot.lookup("#train").query().isDisabled()).isFalse();
        ComboBox<String> template = robot.lookup((Node node) ->
                        node instanceof ComboBox && "Template of questions.jsonl".equals(node.getAccessibleText()))
                .query();
        robot.clickOn(template.getEditor()).write("triviaqa");
        robot.moveTo("#train-out").scroll(40, VerticalDirection.DOWN);
        robot.doubleClickOn("#tokens").push(KeyCode.SHORTCUT, KeyCode.A).write("40960");
        robot.clickOn("#train");
        awaitStage(TrainingViewModel.Stage.RUNNING);
        actions.training.steps.release(25);
        awaitStep(25);
        Train.Request request = actions.training.asked.get(0);
        assertThat(request.settings().steps()).as("typed, not yet left").isEqualTo(40);
        assertThat(request.text().get(1).template()).isEqualTo("triviaqa");
        assertThat(text(robot, "#training-state")).isEqualTo("Training, step 25 of 40, best after step 20");
        assertThat(isShown(robot, "What is trained")).isTrue();

        robot.clickOn("#pause");
        awaitStage(TrainingViewModel.Stage.PAUSED);
        assertThat(text(robot, "#training-state")).startsWith("Paused at step 25");
        assertThat(robot.lookup("#go-on").query().isFocused()).isTrue();
        robot.push(KeyCode.SPACE);
        awaitStage(TrainingViewModel.Stage.RUNNING);
        actions.training.steps.release(5);
        awaitStep(30);
        robot.clickOn("#stop-and-keep");
        await(() -> current.setupProperty()
                .get()
                .filter(s -> s.folder().equals(request.out()))
                .isPresent());
        assertThat(notice()).contains("is the setup now");

        awaitStage(TrainingViewModel.Stage.PAUSED);
        robot.clickOn("#go-on");
        actions.training.steps.release(10);
        awaitStage(TrainingViewModel.Stage.DONE);
        assertThat(text(robot, "#training-state")).startsWith("Done, step 40 of 40");
        robot.clickOn("#another");
        awaitStage(TrainingViewModel.Stage.FORM);
        assertThat(model.draft().out.get()).endsWith("-trained-trained");
        assertThat(model.draft().texts).hasSize(2);
    }

    @Test
    void theKeyboardAloneWillDo(FxRobot robot) {
        use(robot);
        robot.push(KeyCode.ALT, KeyCode.A);
        await(() -> model.draft().texts.size() == 2);
        robot.push(KeyCode.ALT, KeyCode.F);
        await(() -> model.draft().texts.size() == 3);
        robot.push(KeyCode.ALT, KeyCode.P);
        await(() -> model.draft().aim.get() == Train.Aim.PAPER);
        robot.push(KeyCode.ALT, KeyCode.W);
        await(() -> model.draft().part.get() == Train.Part.AUXILIARY);
        robot.push(KeyCode.ALT, KeyCode.T);
        awaitStage(TrainingViewModel.Stage.RUNNING);
        actions.training.steps.release(21);
        awaitStep(21);
        robot.push(KeyCode.ALT, KeyCode.P);
        awaitStage(TrainingViewModel.Stage.PAUSED);
        robot.push(KeyCode.ALT, KeyCode.G);
        awaitStage(TrainingViewModel.Stage.RUNNING);
        robot.interact(() -> robot.lookup("#curves").query().requestFocus());
        robot.push(KeyCode.LEFT);
        CurveView curves = robot.lookup("#curves").queryAs(CurveView.class);
        assertThat(curves.chosen()).contains(new Place(false, 20));
        assertThat(curves.getAccessibleText()).contains("Step 20", "auxiliary's cross-entropy");
        robot.push(KeyCode.DOWN).push(KeyCode.LEFT);
        assertThat(curves.chosen()).contains(new Place(true, 28));
        assertThat(curves.getAccessibleText()).contains("Base layer 28");
        robot.push(KeyCode.ALT, KeyCode.X).push(KeyCode.DOWN).push(KeyCode.ENTER);
        await(() -> Files.exists(actions.home().resolve("training.png")));
        robot.interact(notices::dismiss);
        robot.push(KeyCode.ALT, KeyCode.S);
        await(() -> notices.currentProperty().get().isPresent());
    }

    @Test
    void anUnfinishedTrainingIsChosenFromAMenu(FxRobot robot) {
        SetupSummary setup = use(robot);
        assertThat(isTreeVisible(robot.lookup("#unfinished").query())).isFalse();
        robot.clickOn("#add-files");
        robot.clickOn("#train");
        actions.training.steps.release(3);
        awaitStep(3);
        robot.clickOn("#pause");
        awaitStage(TrainingViewModel.Stage.PAUSED);
        robot.interact(() -> current.use(actions.setup(5, true)));
        awaitStage(TrainingViewModel.Stage.FORM);
        await(() -> isTreeVisible(robot.lookup("#unfinished").query()));
        assertThat(text(robot, "#unfinished")).isEqualTo("1 unfinished training");
        robot.clickOn("#unfinished").clickOn(setup.folder().getFileName() + "-trained: step 3 of 196");
        awaitStage(TrainingViewModel.Stage.PAUSED);
        assertThat(text(robot, "#training-state")).startsWith("Paused at step 3");
    }

    @Test
    void theTimeLeftIsTheStatusBars(FxRobot robot) {
        use(robot);
        robot.clickOn("#add-files");
        robot.clickOn("#train");
        actions.training.steps.release(10);
        awaitStep(10);
        // by its last steps' own seconds, which are made up, it would be minutes
        await(() -> isShown(robot, " s left"));
        assertThat(isShown(robot, " min left")).isFalse();
    }
}
