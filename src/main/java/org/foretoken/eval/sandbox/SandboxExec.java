package org.foretoken.eval.sandbox;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * macOS: {@code sandbox-exec} with a profile that denies all but reading the system's libraries and Python's. Written after Apple's own profiles; not yet
 * run on a Mac, where the probe of {@link Sandbox} has to find that it holds before anything else is run.
 */
record SandboxExec(Path sandboxExec) implements Isolation {
    /** Later rules win. {@code system.sb} lets a process start and read the system's libraries. */
    static final String PROFILE = """
            (version 1)
            (deny default)
            (import "system.sb")
            (deny file-read* (subpath "/Users") (subpath "/Volumes"))
            (allow file-read* (subpath (param "PREFIX")))
            (allow file-map-executable (subpath (param "PREFIX")))
            (allow file-read-metadata (path-ancestors (param "PREFIX")))
            (allow process-exec (subpath (param "PREFIX")))
            (deny file-write*)
            (allow file-write-data (literal "/dev/null"))
            (deny network*)
            (deny process-fork)
            (deny mach-lookup)
            (deny signal)
            (allow signal (target self))
            """;

    @Override
    public List<Path> shown(Python python) {
        return List.of(Path.of("/System"), Path.of("/Library"), Path.of("/usr"), python.prefix());
    }

    @Override
    public List<String> command(Python python, List<String> arguments) {
        List<String> command = new ArrayList<>(List.of(sandboxExec.toString()));
        command.addAll(List.of("-D", "PREFIX=" + python.prefix(), "-p", PROFILE));
        command.add(python.executable().toString());
        command.addAll(arguments);
        return command;
    }
}
