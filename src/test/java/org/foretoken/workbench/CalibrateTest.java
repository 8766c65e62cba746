package org.foretoken.workbench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.CancellationException;
import org.foretoken.ForetokenException;
import org.foretoken.Shared;
import org.foretoken.calibrate.PricesFile;
import org.foretoken.kvp.SetupFile;
import org.foretoken.kvp.Source;
import org.foretoken.text.corpus.TextPart;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What text a fit reads, on layers 0, 2 and 4 of stories260K. */
@Tag("shared")
class CalibrateTest {
    @TempDir
    private Path home;

    private Workbench workbench;
    private Path folder;

    @BeforeEach
    void open() throws Exception {
        workbench = new Workbench(home, new Workbench.Options(Optional.of("f32"), 2, notice -> {}));
        folder = home.resolve("setup");
        PruneLayers.Keep keep = new PruneLayers.Keep(List.of(0, 2, 4));
        workbench
                .jobs()
                .submit(
                        "test",
                        progress -> new PruneLayers(workbench).run(Shared.path("models/stories260K"), keep, folder))
                .await();
    }

    @AfterEach
    void close() {
        workbench.close();
    }

    /** The predictor's bytes after a fit on some text. */
    private byte[] fit(int tokens, TextPart... text) throws Exception {
        Calibrate.Request request = new Calibrate.Request(
                folder, Optional.empty(), List.of(text), List.of(Source.HIDDEN), tokens, OptionalDouble.of(0.01));
        Calibrate.Result result = workbench
                .jobs()
                .submit("test", progress -> new Calibrate(workbench).run(request, progress))
                .await();
        assertThat(result.tokens()).isEqualTo(tokens);
        return Files.readAllBytes(SetupFile.predictorIn(folder));
    }

    @Test
    void readsEveryTextAndNamesTheFiles() throws Exception {
        String stories = "Once upon a time there was a red boat. It went far away to the sea. ".repeat(99);
        Path first = Files.writeString(home.resolve("a.txt"), stories);
        Path second = Files.writeString(
                home.resolve("b.jsonl"), "{\"question\":\"who sailed\",\"answer\":[\"Tom\"]}\n".repeat(99));
        byte[] mixed = fit(400, new TextPart(first, 3, null), new TextPart(second, 1, TextPart.TRIVIAQA));
        assertThat(Objects.requireNonNull(SetupFile.read(folder).predictor()).text())
                .containsExactly(first.toString(), second.toString());
        SetupSummary before = new OpenSetup(workbench).run(folder);
        assertThat(fit(400, TextPart.of(first))).isNotEqualTo(mixed);
        assertThat(new OpenSetup(workbench).run(folder))
                .as("another predictor, though of as many tokens")
                .isNotEqualTo(before);
        assertThat(fit(400, TextPart.of(first), new TextPart(second, 1, TextPart.TRIVIAQA)))
                .isNotEqualTo(mixed);
        assertThat(fit(400, new TextPart(first, 6, null), new TextPart(second, 2, TextPart.TRIVIAQA)))
                .isEqualTo(mixed);
    }

    @Test
    void aTextThatCannotBeReadIsASentenceAndLeavesTheSetupAlone() throws Exception {
        Path file = Files.writeString(home.resolve("b.jsonl"), "{\"question\":\"who\"}");
        assertThatThrownBy(() -> fit(10, TextPart.of(file)))
                .isInstanceOf(ForetokenException.class)
                .hasMessageContaining("b.jsonl, line 1, has no text");
        assertThat(SetupFile.read(folder).predictor()).isNull();
    }

    @Test
    void pricesThatCannotBeReadAreMadeAnew() throws Exception {
        TextPart text = TextPart.of(Files.writeString(home.resolve("a.txt"), "A red boat went far away. ".repeat(300)));
        Files.writeString(PricesFile.in(folder), "{\"sources\":");
        fit(1100, text);
        assertThat(PricesFile.read(folder, 5, 3)).containsOnlyKeys(Source.HIDDEN);
    }

    @Test
    void aTrainedSetupKeepsWhatItLearned() throws Exception {
        TextPart text = TextPart.of(Files.writeString(home.resolve("a.txt"), "A red boat went far away. ".repeat(99)));
        byte[] learned = fit(400, text);
        SetupFile.read(folder)
                .with(Source.HIDDEN, SetupFile.Origin.trained(400, List.of("a.txt"), 20, "f32", null))
                .write(folder);
        assertThatThrownBy(() -> fit(300, text))
                .isInstanceOf(ForetokenException.class)
                .hasMessage(
                        folder + " was trained, and calibrating it would replace what it learned: give the calibrated"
                                + " setup a folder of its own with --out.");
        Path other = home.resolve("other");
        Calibrate.Request apart = new Calibrate.Request(
                folder, Optional.of(other), List.of(text), List.of(Source.HIDDEN), 300, OptionalDouble.of(0.01));
        Calibrate.Result result = workbench
                .jobs()
                .submit("test", progress -> new Calibrate(workbench).run(apart, progress))
                .await();
        assertThat(result.setup().folder()).isEqualTo(other);
        assertThat(result.setup().trainedSteps()).isEmpty();
        assertThat(Files.readAllBytes(SetupFile.predictorIn(folder))).isEqualTo(learned);
        assertThat(new OpenSetup(workbench).run(folder).trainedSteps()).hasValue(20L);
    }

    @Test
    void aCancelledCalibrationLeavesNoSetupBehind() throws Exception {
        TextPart text = TextPart.of(Files.writeString(home.resolve("a.txt"), "A red boat went far away. ".repeat(99)));
        Path other = home.resolve("other");
        Calibrate.Request apart = new Calibrate.Request(
                folder, Optional.of(other), List.of(text), List.of(Source.HIDDEN), 300, OptionalDouble.of(0.01));
        assertThatThrownBy(() -> workbench
                        .jobs()
                        .submit(
                                "test",
                                progress -> new Calibrate(workbench).run(apart, (what, done, total) -> {
                                    if (what.startsWith("Calibrating")) {
                                        throw new CancellationException();
                                    }
                                }))
                        .await())
                .isInstanceOf(CancellationException.class);
        assertThat(SetupFile.in(other)).doesNotExist();
        assertThat(workbench
                        .jobs()
                        .submit("test", progress -> new Calibrate(workbench).run(apart, progress))
                        .await()
                        .setup()
                        .folder())
                .isEqualTo(other);
    }
}
