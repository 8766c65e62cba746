package org.foretoken.ui.breakeven;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.foretoken.ForetokenException;
import org.foretoken.bench.TtftProtocol;
import org.foretoken.ui.FakeModels;
import org.foretoken.ui.ViewModelFixture;
import org.foretoken.workbench.BreakEven;
import org.foretoken.workbench.BreakEvenWords;
import org.foretoken.workbench.KeptBreakEven;
import org.foretoken.workbench.SetupSummary;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BreakEvenViewModelTest extends ViewModelFixture {
    private BreakEvenViewModel model;

    @BeforeEach
    void start() {
        model = new BreakEvenViewModel(actions, threads.threads(), notices, current);
        threads.settle();
    }

    private SetupSummary use(SetupSummary setup) {
        current.use(setup);
        threads.settle();
        return setup;
    }

    private SetupSummary useCalibrated() {
        return use(actions.setup(List.of(0, 1, 2), true));
    }

    private void measure() {
        actions.breakEven.lengths.release(1000);
        model.measure();
        untilEnded();
        actions.breakEven.lengths.drainPermits();
    }

    private void untilEnded() {
        threads.until(() -> model.jobProperty().get().isEmpty());
    }

    private Optional<BreakEvenFigure> figure() {
        return model.figureProperty().get();
    }

    private String problem() {
        return model.problemProperty().get().orElse("");
    }

    @Test
    void measuresWhatTheFormSays() {
        SetupSummary setup = useCalibrated();
        current.tailProperty().set(3);
        BreakEvenDraft draft = model.draft();
        draft.prompts.set(" 64;2000 ");
        draft.replies.set("1, 9");
        draft.check.set(true);
        draft.repetitions.set(20);
        draft.seconds.set(5);
        measure();
        assertThat(actions.breakEven.asked)
                .containsExactly(new BreakEven.Request(
                        setup.folder(), List.of(64, 2000), List.of(1, 9), 3, new TtftProtocol.Limits(20, 5), true));
        assertThat(figure().orElseThrow().title()).isEqualTo(setup.name() + ", tail 3");
        assertThat(notice())
                .isEqualTo("Measured " + setup.name() + ". It answers sooner from a prompt of 81 tokens on.");
    }

    @Test
    void whatCannotBeMeasuredIsSaid() {
        assertThat(problem()).isEqualTo("Choose a setup in the bar above.");
        use(actions.setup(List.of(0, 1, 2), false));
        assertThat(problem()).contains("calibrate it");
        useCalibrated();
        assertThat(problem()).isEmpty();
        for (String typed : List.of("", "a", "12, 0", "1.5", "-3", "99999999999")) {
            model.draft().prompts.set(typed);
            assertThat(problem()).as(typed).startsWith("Prompts are whole numbers");
        }
        model.draft().prompts.set("9000");
        assertThat(problem()).startsWith("A prompt of 9000 tokens can't be measured: choose 1 to 8191");
        model.draft().prompts.set("8000");
        assertThat(problem()).isEmpty();
        model.draft().replies.set("16, 200");
        assertThat(problem()).startsWith("A reply of 200 tokens after a prompt of 8000 can't be had: choose 1 to 192");
        model.draft().replies.set("none");
        assertThat(problem()).startsWith("Replies are whole numbers");
        model.measure();
        assertThat(actions.breakEven.asked).isEmpty();
    }

    @Test
    void theShorterContextOfTheTwoCounts() {
        SetupSummary early = actions.setup(List.of(0, 1, 2), true);
        use(new SetupSummary(
                "pair",
                home.resolve("pair"),
                early.base(),
                early.baseName(),
                Optional.of(FakeModels.ELM),
                "OpenELM-270M",
                Optional.empty(),
                early.layerMap(),
                0,
                early.source(),
                1,
                early.made(),
                true,
                1.5,
                ""));
        model.draft().prompts.set("2048");
        assertThat(problem()).contains("choose 1 to 2047");
        use(early);
        assertThat(problem()).isEmpty();
    }

    @Test
    void whatWillBeTimedIsSaid() {
        useCalibrated();
        String lengths = BreakEvenWords.counts(BreakEven.timed(List.of(512), 8192));
        assertThat(model.amount())
                .isEqualTo("Times the first token after " + lengths + " tokens: base and KV prediction in turns.");
        model.draft().check.set(true);
        assertThat(model.amount()).contains(" tokens, and after the prompts above with their replies: ");
    }

    @Test
    void resultsBelongToTheirSetup() {
        SetupSummary first = useCalibrated();
        measure();
        BreakEvenFigure ofFirst = figure().orElseThrow();
        SetupSummary second = use(actions.setup(List.of(0, 1), true));
        assertThat(figure()).isEmpty();
        measure();
        assertThat(figure().orElseThrow().setup()).isEqualTo(second.name());
        use(first);
        assertThat(figure()).contains(ofFirst);
        use(actions.setup(List.of(0, 1, 2), false));
        assertThat(figure()).as("another predictor, or none").isEmpty();
        use(first);
        current.use(FakeModels.elm());
        assertThat(figure()).as("no setup").isEmpty();
    }

    @Test
    void theNextStartShowsWhatWasMeasured() throws Exception {
        SetupSummary setup = useCalibrated();
        model.draft().check.set(true);
        measure();
        threads.settle();
        BreakEvenFigure before = figure().orElseThrow();
        Path file = home.resolve("break-even.json");
        assertThat(file).exists();
        start();
        assertThat(figure()).as("another start").contains(before);
        assertThat(KeptBreakEven.read(home, anew(setup))).as("made anew").isEmpty();
        assertThat(KeptBreakEven.read(home, actions.setup(List.of(0, 1), true)))
                .as("another one")
                .isEmpty();
        for (String broken : List.of("", "[]", "{\"", Files.readString(file).replace("\"rows\":[", "\"rows\":[7,"))) {
            Files.writeString(file, broken);
            assertThat(KeptBreakEven.read(home, setup)).as(broken).isEmpty();
        }
        start();
        assertThat(figure()).isEmpty();
        measure();
        threads.settle();
        assertThat(KeptBreakEven.read(home, setup)).isPresent();
    }

    private static SetupSummary anew(SetupSummary setup) {
        return new SetupSummary(
                setup.name(),
                setup.folder(),
                setup.base(),
                setup.baseName(),
                setup.auxiliary(),
                setup.auxiliaryName(),
                setup.selectLayers(),
                setup.layerMap(),
                setup.sharedLayers(),
                setup.source(),
                setup.tail(),
                setup.made(),
                true,
                setup.flopsGain(),
                "another stamp");
    }

    @Test
    void whoGoesToAnotherSetupMeanwhileFindsTheResultAtItsOwn() {
        SetupSummary first = useCalibrated();
        model.measure();
        use(actions.setup(List.of(0, 1), true));
        model.measure();
        assertThat(actions.breakEven.asked).as("one at a time").hasSizeLessThanOrEqualTo(1);
        actions.breakEven.lengths.release(1000);
        untilEnded();
        assertThat(figure()).isEmpty();
        assertThat(notice()).startsWith("Measured " + first.name());
        use(first);
        assertThat(figure()).isPresent();
    }

    @Test
    void stoppedAndFailedMeasurementsLeaveWhatWasThere() {
        useCalibrated();
        measure();
        BreakEvenFigure before = figure().orElseThrow();
        model.measure();
        threads.until(() -> actions.breakEven.asked.size() == 2);
        model.stop();
        untilEnded();
        assertThat(notice()).isEqualTo("Stopped. Measure begins again.");
        assertThat(figure()).contains(before);
        actions.breakEven.failure = Optional.of(new ForetokenException("The runs can't be written: free some space."));
        actions.breakEven.lengths.release();
        model.measure();
        untilEnded();
        assertThat(notice()).isEqualTo("The runs can't be written: free some space.");
        assertThat(figure()).contains(before);
    }

    @Test
    void theFigureIsWritten() throws Exception {
        useCalibrated();
        model.export(home.resolve("none.svg"), "svg");
        measure();
        model.export(home.resolve("figure.svg"), "svg");
        threads.settle();
        assertThat(home.resolve("none.svg")).doesNotExist();
        assertThat(Files.readString(home.resolve("figure.svg"))).contains("break-even: 81 tokens");
        assertThat(notice()).startsWith("Wrote ");
    }
}
