package org.foretoken.ui.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.foretoken.ui.Shown.await;

import atlantafx.base.theme.PrimerDark;
import atlantafx.base.theme.PrimerLight;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import javafx.application.Application;
import javafx.embed.swing.SwingFXUtils;
import javafx.geometry.Bounds;
import javafx.geometry.VerticalDirection;
import javafx.scene.Node;
import javafx.scene.Scene;
import javafx.scene.control.ComboBox;
import javafx.scene.control.Label;
import javafx.scene.control.Labeled;
import javafx.scene.control.Spinner;
import javafx.scene.control.TitledPane;
import javafx.scene.input.KeyCode;
import javafx.scene.layout.StackPane;
import javafx.stage.Stage;
import javax.imageio.ImageIO;
import org.foretoken.ui.FakeActions;
import org.foretoken.ui.FakeChoosers;
import org.foretoken.ui.FakeModels;
import org.foretoken.ui.StyledScene;
import org.foretoken.ui.fx.Mnemonics;
import org.foretoken.ui.fx.UiThreads;
import org.foretoken.ui.shell.CurrentSetup;
import org.foretoken.ui.shell.Notices;
import org.foretoken.ui.training.CurveView.Place;
import org.foretoken.workbench.SetupSummary;
import org.foretoken.workbench.Train;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.testfx.api.FxRobot;
import org.testfx.framework.junit5.ApplicationExtension;
import org.testfx.framework.junit5.Start;
import org.testfx.util.WaitForAsyncUtils;

/** The panel by mouse and keys, with a training that makes a step when the test lets it. Pictures go to target/screenshots. */
@ExtendWith(ApplicationExtension.class)
@Timeout(180)
class TrainingPanelTest {
    @TempDir
    static Path homes;

    private FakeActions actions;
    private CurrentSetup current;
    private Notices notices;
    private TrainingViewModel model;
    private TrainingPanel panel;
    private Stage stage;

    @Start
    void start(Stage stage) throws IOException {
        this.stage = stage;
        actions = new FakeActions(Files.createTempDirectory(homes, "home"));
        notices = new Notices(homes);
        UiThreads threads = UiThreads.javafx();
        current = new CurrentSetup(actions, threads, notices);
        model = new TrainingViewModel(actions, threads, notices, current);
        panel = new TrainingPanel(
                model,
                new FakeChoosers(
                        Optional.empty(),
                        Optional.of(Path.of("/text/books")),
                        List.of(Path.of("/text/wiki.txt"), Path.of("/text/questions.jsonl")),
                        Optional.of(actions.home())),
                () -> {});
        stage.setScene(scene(920, 608));
        stage.show();
    }

    @AfterEach
    void end() {
        actions.close();
    }

    private Scene scene(int width, int height) {
        Scene scene = StyledScene.of(panel, width, height);
        Mnemonics.anyCase(scene);
        return scene;
    }

    private SetupSummary use(FxRobot robot) {
        SetupSummary setup = actions.setup(IntStream.range(0, 15).boxed().toList(), true);
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

    private static boolean isShown(Node node) {
        for (Node each = node; each != null; each = each.getParent()) {
            if (!each.isVisible()) {
                return false;
            }
        }
        return true;
    }

    private static boolean says(FxRobot robot, String text) {
        return robot.lookup((Node node) -> node instanceof Labeled label
                        && label.getText() != null
                        && label.getText().contains(text)
                        && isShown(node))
                .tryQuery()
                .isPresent();
    }

    private static String text(FxRobot robot, String id) {
        return robot.lookup(id).queryAs(Label.class).getText();
    }

    @Test
    void fromTheFormToATrainedSetupByMouseAndKeys(FxRobot robot) {
        assertThat(says(robot, "Make a setup of a base")).isTrue();
        use(robot);
        assertThat(says(robot, "Train on text like the prompts")).isTrue();
        assertThat(text(robot, "#training-problem")).isEqualTo("Add a text to train on.");
        assertThat(robot.lookup("#train").query().isDisabled()).isTrue();
        robot.clickOn("#add-files");
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
        assertThat(says(robot, "What is trained")).isTrue();

        robot.clickOn("#pause");
        awaitStage(TrainingViewModel.Stage.PAUSED);
        assertThat(text(robot, "#training-state")).startsWith("Paused at step 25");
        robot.interact(() -> robot.lookup("#go-on").query().requestFocus());
        robot.push(KeyCode.SPACE);
        awaitStage(TrainingViewModel.Stage.RUNNING);
        actions.training.steps.release(5);
        awaitStep(30);
        robot.clickOn("#stop-and-keep");
        await(() -> current.setupProperty()
                .get()
                .filter(s -> s.folder().equals(request.out()))
                .isPresent());
        assertThat(notices.currentProperty().get().orElseThrow().sentence()).contains("is the setup now");

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
    void everyControlHasAName(FxRobot robot) {
        use(robot);
        robot.clickOn("#add-files");
        robot.interact(() -> robot.lookup("#more").queryAs(TitledPane.class).setExpanded(true));
        List<Node> labels = List.copyOf(robot.lookup(".label").queryAll());
        List<Node> controls =
                robot.lookup((Node node) -> node.isFocusTraversable() && isShown(node)).<Node>queryAll().stream()
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
    void everythingFits(String which, String theme, int width, int height, FxRobot robot) throws Exception {
        boolean dark = theme.equals("dark");
        robot.interact(() -> {
            Application.setUserAgentStylesheet((dark ? new PrimerDark() : new PrimerLight()).getUserAgentStylesheet());
            stage.getScene().setRoot(new StackPane());
            stage.hide();
        });
        Scene scene = WaitForAsyncUtils.waitForAsyncFx(20_000, () -> scene(width - 80, height - 92));
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
        File picture = new File("target/screenshots/train-" + which + "-" + theme + "-" + width + ".png");
        Files.createDirectories(picture.toPath().getParent());
        robot.interact(() -> {
            panel.applyCss();
            panel.layout();
            if (which.equals("running")) {
                panel.lookup("#curves")
                        .fireEvent(new javafx.scene.input.KeyEvent(
                                javafx.scene.input.KeyEvent.KEY_PRESSED,
                                "",
                                "",
                                KeyCode.PAGE_UP,
                                false,
                                false,
                                false,
                                false));
            }
            for (Node node : panel.lookupAll(".label")) {
                if (isShown(node)) {
                    assertThat(node.localToScene(node.getBoundsInLocal()).getMaxX())
                            .as("%s", node)
                            .isLessThanOrEqualTo(width - 80);
                }
            }
            try {
                ImageIO.write(SwingFXUtils.fromFXImage(scene.snapshot(null), null), "png", picture);
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
        assertThat(picture).isNotEmpty();
    }
}
