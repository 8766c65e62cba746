package org.foretoken.workbench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.foretoken.ForetokenException;

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
        ObjectNode root = new ObjectMapper().createObjectNode().put("version", "1.0");
        root.putArray("added_tokens")
                .addObject()
                .put("id", END)
                .put("content", "<|endoftext|>")
                .put("single_word", false)
                .put("lstrip", false)
                .put("rstrip", false)
                .put("normalized", false)
                .put("special", true);
        ObjectNode model = root.putObject("model").put("type", "BPE");
        ObjectNode vocabulary = model.putObject("vocab");
        for (int b = 0; b < END; b++) {
            // the byte-level alphabet has stand-ins for 0 to 32
            vocabulary.put(Character.toString(b > ' ' ? b : 256 + b), b);
        }
        model.putArray("merges");
        ObjectNode byteLevel = root.putObject("pre_tokenizer")
                .put("type", "ByteLevel")
                .put("add_prefix_space", false)
                .put("trim_offsets", true)
                .put("use_regex", true);
        root.set("decoder", byteLevel.deepCopy());
        Files.writeString(folder.resolve("tokenizer.json"), root.toString());
        Files.writeString(folder.resolve("tokenizer_config.json"), "{\"eos_token\":\"<|endoftext|>\"}");
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
