package org.foretoken.workbench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import org.foretoken.ForetokenException;
import org.foretoken.runs.RunRecord;
import org.foretoken.text.corpus.Packing;
import org.foretoken.text.corpus.TextPart;
import org.foretoken.train.CurvePoint;
import org.foretoken.train.TrainingSettings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a training leaves in the run records when it is stopped, goes on and ends. */
class TrainingRecordTest {
    @TempDir
    private Path home;

    private Path tokenizer = Path.of("sample-models/tokenizer");

    private void train(Workbench workbench, String stop) throws Exception {
        train(workbench, stop, new CancellationException(stop));
    }

    private void train(Workbench workbench, String stop, RuntimeException end) throws Exception {
        Path text = home.resolve("text.txt");
        if (!Files.exists(text)) {
            Files.writeString(text, "So it goes, on and on, again and again. ".repeat(200));
        }
        TrainingSettings settings = new TrainingSettings(6, 2, 2, 32, Packing.PACKED, 1e-3, 0, 0, 1, 3, 0.1, 2, 0, 5);
        Pretrain.Request request = new Pretrain.Request(
                home.resolve("model"),
                tokenizer,
                new Pretrain.Shape(1, 16, 2, 1, 8, 32, 64),
                List.of(TextPart.of(text)),
                settings);
        workbench
                .jobs()
                .submit(
                        "test",
                        progress -> new Pretrain(workbench).run(request, point -> {}, (what, done, total) -> {
                            progress.report(what, done, total);
                            if (what.contains(stop)) {
                                throw end;
                            }
                        }))
                .await();
    }

    private static List<RunRecord> records(Workbench workbench) throws ForetokenException {
        return workbench.runs().read().records();
    }

    private static RunRecord.Training training(RunRecord record) {
        return Objects.requireNonNull(record.training());
    }

    @Test
    void aTrainingThatFailsLeavesNothing() throws Exception {
        try (Workbench workbench = new Workbench(home, new Workbench.Options(Optional.of("f32"), 1, notice -> {}))) {
            assertThatThrownBy(() -> train(workbench, "step 5 of 6", new IllegalStateException("the disk is full")))
                    .isInstanceOf(IllegalStateException.class);
            assertThat(records(workbench)).isEmpty();
        }
    }

    @Test
    void theModelsEndOfTextIsTheTokenizersFirst() throws Exception {
        Path other = Files.createDirectories(home.resolve("tokenizer"));
        Pretrain.copyTokenizer(tokenizer, other);
        Files.writeString(other.resolve("generation_config.json"), "{\"eos_token_id\": [0, 300, 7, 41, 5]}");
        tokenizer = other;
        try (Workbench workbench = new Workbench(home, new Workbench.Options(Optional.of("f32"), 1, notice -> {}))) {
            train(workbench, "nothing that is ever reported");
        }
        assertThat(Files.readString(home.resolve("model/config.json")))
                .containsPattern("\"eos_token_id\"\\s*:\\s*0\\b");
    }

    @Test
    void aStoppedTrainingIsRecordedAndItsEndAsWell() throws Exception {
        try (Workbench workbench = new Workbench(home, new Workbench.Options(Optional.of("f32"), 1, notice -> {}))) {
            assertThatThrownBy(() -> train(workbench, "step 5 of 6")).isInstanceOf(CancellationException.class);
            assertThat(records(workbench)).hasSize(1);
            RunRecord.Training stopped = training(records(workbench).get(0));
            assertThat(stopped.end()).isEqualTo("stopped");
            assertThat(stopped.settings()).containsEntry("seed", "5").containsEntry("layers", "1");
            // validations before the first step and after the third, four steps
            assertThat(stopped.curve()).extracting(CurvePoint::step).containsExactly(0L, 1L, 2L, 3L, 3L, 4L);
            // stopped at once, with nothing new
            assertThatThrownBy(() -> train(workbench, "step 5 of 6")).isInstanceOf(CancellationException.class);
            assertThat(records(workbench)).hasSize(1);
            train(workbench, "nothing that is ever reported");
            assertThat(records(workbench)).hasSize(2);
            RunRecord.Training finished = training(records(workbench).get(1));
            assertThat(finished.end()).isEqualTo("finished");
            assertThat(finished.curve()).hasSize(9).startsWith(stopped.curve().toArray(CurvePoint[]::new));
            assertThat(records(workbench).get(1).seed()).isEqualTo(5);
            train(workbench, "nothing that is ever reported");
            assertThat(records(workbench)).hasSize(2);
        }
    }

    @Test
    void anEndWhoseWeightsAreGoneIsNoSuccess() throws Exception {
        try (Workbench workbench = new Workbench(home, new Workbench.Options(Optional.of("f32"), 1, notice -> {}))) {
            train(workbench, "nothing that is ever reported");
            Files.delete(home.resolve("model/model.safetensors"));
            assertThatThrownBy(() -> train(workbench, "nothing that is ever reported"))
                    .isInstanceOf(ForetokenException.class)
                    .hasMessageContainingAll("model.safetensors", "gone", "delete");
        }
    }
}
