package org.foretoken.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.foretoken.ForetokenException;
import org.foretoken.workbench.InspectModel;
import org.foretoken.workbench.ModelSummary;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "inspect",
        description = "Say what a model is: family, layers and widths, parameters, tokenizer, memory it will need.",
        footer = {"", "Example: foretoken inspect models/SmolLM2-135M-Instruct.Q4_1.gguf"})
final class InspectCommand implements Callable<Integer> {
    @Parameters(paramLabel = "MODEL", description = "a Hugging Face folder or a GGUF file")
    private Path model;

    @Option(names = "--json", description = "print one JSON object")
    private boolean json;

    @Mixin
    private EngineOptions engine;

    private final Session session;

    InspectCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws ForetokenException {
        ModelSummary summary = session.run(
                "Reading " + model, engine, (workbench, progress) -> new InspectModel(workbench).run(model));
        if (json) {
            Json.print(session.terminal(), ModelText.json(summary));
        } else {
            ModelText.lines(summary).forEach(session.terminal().out()::println);
        }
        return 0;
    }
}
