package org.foretoken.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.zip.GZIPInputStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.foretoken.Version;
import org.foretoken.checkpoint.SafetensorsFile;
import org.foretoken.kvp.SetupFile;
import org.foretoken.runs.RunFile;
import org.foretoken.runs.RunRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From text to a trained setup by commands alone, on a model made here. */
class TrainEndToEndTest {
    private static final String FEW = "--batch 2 --validate-every 10 --held-out-sequences 4 --kernel f32";
    private static final String SHORT = "--length 32 " + FEW;

    @TempDir
    private Path home;

    private Path text;

    @BeforeEach
    void writeText() throws IOException {
        text = home.resolve("text.txt");
        try (GZIPInputStream all =
                new GZIPInputStream(Files.newInputStream(Path.of("sample-models/data/train.txt.gz")))) {
            Files.write(text, all.readNBytes(40_000));
        }
    }

    private Captured run(String line, String... more) {
        List<String> arguments = new ArrayList<>(List.of(line.strip().split(" +", -1)));
        arguments.addAll(List.of(more));
        return Captured.run(home, arguments.toArray(String[]::new));
    }

    private Captured done(String line, String... more) {
        Captured captured = run(line, more);
        assertThat(captured.code()).as(captured.err()).isZero();
        return captured;
    }

    private Path base() {
        Path base = home.resolve("base");
        done(
                "pretrain --tokenizer sample-models/tokenizer --layers 4 --width 32 --heads 4 --kv-heads 2 --ffn 64"
                        + " --learning-rate 5e-3 --tokens 1920 --packing bounded " + SHORT,
                "--text",
                text.toString(),
                "--out",
                base.toString());
        return base;
    }

    private Path setup(Path base) {
        Path setup = home.resolve("setup");
        done("prune --first 2", "--base", base.toString(), "--out", setup.toString());
        done("calibrate --source hidden --tokens 600", "--setup", setup.toString(), "--text", text.toString());
        return setup;
    }

    private Captured train(String options, Path setup, Path out) {
        return run("train " + options, "--setup", setup.toString(), "--out", out.toString(), "--text", text.toString());
    }

    private JsonNode trained(String options, Path setup, Path out) throws IOException {
        Captured captured = train("--tokens 1280 --json " + SHORT + " " + options, setup, out);
        assertThat(captured.code()).as(captured.err()).isZero();
        return new ObjectMapper().readTree(captured.out());
    }

    @Test
    void modelsThatCannotBeHeldAreRefused() {
        Path out = home.resolve("huge");
        for (String shape : List.of(
                "--layers 1000000 --width 512 --heads 2 --ffn 512",
                "--layers 2147483647 --width 64 --heads 2 --ffn 64",
                "--layers 1 --width 1000000 --heads 2 --ffn 64",
                "--layers 1 --width 64 --heads 2 --head-dim 2147483646 --ffn 64",
                "--layers 1 --width 64 --heads 2147483647 --head-dim 2 --ffn 64",
                "--layers 1 --width 64 --heads 2 --ffn 2147483647",
                "--layers 1 --width 4 --heads 8 --ffn 64")) {
            Captured refused = run(
                    "pretrain --tokenizer sample-models/tokenizer --tokens 100 --length 8 " + shape,
                    "--text",
                    text.toString(),
                    "--out",
                    out.toString());
            assertThat(refused.code()).as(shape).isEqualTo(1);
            assertThat(refused.err()).as(shape).containsAnyOf("make --layers, --width", "heads of even width");
            assertThat(out).doesNotExist();
        }
    }

    @Test
    void aRankAboveTheWidthIsRefused() {
        Path out = home.resolve("ranked");
        for (String rank : List.of("100000", "2000000000")) {
            Captured refused = train("--train low-rank --rank " + rank, Path.of("sample-models/early-layers"), out);
            assertThat(refused.code()).isEqualTo(1);
            assertThat(refused.err()).contains("rank " + rank, "give a rank from 1 to ");
            assertThat(out).doesNotExist();
        }
    }

