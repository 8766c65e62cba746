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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Training that is killed again and again, in processes of its own, against training that isn't: the same curve and the same weights, bit for bit. */
class ResumedTrainingTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path folder;

    @Test
    void killedTrainingGoesOnBitForBit() throws Exception {
        Path text = folder.resolve("text.txt");
        try (GZIPInputStream all =
                new GZIPInputStream(Files.newInputStream(Path.of("sample-models/data/train.txt.gz")))) {
            Files.write(text, all.readNBytes(60_000));
        }
        Path whole = folder.resolve("whole");
        Path killed = folder.resolve("killed");
        Process undisturbed = start(whole, text);
        assertThat(undisturbed.waitFor(5, TimeUnit.MINUTES)).isTrue();
        assertThat(undisturbed.exitValue()).isZero();

        int kills = 0;
        for (int lines : List.of(4, 19, 33)) {
            Process process = start(killed, text);
            while (process.isAlive() && lines(killed) < lines) {
                Thread.sleep(5);
            }
            kills += process.isAlive() ? 1 : 0;
            process.destroyForcibly().waitFor(); // kill -9
        }
        assertThat(kills).isEqualTo(3);
        Process last = start(killed, text);
        assertThat(last.waitFor(5, TimeUnit.MINUTES)).isTrue();
        assertThat(last.exitValue()).isZero();

        assertThat(curve(killed)).isEqualTo(curve(whole));
        assertThat(curve(killed)).hasSize(80 + 1 + 10);
        assertThat(Files.mismatch(killed.resolve("model.safetensors"), whole.resolve("model.safetensors")))
                .isEqualTo(-1);
    }

    private static Process start(Path out, Path text) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "--add-modules=jdk.incubator.vector",
                "-Xshare:auto",
                "-Duser.home=" + System.getProperty("user.home"),
                "-cp",
                System.getProperty("java.class.path"),
                "org.foretoken.app.Main"));
        command.addAll(
                List.of(("pretrain --layers 2 --width 32 --heads 2 --ffn 64 --context 64 --length 64 --packing bounded"
                                + " --batch 2 --micro-batch 1 --tokens 10240 --validate-every 8 --held-out-sequences 4"
                                + " --warm-up 3 --learning-rate 3e-3 --kernel f32 --threads 2 --tokenizer sample-models/tokenizer")
                        .split(" ", -1)));
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
