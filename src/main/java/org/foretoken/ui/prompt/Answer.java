package org.foretoken.ui.prompt;

import java.util.Optional;
import java.util.OptionalDouble;
import org.foretoken.generate.PhaseTimes;
import org.foretoken.generate.Refined;

/**
 * What an arm's card shows at one moment.
 *
 * @param times of the first token; empty before it
 * @param tokensPerSecond after the first token; NaN before the second
 * @param gain the base's TTFT over this arm's; empty for the base, and until both are known
 * @param refined when the exact cache was there; empty before the answer's end, and where it wasn't asked for
 * @param text what can be read so far
 * @param note a sentence: what is missing, what it waits for, what went wrong, where the text leaves the base's; perhaps empty
 */
record Answer(
        Stage stage,
        Optional<PhaseTimes> times,
        double tokensPerSecond,
        OptionalDouble gain,
        Optional<Refined> refined,
        MarkedText text,
        String note) {
    /** How far it is. */
    enum Stage {
        /** Nothing was asked yet. */
        IDLE,
        /** This arm can't answer before something is done, see the note. */
        MISSING,
        /** Others answer first. */
        WAITING,
        /** The prompt is being read. */
        READING,
        WRITING,
        DONE,
        STOPPED,
        FAILED
    }

    /** Nothing was asked yet. */
    static final Answer IDLE = still(Stage.IDLE, "");

    /** A card without figures and text. */
    static Answer still(Stage stage, String note) {
        return new Answer(
                stage, Optional.empty(), Double.NaN, OptionalDouble.empty(), Optional.empty(), MarkedText.EMPTY, note);
    }

    /** Time to first token in milliseconds; NaN before it. */
    double ttft() {
        return times.map(PhaseTimes::ttft).orElse(Double.NaN);
    }

    /** Whether it may still change. */
    boolean isRunning() {
        return stage == Stage.WAITING || stage == Stage.READING || stage == Stage.WRITING;
    }
}
