package org.foretoken.workbench;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.foretoken.Digits;
import org.foretoken.bench.OtherWork;
import org.foretoken.runs.Estimate;

/** What a setup saves and takes, in sentences for tables and windows. */
public final class BreakEvenWords {
    private BreakEvenWords() {}

    /** From which prompt on it pays. */
    public static String from(BreakEven.Result result) {
        Integer from = result.from();
        return from == null
                ? "No prompt is answered sooner by this setup on this machine."
                : "It answers sooner from a prompt of " + Digits.count(from) + " tokens on"
                        + (from.equals(result.timed().get(0)) ? ", the shortest that was timed." : ".");
    }

    /** What it takes beside the base. */
    public static String memory(BreakEven.MemoryPaid memory) {
        String foreseen = Digits.bytes(memory.predictor() + memory.auxiliary());
        String packed = Digits.bytes(memory.inMemory());
        return "It takes " + foreseen + " of memory beside the base"
                + (packed.equals(foreseen) ? "" : " (" + packed + " by the kernel's packing)") + ": maps "
                + Digits.bytes(memory.predictor())
                + ", auxiliary "
                + (memory.auxiliary() == 0 ? "none of its own, a part of the base" : Digits.bytes(memory.auxiliary()))
                + (memory.perPromptToken() == 0
                        ? "."
                        : "; until the first token " + Digits.bytes(memory.perPromptToken())
                                + " a prompt token for the auxiliary's cache.");
    }

    /** What it was measured on. */
    public static String machine(BreakEven.Result result) {
        return result.machine().cpu() + ", kernel " + result.machine().kernel() + ", "
                + result.machine().threads() + " threads";
    }

    /** What was timed, and whether the machine had other work. */
    public static String timed(BreakEven.Result result) {
        return "Timed: prompts of " + counts(result.timed()) + " tokens, and the decoding of a reply."
                + OtherWork.note(result.otherWork()).map(note -> " " + note).orElse("");
    }

    /** What the rows that say how far off something is mean; empty where nothing was checked. */
    public static String checked(BreakEven.Result result) {
        return result.rows().stream().allMatch(row -> row.check() == null)
                ? ""
                : "Off by: the median over the turns of what a turn's lengths foretell of the prompt less what it took in that"
                        + " turn, and the 95% interval. Where the machine's speed changes from turn to turn, the medians"
                        + " themselves may differ by more.";
    }

    /** Whole numbers with commas between. */
    public static String counts(List<Integer> numbers) {
        return numbers.stream().map(Digits::count).collect(Collectors.joining(", "));
    }

    /** A part as so much more or less, such as "+2.3%". */
    public static String off(double part) {
        return String.format(Locale.ROOT, "%+.1f%%", 100 * part);
    }

    /** Between what that lies, such as "-1..+5%"; empty where too few turns were timed to say. */
    public static Optional<String> interval(Estimate off) {
        Double low = off.low();
        Double high = off.high();
        return low == null || high == null
                ? Optional.empty()
                : Optional.of(String.format(Locale.ROOT, "%+.0f..%+.0f%%", 100 * low, 100 * high));
    }
}
