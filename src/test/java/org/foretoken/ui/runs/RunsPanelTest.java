package org.foretoken.ui.runs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.foretoken.ui.Shown.await;
import static org.foretoken.ui.Shown.isShown;
import static org.foretoken.ui.Shown.text;

import java.nio.file.Files;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import javafx.scene.Node;
import javafx.scene.control.ComboBox;
import javafx.scene.control.TableView;
import javafx.scene.control.TextArea;
import javafx.scene.input.KeyCode;
import javafx.stage.Stage;
import org.foretoken.ui.FakeChoosers;
import org.foretoken.ui.FakeModels;
import org.foretoken.ui.PanelFixture;
import org.foretoken.ui.StyledScene;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.testfx.api.FxRobot;
import org.testfx.framework.junit5.Start;

/** The panel by mouse and keys, with records made up. Pictures go to target/screenshots. */
class RunsPanelTest extends PanelFixture {
    private final AtomicInteger openedTasks = new AtomicInteger();
    private RunsViewModel model;
    private RunsPanel panel;

    @Start
    void start(Stage stage) {
        model = new RunsViewModel(actions, threads, notices, current);
        panel = new RunsPanel(
                model, new FakeChoosers().withExports(actions.home()), () -> {}, openedTasks::incrementAndGet);
        stage.setScene(StyledScene.of(panel, 920, 608));
        stage.show();
    }

    private void fill(FxRobot robot) {
        actions.runs.fill();
        robot.interact(model::refresh);
        await(() -> model.shownProperty().get().size() == 8);
    }

    private List<String> selected() {
        return model.selectedProperty().get().stream().map(RunRow::id).toList();
    }

    private void select(FxRobot robot, String... ids) {
        robot.interact(() -> model.select(model.shownProperty().get().stream()
                .filter(row -> List.of(ids).contains(row.id()))
                .toList()));
        await(() -> model.detailProperty()
                .get()
                .filter(detail -> detail.rows().size() == ids.length)
                .isPresent());
    }

    @Test
    void withoutRecordsThePanelSaysWhatMakesThem(FxRobot robot) {
        assertThat(isShown(robot, "Choose a record")).isTrue();
        robot.interact(model::refresh);
        await(() -> model.rowsProperty().get().isPresent());
        assertThat(isShown(robot, "What is measured and trained is kept here")).isTrue();
        assertThat(isShown(robot, "Choose a _model")).isTrue();
        robot.interact(() -> current.use(FakeModels.smol()));
        assertThat(isShown(robot, "Choose a _model")).isFalse();
        robot.clickOn("Ask a task");
        assertThat(openedTasks).hasValue(1);
        fill(robot);
        assertThat(isShown(robot, "What is measured and trained is kept here")).isFalse();
        assertThat(isShown(robot, "8 records")).isTrue();
        actions.runs.records.subList(1, 8).clear();
        robot.interact(model::refresh);
        await(() -> text(robot, "#runs-count").equals("1 record"));
    }

    @Test
    void everythingByKeyboard(FxRobot robot) {
        fill(robot);
        TableView<RunRow> table = robot.lookup("#runs").queryTableView();
        robot.interact(table::requestFocus);
        robot.push(KeyCode.HOME).push(KeyCode.DOWN).push(KeyCode.DOWN).push(KeyCode.DOWN);
        assertThat(selected()).containsExactly("akv");
        await(() -> isShown(robot, "half, KV prediction, tail 1: triviaqa, 40 questions"));
        robot.push(KeyCode.SHIFT, KeyCode.DOWN);
        assertThat(selected()).containsExactly("akv", "abase");
        await(() -> isShown(robot, "2 records side by side"));
        assertThat(isShown(robot, "official exact over the first's")).isTrue();
        robot.push(KeyCode.UP).push(KeyCode.ENTER);
        await(() -> model.examples().openedProperty().get().isPresent());
        TableView<?> examples = robot.lookup("#examples").queryTableView();
        assertThat(examples.isFocused()).isTrue();
        robot.push(KeyCode.DOWN).push(KeyCode.DOWN);
        assertThat(model.examples().place()).isEqualTo("3 of 40");
        robot.push(KeyCode.ALT, KeyCode.N);
        assertThat(isShown(robot, "4 of 40")).isTrue();
        robot.push(KeyCode.ESCAPE);
        await(() -> model.examples().openedProperty().get().isEmpty());
        assertThat(table.isFocused()).isTrue();
        robot.push(KeyCode.DELETE);
        assertThat(isShown(robot, "Delete 1 record for good?")).isTrue();
        assertThat(robot.lookup("#delete-no").query().isFocused())
                .as("no comes first")
                .isTrue();
        robot.push(KeyCode.ESCAPE);
        assertThat(isShown(robot, "Delete 1 record for good?")).isFalse();
        assertThat(actions.runs.records).hasSize(8);
    }

    @Test
    void theMachineColumnBeginsWithWhatDiffersFromRecordToRecord(FxRobot robot) {
        fill(robot);
        TableView<RunRow> table = robot.lookup("#runs").queryTableView();
        assertThat(table.getItems())
                .allSatisfy(row -> assertThat(row.machine())
                        .startsWith(row.record().machine().kernel() + ", ")
                        .endsWith(row.record().machine().cpu()));
    }

