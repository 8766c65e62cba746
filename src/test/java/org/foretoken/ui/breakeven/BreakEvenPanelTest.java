package org.foretoken.ui.breakeven;

import static org.assertj.core.api.Assertions.assertThat;
import static org.foretoken.ui.Shown.await;
import static org.foretoken.ui.Shown.isShown;
import static org.foretoken.ui.Shown.isTreeVisible;
import static org.foretoken.ui.Shown.text;

import java.nio.file.Files;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import javafx.geometry.Bounds;
import javafx.scene.Node;
import javafx.scene.input.KeyCode;
import javafx.stage.Stage;
import org.foretoken.figure.FigureFiles;
import org.foretoken.figure.Plot;
import org.foretoken.job.Job;
import org.foretoken.model.Flops.Definition;
import org.foretoken.runs.Axes;
import org.foretoken.ui.FakeBreakEven;
import org.foretoken.ui.FakeChoosers;
import org.foretoken.ui.PanelFixture;
import org.foretoken.ui.StyledScene;
import org.foretoken.ui.fx.Mnemonics;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.testfx.api.FxRobot;
import org.testfx.framework.junit5.Start;

/** The panel by mouse and keys, with times made up. Pictures go to target/screenshots. */
class BreakEvenPanelTest extends PanelFixture {
    private final AtomicInteger openedModels = new AtomicInteger();
    private BreakEvenViewModel model;
    private BreakEvenPanel panel;

    @Start
    void start(Stage stage) {
        model = new BreakEvenViewModel(actions, threads, notices, current);
        panel = new BreakEvenPanel(
                model, new FakeChoosers().withExports(actions.home()), openedModels::incrementAndGet);
        stage.setScene(StyledScene.of(panel, 920, 700));
        Mnemonics.anyCase(stage.getScene());
        stage.show();
    }

    private void use(boolean calibrated, FxRobot robot) {
        actions.setups.add(0, actions.setup(15, calibrated));
        robot.interact(() -> current.use(actions.setups.get(0)));
        await(() -> current.baseProperty().get().isPresent());
    }

    private List<String> cells() {
        return panel.lookup("#break-even-rows").lookupAll(".label").stream()
                .map(Node::getAccessibleText)
                .toList();
    }

    private void untilMeasured() {
        await(() -> model.jobProperty().get().isEmpty()
                && model.figureProperty().get().isPresent());
    }

    @Test
    void theEmptyPanelLeadsToAMeasurement(FxRobot robot) {
        assertThat(isShown(robot, "Make a setup of a base and an auxiliary")).isTrue();
        assertThat(robot.lookup("#measure-break-even").query().isDisabled()).isTrue();
        robot.clickOn("Choose a model");
        assertThat(openedModels).hasValue(1);
        use(false, robot);
        assertThat(isShown(robot, "The setup's predictor isn't fitted yet: calibrate it to foretell"))
                .isTrue();
        robot.clickOn("Calibrate");
        await(() -> isShown(robot, "Time a few prompts to foretell"));
        robot.clickOn("Time a few prompts");
        await(() -> model.jobProperty().get().isPresent());
        assertThat(isShown(robot, "The curves appear as soon as all lengths are timed."))
                .isTrue();
        actions.breakEven.lengths.release(1000);
        untilMeasured();
        assertThat(text(robot, "#break-even-title")).isEqualTo("smollm2-135m-instruct-first-15-layers, tail 1");
        assertThat(text(robot, "#break-even-from")).isEqualTo("It answers sooner from a prompt of 81 tokens on.");
        assertThat(text(robot, "#break-even-memory"))
                .isEqualTo(
                        "It takes 6.65 MB of memory beside the base (6.64 MB by the kernel's packing): maps 6.65 MB, auxiliary"
                                + " none of its own, a part of the base; until the first token 11.5 kB a prompt token for the"
                                + " auxiliary's cache.");
        assertThat(text(robot, "#break-even-timed")).startsWith("AMD EPYC 7763, kernel bf16, 2 threads. Timed: ");
        assertThat(cells())
                .contains(
                        "prompt 128, reply 16, foretold, base TTFT: 53.2 ms",
                        "prompt 128, reply 16, foretold, KV TTFT: 43.6 ms",
                        "prompt 128, reply 16, foretold, saved: 9.60 ms",
                        "prompt 128, reply 16, foretold, base in all: 203 ms",
                        "prompt 128, reply 16, foretold, KV in all: 194 ms",
                        "prompt 128, reply 16, foretold, saved of all: 4.72%",
                        "prompt 32, reply 128, foretold, saved: -9.60 ms")
                .noneMatch(cell -> cell.contains("measured"));
    }

