package org.foretoken.workbench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.foretoken.ForetokenException;
import org.foretoken.text.corpus.ByteTokenizer;

/** The tiny untrained OpenELMs of the golden values, given a tokenizer: ASCII characters, 127 ends a text. */
public final class TinyModels {
    private static final Path PAIR = Path.of("src/test/resources/golden/openelm-kvp-c");

    private static final int END = 127;

    private TinyModels() {}

    /** A copy of one, {@code base} or {@code auxiliary}, with a tokenizer. */
    public static Path copy(String name, Path into) throws IOException {
        Path folder = into.resolve(name);
        Files.createDirectories(folder);
        try (Stream<Path> files = Files.list(PAIR.resolve(name))) {
            for (Path file : files.toList()) {
                Files.copy(file, folder.resolve(file.getFileName()));
            }
        }
        ByteTokenizer.write(folder, END);
        return folder;
    }

    /** A setup of both with the predictor that CoreNet made. */
    public static Path setup(Workbench workbench, Path into) throws IOException, ForetokenException {
        Path base = copy("base", into);
        Path auxiliary = copy("auxiliary", into);
        Path setup = into.resolve("setup");
        new PairModels(workbench)
                .run(base, auxiliary, List.of(0, 0, 1, 1), Optional.of(PAIR.resolve("predictor.safetensors")), setup);
        return setup;
    }
}
