package org.foretoken.ui.pareto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.foretoken.ui.Shown.await;

import atlantafx.base.theme.PrimerDark;
import atlantafx.base.theme.PrimerLight;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import javafx.application.Application;
import javafx.embed.swing.SwingFXUtils;
import javafx.geometry.Bounds;
import javafx.scene.Node;
import javafx.scene.Scene;
import javafx.scene.control.CheckBox;
import javafx.scene.control.Labeled;
import javafx.scene.input.KeyCode;
import javafx.scene.text.Text;
import javafx.stage.Stage;
import javax.imageio.ImageIO;
import org.foretoken.runs.Axes;
import org.foretoken.runs.Pareto;
import org.foretoken.runs.ParetoFigure.Placed;
import org.foretoken.ui.FakeActions;
import org.foretoken.ui.FakeChoosers;
import org.foretoken.ui.StyledScene;
import org.foretoken.ui.fx.UiThreads;
import org.foretoken.ui.shell.CurrentSetup;
import org.foretoken.ui.shell.Notices;
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

/** The panel by mouse and keys, with made-up figures. Pictures go to target/screenshots. */
@ExtendWith(ApplicationExtension.class)
@Timeout(120)
class ParetoPanelTest {
    @TempDir
    static Path homes;

    private final List<List<String>> opened = Collections.synchronizedList(new ArrayList<>());
    private FakeActions actions;
    private ParetoViewModel model;
    private ParetoPanel panel;
    private Path exported;
    private Stage stage;

    @Start
    void start(Stage stage) throws IOException {
        this.stage = stage;
        actions = new FakeActions(Files.createTempDirectory(homes, "home"));
        actions.setups.add(actions.setup(IntStream.range(0, 15).boxed().toList(), true));
        actions.setups.add(actions.setup(IntStream.range(0, 10).boxed().toList(), true));
        actions.setups.add(actions.setup(IntStream.range(0, 5).boxed().toList(), false));
        exported = actions.home();
        Notices notices = new Notices(homes);
        UiThreads threads = UiThreads.javafx();
        CurrentSetup current = new CurrentSetup(actions, threads, notices);
        model = new ParetoViewModel(actions, threads, notices, current, opened::add);
        panel = new ParetoPanel(
                model,
                new FakeChoosers(
                        Optional.empty(), Optional.empty(), List.of(Path.of("/data/dev.json")), Optional.of(exported)));
        stage.setScene(StyledScene.of(panel, 920, 608));
        stage.show();
    }

    @AfterEach
    void end() {
        actions.close();
    }

    private int points() {
        return model.measuredProperty().get().map(p -> p.points().size()).orElse(0);
    }

    private static boolean isShown(Node node) {
        for (Node each = node; each != null; each = each.getParent()) {
            if (!each.isVisible()) {
                return false;
            }
        }
        return true;
    }

    private static String text(FxRobot robot, String query) {
        return robot.lookup(query).<Labeled>query().getText();
    }

    @Test
    void theEmptyPanelMeasuresTheSampleModels(FxRobot robot) {
        robot.clickOn("Measure the sample models");
        await(() -> isShown(robot.lookup("#stop-pareto").query()));
        assertThat(points()).isZero();
        actions.sweeps.points.release(2);
        await(() -> points() == 2);
        assertThat(model.jobProperty().get()).isPresent();
        ParetoView chart = robot.lookup("#pareto-chart").queryAs(ParetoView.class);
        assertThat(chart.placed()).as("seen while others are measured").hasSize(2);
        actions.sweeps.points.release(100);
        await(() -> model.jobProperty().get().isEmpty());
        assertThat(chart.placed()).hasSize(5);
        assertThat(isShown(robot.lookup("#measure-pareto").query())).isTrue();
    }

    @Test
    void whatIsStoppedStaysAndIsGoneOnWith(FxRobot robot) {
        await(() -> model.setupsProperty().get().size() == 2);
        robot.clickOn(
                (Node node) -> node instanceof CheckBox box && box.getText().endsWith("first-15-layers"));
        assertThat(text(robot, "#pareto-amount")).isEqualTo("3 arms at 2 prompt lengths, 200 questions each");
        actions.sweeps.points.release(2);
        robot.clickOn("#measure-pareto");
        await(() -> points() == 2);
        robot.clickOn("#stop-pareto");
        await(() -> model.jobProperty().get().isEmpty());
        assertThat(points()).isEqualTo(2);
        actions.sweeps.points.release(100);
        robot.clickOn("#measure-pareto");
        await(() -> points() == 6);
        assertThat(actions.sweeps.asked).hasSize(2);
        assertThat(actions.sweeps.asked.get(1)).isEqualTo(actions.sweeps.asked.get(0));
    }

