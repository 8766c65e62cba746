package org.foretoken.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.foretoken.ForetokenException;
import org.foretoken.workbench.Dump;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "dump",
        description = {
            "Write what a model computes for a prompt to a safetensors file, to check it elsewhere.",
            "The tensors: logits at every position, k_projected.N, k_rotated.N and v.N; of a setup also predicted_k_rotated.N, "
                    + "predicted_v.N and first_logits, those of the last prompt token through the predicted cache.",
        },
        footer = {"", "Example: foretoken dump --setup setups/early --tokens 1,2,3 --out x.safetensors"})
final class DumpCommand implements Callable<Integer> {
    @ArgGroup(multiplicity = "1")
    private ModelOrSetup model;

    @Option(
            names = "--tokens",
            required = true,
            paramLabel = "1,2,3",
            converter = Values.OfIntegers.class,
            description = "the prompt's token ids")
    private Values.Integers tokens;

    @Option(names = "--out", required = true, paramLabel = "FILE", description = "the file to write")
    private Path out;

    @Mixin
    private EngineOptions engine;

    private final Session session;

    DumpCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws ForetokenException {
        session.run("Computing", engine, (workbench, progress) -> {
            new Dump(workbench).run(model.path(), tokens.list(), out, progress);
            return out;
        });
        session.terminal().out().println("Wrote " + out + ".");
        return 0;
    }
}
