package org.foretoken.workbench;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.foretoken.ForetokenException;
import org.foretoken.model.family.StoredModel;
import org.foretoken.text.Tokenizer;

/** Turns text into a model's tokens. Reads headers and tokenizer only, and may run on any thread but the FX thread. */
public final class Tokenize {
    /** The ids as the model would read them, special tokens that its tokenizer adds included. */
    public List<Integer> run(Path model, String text) throws ForetokenException {
        try (StoredModel stored = StoredModel.open(model);
                Tokenizer tokenizer = LoadedModels.tokenizer(stored)) {
            if (tokenizer == null) {
                throw LoadedModels.noTokenizer(model);
            }
            return text.isEmpty()
                    ? List.of()
                    : Arrays.stream(tokenizer.encode(text, true)).boxed().toList();
        }
    }
}
