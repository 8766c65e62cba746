package org.foretoken.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.foretoken.ForetokenException;
import org.foretoken.workbench.CoreNet;
import org.foretoken.workbench.SetupSummary;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "import",
        description =
                "Make a setup of a checkpoint that CoreNet trained: auxiliary and predictor; the base is the setup's.",
        footer = {"", "Example: foretoken import --corenet checkpoint.pt --setup setups/pair --out setups/trained"})
final class ImportCommand implements Callable<Integer> {
    @Option(
            names = "--corenet",
            required = true,
            paramLabel = "FILE",
            description = "the checkpoint, a torch file or safetensors; nothing in it is executed")
    private Path checkpoint;

    @Option(names = "--setup", required = true, paramLabel = "FOLDER", description = "the setup that was exported")
    private Path setup;

    @Option(names = "--out", required = true, paramLabel = "FOLDER", description = "the new setup's folder")
    private Path out;

    @Mixin
    private EngineOptions engine;

    private final Session session;

    ImportCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws ForetokenException {
        SetupSummary made = session.run(
                "Importing",
                engine,
                (workbench, progress) -> new CoreNet(workbench).take(checkpoint, setup, out, progress));
        SetupText.lines(made).forEach(session.terminal().out()::println);
        return 0;
    }
}
