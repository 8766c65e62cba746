package org.foretoken.eval.sandbox;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.foretoken.ForetokenException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Python of this machine.
 *
 * @param executable itself, not a link or script that leads to it
 * @param prefix the folder that it was installed into; its standard library is below {@code lib}
 */
record Python(String version, Path executable, Path prefix) {
    private static final Logger LOG = LoggerFactory.getLogger(Python.class);

    /** Without the user's variables and packages. */
    static final List<String> ISOLATED = List.of("-I", "-S", "-B");

    private static final String WHO = """
            import os, sys
            for each in (sys.version.split()[0], sys.executable, sys.base_prefix):
                print(os.path.realpath(each) if os.path.isabs(each) else each)
            """;
    private static final int PATIENCE_SECONDS = 20;

    /**
     * The first that can be used.
     *
     * @param home the user's folder, which must not be part of what Python needs
     * @throws ForetokenException when there is none
     */
    static Python find(SearchPath path, Path home) throws ForetokenException {
        return path.all("python3")
                .map(Python::ask)
                .flatMap(Optional::stream)
                .filter(python -> !home.startsWith(python.prefix().resolve("lib")))
                .findFirst()
                .orElseThrow(
                        () -> new ForetokenException("This task runs Python programs, but there is no python3 here:"
                                + " install one (Debian: apt-get install python3; macOS: xcode-select --install)."));
    }

    /** What a command, perhaps a script of a version manager, runs in the end; empty when it fails. */
    private static Optional<Python> ask(Path command) {
        List<String> line = new ArrayList<>(List.of(command.toString()));
        line.addAll(ISOLATED);
        line.addAll(List.of("-c", WHO));
        try {
            Process process = new ProcessBuilder(line)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            try {
                process.getOutputStream().close();
                if (process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) && process.exitValue() == 0) {
                    List<String> said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                            .lines()
                            .toList();
                    return Optional.of(new Python(said.get(0), Path.of(said.get(1)), Path.of(said.get(2))));
                }
            } finally {
                process.destroyForcibly();
            }
        } catch (IOException | RuntimeException e) {
            LOG.info("{} is no Python that can be used", command, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return Optional.empty();
    }
}
