package org.foretoken.ui.runs;

import java.util.List;
import org.foretoken.eval.Metric;
import org.foretoken.runs.RunRecord;
import org.foretoken.workbench.RunExamples;
import org.foretoken.workbench.RunExamples.Example;

/**
 * What somebody said to a task's questions, perhaps beside what another said, in the words that they are headed by.
 *
 * @param summary all of it in a sentence
 * @param own whose answers these are
 * @param other whose are beside; empty for nobody's
 * @param examples in the questions' order
 */
public record Answers(String summary, String own, String other, List<Example> examples) {
    public Answers {
        examples = List.copyOf(examples);
    }

    /** Those of a record. */
    public static Answers of(RunExamples examples) {
        return new Answers(
                summary(examples),
                RunRow.WORDS.arm(examples.record()),
                examples.other().map(RunRow.WORDS::arm).orElse(""),
                examples.examples());
    }

    private static String summary(RunExamples examples) {
        RunRecord record = examples.record();
        String metric = examples.examples().stream()
                .flatMap(example -> example.own().scores().keySet().stream())
                .findFirst()
                .map(name -> " by " + Metric.words(name))
                .orElse("");
        String beside = examples.other()
                .map(other -> " beside " + RunRow.WORDS.measured(other) + ", " + RunRow.WORDS.arm(other)
                        + "; scores" + metric + " differ in "
                        + examples.differing().orElse("none") + ".")
                .orElse(
                        record.subject().ofBase()
                                ? "."
                                : ". No record has the base's answers to these questions: evaluate the base, too, to"
                                        + " see them beside.");
        return RunRow.WORDS.what(record) + ": " + RunRow.WORDS.measured(record) + ", " + RunRow.WORDS.arm(record)
                + beside;
    }
}