    @Test
    void everyPartCanBeTrainedAndAnswers() throws Exception {
        Path setup = setup(base());
        for (String options : List.of(
                "--learning-rate 1e-2",
                "--train low-rank --rank 4 --learning-rate 1e-2",
                "--train auxiliary --aim paper --learning-rate 5e-3",
                "--scratch --aim paper --learning-rate 1e-2")) {
            Path out = home.resolve("trained" + options.hashCode());
            JsonNode result = trained(options, setup, out);
            assertThat(result.at("/steps").longValue()).as(options).isEqualTo(20);
            assertThat(result.at("/curve")).hasSize(20 + 3);
            JsonNode first = result.at("/curve/0");
            assertThat(first.at("/held_out").booleanValue()).isTrue();
            JsonNode last = result.at("/curve/22");
            // what distils begins at next to nothing here, this base having hardly learnt to look back: nothing can be
            // said
            // of its loss, and the best may be what it began with
            if (!options.contains("paper")) {
                assertMoved(setup, out, options.contains("low-rank"));
            } else {
                assertThat(last.at("/loss").doubleValue())
                        .as(options)
                        .isLessThan(first.at("/loss").doubleValue());
            }
            assertOrigin(setup, out, options.contains("--scratch"));
            boolean own = options.contains("--train");
            assertThat(Files.exists(out.resolve("auxiliary/config.json"))).isEqualTo(own);
            Captured answer = done("generate --prompt Question: --max-tokens 4", "--setup", out.toString());
            assertThat(answer.out()).isNotBlank();
            // the same command again has nothing left to do and says the same
            assertThat(trained(options, setup, out)).isEqualTo(result);
            Captured after = done("generate --prompt Question: --max-tokens 4", "--setup", out.toString());
            assertThat(after.out()).isEqualTo(answer.out());
        }
        assertThat(Files.exists(setup.resolve("training"))).isFalse();
    }

    /** A predictor says who made it and what it began with, and so does the record of its training. */
    private void assertOrigin(Path setup, Path out, boolean scratch) throws Exception {
        SetupFile.Origin calibrated =
                Objects.requireNonNull(SetupFile.read(setup).predictor());
        SetupFile.Origin trained = Objects.requireNonNull(SetupFile.read(out).predictor());
        assertThat(List.of(calibrated.method(), trained.method())).containsExactly("calibrated", "trained");
        for (SetupFile.Origin origin : List.of(calibrated, trained)) {
            assertThat(origin.program()).isEqualTo(Version.name());
            assertThat(origin.kernel()).isEqualTo(trained.kernel()).isNotBlank();
            assertThat(origin.text()).containsExactly(text.toString());
        }
        assertThat(calibrated.from()).isNull();
        assertThat(trained.from()).isEqualTo(scratch ? null : calibrated);
        List<RunRecord> records = new RunFile(home.resolve("runs")).read().records();
        assertThat(records.getLast().subject().made()).isEqualTo(trained);
    }

    /** The weights after the last step aren't those that training began with. */
    private static void assertMoved(Path setup, Path out, boolean lowRank) throws Exception {
        try (SafetensorsFile start = SafetensorsFile.open(setup.resolve("predictor.safetensors"));
                SafetensorsFile end = SafetensorsFile.open(out.resolve("training/state.safetensors"));
                PointerScope scope = new PointerScope()) {
            assertThat(start.weights().names()).isNotEmpty();
            for (String name : start.weights().names()) {
                Tensor moved = end.weights()
                        .tensor("predicter." + name)
                        .sub(start.weights().tensor(name));
                assertThat(moved.abs().max().item_double()).as(name).isGreaterThan(1e-4);
            }
            // an update of low rank is a product, one factor of which begins with zeros
            List<String> updates = end.weights().names().stream()
                    .filter(name -> name.startsWith("auxiliary.") && name.endsWith(".b"))
                    .toList();
            assertThat(updates.isEmpty()).isEqualTo(!lowRank);
            for (String name : updates) {
                Tensor moved = end.weights().tensor(name);
                assertThat(moved.abs().max().item_double()).as(name).isGreaterThan(1e-4);
            }
        }
    }

    @Test
    void changedTextIsRefusedByItsHash() throws Exception {
        Path setup = setup(base());
        Path out = home.resolve("out");
        trained("", setup, out);
        Files.writeString(text, Files.readString(text) + "One sentence more.");
        Captured again = train("--tokens 1280 " + SHORT, setup, out);
        assertThat(again.code()).isEqualTo(1);
        assertThat(again.err()).contains("text.txt", "sha256", "delete that folder");
    }

