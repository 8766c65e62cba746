package org.foretoken.workbench;

import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.foretoken.Digits;
import org.foretoken.Progress;
import org.jspecify.annotations.Nullable;

/**
 * The parts of a sweep: says before what each reports which one it is, of how many, and how long all of them still take, as soon as a part of each kind
 * has been through. Parts found in the records report nothing and don't count into what a part takes.
 */
final class SweepSteps {
    private final Progress progress;
    private final LongSupplier nanos;
    private final Kind timings;
    private final Kind answers;
    private final long all;
    private long begun;
    private @Nullable Step current;

    /** Parts that take about as long as each other. */
    private static final class Kind {
        private long ahead;
        private long worked;
        private long spent;

        private Kind(long ahead) {
            this.ahead = ahead;
        }

        /** NaN where none has been through. */
        private double mean() {
            return (double) spent / worked;
        }

        /** Nanoseconds of those that aren't begun. */
        private double rest() {
            return ahead == 0 ? 0 : ahead * mean();
        }
    }

    /**
     * @param timings parts of that kind, {@code answers} likewise
     * @param nanos a clock
     */
    SweepSteps(Progress progress, long timings, long answers, LongSupplier nanos) {
        this.progress = progress;
        this.nanos = nanos;
        this.timings = new Kind(timings);
        this.answers = new Kind(answers);
        this.all = timings + answers;
    }

    /** Begins with the next arms' times. */
    Progress timing() {
        return next(timings);
    }

    /** Begins with the next arm's answers. */
    Progress answers() {
        return next(answers);
    }

    private Progress next(Kind kind) {
        if (current != null) {
            current.end();
        }
        begun++;
        kind.ahead--;
        current = new Step(kind);
        return current;
    }

    private final class Step implements Progress {
        private final Kind kind;
        private boolean works;
        private long beganAt;

        private Step(Kind kind) {
            this.kind = kind;
        }

        @Override
        public void report(String what, long done, long total) {
            if (!works) {
                works = true;
                beganAt = nanos.getAsLong();
            }
            String left = left(done, total)
                    .map(time -> " (" + Digits.wait(time) + " left in all)")
                    .orElse("");
            progress.report(begun + " of " + all + left + ": " + what, done, total);
        }

        private void end() {
            if (works) {
                kind.worked++;
                kind.spent += elapsed();
            }
        }

        private long elapsed() {
            return nanos.getAsLong() - beganAt;
        }

        /**
         * Of all parts; empty where a kind hasn't been through yet. Of this one, what is left at its own pace where that is more than what others took.
         */
        private Optional<Duration> left(long done, long total) {
            double own = done > 0 ? (double) elapsed() * (total - done) / done : 0;
            double left = Math.max(own, kind.mean() - elapsed()) + timings.rest() + answers.rest();
            return Double.isNaN(left) ? Optional.empty() : Optional.of(Duration.ofNanos((long) left));
        }
    }
}
