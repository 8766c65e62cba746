package org.foretoken.workbench;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.foretoken.Digits;
import org.jspecify.annotations.Nullable;

/** What a setup saves and takes, in sentences for tables and windows. */
public final class BreakEvenWords {
    private BreakEvenWords() {}

    /** From which prompt on it pays. */
    public static String from(BreakEven.Result result) {
        Integer from = result.from();
        return from == null
                ? "No prompt is answered sooner by this setup on this machine."
                : "It answers sooner from a prompt of " + count(from) + " tokens on"
                        + (from.equals(result.timed().get(0)) ? ", the shortest that was timed." : ".");
    }

    /** What it takes beside the base. */
    public static String memory(BreakEven.MemoryPaid memory) {
        return "It takes " + Digits.bytes(memory.predictor() + memory.auxiliary()) + " of memory beside the base ("
                + Digits.bytes(memory.inMemory()) + " as packed now): maps " + Digits.bytes(memory.predictor())
                + ", auxiliary "
                + (memory.auxiliary() == 0 ? "none of its own, a part of the base" : Digits.bytes(memory.auxiliary()))
                + "; until the first token " + Digits.bytes(memory.perPromptToken())
                + " a prompt token for the auxiliary's cache.";
    }

    /** What it was measured on. */
    public static String machine(BreakEven.Result result) {
        return result.machine().cpu() + ", kernel " + result.machine().kernel() + ", "
                + result.machine().threads() + " threads";
    }

    /** What was timed. */
    public static String timed(BreakEven.Result result) {
        return "Timed: prompts of " + counts(result.timed()) + " tokens, and the decoding of a reply.";
    }

    /** Whole numbers with commas between. */
    public static String counts(List<Integer> numbers) {
        return numbers.stream().map(BreakEvenWords::count).collect(Collectors.joining(", "));
    }

    /** How far what was foretold is off, such as "+2.3%"; empty where one of the two isn't known. */
    public static Optional<String> off(@Nullable Double foretold, @Nullable Double measured) {
        return foretold == null || measured == null
                ? Optional.empty()
                : Optional.of(String.format(Locale.ROOT, "%+.1f%%", 100 * (foretold / measured - 1)));
    }

    private static String count(int number) {
        return String.format(Locale.ROOT, "%,d", number);
    }
}
