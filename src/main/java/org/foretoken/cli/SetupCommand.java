package org.foretoken.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.foretoken.ForetokenException;
import org.foretoken.workbench.PairModels;
import org.foretoken.workbench.SetupSummary;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "setup",
        description = "Make a setup of two models: a base and a smaller auxiliary with the same tokenizer.",
        footer = {"", "Example: foretoken setup --base models/1b --auxiliary models/135m --out setups/pair"})
final class SetupCommand implements Callable<Integer> {
    @Option(names = "--base", required = true, paramLabel = "MODEL", description = "the model that answers")
    private Path base;

    @Option(
            names = "--auxiliary",
            required = true,
            paramLabel = "MODEL",
            description = "the model that reads the prompt")
    private Path auxiliary;

    @Option(
            names = "--layer-map",
            paramLabel = "0,0,1",
            converter = Values.OfIntegers.class,
            description = "for each base layer the auxiliary layer that feeds it (default: the paper's rule)")
    private Optional<Values.Integers> layerMap;

    @Option(names = "--predictor", paramLabel = "FILE", description = "a predictor.safetensors, CoreNet's or ours")
    private Optional<Path> predictor;

    @Option(names = "--out", required = true, paramLabel = "FOLDER", description = "the setup's folder, made by this")
    private Path out;

    @Mixin
    private EngineOptions engine;

    private final Session session;

    SetupCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws ForetokenException {
        List<Integer> map = layerMap.map(Values.Integers::list).orElse(List.of());
        SetupSummary setup = session.run(
                "Making the setup",
                engine,
                (workbench, progress) -> new PairModels(workbench).run(base, auxiliary, map, predictor, out));
        SetupText.lines(setup).forEach(session.terminal().out()::println);
        return 0;
    }
}
