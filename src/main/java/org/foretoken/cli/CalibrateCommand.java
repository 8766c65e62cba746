package org.foretoken.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import org.foretoken.ForetokenException;
import org.foretoken.kvp.Source;
import org.foretoken.workbench.Calibrate;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "calibrate",
        description = "Fit a setup's predictor in closed form on text. Text like the prompts gives the best answers.",
        footer = {
            "",
            "Examples: foretoken calibrate --setup setups/early --text wiki.txt --source hidden",
            "  foretoken calibrate --setup setups/early --text wiki.txt --text nq.jsonl --template triviaqa"
        })
final class CalibrateCommand implements Callable<Integer> {
    @Spec
    private CommandSpec command;

    @Option(names = "--setup", required = true, paramLabel = "FOLDER", description = "the setup's folder")
    private Path setup;

    @Option(
            names = "--out",
            paramLabel = "FOLDER",
            description = "where the calibrated setup goes (default: --setup's own folder)")
    private @Nullable Path out;

    @ArgGroup(exclusive = false, multiplicity = "0..*", heading = TextOptions.HEADING)
    private List<TextOptions> text = new ArrayList<>();

    @Option(
            names = "--source",
            paramLabel = "SOURCE",
            defaultValue = "hidden",
            converter = Values.OfSource.class,
            split = ",",
            description = {
                "what the predictor reads: kv (the paper), joint or hidden (default: ${DEFAULT-VALUE})",
                "several, such as hidden,kv: the links are priced for each, the predictor reads the first"
            })
    private List<Source> sources = new ArrayList<>();

    @Option(
            names = "--tokens",
            paramLabel = "N",
            defaultValue = "8192",
            converter = Values.AtLeastOne.class,
            description = "tokens to read at most (default: ${DEFAULT-VALUE})")
    private int tokens;

    @Option(
            names = "--lambda",
            paramLabel = "L",
            description =
                    "ridge weight, relative to the input's mean square (default: what does best on held-out tokens)")
    private @Nullable Double lambda;

    @Option(names = "--json", description = "print one JSON object, with the error of every layer")
    private boolean json;

    @Mixin
    private EngineOptions engine;

    private final Session session;

    CalibrateCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws ForetokenException {
        if (lambda != null && !(lambda >= 0)) {
            throw new ParameterException(command.commandLine(), "--lambda is 0 or more.");
        }
        Calibrate.Request request = new Calibrate.Request(
                setup,
                Optional.ofNullable(out),
                TextOptions.parts(text),
                sources,
                tokens,
                lambda == null ? OptionalDouble.empty() : OptionalDouble.of(lambda));
        Calibrate.Result result = session.run(
                "Calibrating", engine, (workbench, progress) -> new Calibrate(workbench).run(request, progress));
        if (json) {
            Json.print(session.terminal(), SetupText.json(result));
        } else {
            SetupText.fit(result).forEach(session.terminal().out()::println);
        }
        return 0;
    }
}