    @Test
    void anotherKernelDoesNotGoOn() throws Exception {
        Path setup = setup(base());
        Path out = home.resolve("out");
        trained("", setup, out);
        Captured again = train("--tokens 1280 " + SHORT.replace("f32", "f32-plain"), setup, out);
        assertThat(again.code()).isEqualTo(1);
        assertThat(again.err()).contains("begun with kernel = f32, not f32-plain");
    }

    @Test
    void aSettingThatChangedIsNamedAlone() throws Exception {
        Path setup = setup(base());
        Path out = home.resolve("out");
        trained("", setup, out);
        Captured again = train("--tokens 1280 --clip 0.5 " + SHORT, setup, out);
        assertThat(again.code()).isEqualTo(1);
        assertThat(again.err()).contains("begun with clip = 1.0, not 0.5:");
    }

    @Test
    void nothingIsTrainedOverWhatIsThere() throws Exception {
        Path base = base();
        Path setup = setup(base);
        String file = Files.readString(setup.resolve("setup.json"));
        for (String command : List.of(
                "train --tokens 1280 " + SHORT + " --setup " + setup + " --text " + text,
                "prune --first 1 --base " + base,
                "setup --base " + base + " --auxiliary " + base)) {
            Captured refused = run(command, "--out", setup.toString());
            assertThat(refused.code()).as(command).isEqualTo(1);
            assertThat(refused.err()).contains("is a setup already");
        }
        Captured tried = done("map --set 0,0,1,1 --dry-run --setup " + setup);
        assertThat(tried.out()).contains("layer map   0,0,1,1");
        assertThat(Files.readString(setup.resolve("setup.json"))).isEqualTo(file);
        Captured overModel = run("prune --first 1 --base " + base, "--out", base.toString());
        assertThat(overModel.code()).isEqualTo(1);
        assertThat(overModel.err()).contains("has a model already");
        Path model = home.resolve("model");
        Files.move(base, model);
        Files.move(model.resolve("training"), home.resolve("elsewhere"));
        Captured refused = run(
                "pretrain --tokenizer sample-models/tokenizer --layers 1 --width 32 --heads 2 --ffn 64 --tokens 640 "
                        + SHORT,
                "--text",
                text.toString(),
                "--out",
                model.toString());
        assertThat(refused.code()).as(refused.err()).isEqualTo(1);
        assertThat(refused.err()).contains("has a model already");
    }

    @Test
    void shortSequencesAreMeasuredToo() throws Exception {
        Path setup = setup(base());
        Captured captured = train("--tokens 480 --length 12 --json " + FEW, setup, home.resolve("out"));
        assertThat(captured.code()).as(captured.err()).isZero();
        JsonNode first = new ObjectMapper().readTree(captured.out()).at("/curve/0");
        assertThat(first.at("/held_out").booleanValue()).isTrue();
        assertThat(first.at("/base").doubleValue()).isPositive();
    }

    @Test
    void aLossThatIsNoNumberStopsTrainingAndKeepsTheBest() throws Exception {
        Path setup = setup(base());
        Path out = home.resolve("out");
        Captured failed =
                train("--tokens 1280 --train auxiliary --learning-rate 1e35 --clip 1e30 " + SHORT, setup, out);
        assertThat(failed.code()).isEqualTo(1);
        assertThat(failed.err()).contains("Training stopped at step", "lower learning rate");
        done("generate --prompt Question: --max-tokens 2", "--setup", out.toString());
        Captured refused = run("train --learning-rate 1e38", "--setup", setup.toString(), "--text", text.toString());
        assertThat(refused.code()).isEqualTo(2);
        assertThat(refused.err()).contains("learning rate");
    }

    @Test
    void textThatCannotBeReadGetsASentence() throws Exception {
        Path setup = setup(base());
        Path binary = Files.write(home.resolve("binary.txt"), new byte[] {0, 1, 2, (byte) 0xff, 3});
        Captured refused = run("train", "--setup", setup.toString(), "--text", binary.toString());
        assertThat(refused.code()).isEqualTo(1);
        assertThat(refused.err()).contains("binary.txt");
        Captured short_ = run(
                "train --length 256",
                "--setup",
                setup.toString(),
                "--text",
                Files.writeString(home.resolve("short.txt"), "Two words.").toString());
        assertThat(short_.code()).isEqualTo(1);
        assertThat(short_.err()).contains("short.txt");
    }
}
