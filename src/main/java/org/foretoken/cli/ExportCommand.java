package org.foretoken.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.foretoken.ForetokenException;
import org.foretoken.workbench.CoreNet;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "export",
        description =
                "Write what trains a setup of OpenELM models with Apple's CoreNet across machines; 'import' brings it back.",
        footer = {"", "Example: foretoken export --setup setups/pair --corenet corenet"})
final class ExportCommand implements Callable<Integer> {
    @Option(names = "--setup", required = true, paramLabel = "FOLDER", description = "the setup's folder")
    private Path setup;

    @Option(
            names = "--corenet",
            required = true,
            paramLabel = "FOLDER",
            description = "where CoreNet's configuration and checkpoints go")
    private Path coreNet;

    @Mixin
    private EngineOptions engine;

    private final Session session;

    ExportCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws ForetokenException {
        CoreNet.Exported exported = session.run(
                "Exporting", engine, (workbench, progress) -> new CoreNet(workbench).export(setup, coreNet, progress));
        session.terminal()
                .out()
                .println("Configuration: " + exported.configuration() + " (it says what is left to do)");
        exported.checkpoints().forEach(file -> session.terminal().out().println("Weights: " + file));
        return 0;
    }
}
