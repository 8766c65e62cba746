package org.foretoken.workbench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.foretoken.AtomicFile;
import org.foretoken.ForetokenException;
import org.foretoken.generate.Arm;
import org.foretoken.kvp.SetupFile;
import org.foretoken.runs.Records;
import org.foretoken.runs.RunRecord;
import org.foretoken.workbench.BrowseRuns.Filter;
import org.foretoken.workbench.BrowseRuns.Reopened;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which records a filter takes, and what opening one again finds. */
class BrowseRunsTest {
    @TempDir
    private Path home;

    private static RunRecord of(RunRecord.Subject subject) {
        return Records.timing("r", "r", subject, 1, 2, 3);
    }

    @Test
    void filtersTakeKindTaskSetupAndTime() {
        RunRecord timed = of(Records.predicted(1));
        RunRecord answered = Records.answers("a", Records.base(), "official_exact", 1);
        assertThat(takes(filter(RunRecord.Kind.TIMING, null, null, null), timed, answered))
                .containsExactly(timed);
        assertThat(takes(filter(null, "quiz", null, null), timed, answered)).containsExactly(answered);
        assertThat(takes(filter(null, null, "half", null), timed, answered)).containsExactly(timed);
        assertThat(takes(filter(null, null, "setups/../setups/half", null), timed, answered))
                .containsExactly(timed);
        assertThat(takes(filter(null, null, null, "2026-11-28T03:00:00Z"), timed))
                .hasSize(1);
        assertThat(takes(filter(null, null, null, "2026-11-28T03:00:01Z"), timed))
                .isEmpty();
        assertThat(takes(Filter.ALL, timed, answered)).hasSize(2);
    }

    private static List<RunRecord> takes(Filter filter, RunRecord... records) {
        return List.of(records).stream().filter(filter::takes).toList();
    }

    private static Filter filter(
            RunRecord.@Nullable Kind kind, @Nullable String task, @Nullable String setup, @Nullable String since) {
        return new Filter(
                Optional.ofNullable(kind),
                Optional.ofNullable(task),
                Optional.ofNullable(setup),
                Optional.ofNullable(since).map(Instant::parse));
    }

    @Test
    void whatWasMeasuredIsOpenedAgain() throws Exception {
        try (Workbench workbench = new Workbench(home)) {
            Path setup = TinyModels.setup(workbench, home);
            RecordedModels models = RecordedModels.at(setup);
            BrowseRuns runs = new BrowseRuns(workbench);
            Reopened reopened = runs.reopen(of(models.subject(Arm.KV_PREDICTION, 3)));
            assertThat(reopened.setup().orElseThrow().folder()).isEqualTo(setup);
            assertThat(reopened.changed()).isEmpty();
            Reopened base = runs.reopen(of(models.subject(Arm.BASE, 0)));
            assertThat(base.setup()).isEmpty();
            assertThat(base.base().orElseThrow().path()).isEqualTo(home.resolve("base"));
            assertThat(base.changed()).isEmpty();
        }
    }

    @Test
    void whatIsAnotherNowIsSaid() throws Exception {
        try (Workbench workbench = new Workbench(home)) {
            Path setup = TinyModels.setup(workbench, home);
            RunRecord predicted = of(RecordedModels.at(setup).subject(Arm.KV_PREDICTION, 1));
            RunRecord auxiliary = of(RecordedModels.at(setup).subject(Arm.AUXILIARY, 0));
            Files.delete(SetupFile.predictorIn(setup));
            BrowseRuns runs = new BrowseRuns(workbench);
            assertThat(runs.reopen(predicted).changed().orElseThrow())
                    .isEqualTo("setup has changed since it was measured: not the same are predictor."
                            + " New measurements of it don't continue this record.");
            assertThat(runs.reopen(auxiliary).changed())
                    .as("needs no predictor")
                    .isEmpty();
            String json = Files.readString(SetupFile.in(setup));
            AtomicFile.write(
                    SetupFile.in(setup),
                    json.replaceFirst("(\"layer_map\"\\s*:\\s*\\[\\s*0\\s*,\\s*)0", "$11")
                            .getBytes(java.nio.charset.StandardCharsets.UTF_8));
            assertThat(runs.reopen(predicted).changed().orElseThrow()).contains("layer map, predictor");
            Files.delete(SetupFile.in(setup));
            ForetokenException gone = catchThrowableOfType(ForetokenException.class, () -> runs.reopen(predicted));
            assertThat(gone.sentence()).startsWith("The setup that was measured isn't in " + setup + " any more");
        }
    }
}
