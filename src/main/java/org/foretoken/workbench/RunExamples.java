package org.foretoken.workbench;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import org.foretoken.eval.Answered;
import org.foretoken.runs.RunRecord;

/**
 * The questions of a record of answers, beside what another said to the same, such as the base.
 *
 * @param record whose answers these are
 * @param other what they are laid beside; empty where there is no record of the same questions
 * @param examples in the questions' order
 */
public record RunExamples(RunRecord record, Optional<RunRecord> other, List<Example> examples) {
    public RunExamples {
        examples = List.copyOf(examples);
    }

    /**
     * A question.
     *
     * @param number from 1 on
     * @param other what the other record says to it
     */
    public record Example(int number, Answered own, Optional<Answered> other) {
        /** The score that counts: by the task's first metric. */
        public OptionalDouble score() {
            return score(own);
        }

        /** The other's. */
        public OptionalDouble otherScore() {
            return other.map(Example::score).orElse(OptionalDouble.empty());
        }

        private static OptionalDouble score(Answered answered) {
            return answered.scores().values().stream()
                    .mapToDouble(Double::doubleValue)
                    .findFirst();
        }

        /** Whether one is right where the other isn't, or nearly so. */
        public boolean scoresDiffer() {
            return other.isPresent() && !score().equals(otherScore());
        }

        /** Whether they say something else, right or wrong. */
        public boolean answersDiffer() {
            return other.isPresent() && !own.filtered().equals(other.get().filtered());
        }
    }

    /** A record's questions beside another record's, where that answers the same. */
    static RunExamples of(RunRecord record, Optional<RunRecord> beside) {
        Optional<RunRecord> other = beside.filter(each -> sameQuestions(record, each));
        List<Answered> own = Objects.requireNonNull(record.answers()).examples();
        List<Example> examples = new ArrayList<>();
        for (int i = 0; i < own.size(); i++) {
            int at = i;
            examples.add(new Example(
                    i + 1,
                    own.get(i),
                    other.map(each -> Objects.requireNonNull(each.answers()).examples())
                            .map(all -> all.get(at))));
        }
        return new RunExamples(record, other, examples);
    }

    /** A record's questions beside the base's answers, as far as any of these records has them. The newest of the same machine is preferred. */
    public static RunExamples besideBase(RunRecord record, List<RunRecord> all) {
        List<RunRecord> bases = all.stream()
                .filter(each -> each.subject().ofBase()
                        && !record.subject().ofBase()
                        && Objects.equals(
                                each.subject().base().hash(),
                                record.subject().base().hash())
                        && sameQuestions(record, each))
                .toList();
        Optional<RunRecord> here = bases.stream()
                .filter(each -> each.machine().equals(record.machine()))
                .reduce((before, after) -> after);
        return of(record, here.or(() -> bases.stream().reduce((before, after) -> after)));
    }

    /** A record's questions beside those of another record. */
    public static RunExamples beside(RunRecord record, RunRecord other) {
        return of(record, Optional.of(other));
    }

    /** Whether both are answers to the same prompts, drawn in the same way. */
    static boolean sameQuestions(RunRecord one, RunRecord two) {
        RunRecord.Answers own = one.answers();
        RunRecord.Answers other = two.answers();
        return own != null
                && other != null
                && own.asked().bare().equals(other.asked().bare())
                && own.drawnLike(other)
                && own.examples().size() == other.examples().size();
    }

    /** How many are better and worse than the other's, in words; empty without another. */
    public Optional<String> differing() {
        if (other.isEmpty()) {
            return Optional.empty();
        }
        long better = compared(1);
        long worse = compared(-1);
        return Optional.of(better + worse + " of " + examples.size() + ": " + better + " higher, " + worse + " lower");
    }

    private long compared(int sign) {
        return examples.stream()
                .filter(Example::scoresDiffer)
                .filter(example -> Math.signum(
                                example.score().orElse(0) - example.otherScore().orElse(0))
                        == sign)
                .count();
    }
}
