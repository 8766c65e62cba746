package org.foretoken.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/**
 * Where a command speaks.
 *
 * @param out the command's result and nothing else
 * @param err progress, summaries and errors
 * @param redraws whether {@code err} is a screen, where a line can be drawn over
 */
record Terminal(PrintStream out, PrintStream err, boolean redraws) {
    /** That of this process. Results are UTF-8 whatever the locale: JSON must be, and a model's text rarely fits anything less. */
    static Terminal ofProcess() {
        PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), false, StandardCharsets.UTF_8);
        // The start script knows whether stderr is a terminal; Java only knows about stdin and stdout.
        return new Terminal(out, System.err, Boolean.getBoolean("foretoken.terminal"));
    }
}