    @Test
    void aColumnsHeadingSorts(FxRobot robot) {
        fill(robot);
        TableView<RunRow> table = robot.lookup("#runs").queryTableView();
        robot.interact(
                () -> table.getSortOrder().setAll(List.of(table.getColumns().get(5))));
        List<RunRow> sorted = table.getItems().stream()
                .filter(row -> row.kind().equals("timing"))
                .toList();
        assertThat(sorted).extracting(RunRow::id).containsExactly("k512", "k512b", "b512");
        select(robot, "k512b");
        assertThat(table.getSelectionModel().getSelectedItem().id()).isEqualTo("k512b");
        robot.interact(model::refresh);
        await(() -> table.getItems().size() == 8);
        assertThat(table.getSelectionModel().getSelectedItem().id()).isEqualTo("k512b");
        assertThat(RunTable.NATURAL.compare("64 tokens", "512 tokens")).isNegative();
        assertThat(RunTable.NATURAL.compare("1,024 tokens", "512 tokens")).isPositive();
        assertThat(RunTable.NATURAL.compare("TTFT 9.50 (9–10) ms", "TTFT 74.1 (73–75) ms"))
                .isNegative();
    }

    @Test
    void theFilterAndTheButtonsWork(FxRobot robot) {
        fill(robot);
        robot.clickOn("#runs-text").write("triviaqa");
        assertThat(isShown(robot, "2 of 8")).isTrue();
        robot.clickOn("#runs-all");
        assertThat(isShown(robot, "8 records")).isTrue();
        robot.interact(() -> {
            ComboBox<Optional<String>> task = robot.lookup("#runs-task").queryComboBox();
            assertThat(task.getItems()).hasSize(4);
            task.setValue(Optional.of("quiz"));
        });
        assertThat(isShown(robot, "1 of 8")).isTrue();
        robot.clickOn("#runs-all");
        select(robot, "k512");
        robot.clickOn("#export-runs");
        await(() -> Files.exists(actions.home().resolve("runs.jsonl")));
        robot.clickOn("#delete-runs").clickOn("#delete-yes");
        await(() -> model.shownProperty().get().size() == 7);
        assertThat(isShown(robot, "Choose a record")).isTrue();
    }

    @Test
    void aSampleIsToldByKeys(FxRobot robot) {
        fill(robot);
        select(robot, "k512");
        SampleView samples = robot.lookup("#samples").queryAs(SampleView.class);
        robot.interact(samples::requestFocus);
        robot.push(KeyCode.RIGHT).push(KeyCode.RIGHT);
        assertThat(isShown(robot, "Sample 2: 7")).isTrue();
        assertThat(samples.getAccessibleText()).startsWith("Sample 2: 7");
        robot.push(KeyCode.END).push(KeyCode.RIGHT);
        assertThat(samples.chosen()).contains(29);
    }

    @Test
    void aQuestionIsShownAtLength(FxRobot robot) {
        fill(robot);
        select(robot, "akv");
        robot.clickOn("#questions");
        await(() -> model.examples().openedProperty().get().isPresent());
        robot.interact(() -> model.examples().next());
        assertThat(robot.lookup("#example-prompt").queryAs(TextArea.class).getText())
                .endsWith("Who built lighthouse number 1 on Shetland?\nA:");
        assertThat(robot.lookup("#example-expected").queryAs(TextArea.class).getText())
                .isEqualTo("Robert Stevenson 1\nStevenson 1");
        assertThat(isShown(robot, "KV prediction, tail 1: right")).isTrue();
        assertThat(robot.lookup("#example-other").queryAs(TextArea.class).getText())
                .contains("Robert Stevenson 1");
        robot.clickOn("#examples-back");
        assertThat(isShown(robot, "8 records")).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "timing, light, 1000, 700",
        "timing, dark, 1600, 1000",
        "compared, light, 1000, 700",
        "compared, dark, 1600, 1000",
        "delete, dark, 1000, 700",
        "training, light, 1600, 1000",
        "questions, light, 1000, 700",
        "questions, dark, 1600, 1000",
        "questions-text, light, 1000, 700",
        "questions-text, dark, 1200, 750",
        "questions, light, 1200, 750",
        "smallest, light, 760, 520"
    })
    void everythingFits(String which, String theme, int width, int height, FxRobot robot) {
        fill(robot);
        StyledScene shown = StyledScene.inWindow(panel, theme, width, height);
        switch (which) {
            case "compared" -> select(robot, "abase", "akv", "aquiz");
            case "training" -> select(robot, "train");
            case "questions" -> select(robot, "akv");
            case "questions-text" -> select(robot, "text");
            default -> select(robot, "k512");
        }
        robot.interact(() -> {
            if (which.startsWith("questions")) {
                model.openExamples();
            } else if (which.equals("delete")) {
                model.chosen().askDelete();
            }
        });
        await(() -> !which.startsWith("questions")
                || model.examples().openedProperty().get().isPresent());
        robot.interact(() -> {
            shown.layOut();
            shown.assertInside(".button");
            if (which.equals("questions-text")) {
                shown.assertReadable(".table-cell", "top one 0.800");
            } else if (which.equals("questions")) {
                shown.assertReadable(".label", "official f1 0.500");
                Node answer = panel.lookup("#example-own");
                assertThat(answer.localToScene(answer.getBoundsInLocal()).getMaxY())
                        .isLessThanOrEqualTo(shown.height());
            }
            shown.picture("runs-" + which);
        });
    }
}
