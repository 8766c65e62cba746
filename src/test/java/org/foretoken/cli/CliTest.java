package org.foretoken.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.foretoken.ForetokenException;
import org.foretoken.torch.Kernel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the command line understands, and what it says where it does not. */
class CliTest {
    @TempDir
    private Path home;

    static Stream<Arguments> notUnderstood() {
        return Stream.of(
                arguments("inspct x", "Did you mean: foretoken inspect"),
                arguments("--quiet", "Unknown option: '--quiet'"),
                arguments("", "Missing required subcommand"),
                arguments("inspect", "Missing required parameter: 'MODEL'"),
                arguments("inspect a b", "Unmatched argument at index 2: 'b'"),
                arguments("inspect a --kernel b16", "There is no kernel 'b16': choose one of bf16,"),
                arguments("inspect a --threads 0", "'0' is less than 1"),
                arguments("inspect a --threads 100000", "--threads is at most "),
                arguments("prune --base b --first 3 --out=", "the path is empty"),
                arguments("runs --since 2026-13-45", "'2026-13-45' is no day; write one such as"),
                arguments("inspect a --threads 4000000000", "'4000000000' is too large"),
                arguments("bench --base b --lengths 99999999999", "'99999999999' is too large"),
                arguments("inspect a --threads two", "'two' is no whole number"),
                arguments("inspect a @/", "Unmatched argument at index 2: '@/'"),
                arguments("inspect a \u001b[31mb", "Unmatched argument at index 2: '?[31mb'"),
                arguments("prune --base b\0 --first 3 --out o", "can't be a file's name in this locale"),
                arguments("tokenize --model m", "(--text=TEXT | --file=FILE)"),
                arguments("tokenize --model m --text a --file b", "mutually exclusive"),
                arguments("generate --prompt x", "(--base=MODEL | --setup=FOLDER)"),
                arguments("generate --base b --setup s --prompt x", "mutually exclusive"),
                arguments("generate --base b", "(--prompt=TEXT | --prompt-file=FILE | --tokens=1,2,3)"),
                arguments("generate --base b --prompt x --temprature 1", "Possible solutions: --temperature"),
                arguments("generate --base b --prompt x --temperature -1", "--temperature is 0 or more"),
                arguments("generate --base b --prompt x --temperature warm", "'--temperature'"),
                arguments(
                        "generate --base b --prompt x --temperature Infinity",
                        "--temperature is 0 or more, and finite"),
                arguments("generate --base b --prompt x --top-k 5", "give a --temperature above 0"),
                arguments("generate --base b --prompt x --min-p .1", "give a --temperature above 0"),
                arguments("generate --base b --prompt x --top-k -1", "--top-k is 0 or more"),
                arguments("generate --base b --prompt x --top-p 0", "--top-p is above 0"),
                arguments("generate --base b --prompt x --top-p nan", "'--top-p'"),
                arguments("generate --base b --prompt x --min-p 1.5", "--min-p is between 0 and 1"),
                arguments("generate --base b --prompt x --repetition-penalty 0", "--repetition-penalty is above 0"),
                arguments("generate --base b --prompt x --repetition-penalty 1e999", "is above 0, and finite"),
                arguments("generate --base b --prompt x --max-tokens 0", "'0' is less than 1"),
                arguments("generate --base b --tokens 1,x,3", "'x' is no whole number"),
                arguments("generate --base b --tokens 1,,3", "'' is no whole number"),
                arguments("generate --base b --tokens 1,-2", "'-2' is no whole number"),
                arguments("generate --base b --tokens 4000000000", "'4000000000' is too large"),
                arguments("generate --base b --prompt=", "The prompt is empty"),
                arguments("generate --base b --tokens 1 --chat", "--chat needs text"),
                arguments("generate --base b --prompt x --tail 4", "--tail needs --setup"),
                arguments("generate --base b --prompt x --compare", "--compare needs --setup"),
                arguments("generate --setup s --prompt x --arm base --tail 4", "--tail is what the base reads beside"),
                arguments("map --setup s --preset uniform --depth 2", "--depth needs --auto"),
                arguments("runs --show a --kind timing", "take one record"),
                arguments("runs --delete a --task quiz", "take one record"),
                arguments("train --setup s --text t --rank 4", "--rank needs --train low-rank"),
                arguments("train --setup s --text t --kv-weight NaN", "--kv-weight is a number from 0 to 1e9"),
                arguments("train --setup s --text t --ce-weight -1", "--ce-weight is a number from 0 to 1e9"),
                arguments("train --setup s --text t --learning-rate 0", "a learning rate of 0.0 can't be"),
                arguments("train --setup s --text t --held-out 2", "some text must be held out"),
                arguments("bench --setup s --repetitions 3", "at least 5 repetitions, not 3"),
                arguments("break-even --setup s --seconds -1", "-1.0 seconds are allowed"),
                arguments("generate --base b --prompt x --refine", "--refine needs --setup"),
                arguments("generate --setup s --prompt x --refine 0", "'0' is less than 1"),
                arguments("generate --setup s --prompt x --refine --arm base", "it needs --arm kv"),
                arguments("generate --base b --prompt x --arm kv", "--arm kv needs --setup"),
                arguments("generate --setup s --prompt x --arm best", "There is no arm 'best': choose base, kv"),
                arguments("generate --setup s --prompt x --arm kv --compare", "leave --arm out"),
                arguments("prune --base b --out o", "--first=N | --keep=0,2,4 | --fraction=F | --layers=N"),
                arguments("prune --base b --first 3 --fraction 0.5 --out o", "mutually exclusive"),
                arguments("prune --base b --fraction 0 --out o", "--fraction is above 0 and at most 1"),
                arguments("prune --base b --fraction 1.1 --out o", "--fraction is above 0 and at most 1"),
                arguments("prune --base b --layers 3 --out o", "--layers needs --importance"),
                arguments("prune --base b --first 3 --text t --out o", "--text needs --importance"),
                arguments("prune --base b --fraction 0.5 --tokens 9 --out o", "--tokens needs --importance"),
                arguments("prune --base b --first 3 --importance --out o", "--importance chooses the layers itself"),
                arguments("prune --base b --first 3", "Missing required option: '--out=FOLDER'"),
                arguments("setup --base b --out o", "Missing required option: '--auxiliary=MODEL'"),
                arguments("setup --base b --auxiliary a --out o --layer-map 0;1", "'0;1' is no whole number"),
                arguments("calibrate --setup s --source key", "There is no source 'key': choose kv, joint or hidden"),
                arguments("calibrate --setup s --lambda -1", "--lambda is 0 or more"),
                arguments("calibrate --setup s --tokens many", "'many' is no whole number"),
                arguments("calibrate --setup s --weight 2", "Missing required argument(s): --text=PATH"),
                arguments("calibrate --setup s --text a --weight two", "'--weight'"),
                arguments("bench --lengths 64", "(--base=MODEL | --setup=FOLDER)"),
                arguments("bench --base b --lengths 64,", "'' is no whole number"),
                arguments("bench --base b --tail 3", "--tail needs --setup"),
                arguments("bench --base b --seconds ten", "'--seconds'"),
                arguments("pareto", "take the sample models (--quick)"),
                arguments("pareto --quick --task quiz", "leave the other options out"),
                arguments("pareto --setup s --out pom.xml", "--out pom.xml is a file: name a folder"),
                arguments("pareto --setup s --tails 0,1", "--tails takes whole numbers from 1 on"),
                arguments("pareto --setup s --shots -1", "--shots takes a whole number from 0 on"),
                arguments("pareto --setup s --x speed", "choose ttft, gain, flops"),
                arguments("pareto --setup s --metric luck", "there is no metric 'luck': choose "),
                arguments(
                        "eval --base b --task perplexity --data t --shots 3",
                        "--shots has no place in the task perplexity"),
                arguments("runs --show a --delete b", "mutually exclusive"),
                arguments("runs --since yesterday", "'--since'"),
                arguments("error --prompt x", "Missing required option: '--setup=FOLDER'"),
                arguments("error --setup s", "(--prompt=TEXT | --prompt-file=FILE | --tokens=1,2,3 | --text=FILE)"),
                arguments("error --setup s --prompt x --text y", "mutually exclusive"),
                arguments("error --setup s --prompt=", "The prompt is empty"),
                arguments("error --setup s --tokens 1,x", "'x' is no whole number"),
                arguments("error --setup s --prompt x --windows 3", "--windows needs --text"),
                arguments("error --setup s --prompt x --skip 3", "--skip needs --text"),
                arguments("error --setup s --prompt x --tail 3", "--tail needs --text"),
                arguments("error --setup s --prompt x --protocol reference", "--protocol needs --text"),
                arguments("error --setup s --text x --protocol mine", "There is no protocol 'mine'"),
                arguments(
                        "error --setup s --text x --protocol reference --windows 3", "leave --windows and --skip out"),
                arguments("error --setup s --text x --protocol reference --csv y", "--csv has nothing to write"),
                arguments("error --setup s --text x --source kv", "--source needs --protocol"),
                arguments("error --setup s --text x --tail 0,1", "A tail has at least one token"),
                arguments("error --setup s --text x --by-head", "--by-head needs a prompt"),
                arguments("error --setup s --prompt x --by-head", "--by-head needs --json or --csv"),
                arguments("dump --setup s --out o", "Missing required option: '--tokens=1,2,3'"),
                arguments("dump --tokens 1 --out o", "(--base=MODEL | --setup=FOLDER)"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("notUnderstood")
    void whatIsNotUnderstoodEndsInTwoWithAHint(String line, String hint) {
        Captured ran = Captured.run(home, line.isEmpty() ? new String[0] : line.split(" "));
        assertThat(ran.err()).contains(hint).contains("--help'.").doesNotContain("\tat ");
        assertThat(ran.out()).isEmpty();
        assertThat(ran.code()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "inspect",
                "tokenize",
                "generate",
                "prune",
                "setup",
                "calibrate",
                "bench",
                "error",
                "dump",
                "pareto",
                "runs"
            })
    void everyCommandExplainsItself(String command) {
        Captured ran = Captured.run(home, command, "--help");
        assertThat(ran.code()).isZero();
        assertThat(ran.err()).isEmpty();
        assertThat(ran.out())
                .startsWith("Usage: foretoken " + command)
                .contains("Example", "  -h, --help", "--kernel", "--threads", "--verbose");
        assertThat(ran.out().lines())
                .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(100));
        assertThat(Captured.run(home, "--help").out()).contains("  " + command);
    }

    @Test
    void helpNamesEveryKernel() {
        String help = Captured.run(home, "inspect", "--help").out();
        for (Kernel kernel : Kernel.values()) {
            assertThat(help).contains(kernel.label());
        }
    }

    @Test
    void saysItsVersion() {
        Captured ran = Captured.run(home, "--version");
        assertThat(ran.out()).startsWith("foretoken ");
        assertThat(ran.code()).isZero();
    }

    @Test
    void aMissingFileIsASentence() {
        Captured ran = Captured.run(home, "tokenize", "--model", "m", "--file", home.resolve("no.txt") + "");
        assertThat(ran.err())
                .isEqualToIgnoringNewLines("There is no file " + home.resolve("no.txt") + "; check the path.");
        assertThat(ran.code()).isEqualTo(1);
    }

    @Test
    void aFileThatIsNotTextIsASentence() throws IOException {
        Path binary = Files.write(home.resolve("latin.txt"), "caf\u00e9".getBytes(StandardCharsets.ISO_8859_1));
        Captured ran = Captured.run(home, "tokenize", "--model", "m", "--file", binary.toString());
        assertThat(ran.err()).isEqualToIgnoringNewLines(binary + " is not UTF-8 text; convert it to UTF-8 first.");
        assertThat(ran.code()).isEqualTo(1);
    }

    @Test
    void aFolderIsNoTextFile() {
        Captured ran = Captured.run(home, "generate", "--base", "b", "--prompt-file", home.toString());
        assertThat(ran.err()).isEqualToIgnoringNewLines("Cannot read " + home + ": it is a folder; name a text file.");
        assertThat(ran.code()).isEqualTo(1);
    }

    @Test
    @EnabledOnOs({OS.LINUX, OS.MAC})
    void whatNeverEndsIsNoPrompt() {
        Captured ran = Captured.run(home, "generate", "--base", "b", "--prompt-file", "/dev/zero");
        assertThat(ran.err()).isEqualToIgnoringNewLines("/dev/zero has more than 100 MB of text: give a part of it.");
        assertThat(ran.code()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "generate --prompt x",
                "bench",
                "eval --task quiz --data x",
                "error --prompt x",
                "map --curve",
                "pareto"
            })
    void aSetupIsTheFolderOfItsFile(String command) {
        Captured ran = Captured.run(home, (command + " --setup sample-models/early-layers/setup.json").split(" "));
        assertThat(ran.err()).contains("setup.json is a file, but a setup is a folder: name the one that it lies in.");
        assertThat(ran.code()).isEqualTo(1);
    }

    @Test
    void nothingIsWrittenOverWhatIsMeasured() throws IOException {
        Path model = Files.createDirectories(home.resolve("model"));
        Path setup = Files.createDirectories(home.resolve("setup"));
        Path weights = Files.writeString(model.resolve("model.safetensors"), "weights");
        Path predictor = Files.writeString(setup.resolve("predictor.safetensors"), "maps");
        Files.writeString(setup.resolve("setup.json"), """
                {"format": 1, "base": {"path": "../model", "hash": "x"}, "select_layers": [0],
                 "layer_map": [0], "source": "kv", "tail": 1}""");
        for (String line : List.of(
                "bench --base " + model + " --json " + weights,
                "bench --setup " + setup + " --json " + weights,
                "bench --setup " + setup + " --json " + predictor,
                "error --setup " + setup + " --prompt x --csv " + predictor,
                "error --setup " + setup + " --text x --csv " + weights)) {
            Captured ran = Captured.run(home, line.split(" "));
            assertThat(ran.err()).as(line).contains("belongs to what is read, ", "choose another file");
            assertThat(ran.code()).isEqualTo(1);
        }
        assertThat(weights).hasContent("weights");
        assertThat(predictor).hasContent("maps");
        Captured folder = Captured.run(home, "bench", "--base", "none", "--json", home.toString());
        assertThat(folder.err()).as("said before anything is measured").contains(home + " is a folder");
        Captured nowhere = Captured.run(home, "bench", "--base", "none", "--json", home + "/none/x.json");
        assertThat(nowhere.err()).contains("none/x.json can't be written, its folder doesn't exist");
    }

    @Test
    void aMapThatCantBeIsASentenceWithoutBeingFittedToo() {
        for (String[] wrong : new String[][] {
            {"--set", "0", "The layer map has 1 entries, the base 8 layers"},
            {"--set", "0,0,0,0,9,0,0,0", "feeds base layer 4 from auxiliary layer 9"},
            {"--preset", " ", "There is no map ' ' for this setup: choose of "}
        }) {
            Captured ran =
                    Captured.run(home, "map", "--setup", "sample-models/early-layers", "--dry-run", wrong[0], wrong[1]);
            assertThat(ran.err()).contains(wrong[2]);
            assertThat(ran.code()).isEqualTo(1);
        }
    }

    @Test
    void failuresAreOneSentenceEach() {
        assertThat(failed(new ForetokenException("x.gguf is cut off; download it again.")))
                .isEqualTo("1: x.gguf is cut off; download it again.");
        assertThat(failed(new CancellationException("whatever"))).isEqualTo("130: Stopped.");
        assertThat(failed(new OutOfMemoryError("Java heap space"))).startsWith("1: There is not enough memory");
        assertThat(failed(new IllegalStateException(new OutOfMemoryError())))
                .startsWith("1: There is not enough memory");
        assertThat(failed(new IllegalStateException("[enforce fail at alloc_cpu.cpp:127] err == 0."
                        + " DefaultCPUAllocator: can't allocate memory: you tried to allocate 2560000000000 bytes.")))
                .startsWith("1: There is not enough memory");
        String noThread = "unable to create native thread: possibly out of memory or process/resource limits reached";
        assertThat(failed(new OutOfMemoryError(noThread))).startsWith("1: No more threads can be started here");
        assertThat(failed(new IllegalStateException(new OutOfMemoryError(noThread))))
                .startsWith("1: No more threads can be started here");
        assertThat(failed(new IllegalStateException("rows 3, not 4")))
                .startsWith("1: Something unexpected went wrong (java.lang.IllegalStateException: rows 3, not 4).")
                .endsWith("Details: " + home.resolve("logs/foretoken.log"));
    }

    private String failed(Throwable failure) {
        Captured captured = new Captured(home, false);
        return Cli.failed(captured.session(), failure) + ": " + captured.err().strip();
    }

    @Test
    void whatCantBeWrittenIsNoSuccess() {
        OutputStream full = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("No space left on device");
            }
        };
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Terminal terminal = new Terminal(
                new PrintStream(full, false, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                false);
        assertThat(Cli.run(new Session(home, terminal), "--version")).isEqualTo(1);
        assertThat(err.toString(StandardCharsets.UTF_8)).startsWith("The output can't be written");
        err.reset();
        assertThat(Cli.failed(new Session(home, terminal), new CancellationException("nobody reads it")))
                .isEqualTo(1);
        assertThat(err.toString(StandardCharsets.UTF_8)).startsWith("The output can't be written");
    }
}
