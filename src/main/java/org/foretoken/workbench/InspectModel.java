package org.foretoken.workbench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.foretoken.ForetokenException;
import org.foretoken.checkpoint.GgufFile;
import org.foretoken.kvp.SetupFile;
import org.foretoken.model.family.StoredModel;
import org.foretoken.text.Tokenizer;

/** Reads what a model's headers say. Quick, and may run on any thread but the FX thread. */
public final class InspectModel {
    private final Workbench workbench;

    public InspectModel(Workbench workbench) {
        this.workbench = workbench;
    }

    /**
     * Opens a model's headers, checks that all tensors are there in the right shape, and closes it again.
     *
     * @param path a Hub folder or a GGUF file
     */
    public ModelSummary run(Path path) throws ForetokenException {
        try (StoredModel stored = StoredModel.open(path);
                Tokenizer tokenizer = LoadedModels.tokenizer(stored)) {
            boolean gguf = stored.checkpoint() instanceof GgufFile;
            return new ModelSummary(
                    name(stored),
                    stored.path(),
                    gguf ? "GGUF" : "Hub folder",
                    stored.config(),
                    stored.checkpoint().weights().dtype(),
                    stored.checkpoint().weights().bytes(),
                    Optional.ofNullable(tokenizer).map(Tokenizer::kind),
                    Optional.ofNullable(tokenizer).map(Tokenizer::fingerprint),
                    tokenizer != null && tokenizer.chatTemplate().isPresent(),
                    stored.checkpoint().weights().hash(),
                    Memory.expected(stored, workbench.expectedKernel()),
                    PromptExample.of(stored.path()));
        }
    }

    /**
     * The name for lists: of the file without its ending, or of the folder, its setup's before it where it lies in one; the Hub's cache hides it two
     * levels up.
     */
    static String name(StoredModel stored) {
        return name(stored.path());
    }

    static String name(Path path) {
        Path absolute = path.toAbsolutePath().normalize();
        String last = String.valueOf(absolute.getFileName());
        Path parent = absolute.getParent();
        Path repository = parent == null ? null : parent.getParent();
        if (parent != null && repository != null && parent.endsWith("snapshots") && Files.isDirectory(absolute)) {
            String cached = String.valueOf(repository.getFileName());
            return cached.startsWith("models--")
                    ? cached.substring("models--".length()).replace("--", "/")
                    : last;
        }
        if (parent != null && SetupFile.isIn(parent)) {
            return parent.getFileName() + "/" + last; // the auxiliary that was trained with a setup
        }
        return last.endsWith(".gguf") ? last.substring(0, last.length() - ".gguf".length()) : last;
    }
}
