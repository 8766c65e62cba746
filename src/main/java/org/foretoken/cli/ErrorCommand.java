package org.foretoken.cli;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.foretoken.ForetokenException;
import org.foretoken.kvp.Source;
import org.foretoken.workbench.Export;
import org.foretoken.workbench.KvErrorTable;
import org.foretoken.workbench.MeasureKvError;
import org.foretoken.workbench.MeasureKvError.OfPrompt;
import org.foretoken.workbench.MeasureKvError.OfReference;
import org.foretoken.workbench.MeasureKvError.OfText;
import org.foretoken.workbench.Prompt;
import org.foretoken.workbench.TextStart;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "error",
        description = {
            "Measure how far a setup's predicted cache is from the base's own, layer by layer, and how that changes the next token:"
                    + " at every position of a prompt, or as means over windows of a text.",
        },
        footer = {
            "",
            "Examples:",
            "  foretoken error --setup setups/early --prompt \"The capital of France is\"",
            "  foretoken error --setup setups/early --text wiki.txt --skip 8192 --compare setups/half",
            "  foretoken error --setup setups/early --text wikitext2-valid.txt --protocol reference",
        })
final class ErrorCommand implements Callable<Integer> {
    /** What to read: a prompt in one of three ways, or a text. */
    private static final class Input extends PromptOptions {
        @Option(
                names = "--text",
                required = true,
                paramLabel = "FILE",
                description = "a UTF-8 text file to be read in windows of 256 tokens, positions 16 and later measured")
        private @Nullable Path text;
    }

    @Spec
    private CommandSpec command;

    @Option(names = "--setup", required = true, paramLabel = "FOLDER", description = "the setup's folder")
    private Path setup;

    @ArgGroup(multiplicity = "1")
    private Input input;

    @Option(
            names = "--compare",
            paramLabel = "FOLDER",
            description = "measure this setup, too, and show the difference")
    private Optional<Path> compare;

    @Option(
            names = "--windows",
            paramLabel = "N",
            converter = Values.AtLeastOne.class,
            description = "windows of the text to measure at most (default: " + MeasureKvError.WINDOWS + ")")
    private Optional<Integer> windows;

    @Option(
            names = "--skip",
            paramLabel = "N",
            converter = Values.AtLeastOne.class,
            description = "tokens of the text to leave out at its start, such as those calibrated on")
    private Optional<Integer> skip;

    @Option(
            names = "--tail",
            paramLabel = "1,32",
            converter = Values.OfIntegers.class,
            description = "also compare the first token after prompts from the text, the base reading this many of the"
                    + " last tokens itself")
    private Values.@Nullable Integers tails;

    @Option(
            names = "--protocol",
            paramLabel = "reference",
            description =
                    "calibrate in memory on the text's first 48 windows, test on 8 from token 100,000 on, and print"
                            + " the figures of the reference's table; the setup stays as it is")
    private Optional<String> protocol;

    @Option(
            names = "--source",
            paramLabel = "SOURCE",
            converter = Values.OfSource.class,
            description = "with --protocol: what the predictor reads, kv, joint or hidden (default: the setup's own)")
    private Optional<Source> source;

    @Option(names = "--by-head", description = "with --json or --csv: each kv head of a prompt, too")
    private boolean byHead;

    @Option(names = "--csv", paramLabel = "FILE", description = "write a table there, a row a layer and position")
    private Optional<Path> csv;

    @Option(names = "--json", description = "print one JSON object, with all matrices")
    private boolean json;

    @Mixin
    private EngineOptions engine;

    private final Session session;

    ErrorCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws ForetokenException {
        check();
        List<Path> setups = new ArrayList<>(List.of(setup));
        compare.ifPresent(setups::add);
        if (csv.isPresent()) {
            Export.check(csv.get(), setups);
        }
        if (input.text == null) {
            ofPrompt(setups, input.read(false));
            return 0;
        }
        // a pipe is read here: the engine thread cannot be called back from it
        boolean pipe = input.text.toString().equals("-");
        TextStart text = pipe ? TextStart.of(TextFiles.read(input.text)) : TextStart.of(input.text);
        if (protocol.isPresent()) {
            byReference(setups, text);
        } else {
            ofText(setups, text);
        }
        return 0;
    }