    @Test
    void mouseAndKeysReadAPointAndOpenItsRuns(FxRobot robot) {
        actions.sweeps.points.release(100);
        robot.clickOn("Measure the sample models");
        await(() -> points() == 5);
        ParetoView chart = robot.lookup("#pareto-chart").queryAs(ParetoView.class);
        robot.interact(panel::layout);
        Placed base = chart.placed().get(0);
        Bounds bounds = chart.localToScreen(chart.getBoundsInLocal());
        robot.clickOn(
                bounds.getMinX() + base.at().x(), bounds.getMinY() + base.at().y());
        assertThat(text(robot, "#pareto-told")).startsWith("base, 512 tokens, on the frontier");
        assertThat(opened).containsExactly(base.point().records());
        robot.push(KeyCode.END).push(KeyCode.ENTER);
        assertThat(chart.getAccessibleText()).contains("auxiliary alone");
        assertThat(opened).hasSize(2);
        robot.clickOn(bounds.getMaxX() - 30, bounds.getMinY() + 3);
        assertThat(opened).as("nothing is there").hasSize(2);
    }

    @Test
    void seriesAreHiddenAndThePapersPointsLaidBeside(FxRobot robot) {
        actions.sweeps.points.release(100);
        robot.clickOn("Measure the sample models");
        await(() -> points() == 5);
        ParetoView chart = robot.lookup("#pareto-chart").queryAs(ParetoView.class);
        robot.clickOn((Node node) ->
                node instanceof CheckBox box && box.getText().equals("base") && box.getGraphic() != null);
        assertThat(chart.placed()).hasSize(4);
        robot.interact(() -> model.look().paper.set(5));
        assertThat(model.look().y.get()).isEqualTo(Axes.Y.RETAINED);
        assertThat(chart.placed()).hasSizeGreaterThan(20);
        robot.interact(() -> model.look().x.set(Axes.X.TTFT));
        assertThat(model.look().paper.get()).isZero();
        assertThat(chart.placed()).hasSize(4);
    }

    @Test
    void everyFormatIsWritten(FxRobot robot) {
        actions.sweeps.points.release(100);
        robot.clickOn("Measure the sample models");
        await(() -> points() == 5);
        for (String format : Pareto.FORMATS) {
            robot.clickOn("#export-pareto").clickOn("#export-pareto-" + format);
            await(() -> Files.exists(exported.resolve("pareto." + format)));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "empty, light, 1000, 700",
        "running, dark, 1000, 700",
        "done, light, 1000, 700",
        "done, dark, 1600, 1000",
        "done, light, 760, 520",
        "many, light, 1600, 1000",
        "many, dark, 1000, 700",
        "paper, light, 1600, 1000",
        "paper, dark, 1000, 700",
    })
    void everythingFits(String which, String theme, int width, int height, FxRobot robot) throws Exception {
        await(() -> model.setupsProperty().get().size() == 2);
        boolean dark = theme.equals("dark");
        robot.interact(() -> {
            Application.setUserAgentStylesheet((dark ? new PrimerDark() : new PrimerLight()).getUserAgentStylesheet());
            stage.getScene().setRoot(new javafx.scene.layout.StackPane());
            stage.hide();
        });
        Scene scene = WaitForAsyncUtils.waitForAsyncFx(20_000, () -> StyledScene.of(panel, width - 80, height - 92));
        actions.sweeps.points.release(which.equals("running") ? 3 : 1000);
        robot.interact(() -> {
            if (which.equals("many")) {
                SweepDraft draft = model.draft();
                model.setupsProperty().get().forEach(setup -> draft.choose(setup.folder(), true));
                draft.tails.set("1, 32");
                draft.further.set("random:0.5, static:0.5, lazy:0.75-0.25");
                model.measure();
            } else if (!which.equals("empty")) {
                model.measureSampleModels();
            }
        });
        int expected = which.equals("empty") ? 0 : which.equals("running") ? 3 : which.equals("many") ? 20 : 5;
        await(() -> points() == expected
                && (which.equals("running") || model.jobProperty().get().isEmpty()));
        robot.interact(() -> {
            if (which.equals("paper")) {
                model.look().paper.set(5);
            }
            panel.applyCss();
            panel.layout();
            ParetoView chart = (ParetoView) panel.lookup("#pareto-chart");
            if (expected > 0) {
                chart.fireEvent(new javafx.scene.input.KeyEvent(
                        javafx.scene.input.KeyEvent.KEY_PRESSED, "", "", KeyCode.END, false, false, false, false));
                assertThat(chart.getHeight()).isGreaterThan(200);
            }
        });
        picture("pareto-" + which + "-" + theme + "-" + width, scene, robot);
        for (Node node : panel.lookupAll(".label")) {
            if (isShown(node) && node instanceof Labeled label) {
                assertThat(node.localToScene(node.getBoundsInLocal()).getMaxX())
                        .as("%s", node)
                        .isLessThanOrEqualTo(width - 80);
                assertThat(isCut(label)).as("cut: %s", label).isFalse();
            }
        }
    }

    /** Whether the text on the screen is shorter than what it should be. */
    private static boolean isCut(Labeled label) {
        String all = label.getText() == null ? "" : label.getText().replace("_", "");
        return label.lookup(".text") instanceof Text shown
                && !shown.getText().replace("_", "").equals(all);
    }

    private static void picture(String name, Scene scene, FxRobot robot) throws IOException {
        File file = new File("target/screenshots/" + name + ".png");
        Files.createDirectories(file.toPath().getParent());
        robot.interact(() -> {
            try {
                ImageIO.write(SwingFXUtils.fromFXImage(scene.snapshot(null), null), "png", file);
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
    }
}
