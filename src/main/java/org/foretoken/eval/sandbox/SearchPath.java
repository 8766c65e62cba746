package org.foretoken.eval.sandbox;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Where programs are looked for. */
record SearchPath(List<Path> folders) {
    /** {@code /usr/bin}, which has nothing of the user's in it, then the folders of {@code PATH}. */
    static SearchPath of(Map<String, String> environment) {
        String[] path = environment.getOrDefault("PATH", "").split(File.pathSeparator, -1);
        Stream<String> absolute = Stream.of(path).filter(each -> each.startsWith("/"));
        return new SearchPath(Stream.concat(Stream.of("/usr/bin"), absolute)
                .map(Path::of)
                .distinct()
                .toList());
    }

    /** All programs of a name, in order. */
    Stream<Path> all(String name) {
        return folders.stream().map(folder -> folder.resolve(name)).filter(Files::isExecutable);
    }
}
