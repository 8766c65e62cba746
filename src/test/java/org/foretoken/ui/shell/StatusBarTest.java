package org.foretoken.ui.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.foretoken.ui.Shown.await;
import static org.foretoken.ui.Shown.isShown;

import java.nio.file.Path;
import java.util.List;
import javafx.stage.Stage;
import org.foretoken.Version;
import org.foretoken.bench.TtftProtocol;
import org.foretoken.job.Job;
import org.foretoken.ui.PanelFixture;
import org.foretoken.ui.StyledScene;
import org.foretoken.workbench.BreakEven;
import org.junit.jupiter.api.Test;
import org.testfx.api.FxRobot;
import org.testfx.framework.junit5.Start;

class StatusBarTest extends PanelFixture {
    @Start
    void start(Stage stage) {
        stage.setScene(StyledScene.of(new StatusBar(actions), 900, 40));
        stage.show();
    }

    private Job<BreakEven.Result> job() {
        return actions.breakEven(new BreakEven.Request(
                Path.of("/setups/early"), List.of(32), List.of(16), 1, new TtftProtocol.Limits(50, 60), false));
    }

    @Test
    void saysWhichProgramItIs(FxRobot robot) {
        assertThat(isShown(robot, "Foretoken " + Version.name())).isTrue();
    }

    @Test
    void saysHowManyJobsWait(FxRobot robot) {
        job();
        await(() -> isShown(robot, "Timing 14 tokens"));
        assertThat(isShown(robot, "waiting")).isFalse();
        Job<?> second = job();
        job();
        await(() -> isShown(robot, "2 waiting"));
        second.cancel();
        await(() -> isShown(robot, "1 waiting"));
        actions.breakEven.lengths.release(1000);
        await(() -> !isShown(robot, "waiting"));
    }
}