    @Test
    void aMeasurementSaysWhichJobItWaitsFor(FxRobot robot) throws Exception {
        use(true, robot);
        Job<?> other = actions.sweep(
                actions.quickSweep(new Axes(Axes.X.GAIN, Axes.Y.SCORE, Definition.EXECUTED, false)),
                (point, soFar) -> {});
        await(() -> other.state() == Job.State.RUNNING);
        robot.clickOn("#measure-break-even");
        await(() -> isShown(robot, "Waits for: Sweeping"));
        assertThat(isShown(robot, "The curves appear as soon")).isFalse();
        other.cancel();
        await(() -> isShown(robot, "The curves appear as soon"));
        assertThat(isShown(robot, "Waits for")).isFalse();
    }

    @Test
    void everythingByKeyboard(FxRobot robot) {
        use(true, robot);
        robot.push(KeyCode.ALT, KeyCode.P).push(KeyCode.SHORTCUT, KeyCode.A).write("100, 9000");
        assertThat(text(robot, "#break-even-problem")).startsWith("A prompt of 9000 tokens can't be measured");
        assertThat(robot.lookup("#measure-break-even").query().isDisabled()).isTrue();
        robot.push(KeyCode.SHORTCUT, KeyCode.A).write("100");
        assertThat(isTreeVisible(robot.lookup("#break-even-problem").query())).isFalse();
        assertThat(text(robot, "#break-even-amount")).startsWith("Times the first token after ");
        robot.push(KeyCode.ALT, KeyCode.R).push(KeyCode.SHORTCUT, KeyCode.A).write("1 128");
        robot.push(KeyCode.ALT, KeyCode.T).push(KeyCode.SHORTCUT, KeyCode.A).write("8");
        robot.push(KeyCode.ALT, KeyCode.C);
        robot.push(KeyCode.ALT, KeyCode.M);
        await(() -> model.jobProperty().get().isPresent());
        assertThat(robot.lookup("#stop-break-even").query().isFocused()).isTrue();
        robot.push(KeyCode.ESCAPE);
        await(() -> model.jobProperty().get().isEmpty());
        assertThat(robot.lookup("#measure-break-even").query().isFocused()).isTrue();
        actions.breakEven.lengths.release(1000);
        robot.push(KeyCode.ALT, KeyCode.M);
        untilMeasured();
        assertThat(actions.breakEven.asked).hasSize(2);
        assertThat(actions.breakEven.asked.get(1).prompts()).containsExactly(100);
        assertThat(actions.breakEven.asked.get(1).replies()).containsExactly(1, 128);
        assertThat(actions.breakEven.asked.get(1).tail()).isEqualTo(8);
        assertThat(cells())
                .contains(
                        "prompt 100, reply 1, measured, base TTFT: 43.3 ms",
                        "prompt 100, reply 1, off by, base TTFT: -2.9%",
                        "prompt 100, reply 1, off by, KV TTFT: +2.0%",
                        "prompt 100, reply 1, off by, 95%, KV TTFT: -1..+5%",
                        "prompt 100, reply 1, off by, 95%, saved: –",
                        "prompt 100, reply 1, off by, KV in all: +0.4%",
                        "prompt 100, reply 128, measured, KV in all: –",
                        "prompt 100, reply 128, off by, KV in all: –");
        BreakEvenView chart = robot.lookup("#break-even-chart").queryAs(BreakEvenView.class);
        robot.interact(chart::requestFocus);
        robot.push(KeyCode.HOME).push(KeyCode.RIGHT);
        int second = model.figureProperty().get().orElseThrow().marked().stream()
                .skip(1)
                .findFirst()
                .orElseThrow();
        assertThat(chart.chosen()).contains(second);
        assertThat(chart.getAccessibleText())
                .startsWith("Prompt of " + second + " tokens: base ")
                .endsWith("later.");
        robot.push(KeyCode.END);
        assertThat(chart.getAccessibleText()).endsWith("sooner.");
        assertThat(text(robot, "#break-even-told")).isEqualTo(chart.getAccessibleText());
    }

