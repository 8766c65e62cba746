package org.foretoken.eval.sandbox;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Where programs are looked for. */
record SearchPath(List<Path> folders) {
    /** {@code /usr/bin}, which has nothing of the user's in it, then the folders of {@code PATH}. */
    static SearchPath of(Map<String, String> environment) {
        List<Path> folders = new ArrayList<>(List.of(Path.of("/usr/bin")));
        for (String each : environment.getOrDefault("PATH", "").split(File.pathSeparator, -1)) {
            try {
                Path folder = Path.of(each);
                if (folder.isAbsolute()) {
                    folders.add(folder);
                }
            } catch (InvalidPathException e) {
                continue; // no folder can have that name
            }
        }
        return new SearchPath(folders.stream().distinct().toList());
    }

    /** All programs of a name, in order. */
    Stream<Path> all(String name) {
        return folders.stream().map(folder -> folder.resolve(name)).filter(Files::isExecutable);
    }
}
