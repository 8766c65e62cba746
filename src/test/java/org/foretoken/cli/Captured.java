package org.foretoken.cli;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** One run of the command line in this process, and what it said. */
final class Captured {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final Session session;
    private int code = -1;

    Captured(Path home, boolean redraws) {
        session = new Session(
                home,
                new Terminal(
                        new PrintStream(out, false, StandardCharsets.UTF_8),
                        new PrintStream(err, false, StandardCharsets.UTF_8),
                        redraws));
    }

    static Captured run(Path home, String... arguments) {
        Captured captured = new Captured(home, false);
        captured.code = Cli.run(captured.session, arguments);
        return captured;
    }

    Session session() {
        return session;
    }

    int code() {
        return code;
    }

    String out() {
        session.terminal().out().flush();
        return out.toString(StandardCharsets.UTF_8);
    }

    String err() {
        session.terminal().err().flush();
        return err.toString(StandardCharsets.UTF_8);
    }
}
