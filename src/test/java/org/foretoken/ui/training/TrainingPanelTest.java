package org.foretoken.ui.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.foretoken.ui.Shown.await;
import static org.foretoken.ui.Shown.isShown;
import static org.foretoken.ui.Shown.isTreeVisible;
import static org.foretoken.ui.Shown.text;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javafx.geometry.Bounds;
import javafx.geometry.VerticalDirection;
import javafx.scene.Node;
import javafx.scene.control.ComboBox;
import javafx.scene.control.Label;
import javafx.scene.control.Labeled;
import javafx.scene.control.Spinner;
import javafx.scene.control.TextField;
import javafx.scene.control.TitledPane;
import javafx.scene.input.KeyCode;
import javafx.stage.Stage;
import org.foretoken.ui.FakeChoosers;
import org.foretoken.ui.FakeModels;
import org.foretoken.ui.PanelFixture;
import org.foretoken.ui.StyledScene;
import org.foretoken.ui.fx.Mnemonics;
import org.foretoken.ui.training.CurveView.Place;
import org.foretoken.workbench.SetupSummary;
import org.foretoken.workbench.Train;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.testfx.api.FxRobot;
import org.testfx.framework.junit5.Start;

/** The panel by mouse and keys, with a training that makes a step when the test lets it. Pictures go to target/screenshots. */
@Timeout(180)
class TrainingPanelTest extends PanelFixture {
    private TrainingViewModel model;
    private TrainingPanel panel;

    @Start
    void start(Stage stage) {
        model = new TrainingViewModel(actions, threads, notices, current);
        panel = new TrainingPanel(
                model,
                new FakeChoosers()
                        .withFolder(Path.of("/text/books"))
                        .withTexts(Path.of("/text/wiki.txt"), Path.of("/text/questions.jsonl"))
                        .withExports(actions.home()),
                () -> {});
        stage.setScene(StyledScene.of(panel, 920, 608));
        Mnemonics.anyCase(stage.getScene());
        stage.show();
    }

    private SetupSummary use(FxRobot robot) {
        SetupSummary setup = actions.setup(15, true);
        actions.setups.add(setup);
        robot.interact(() -> {
            current.use(FakeModels.smol());
            current.use(setup);
        });
        await(() -> !model.draft().out.get().isEmpty());
        return setup;
    }

    private CurveFacts facts() {
        return model.shownProperty().get().orElseThrow();
    }

    private void awaitStep(long step) {
        await(() -> facts().stepsDone() >= step);
    }

