package org.foretoken.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.foretoken.ForetokenException;
import org.foretoken.workbench.Tokenize;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "tokenize",
        description = "Print a text's token ids as a JSON list.",
        footer = {"", "Example: foretoken tokenize --model models/smollm2 --text \"Hello world\""})
final class TokenizeCommand implements Callable<Integer> {
    private static final class Text {
        @Option(names = "--text", required = true, paramLabel = "TEXT", description = "the text itself")
        private @Nullable String text;

        @Option(names = "--file", required = true, paramLabel = "FILE", description = "a UTF-8 text file, - for stdin")
        private @Nullable Path file;

        String read() throws ForetokenException {
            return text != null ? text : TextFiles.read(java.util.Objects.requireNonNull(file));
        }
    }

    @Option(
            names = "--model",
            required = true,
            paramLabel = "MODEL",
            description = "a Hugging Face folder or GGUF file")
    private Path model;

    @ArgGroup(multiplicity = "1")
    private Text text;

    @Mixin
    private EngineOptions engine;

    private final Session session;

    TokenizeCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws ForetokenException {
        String read = text.read(); // here, for the engine thread cannot be called back from a pipe that brings nothing
        List<Integer> ids = session.run("Tokenizing", engine, (workbench, progress) -> new Tokenize().run(model, read));
        Json.print(session.terminal(), Json.integers(ids));
        return 0;
    }
}