    @Test
    void theMouseReadsAnyPromptAndExports(FxRobot robot) {
        use(true, robot);
        actions.breakEven.lengths.release(1000);
        robot.clickOn("#measure-break-even");
        untilMeasured();
        BreakEvenView chart = robot.lookup("#break-even-chart").queryAs(BreakEvenView.class);
        robot.interact(panel::layout);
        Plot plot = model.figureProperty().get().orElseThrow().plot(chart.getWidth(), chart.getHeight());
        Bounds bounds = chart.localToScreen(chart.getBoundsInLocal());
        robot.moveTo(bounds.getMinX() + plot.x(300), bounds.getMinY() + plot.top() + 40);
        assertThat(chart.chosen().orElseThrow()).isBetween(295, 305);
        robot.moveTo(bounds.getMinX() + plot.x(81) + 3, bounds.getMinY() + plot.top() + 40);
        assertThat(chart.chosen()).as("near enough to a marked one").contains(81);
        assertThat(text(robot, "#break-even-told"))
                .isEqualTo("Prompt of 81 tokens: base 34.4 ms, KV prediction 34.2 ms, 0.200 ms sooner.");
        for (String format : FigureFiles.FORMATS) {
            robot.clickOn("#export-break-even").clickOn("#export-break-even-" + format);
            await(() -> Files.exists(actions.home().resolve("break-even." + format)));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "none, light, 1000, 700",
        "empty, dark, 1000, 700",
        "running, light, 1000, 700",
        "done, light, 1000, 700",
        "done, dark, 1600, 1000",
        "checked, light, 1600, 1000",
        "checked, dark, 1000, 700",
        "never, light, 1000, 700",
        "checked, light, 760, 520",
        "problem, dark, 760, 520"
    })
    void everythingFits(String which, String theme, int width, int height, FxRobot robot) {
        if (!which.equals("none")) {
            use(true, robot);
        }
        StyledScene shown = StyledScene.inWindow(panel, theme, width, height);
        boolean measures = List.of("done", "checked", "never", "running").contains(which);
        actions.breakEven.lengths.release(which.equals("running") ? 2 : 1000);
        robot.interact(() -> {
            model.draft().check.set(which.equals("checked"));
            if (which.equals("never")) {
                current.tailProperty().set(FakeBreakEven.TOO_MUCH);
            }
            if (which.equals("problem")) {
                model.draft().prompts.set("128, 9000");
            }
            if (measures) {
                model.measure();
            }
        });
        await(() -> which.equals("running")
                ? model.jobProperty().get().isPresent() && actions.breakEven.lengths.availablePermits() == 0
                : model.figureProperty().get().isPresent() == measures);
        robot.interact(() -> {
            shown.layOut();
            shown.press("#break-even-chart", KeyCode.END);
            panel.layout();
            assertThat(panel.lookup("#break-even-side").getBoundsInParent().getMaxY())
                    .as("the button that measures can be seen")
                    .isLessThanOrEqualTo(shown.height());
            shown.assertInside(".button");
            for (String sentence : List.of("from", "memory", "timed", "told")) {
                assertThat(panel.lookup("#break-even-" + sentence)
                                .getBoundsInParent()
                                .getMaxX())
                        .as("%s wraps", sentence)
                        .isLessThanOrEqualTo(shown.width());
            }
            shown.picture("break-even-" + which);
            model.stop();
        });
        await(() -> model.jobProperty().get().isEmpty());
    }
}
