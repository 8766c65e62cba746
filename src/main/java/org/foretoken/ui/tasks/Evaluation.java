package org.foretoken.ui.tasks;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.foretoken.generate.Arm;
import org.foretoken.ui.fx.ArmMark;
import org.foretoken.ui.runs.Answers;
import org.foretoken.workbench.Evaluate;
import org.foretoken.workbench.RunExamples.Example;

/**
 * What was asked, and what came of it so far.
 *
 * @param measured the name of the setup or the model
 * @param arms that have begun, in the order asked for
 * @param records ids of the arms' run records; empty before all have answered
 * @param failure what ended it, in a sentence; empty where nothing did
 */
record Evaluation(
        Evaluate.Request request,
        String measured,
        List<ArmAnswers> arms,
        List<String> records,
        Optional<String> failure) {
    Evaluation {
        arms = List.copyOf(arms);
        records = List.copyOf(records);
    }

    Optional<ArmAnswers> of(Arm arm) {
        return arms.stream().filter(each -> each.arm().equals(arm)).findFirst();
    }

    /** The base's answers, where it is asked. */
    Optional<ArmAnswers> base() {
        return of(Arm.BASE);
    }

    /** An arm's answers, with those of the base to the same questions. */
    Answers beside(ArmAnswers own) {
        Optional<ArmAnswers> base = base().filter(each -> !own.arm().equals(Arm.BASE));
        List<Example> all = IntStream.range(0, own.answers().size())
                .mapToObj(i -> new Example(
                        i + 1,
                        own.answers().get(i),
                        base.filter(each -> i < each.answers().size())
                                .map(each -> each.answers().get(i))))
                .toList();
        boolean alone = base.isEmpty() && !own.arm().equals(Arm.BASE);
        return new Answers(
                alone ? "The base isn't asked: choose it, too, to see its answers beside." : "",
                ArmMark.title(own.arm()),
                base.isPresent() ? ArmMark.title(Arm.BASE) : "",
                all);
    }

    /** Those of all arms. */
    long answers() {
        return arms.stream().mapToLong(each -> each.answers().size()).sum();
    }

    /** Answers wanted of all arms; 0 while nobody has begun. */
    long wanted() {
        return arms.isEmpty()
                ? 0
                : (long) arms.get(0).questions() * request.arms().size();
    }
}
