package org.foretoken.ui.tasks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.foretoken.ui.Shown.awaitWork;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javafx.scene.control.Labeled;
import javafx.stage.Stage;
import org.foretoken.generate.Arm;
import org.foretoken.runs.RunRecord;
import org.foretoken.ui.FakeChoosers;
import org.foretoken.ui.RealPanelFixture;
import org.foretoken.ui.StyledScene;
import org.foretoken.ui.shell.Notices;
import org.junit.jupiter.api.Test;
import org.testfx.api.FxRobot;
import org.testfx.framework.junit5.Start;

/** The panel over the real engine, with the sample models and some questions of their quiz. */
class TasksRealTest extends RealPanelFixture {
    private static final int QUESTIONS = 3;

    private TasksViewModel model;

    @Start
    void start(Stage stage) {
        model = new TasksViewModel(actions, threads, notices, current);
        TasksPanel panel = new TasksPanel(model, new FakeChoosers(), ids -> {}, () -> {});
        stage.setScene(StyledScene.of(panel, 920, 700));
        stage.show();
    }

    @Test
    void asksStopsGoesOnAndRecords(FxRobot robot) throws Exception {
        awaitWork(() -> model.quizThereProperty().get());
        robot.interact(() -> {
            current.use(actions.firstSetup().orElseThrow());
            model.draft().limit.set(QUESTIONS);
        });
        // stopped once something is answered, which is seldom all of it already
        robot.interact(() -> model.evaluationProperty().addListener((o, old, now) -> {
            if (now.orElseThrow().answers() >= 1) {
                model.stop();
            }
        }));
        robot.clickOn("#task-ask");
        awaitWork(() -> model.jobProperty().get().isEmpty());
        Evaluation first = model.evaluationProperty().get().orElseThrow();
        assertThat(first.answers()).isPositive();

        TasksViewModel later = new TasksViewModel(actions, threads, new Notices(home), current);
        awaitWork(() -> later.draft().data.get().isPresent());
        robot.interact(() -> {
            later.draft().limit.set(QUESTIONS);
            later.ask();
        });
        awaitWork(() -> later.jobProperty().get().isEmpty());
        Evaluation done = later.evaluationProperty().get().orElseThrow();
        assertThat(later.stageProperty().get()).isEqualTo(TasksViewModel.Stage.DONE);
        assertThat(done.arms()).extracting(ArmAnswers::arm).isEqualTo(Arm.OF_A_SETUP);
        assertThat(done.arms()).allSatisfy(arm -> assertThat(arm.answers()).hasSize(QUESTIONS));
        assertThat(done.base().orElseThrow().answers())
                .as("answers of before are not asked for again")
                .startsWith(first.base().orElseThrow().answers().toArray(org.foretoken.eval.Answered[]::new));
        List<RunRecord> records = actions.runs().read().records();
        assertThat(records).extracting(RunRecord::id).endsWith(done.records().toArray(String[]::new));
        assertThat(java.util.Objects.requireNonNull(
                                records.get(records.size() - 2).answers())
                        .examples())
                .isEqualTo(done.of(Arm.KV_PREDICTION).orElseThrow().answers());
        try (Stream<Path> left = Files.list(home.resolve("runs/under-way"))) {
            assertThat(left).as("nothing is kept twice").isEmpty();
        }
        assertThat(robot.lookup("#task-title").queryAs(Labeled.class).getText()).startsWith("quiz, 1-shot: ");
    }
}
