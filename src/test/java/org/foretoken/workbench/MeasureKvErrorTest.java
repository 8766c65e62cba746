package org.foretoken.workbench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.foretoken.ForetokenException;
import org.foretoken.calibrate.KvError.Metric;
import org.foretoken.workbench.MeasureKvError.OfPrompt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Prompts of ids on tiny OpenELMs, which have no tokenizer; the end-to-end test measures text. */
class MeasureKvErrorTest {
    private static final Path OPENELM = Path.of("src/test/resources/golden/openelm-kvp-c");

    @TempDir
    Path home;

    private Workbench workbench;
    private Path setup;

    @BeforeEach
    void make() throws ForetokenException {
        workbench = new Workbench(home, new Workbench.Options(Optional.of("f32"), 2, notice -> {}));
        setup = home.resolve("setup");
        new PairModels(workbench)
                .run(
                        OPENELM.resolve("base"),
                        OPENELM.resolve("auxiliary"),
                        List.of(0, 0, 1, 1),
                        Optional.of(OPENELM.resolve("predictor.safetensors")),
                        setup);
    }

    @AfterEach
    void close() {
        workbench.close();
    }

    private OfPrompt measure(Path folder, List<Integer> ids) throws ForetokenException {
        return workbench
                .jobs()
                .submit("measure", progress -> new MeasureKvError(workbench).run(folder, Prompt.of(ids), progress))
                .await();
    }

    private static List<Integer> ids(int count) {
        return IntStream.range(0, count).map(i -> 3 + i * 31 % 110).boxed().toList();
    }

    @Test
    void measuresAPromptOfIds() throws Exception {
        OfPrompt measured = measure(setup, ids(20));
        assertThat(measured.ids()).isEqualTo(ids(20));
        assertThat(measured.pieces()).hasSize(20).containsOnly("");
        assertThat(measured.error().layers()).isEqualTo(4);
        assertThat(measured.kernel()).isEqualTo("f32");
        assertThat(measured.profile().positions()).isEqualTo(20);
        double sum = 0;
        for (int position = 0; position < 20; position++) {
            sum += measured.error().keys().value(Metric.RELATIVE_L2, 2, position);
        }
        assertThat(measured.profile().layers().get(2).keys().relativeL2())
                .isCloseTo(sum / 20, org.assertj.core.data.Offset.offset(1e-12));
    }

    @Test
    void aTableHasARowForEachLayerPositionAndHead() throws Exception {
        OfPrompt measured = measure(setup, ids(5));
        List<String> rows = KvErrorTable.ofPrompts(List.of(measured, measured), false)
                .lines()
                .toList();
        assertThat(rows).hasSize(1 + 2 * 4 * 5);
        long columns = rows.get(0).chars().filter(c -> c == ',').count();
        assertThat(rows)
                .allSatisfy(row ->
                        assertThat(row.chars().filter(c -> c == ',').count()).isEqualTo(columns));
        int heads = measured.error().keys().kvHeads().stream()
                .mapToInt(Integer::intValue)
                .sum();
        String byHead = KvErrorTable.ofPrompts(List.of(measured), true);
        assertThat(byHead.lines()).hasSize(1 + (4 + heads) * 5);
        Path file = home.resolve("error.csv");
        Export.write(file, byHead.getBytes(java.nio.charset.StandardCharsets.UTF_8));
        assertThat(Files.readString(file)).isEqualTo(byHead);
        assertThatThrownBy(() -> Export.write(home.resolve("no/error.csv"), new byte[1]))
                .isInstanceOf(ForetokenException.class);
    }

    @Test
    void promptsThatCannotBeReadAreSentences() {
        assertThatThrownBy(() -> measure(setup, List.of(1, 4000)))
                .isInstanceOf(ForetokenException.class)
                .hasMessageContaining("token 4000");
        assertThatThrownBy(() -> measure(setup, ids(256)))
                .isInstanceOf(ForetokenException.class)
                .hasMessageContaining("256 tokens");
        assertThatThrownBy(() -> workbench
                        .jobs()
                        .submit(
                                "measure",
                                progress -> new MeasureKvError(workbench)
                                        .run(
                                                setup,
                                                new MeasureKvError.Text(TextStart.of("x"), 0, 8, List.of()),
                                                progress))
                        .await())
                .isInstanceOf(ForetokenException.class)
                .hasMessageContaining("no tokenizer");
    }

    @Test
    void aSetupWithoutPredictorSaysWhatToDo() throws Exception {
        Path bare = home.resolve("bare");
        new PairModels(workbench)
                .run(
                        OPENELM.resolve("base"),
                        OPENELM.resolve("auxiliary"),
                        List.of(0, 0, 1, 1),
                        Optional.empty(),
                        bare);
        assertThatThrownBy(() -> measure(bare, ids(5)))
                .isInstanceOf(ForetokenException.class)
                .hasMessageContaining("calibrate");
    }
}
