package org.foretoken.eval.sandbox;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Linux: bubblewrap with namespaces of its own for users, processes, network and System V memory. The only files are Python's, read-only; there is no
 * folder to write in, no {@code /proc}, no variable of the environment. When it is killed, or who started it dies, all in it die.
 */
record Bubblewrap(Path bwrap) implements Isolation {
    private static final List<Path> SYSTEM = Stream.of("/usr/lib", "/usr/lib64", "/lib", "/lib64", "/etc/ld.so.cache")
            .map(Path::of)
            .toList();
    private static final String NOBODY = "65534";

    @Override
    public List<Path> shown(Python python) {
        List<Path> shown = new ArrayList<>(SYSTEM);
        shown.add(python.executable());
        for (String name : List.of("lib", "lib64")) {
            Path folder = python.prefix().resolve(name);
            if (!shown.contains(folder)) {
                shown.add(folder);
            }
        }
        return shown;
    }

    @Override
    public List<String> command(Python python, List<String> arguments) {
        List<String> command = new ArrayList<>(List.of(bwrap.toString()));
        command.addAll(List.of("--unshare-user", "--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts"));
        command.addAll(List.of("--uid", NOBODY, "--gid", NOBODY, "--cap-drop", "ALL"));
        command.addAll(List.of("--die-with-parent", "--new-session", "--clearenv"));
        for (Path each : shown(python)) {
            command.addAll(List.of("--ro-bind-try", each.toString(), each.toString()));
        }
        command.addAll(List.of("--dev-bind", "/dev/null", "/dev/null", "--remount-ro", "/", "--chdir", "/"));
        command.addAll(List.of("--", python.executable().toString()));
        command.addAll(arguments);
        return command;
    }
}
