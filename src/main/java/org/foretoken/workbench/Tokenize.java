package org.foretoken.workbench;

import java.nio.file.Path;
import java.util.List;
import org.foretoken.ForetokenException;

/** Turns text into a model's tokens. Reads the tokenizer only, and may run on any thread but the FX thread. */
public final class Tokenize {
    private final Workbench workbench;

    public Tokenize(Workbench workbench) {
        this.workbench = workbench;
    }

    /** @return the ids as the model would read them, special tokens that its tokenizer adds included */
    public List<Integer> run(Path model, String text) throws ForetokenException {
        return Workbench.notYet(workbench, model, text);
    }
}
