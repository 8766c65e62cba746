package org.foretoken.generate;

import java.util.List;
import java.util.Optional;

/**
 * One answer.
 *
 * @param promptIds the prompt's tokens
 * @param ids the answer's tokens, the end-of-text token not among them
 * @param text of the answer, stop string cut off; empty without a tokenizer
 * @param stop why it ended
 * @param refined empty unless it was asked for
 */
public record GenerationResult(
        Arm arm,
        List<Integer> promptIds,
        List<Integer> ids,
        String text,
        PhaseTimes times,
        Stop stop,
        String kernel,
        int threads,
        Optional<Refined> refined) {
    /** Why an answer ended. */
    public enum Stop {
        END_OF_TEXT,
        STOP_STRING,
        MAX_TOKENS,
        CONTEXT_FULL
    }
}
