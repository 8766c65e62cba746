package org.foretoken.eval;

/**
 * One of the answers to a question that asks for a program.
 *
 * @param output the model's answer, cut off at a stop string
 * @param stop why it ended, such as {@code stop_string}
 * @param outcome how the program with it ended: passed, failed, out_of_time or died
 * @param detail what it raised, or how it died
 */
public record Sample(String output, String stop, String outcome, String detail) {
    /** The outcome of a program that ran to its end. */
    public static final String PASSED = "passed";
}
