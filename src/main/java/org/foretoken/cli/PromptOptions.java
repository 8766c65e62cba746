package org.foretoken.cli;

import java.nio.file.Path;
import java.util.Objects;
import org.foretoken.ForetokenException;
import org.foretoken.workbench.Prompt;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Exactly one of three ways to give a prompt; a command may add what else it reads. */
class PromptOptions {
    @Option(names = "--prompt", required = true, paramLabel = "TEXT", description = "the prompt")
    private @Nullable String prompt;

    @Option(
            names = "--prompt-file",
            required = true,
            paramLabel = "FILE",
            description = "a UTF-8 text file with the prompt, taken as it is; - for stdin")
    private @Nullable Path file;

    @Option(
            names = "--tokens",
            required = true,
            paramLabel = "1,2,3",
            converter = Values.OfIntegers.class,
            description = "the prompt's token ids, for models without a tokenizer")
    private Values.@Nullable Integers tokens;

    boolean isTokens() {
        return tokens != null;
    }

    Prompt read(boolean chat) throws ForetokenException {
        if (tokens != null) {
            return Prompt.of(tokens.list());
        }
        String text = prompt != null ? prompt : TextFiles.read(Objects.requireNonNull(file));
        return chat ? Prompt.chat(text) : Prompt.of(text);
    }
}
