package org.foretoken.checkpoint;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.foretoken.ForetokenException;

/** Weights and what describes them: a Hub folder or a GGUF file, headers read and checked, tensors left on disk until they're asked for. */
public sealed interface Checkpoint extends AutoCloseable permits HubFolder, GgufFile {
    /**
     * Opens what a user points at: a folder with a config.json, a file in such a folder, or a GGUF file.
     *
     * @throws ForetokenException when it's neither, or is broken, naming the file and what is missing
     */
    static Checkpoint open(Path path) throws ForetokenException {
        if (Files.isDirectory(path)) {
            return HubFolder.open(path);
        }
        Path absolute = path.toAbsolutePath();
        Path folder = absolute.getParent();
        String name = String.valueOf(absolute.getFileName()).toLowerCase(Locale.ROOT);
        if (!Files.exists(path)) {
            throw new ForetokenException(path + " doesn't exist: give a folder with a config.json, or a .gguf file.");
        }
        if (name.endsWith(".gguf")) {
            return GgufFile.open(path);
        }
        boolean inHubFolder =
                name.endsWith(".safetensors") || name.endsWith(".safetensors.index.json") || name.equals("config.json");
        if (inHubFolder && folder != null) {
            return HubFolder.open(folder);
        }
        throw new ForetokenException(
                path
                        + " is neither a Hugging Face folder nor a GGUF file: give a folder with a config.json, or a .gguf file.");
    }

    /** The folder, or the GGUF file. */
    Path path();

    /** The tensors; not to be used after {@link #close}. */
    WeightSource weights();

    /** Lets go of the files. Tensors handed out before stay valid: the mapping goes with the last of them. */
    @Override
    void close();
}
