package org.foretoken.ui.pareto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.foretoken.ui.Shown.await;
import static org.foretoken.ui.Shown.isShown;
import static org.foretoken.ui.Shown.isTreeVisible;
import static org.foretoken.ui.Shown.text;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import javafx.geometry.Bounds;
import javafx.scene.Node;
import javafx.scene.control.CheckBox;
import javafx.scene.control.ComboBox;
import javafx.scene.control.Labeled;
import javafx.scene.control.ProgressBar;
import javafx.scene.input.KeyCode;
import javafx.stage.Stage;
import org.foretoken.bench.TtftProtocol;
import org.foretoken.job.Job;
import org.foretoken.runs.Axes;
import org.foretoken.runs.Pareto;
import org.foretoken.runs.ParetoFigure.Placed;
import org.foretoken.ui.FakeChoosers;
import org.foretoken.ui.FakeModels;
import org.foretoken.ui.FakeSweeps;
import org.foretoken.ui.PanelFixture;
import org.foretoken.ui.StyledScene;
import org.foretoken.workbench.BreakEven;
import org.foretoken.workbench.SetupSummary;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.testfx.api.FxRobot;
import org.testfx.framework.junit5.Start;

/** The panel by mouse and keys, with made-up figures. Pictures go to target/screenshots. */
class ParetoPanelTest extends PanelFixture {
    private final List<List<String>> opened = Collections.synchronizedList(new ArrayList<>());
    private ParetoViewModel model;
    private ParetoPanel panel;

    @Start
    void start(Stage stage) {
        actions.setups.addAll(List.of(actions.setup(15, true), actions.setup(10, true), actions.setup(5, false)));
        model = new ParetoViewModel(actions, threads, notices, current, opened::add);
        panel = new ParetoPanel(
                model, new FakeChoosers().withTexts(Path.of("/data/dev.json")).withExports(actions.home()));
        stage.setScene(StyledScene.of(panel, 920, 608));
        stage.show();
    }

    private int points() {
        return model.measuredProperty().get().map(p -> p.points().size()).orElse(0);
    }

    @Test
    void theEmptyPanelMeasuresTheSampleModels(FxRobot robot) {
        robot.clickOn("Measure the sample models");
        await(() -> isTreeVisible(robot.lookup("#stop-pareto").query()));
        assertThat(points()).isZero();
        actions.sweeps.points.release(2);
        await(() -> points() == 2);
        assertThat(model.jobProperty().get()).isPresent();
        ParetoView chart = robot.lookup("#pareto-chart").queryAs(ParetoView.class);
        assertThat(chart.placed()).as("seen while others are measured").hasSize(2);
        actions.sweeps.points.release(100);
        await(() -> model.jobProperty().get().isEmpty());
        assertThat(chart.placed()).hasSize(5);
        assertThat(isTreeVisible(robot.lookup("#measure-pareto").query())).isTrue();
    }

    @Test
    void whatIsRecordedOfTheOpenBaseIsShownAtOnce(FxRobot robot) {
        actions.sweeps.recorded.put(
                FakeModels.smol().hash(), List.of(FakeSweeps.chart(List.of(actions.setup(15, true)))));
        assertThat(isShown(robot, "Measure the sample mo_dels")).isTrue();
        robot.interact(() -> current.use(FakeModels.smol()));
        await(() -> points() == 3);
        ParetoView chart = robot.lookup("#pareto-chart").queryAs(ParetoView.class);
        assertThat(chart.placed()).hasSize(3);
        actions.sweeps.recorded.clear();
        robot.interact(() -> panel.setVisible(false));
        robot.interact(() -> panel.setVisible(true));
        await(() -> points() == 0);
        assertThat(isShown(robot, "Measure the sample mo_dels")).isTrue();
    }

    @Test
    void aChartIsChosenWhereSeveralAreRecorded(FxRobot robot) {
        Pareto quiz = FakeSweeps.chart(List.of(actions.setup(15, true)));
        Pareto text = FakeSweeps.ofText(quiz);
        actions.sweeps.recorded.put(FakeModels.smol().hash(), List.of(quiz));
        robot.interact(() -> current.use(FakeModels.smol()));
        await(() -> points() == 3);
        assertThat(isShown(robot, "C_hart")).as("nothing to choose from").isFalse();
        actions.sweeps.recorded.put(FakeModels.smol().hash(), List.of(quiz, text));
        robot.interact(() -> panel.setVisible(false));
        robot.interact(() -> panel.setVisible(true));
        await(() -> isShown(robot, "C_hart"));
        ComboBox<Optional<Pareto>> charts = robot.lookup("#pareto-recorded").queryComboBox();
        assertThat(charts.getValue()).contains(quiz);
        robot.interact(() -> charts.setValue(charts.getItems().get(1)));
        assertThat(points()).isEqualTo(1);
        assertThat(charts.getConverter().toString(charts.getValue())).isEqualTo("wiki, perplexity");
    }

