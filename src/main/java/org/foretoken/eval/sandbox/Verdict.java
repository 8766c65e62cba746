package org.foretoken.eval.sandbox;

import java.util.Locale;

/**
 * How a program ended.
 *
 * @param detail what it raised, or how it died; empty for one that passed. A hostile program can say what it likes here
 */
public record Verdict(Outcome outcome, String detail) {
    /** What a verdict comes to. */
    public enum Outcome {
        /** It ran to its end. */
        PASSED,
        /** It raised something. */
        FAILED,
        /** It took more processor time, or waited longer, than it may. */
        OUT_OF_TIME,
        /** It ended in another way, such as by a signal or by leaving Python at once. */
        DIED;

        /** As files and tables write it, such as {@code out_of_time}. */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
