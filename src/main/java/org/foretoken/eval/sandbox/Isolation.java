package org.foretoken.eval.sandbox;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.foretoken.ForetokenException;

/** What keeps a program from network, files and other processes. */
interface Isolation {
    /** The command that runs Python in it. */
    List<String> command(Python python, List<String> arguments);

    /** What can be read in it. */
    List<Path> shown(Python python);

    /**
     * That of a system.
     *
     * @param system its name as Java has it, such as {@code Linux}
     * @throws ForetokenException when it has none: then nothing is run
     */
    static Isolation of(String system, SearchPath path) throws ForetokenException {
        String name = system.toLowerCase(Locale.ROOT);
        if (name.startsWith("linux")) {
            return path.all("bwrap")
                    .findFirst()
                    .map(Bubblewrap::new)
                    .orElseThrow(
                            () -> new ForetokenException("This task runs what a model writes, which needs bubblewrap"
                                    + " to keep it from network and files, but there is no bwrap here: install it (Debian:"
                                    + " apt-get install bubblewrap)."));
        }
        if (name.startsWith("mac")) {
            return path.all("sandbox-exec")
                    .findFirst()
                    .map(SandboxExec::new)
                    .orElseThrow(() -> new ForetokenException("This task runs what a model writes, which needs macOS's"
                            + " sandbox-exec to keep it from network and files, but there is none here."));
        }
        throw new ForetokenException("This task runs what a model writes, and Foretoken knows no isolation for "
                + system + ": run it on Linux or macOS.");
    }
}