    @Test
    void theChosenChartIsNamedWhenOthersAreRecorded(FxRobot robot) {
        Pareto quiz = FakeSweeps.chart(List.of(actions.setup(15, true)));
        Pareto text = FakeSweeps.ofText(quiz);
        robot.interact(() -> current.use(FakeModels.smol()));
        ComboBox<Optional<Pareto>> charts = robot.lookup("#pareto-recorded").queryComboBox();
        for (List<Pareto> found : List.of(List.of(quiz), List.of(quiz, text), List.of(text, quiz))) {
            actions.sweeps.recorded.put(FakeModels.smol().hash(), found);
            robot.interact(() -> panel.setVisible(false));
            robot.interact(() -> panel.setVisible(true));
            await(() -> model.recordedProperty().get().equals(found));
            assertThat(((Labeled) charts.lookup(".combo-box > .list-cell")).getText())
                    .as("of %s", found)
                    .isEqualTo("quiz, exact match");
        }
    }

    @Test
    void aSweepSaysWhichJobItWaitsFor(FxRobot robot) {
        Job<?> other = actions.breakEven(new BreakEven.Request(
                Path.of("/setups/early"), List.of(32), List.of(16), 1, new TtftProtocol.Limits(50, 60), false));
        await(() -> other.state() == Job.State.RUNNING);
        robot.clickOn("Measure the sample models");
        await(() -> isShown(robot, "Waits for: Timing"));
        assertThat(isShown(robot, "Each point appears as soon")).isFalse();
        assertThat(robot.lookup((Node node) -> node instanceof ProgressBar && isTreeVisible(node))
                        .tryQuery())
                .as("nothing goes on yet")
                .isEmpty();
        actions.breakEven.lengths.release(1000);
        await(() -> isShown(robot, "Each point appears as soon"));
        assertThat(isShown(robot, "Waits for")).isFalse();
        assertThat(robot.lookup((Node node) -> node instanceof ProgressBar && isTreeVisible(node))
                        .tryQuery())
                .isPresent();
    }

    @Test
    void setupsOfOneAuxiliaryCountItOnce(FxRobot robot) {
        actions.setups.add(actions.setup(15, true));
        SetupSummary twin = actions.setups.get(3);
        actions.setups.set(
                3,
                new SetupSummary(
                        "twin",
                        twin.folder().resolveSibling("twin"),
                        twin.base(),
                        twin.baseName(),
                        twin.auxiliary(),
                        twin.auxiliaryName(),
                        twin.selectLayers(),
                        twin.layerMap(),
                        twin.sharedLayers(),
                        twin.source(),
                        twin.tail(),
                        twin.made(),
                        true,
                        twin.flopsGain(),
                        "trained"));
        robot.interact(model::findSetups);
        await(() -> model.setupsProperty().get().size() == 3);
        robot.interact(() ->
                model.setupsProperty().get().forEach(each -> model.draft().choose(each.folder(), true)));
        assertThat(text(robot, "#pareto-amount"))
                .as("the base, three setups, two auxiliaries")
                .startsWith("6 arms at ");
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
        assertThat(robot.lookup("#stop-pareto").query().isFocused()).isTrue();
        robot.push(KeyCode.ESCAPE);
        await(() -> model.jobProperty().get().isEmpty());
        assertThat(robot.lookup("#measure-pareto").query().isFocused()).isTrue();
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
        robot.interact(() -> chart.show(Optional.empty()));
        assertThat(chart.getAccessibleText())
                .as("no point is told of any more")
                .startsWith("Chart of time to first token against accuracy");
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
            await(() -> Files.exists(actions.home().resolve("pareto." + format)));
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
    void everythingFits(String which, String theme, int width, int height, FxRobot robot) {
        await(() -> model.setupsProperty().get().size() == 2);
        StyledScene shown = StyledScene.inWindow(panel, theme, width, height);
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
            shown.layOut();
            if (expected > 0) {
                shown.press("#pareto-chart", KeyCode.END);
                assertThat(((ParetoView) panel.lookup("#pareto-chart")).getHeight())
                        .isGreaterThan(200);
            }
        });
        shown.picture("pareto-" + which);
        shown.assertInside(".label");
        shown.assertNothingCut();
    }
}
