package org.foretoken.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Training that is killed again and again, in processes of its own, against training that isn't: the same curve and the same weights, bit for bit. */
class ResumedTrainingTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path folder;

    private static final String LANGUAGE_MODEL =
            "pretrain --layers 2 --width 32 --heads 2 --ffn 64 --context 64 --warm-up 3"
                    + " --tokenizer sample-models/tokenizer --micro-batch 1 --learning-rate 3e-3 --packing bounded --batch 2 --length 64 --tokens 10240";

    /** The text comes round more than once, so that readings of the frozen base are kept, and gone after a kill. */
    private static final String PREDICTOR =
            "train --setup sample-models/early-layers --scratch --micro-batch 2 --learning-rate 1e-3 --batch 4 --length 16 --tokens 5120";

    @ParameterizedTest
    @CsvSource({LANGUAGE_MODEL + ", 60000, model.safetensors", PREDICTOR + ", 5000, predictor.safetensors"})
    void killedTrainingGoesOnBitForBit(String training, int bytes, String weights) throws Exception {
        Path text = folder.resolve("text.txt");
        try (GZIPInputStream all =
                new GZIPInputStream(Files.newInputStream(Path.of("sample-models/data/train.txt.gz")))) {
            Files.write(text, all.readNBytes(bytes));
        }
        Path whole = folder.resolve("whole");
        Path killed = folder.resolve("killed");
        Process undisturbed = start(training, whole, text);
        assertThat(undisturbed.waitFor(5, TimeUnit.MINUTES)).isTrue();
        assertThat(undisturbed.exitValue()).isZero();

        int kills = 0;
        for (int lines : List.of(4, 19, 33)) {
            Process process = start(training, killed, text);
            while (process.isAlive() && lines(killed) < lines) {
                Thread.sleep(5);
            }
            kills += process.isAlive() ? 1 : 0;
            process.destroyForcibly().waitFor(); // kill -9
        }
        assertThat(kills).isEqualTo(3);
        Process last = start(training, killed, text);
        assertThat(last.waitFor(5, TimeUnit.MINUTES)).isTrue();
        assertThat(last.exitValue()).isZero();

        assertThat(curve(killed)).isEqualTo(curve(whole));
        assertThat(curve(killed)).hasSize(80 + 1 + 10);
        assertThat(bestStep(killed)).as("weights that training has changed").isPositive();
        assertThat(Files.mismatch(killed.resolve(weights), whole.resolve(weights)))
                .isEqualTo(-1);
    }

    private static Process start(String training, Path out, Path text) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "--add-modules=jdk.incubator.vector",
                "-Xshare:auto",
                "-Duser.home=" + System.getProperty("user.home"),
                "-cp",
                System.getProperty("java.class.path"),
                "org.foretoken.app.Main"));
        String settings = training + " --validate-every 8 --held-out-sequences 4 --kernel f32 --threads 2";
        command.addAll(List.of(settings.split(" ", -1)));
        command.addAll(List.of("--text", text.toString(), "--out", out.toString()));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("FORETOKEN_HOME", out.resolveSibling("home").toString());
        return builder.redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        out.resolveSibling("log.txt").toFile()))
                .start();
    }

    private static long lines(Path out) throws IOException {
        Path curve = out.resolve("training/curve.jsonl");
        if (!Files.exists(curve)) {
            return 0;
        }
        Path copy = out.resolveSibling("curve-now");
        Files.copy(curve, copy, StandardCopyOption.REPLACE_EXISTING);
        return Files.readString(copy).lines().count();
    }

    /** Of the held-out text's lowest loss, which is what a distillation is judged by; a language model's has no more to it. */
    private static long bestStep(Path out) throws IOException {
        long best = -1;
        double least = Double.POSITIVE_INFINITY;
        for (String line : Files.readAllLines(out.resolve("training/curve.jsonl"))) {
            JsonNode point = JSON.readTree(line);
            if (point.get("held_out").booleanValue() && point.get("loss").doubleValue() < least) {
                least = point.get("loss").doubleValue();
                best = point.get("step").longValue();
            }
        }
        return best;
    }

    /** Every point without the time it took. */
    private static List<String> curve(Path out) throws IOException {
        List<String> points = new ArrayList<>();
        for (String line : Files.readAllLines(out.resolve("training/curve.jsonl"))) {
            JsonNode point = JSON.readTree(line);
            ((ObjectNode) point).remove("seconds");
            points.add(point.toString());
        }
        return points;
    }
}
