package org.foretoken.workbench;

import java.nio.file.Path;
import java.util.List;
import org.foretoken.ForetokenException;
import org.foretoken.Progress;

/** Writes what a model computes for a prompt to a safetensors file, so that anyone can check a number. Runs on the engine thread. */
public final class Dump {
    private final Workbench workbench;

    public Dump(Workbench workbench) {
        this.workbench = workbench;
    }

    /**
     * Writes {@code logits} at every position, {@code k_projected.N}, {@code k_rotated.N} and {@code v.N}; of a setup also
     * {@code predicted_k_rotated.N}, {@code predicted_v.N} and {@code first_logits}.
     *
     * @param modelOrSetup a model, or a setup's folder
     * @param tokens the prompt
     * @param out the file, replaced if it exists
     */
    public void run(Path modelOrSetup, List<Integer> tokens, Path out, Progress progress) throws ForetokenException {
        Workbench.notYet(workbench, modelOrSetup, tokens, out, progress);
    }
}
