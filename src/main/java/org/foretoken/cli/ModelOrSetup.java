package org.foretoken.cli;

import java.nio.file.Path;
import java.util.Objects;
import org.foretoken.ForetokenException;
import org.foretoken.kvp.SetupFile;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** Exactly one of the two: a model alone, or a setup. */
final class ModelOrSetup {
    @Option(names = "--base", required = true, paramLabel = "MODEL", description = "a Hugging Face folder or GGUF file")
    private @Nullable Path base;

    @Option(names = "--setup", required = true, paramLabel = "FOLDER", description = "a setup's folder")
    private @Nullable Path setup;

    boolean isSetup() {
        return setup != null;
    }

    /**
     * Refuses an option that a model alone has no use for.
     *
     * @param option that was given; empty for none
     */
    void needsSetup(CommandLine command, String option) {
        if (!isSetup() && !option.isEmpty()) {
            throw new ParameterException(command, option + " needs --setup: a model alone has no auxiliary.");
        }
    }

    Path path() throws ForetokenException {
        if (setup == null) {
            return Objects.requireNonNull(base);
        }
        SetupFile.requireFolder(setup);
        return setup;
    }
}