    private void check() {
        if (input.text == null) {
            String needs = windows.isPresent() ? "--windows" : skip.isPresent() ? "--skip" : "";
            needs = tails != null ? "--tail" : protocol.isPresent() ? "--protocol" : needs;
            if (!needs.isEmpty()) {
                throw wrong(needs + " needs --text: it is about windows of a text.");
            }
        }
        if (protocol.isPresent() && !protocol.get().equals("reference")) {
            throw wrong("There is no protocol '" + protocol.get() + "': choose reference, or leave --protocol out.");
        }
        if (tails != null && tails.list().contains(0)) {
            throw wrong("A tail has at least one token: the base reads the last token of a prompt itself.");
        }
        if (protocol.isEmpty() && source.isPresent()) {
            throw wrong("--source needs --protocol: otherwise the setup's own predictor is measured.");
        }
        if (protocol.isPresent() && (windows.isPresent() || skip.isPresent())) {
            throw wrong("--protocol says which windows are read; leave --windows and --skip out.");
        }
        if (protocol.isPresent() && csv.isPresent()) {
            throw wrong("--csv has nothing to write with --protocol; take --json.");
        }
        if (byHead && input.text != null) {
            throw wrong("--by-head needs a prompt: a text is measured by whole entries.");
        }
        if (byHead && !json && csv.isEmpty()) {
            throw wrong("--by-head needs --json or --csv: there are too many heads to print.");
        }
    }

    private ParameterException wrong(String sentence) {
        return new ParameterException(command.commandLine(), sentence);
    }

    private void ofPrompt(List<Path> setups, Prompt prompt) throws ForetokenException {
        if (prompt.text().isEmpty() && prompt.ids().isEmpty()) {
            throw wrong("The prompt is empty: there is nothing to measure.");
        }
        List<OfPrompt> measured = measure(setups, (measure, folder, progress) -> measure.run(folder, prompt, progress));
        if (measured.size() > 1) {
            comparable(measured.get(0).error().layers(), measured.get(1).error().layers());
            if (!measured.get(0).ids().equals(measured.get(1).ids())) {
                throw new ForetokenException(
                        "The two setups' bases read the prompt as different tokens and can't be compared position by"
                                + " position: compare setups of one base.");
            }
        }
        if (csv.isPresent()) {
            write(KvErrorTable.ofPrompts(measured, byHead), csv.get());
        }
        if (json) {
            Json.print(session.terminal(), ErrorJson.ofPrompts(measured, byHead));
        } else {
            ErrorText.ofPrompts(measured).forEach(session.terminal().out()::println);
        }
    }

    private void ofText(List<Path> setups, TextStart text) throws ForetokenException {
        MeasureKvError.Text which =
                new MeasureKvError.Text(text, skip.orElse(0), windows.orElse(MeasureKvError.WINDOWS), tailList());
        List<OfText> measured = measure(setups, (measure, folder, progress) -> measure.run(folder, which, progress));
        if (measured.size() > 1) {
            comparable(
                    measured.get(0).profile().layers().size(),
                    measured.get(1).profile().layers().size());
        }
        if (csv.isPresent()) {
            write(KvErrorTable.ofTexts(measured), csv.get());
        }
        if (json) {
            Json.print(session.terminal(), ErrorJson.ofTexts(measured));
        } else {
            ErrorText.ofTexts(measured).forEach(session.terminal().out()::println);
        }
    }

    private void byReference(List<Path> setups, TextStart text) throws ForetokenException {
        List<OfReference> measured = measure(
                setups, (measure, folder, progress) -> measure.byReference(folder, text, source, tailList(), progress));
        if (json) {
            Json.print(session.terminal(), ErrorJson.ofReferences(measured));
        } else {
            ErrorText.ofReferences(measured).forEach(session.terminal().out()::println);
        }
    }

    private static void write(String table, Path file) throws ForetokenException {
        Export.write(file, table.getBytes(StandardCharsets.UTF_8));
    }

    private List<Integer> tailList() {
        return tails == null ? List.of() : tails.list();
    }

    private static void comparable(int layers, int others) throws ForetokenException {
        if (layers != others) {
            throw new ForetokenException("The two setups' bases have " + layers + " and " + others
                    + " layers and can't be compared layer by layer: compare setups of one base.");
        }
    }

    /** One measurement of one setup. */
    private interface Measurement<T> {
        T of(MeasureKvError measure, Path folder, org.foretoken.Progress progress) throws ForetokenException;
    }

    private <T> List<T> measure(List<Path> setups, Measurement<T> measurement) throws ForetokenException {
        return session.run("Measuring", engine, (workbench, progress) -> {
            List<T> measured = new ArrayList<>();
            for (Path folder : setups) {
                measured.add(measurement.of(new MeasureKvError(workbench), folder, progress));
            }
            return measured;
        });
    }
}
