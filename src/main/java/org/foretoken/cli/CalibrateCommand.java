package org.foretoken.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.foretoken.ForetokenException;
import org.foretoken.kvp.Source;
import org.foretoken.workbench.Calibrate;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "calibrate",
        description = "Fit a setup's predictor in closed form on text. Text like the prompts gives the best answers.",
        footer = {"", "Example: foretoken calibrate --setup setups/early --text wiki.txt --source hidden"})
final class CalibrateCommand implements Callable<Integer> {
    @Spec
    private CommandSpec command;

    @Option(names = "--setup", required = true, paramLabel = "FOLDER", description = "the setup's folder")
    private Path setup;

    @Option(
            names = "--text",
            arity = "1..*",
            paramLabel = "FILE",
            description = "UTF-8 text files (default: the text that comes with the program)")
    private List<Path> text = new ArrayList<>();

    @Option(
            names = "--source",
            paramLabel = "SOURCE",
            defaultValue = "hidden",
            converter = Values.OfSource.class,
            description = "what the predictor reads: kv (the paper), joint or hidden (default: ${DEFAULT-VALUE})")
    private Source source;

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
            defaultValue = "0.01",
            description = "ridge weight, relative to the input's mean square (default: ${DEFAULT-VALUE})")
    private double lambda;

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
        if (!(lambda >= 0)) {
            throw new ParameterException(command.commandLine(), "--lambda is 0 or more.");
        }
        Calibrate.Request request = new Calibrate.Request(setup, text, source, tokens, lambda);
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
