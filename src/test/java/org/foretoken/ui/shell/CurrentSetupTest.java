package org.foretoken.ui.shell;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.foretoken.kvp.Source;
import org.foretoken.text.corpus.TextPart;
import org.foretoken.ui.FakeModels;
import org.foretoken.ui.ViewModelFixture;
import org.foretoken.workbench.SetupSummary;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CurrentSetupTest extends ViewModelFixture {
    private final AtomicInteger calibrations = new AtomicInteger();
    private SetupSummary fresh;

    @BeforeEach
    void start() {
        current.setOnCalibrated(calibrations::incrementAndGet);
        fresh = actions.setup(List.of(0, 1, 2), false);
        actions.setups.add(fresh);
    }

    @Test
    void calibratesWithTheSettingsAndRenewsTheSetup() {
        current.use(fresh);
        current.sourceProperty().set(Source.JOINT);
        current.calibrationTextProperty().set(List.of(Path.of("questions.txt")));
        current.calibrate();
        assertThat(current.canCalibrate()).isFalse();
        threads.until(() -> calibrations.get() == 1);
        assertThat(current.setupProperty().get().orElseThrow().calibratedTokens())
                .contains(8192L);
        assertThat(current.canCalibrate()).isTrue();
        assertThat(actions.calibrated).singleElement().satisfies(request -> {
            assertThat(request.sources()).containsExactly(Source.JOINT);
            assertThat(request.text()).containsExactly(TextPart.of(Path.of("questions.txt")));
            assertThat(request.setup()).isEqualTo(fresh.folder());
        });
    }

    @Test
    void calibratingTakesWhatWasSaidBeforeAway() {
        notices.problem("There are no statistics beside this setup: calibrate it first.");
        current.use(fresh);
        current.calibrate();
        assertThat(notices.currentProperty().get()).isEmpty();
        threads.until(() -> calibrations.get() == 1);
    }

    @Test
    void stoppingIsNoFailure() {
        actions.calibrationStepMillis = 5;
        current.use(fresh);
        current.calibrate();
        var job = current.calibratingProperty().get().orElseThrow();
        job.cancel();
        threads.until(() -> current.calibratingProperty().get().isEmpty());
        assertThat(notices.currentProperty().get()).isEmpty();
        assertThat(current.setupProperty().get()).contains(fresh);
    }

    @Test
    void aCalibrationOfAFormerSetupIsStoppedAndNotHeard() {
        actions.calibrationStepMillis = 2;
        current.use(fresh);
        current.calibrate();
        var job = current.calibratingProperty().get().orElseThrow();
        SetupSummary other = actions.setup(List.of(0, 1, 2, 3), true);
        current.use(other);
        threads.until(() -> job.outcome().isDone());
        threads.settle();
        assertThat(current.setupProperty().get()).contains(other);
        assertThat(calibrations).hasValue(0);
    }

    @Test
    void anotherBaseDropsTheSetup() {
        current.use(FakeModels.smol());
        current.use(fresh);
        current.measured(1.5);
        current.use(FakeModels.elm());
        assertThat(current.setupProperty().get()).isEmpty();
        assertThat(current.ttftGainProperty().get()).isEmpty();
        assertThat(current.canCalibrate()).isFalse();
    }

    @Test
    void unexpectedFailuresNameTheLog() {
        assertThat(notices.sentence(new IllegalStateException("inner")))
                .isEqualTo("Something unexpected went wrong; the log is in " + home + ".");
    }
}