    private void awaitStage(TrainingViewModel.Stage wanted) {
        await(() -> model.stageProperty().get() == wanted);
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
    void theMouseTellsAStepsNumbersAndMenusExport(FxRobot robot) {
        use(robot);
        robot.clickOn("#add-files");
        robot.clickOn("#train");
        actions.training.steps.release(40);
        awaitStage(TrainingViewModel.Stage.RUNNING);
        awaitStep(40);
        CurveView curves = robot.lookup("#curves").queryAs(CurveView.class);
        ChartFrame at = ChartFrame.of(1, curves.getWidth(), curves.getHeight());
        Bounds bounds = curves.localToScreen(curves.getBoundsInLocal());
        double height = curves.getHeight();
        robot.clickOn(bounds.getMinX() + at.left() + at.width() * 20 / 196, bounds.getMinY() + at.top() + 20);
        assertThat(curves.chosen()).contains(new Place(false, 20));
        assertThat(text(robot, "#training-told")).contains("Step 20", "Held out: KL");
        assertThat(curves.getHeight()).as("the charts stay where they are").isEqualTo(height);
        for (String format : List.of("csv", "svg", "pdf", "png")) {
            robot.clickOn("#export-curves").clickOn("#export-curves-" + format);
            await(() -> Files.exists(actions.home().resolve("training." + format)));
        }
    }

    @Test
    void aStepThatWasPointedAtGoesWithTheMouse(FxRobot robot) {
        use(robot);
        robot.clickOn("#add-files");
        robot.clickOn("#train");
        actions.training.steps.release(40);
        awaitStep(40);
        CurveView curves = robot.lookup("#curves").queryAs(CurveView.class);
        ChartFrame at = ChartFrame.of(1, curves.getWidth(), curves.getHeight());
        Bounds bounds = curves.localToScreen(curves.getBoundsInLocal());
        double x = bounds.getMinX() + at.left() + at.width() * 20 / 196;
        double y = bounds.getMinY() + at.top() + 20;
        robot.moveTo(x, y);
        assertThat(curves.chosen()).contains(new Place(false, 20));
        robot.moveTo("#training-title");
        assertThat(curves.chosen()).isEmpty();
        assertThat(text(robot, "#training-told")).doesNotContain("Step 20");
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

    @Test
    void everyControlHasAName(FxRobot robot) {
        use(robot);
        robot.clickOn("#add-files");
        robot.interact(() -> robot.lookup("#more").queryAs(TitledPane.class).setExpanded(true));
        List<Node> labels = List.copyOf(robot.lookup(".label").queryAll());
        List<Node> controls =
                robot.lookup((Node node) -> node.isFocusTraversable() && isTreeVisible(node)).<Node>queryAll().stream()
                        .toList();
        assertThat(controls).hasSizeGreaterThan(25);
        assertThat(controls)
                .allSatisfy(node ->
                        assertThat(isNamed(node, labels)).as("name of %s", node).isTrue());
    }

    private static boolean isNamed(Node node, List<Node> labels) {
        String own = node.getAccessibleText();
        boolean named = (own != null && !own.isBlank())
                || (node instanceof Labeled labeled
                        && labeled.getText() != null
                        && !labeled.getText().isBlank())
                || labels.stream().anyMatch(label -> label instanceof Label l && node.equals(l.getLabelFor()));
        boolean editor = node.getParent() instanceof Spinner || node.getParent() instanceof ComboBox;
        return named || (editor && isNamed(node.getParent(), labels));
    }

    @ParameterizedTest
    @CsvSource({
        "empty, dark, 1000, 700",
        "form, light, 1000, 700",
        "form, dark, 1600, 1000",
        "running, light, 1600, 1000",
        "running, dark, 1000, 700",
        "paper, light, 1000, 700",
        "done, dark, 1600, 1000"
    })
    void everythingFits(String which, String theme, int width, int height, FxRobot robot) {
        StyledScene shown = StyledScene.inWindow(panel, theme, width, height);
        if (!which.equals("empty")) {
            use(robot);
            robot.interact(() -> {
                model.addTexts(List.of(
                        Path.of("/text/wikitext2-train.txt"), Path.of("/text/nq-open-train-of-the-hub.jsonl.gz")));
                model.draft().texts.get(1).templateProperty().set("triviaqa");
                model.draft().aim.set(which.equals("paper") ? Train.Aim.PAPER : Train.Aim.DISTILL);
                model.draft().part.set(which.equals("paper") ? Train.Part.AUXILIARY : Train.Part.PREDICTOR);
            });
        }
        if (which.equals("form") && height == 1000) {
            robot.interact(() -> ((TitledPane) panel.lookup("#more")).setExpanded(true));
        }
        if (List.of("running", "paper", "done").contains(which)) {
            robot.interact(model::start);
            int steps = which.equals("done") ? 196 : 127;
            actions.training.steps.release(steps);
            awaitStep(steps);
        }
        if (which.equals("done")) {
            awaitStage(TrainingViewModel.Stage.DONE);
        }
        robot.interact(() -> {
            shown.layOut();
            if (which.equals("running")) {
                shown.press("#curves", KeyCode.PAGE_UP);
            }
            shown.assertInside(".label");
            shown.picture("train-" + which);
        });
    }
}
