package org.foretoken.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.AbstractThrowableAssert;
import org.bytedeco.pytorch.Tensor;
import org.foretoken.ForetokenException;
import org.foretoken.text.corpus.Packing;
import org.foretoken.torch.Tensors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What training finds in its folder is what it left there, or it says what isn't. */
class TrainingFolderTest {
    private static final long STEPS = 20;

    @TempDir
    private Path home;

    private static Map<String, String> description(String... keysAndValues) {
        Map<String, String> description = new LinkedHashMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            description.put(keysAndValues[i], keysAndValues[i + 1]);
        }
        return description;
    }

    private void open(String... keysAndValues) throws ForetokenException {
        try (TrainingFolder folder = new TrainingFolder(home)) {
            folder.open(description(keysAndValues));
        }
    }

    private AbstractThrowableAssert<?, ?> assertRefused(String... keysAndValues) {
        return assertThatThrownBy(() -> open(keysAndValues))
                .isInstanceOf(ForetokenException.class)
                .hasMessageContaining(home.toString());
    }

    @Test
    void textsThatAreLeftOutOrComeInAnotherOrderAreAnotherTraining() throws Exception {
        open("steps", "5", "text a", "1", "text b", "2");
        open("steps", "5", "text a", "1", "text b", "2");
        assertRefused("steps", "5", "text a", "1").hasMessageContaining("with text b = 2, which is missing now");
        assertRefused("steps", "5", "text a", "1", "text b", "2", "text c", "3")
                .hasMessageContaining("begun without text c");
        assertRefused("steps", "5", "text b", "2", "text a", "1").hasMessageContaining("order: text a, text b");
        assertRefused("steps", "6", "text a", "1", "text b", "2").hasMessageContaining("steps = 5, not 6");
    }

    @Test
    void oneTrainingAtATime() throws Exception {
        try (TrainingFolder first = new TrainingFolder(home)) {
            first.open(description("steps", "5"));
            assertRefused("steps", "5").hasMessageContaining("Another training is under way");
        }
        open("steps", "5");
    }

    @Test
    void aDescriptionThatSaysNothing() throws Exception {
        Files.writeString(home.resolve("training.json"), "null");
        assertRefused("steps", "5").hasMessageContainingAll("training.json", "says nothing", "delete");
    }

    private static CurvePoint point(long step, boolean heldOut) {
        List<Double> layers = Collections.nCopies(2, 0.5);
        return new CurvePoint(step, heldOut, step * 64, step, 1, 0, 0, new Losses(1, 1, 1, 0, 0, 0, 1, layers, layers));
    }

    private static final TrainingFolder.State AT_8 = new TrainingFolder.State(8, 3.5, 0.25, 8, 0, 8);

    /** Leaves a training after step 8. */
    private TrainingFolder saved(TrainingFolder.State state, float... weight) throws ForetokenException {
        TrainingFolder folder = new TrainingFolder(home);
        folder.add(point(0, true));
        folder.add(point(8, false));
        folder.add(point(8, true));
        try (Tensor tensor = Tensors.of(weight, weight.length)) {
            folder.save(state, Map.of("weight", tensor));
        }
        return folder;
    }

    private static TrainingFolder.State resume(TrainingFolder folder, long steps) throws ForetokenException {
        try (Tensor into = Tensors.of(new float[] {7, 7}, 2)) {
            TrainingFolder.State state = folder.resume(Map.of("weight", into), steps);
            assertThat(Tensors.floats(into)).containsExactly(1, 2);
            return state;
        }
    }

    @Test
    void goesOnFromWhatWasSaved() throws Exception {
        assertThat(resume(saved(AT_8, 1, 2), STEPS)).isEqualTo(AT_8);
    }

    /** One number would be spread over all of them. */
    @Test
    void tensorsOfAnotherShapeAreRefused() throws Exception {
        TrainingFolder folder = saved(AT_8, 1);
        assertThatThrownBy(() -> resume(folder, STEPS))
                .isInstanceOf(ForetokenException.class)
                .hasMessageContainingAll("state.safetensors", "weight of shape [2]", "Delete");
    }

    @Test
    void numbersThatAreNoneAreRefused() throws Exception {
        TrainingFolder folder = saved(AT_8, 1, Float.NaN);
        assertThatThrownBy(() -> resume(folder, STEPS))
                .isInstanceOf(ForetokenException.class)
                .hasMessageContainingAll("state.safetensors", "weight", "aren't finite");
    }

    /** Training would never come to its last step. */
    @Test
    void aStepBeyondTheLastIsRefused() throws Exception {
        TrainingFolder folder = saved(AT_8, 1, 2);
        assertThatThrownBy(() -> resume(folder, 7))
                .isInstanceOf(ForetokenException.class)
                .hasMessageContainingAll("state.safetensors", "step 8 of 7");
        TrainingFolder before = saved(new TrainingFolder.State(-1, 0, 0.25, 0, 0, -1), 1, 2);
        assertThatThrownBy(() -> resume(before, STEPS)).isInstanceOf(ForetokenException.class);
    }

    @Test
    void aCurveWithoutTheBestLookIsRefusedAndLeftAsItIs() throws Exception {
        TrainingFolder folder = saved(AT_8, 1, 2);
        Path curve = home.resolve("curve.jsonl");
        List<String> lines = Files.readAllLines(curve);
        Files.write(curve, lines.subList(0, 2));
        assertThatThrownBy(() -> resume(folder, STEPS))
                .isInstanceOf(ForetokenException.class)
                .hasMessageContainingAll("curve.jsonl", "after step 8");
        assertThat(Files.readAllLines(curve)).hasSize(2);
        Files.delete(curve);
        assertThatThrownBy(() -> resume(folder, STEPS))
                .isInstanceOf(ForetokenException.class)
                .hasMessageContainingAll("curve.jsonl", "after step 0");
    }

    @Test
    void linesThatAreNoPointsAreNamed() throws Exception {
        TrainingFolder folder = saved(AT_8, 1, 2);
        Path curve = home.resolve("curve.jsonl");
        for (String line : List.of("null", "{}", "{\"step\": 3}")) {
            Files.writeString(curve, line + "\n" + Files.readString(curve));
            assertThatThrownBy(folder::curve)
                    .as(line)
                    .isInstanceOf(ForetokenException.class)
                    .hasMessageContainingAll("curve.jsonl", "line 1", "delete");
        }
    }

    @Test
    void weightsOfALossAreNumbers() throws Exception {
        LossWeights.distillation().check();
        LossWeights.paper(4, true).check();
        for (double weight : new double[] {Double.NaN, -1, Double.POSITIVE_INFINITY, 1e300}) {
            for (LossWeights weights : List.of(
                    LossWeights.distillation().withKv(weight),
                    LossWeights.distillation().withBase(weight))) {
                assertThatThrownBy(weights::check)
                        .isInstanceOf(ForetokenException.class)
                        .hasMessageContainingAll("--kv-weight", String.valueOf(weight));
            }
        }
        assertThatThrownBy(LossWeights.paper(4, false).withKv(0).withBase(0)::check)
                .isInstanceOf(ForetokenException.class);
    }

    @Test
    void settingsBelowNothingAreNamed() {
        for (long[] warmUpAndPatience : new long[][] {{-1, 0}, {0, -1}}) {
            TrainingSettings settings = new TrainingSettings(
                    6,
                    2,
                    2,
                    32,
                    Packing.PACKED,
                    1e-3,
                    warmUpAndPatience[0],
                    0,
                    1,
                    3,
                    0.1,
                    2,
                    (int) warmUpAndPatience[1],
                    5);
            assertThatThrownBy(settings::check)
                    .isInstanceOf(ForetokenException.class)
                    .hasMessageContaining("warm-up and patience are 0 or more");
        }
    }
}
