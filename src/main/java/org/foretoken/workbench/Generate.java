package org.foretoken.workbench;

import java.nio.file.Path;
import java.util.List;
import org.foretoken.ForetokenException;
import org.foretoken.Progress;
import org.foretoken.generate.Arm;
import org.foretoken.generate.GenerationResult;
import org.foretoken.generate.PhaseTimes;
import org.foretoken.generate.Sampling;

/** Answers a prompt by one arm. Runs on the engine thread. */
public final class Generate {
    /**
     * What to generate.
     *
     * @param model a setup's folder, or a model for the base arm alone
     * @param tail prompt tokens that the base reads itself (KV prediction), at least 1; 0 takes the setup's own
     */
    public record Request(
            Path model, Arm arm, Prompt prompt, Sampling sampling, int maxTokens, List<String> stops, int tail) {}

    /** Hears the answer while it comes, on the engine thread. */
    public interface Listener {
        /** The first token's id is known. {@code times.decode()} is 0. */
        default void onFirst(PhaseTimes times) {}

        /** A token. {@code text} is what became readable with it, perhaps nothing yet. */
        void onToken(int id, String text);
    }

    private final Workbench workbench;

    public Generate(Workbench workbench) {
        this.workbench = workbench;
    }

    public GenerationResult run(Request request, Listener listener, Progress progress) throws ForetokenException {
        return Workbench.notYet(workbench, request, listener, progress);
    }
}
