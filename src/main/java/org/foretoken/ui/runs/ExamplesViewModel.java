package org.foretoken.ui.runs;

import java.util.List;
import java.util.Optional;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.beans.property.SimpleObjectProperty;
import org.foretoken.eval.Answered;
import org.foretoken.ui.fx.Numbers;
import org.foretoken.workbench.RunExamples;
import org.foretoken.workbench.RunExamples.Example;

/** The questions of a record, one of them looked at. */
final class ExamplesViewModel {
    /** Which questions are shown. */
    enum Which {
        ALL("All questions"),
        SCORES("Where the scores differ"),
        ANSWERS("Where the answers differ");

        private final String label;

        Which(String label) {
            this.label = label;
        }

        boolean takes(Example example) {
            return switch (this) {
                case ALL -> true;
                case SCORES -> example.scoresDiffer();
                case ANSWERS -> example.answersDiffer();
            };
        }

        String label() {
            return label;
        }
    }

    private final ReadOnlyObjectWrapper<Optional<RunExamples>> opened = new ReadOnlyObjectWrapper<>(Optional.empty());
    private final ObjectProperty<Which> which = new SimpleObjectProperty<>(Which.ALL);
    private final ReadOnlyObjectWrapper<List<Example>> shown = new ReadOnlyObjectWrapper<>(List.of());
    private final ReadOnlyObjectWrapper<Optional<Example>> current = new ReadOnlyObjectWrapper<>(Optional.empty());

    ExamplesViewModel() {
        which.addListener((o, old, now) -> filter());
    }

    /** What is looked at; empty while nothing is. */
    ReadOnlyObjectProperty<Optional<RunExamples>> openedProperty() {
        return opened.getReadOnlyProperty();
    }

    ObjectProperty<Which> whichProperty() {
        return which;
    }

    ReadOnlyObjectProperty<List<Example>> shownProperty() {
        return shown.getReadOnlyProperty();
    }

    /** The question looked at; empty where none is shown. */
    ReadOnlyObjectProperty<Optional<Example>> currentProperty() {
        return current.getReadOnlyProperty();
    }

    void open(RunExamples examples) {
        current.set(Optional.empty());
        opened.set(Optional.of(examples));
        which.set(Which.ALL);
        filter();
    }

    void close() {
        opened.set(Optional.empty());
        filter();
    }

    void look(Example example) {
        current.set(Optional.of(example));
    }

    void next() {
        step(1);
    }

    void previous() {
        step(-1);
    }

    private void step(int by) {
        int at = at() + by;
        if (at >= 0 && at < shown.get().size()) {
            current.set(Optional.of(shown.get().get(at)));
        }
    }

    private int at() {
        return current.get().map(example -> shown.get().indexOf(example)).orElse(-1);
    }

    private void filter() {
        shown.set(opened.get().map(RunExamples::examples).orElse(List.of()).stream()
                .filter(which.get()::takes)
                .toList());
        if (at() < 0) {
            current.set(shown.get().stream().findFirst());
        }
    }

    /** Which of how many is looked at. */
    String place() {
        return shown.get().isEmpty()
                ? "none"
                : at() + 1 + " of " + Numbers.count(shown.get().size());
    }

    /** What is looked at, in a sentence. */
    String summary() {
        return opened.get().map(ExamplesViewModel::summary).orElse("");
    }

    private static String summary(RunExamples examples) {
        String own = RunRow.WORDS.measured(examples.record()) + ", " + RunRow.WORDS.arm(examples.record());
        String metric = examples.examples().stream()
                .flatMap(example -> example.own().scores().keySet().stream())
                .findFirst()
                .map(name -> " by " + name)
                .orElse("");
        String beside = examples.other()
                .map(other -> " beside " + RunRow.WORDS.measured(other) + ", " + RunRow.WORDS.arm(other)
                        + "; scores" + metric + " differ in "
                        + examples.differing().orElse("none") + ".")
                .orElse(
                        examples.record().subject().ofBase()
                                ? "."
                                : ". No record has the base's answers to these questions: evaluate the base, too, to"
                                        + " see them beside.");
        return RunRow.WORDS.what(examples.record()) + ": " + own + beside;
    }

    /** A heading for one side's answers. */
    String own() {
        return opened.get().map(each -> RunRow.WORDS.arm(each.record())).orElse("");
    }

    /** A heading for the other side's answers; empty without one. */
    String other() {
        return opened.get().flatMap(RunExamples::other).map(RunRow.WORDS::arm).orElse("");
    }

    /** An answer as a table shows it: of a text its figures. */
    static String said(Answered answered) {
        return answered.filtered().isEmpty() && answered.expected().isEmpty()
                ? scores(answered)
                : answered.filtered().replace("\n", " ↵ ");
    }

    /** All scores of an answer, and where it chose, what it chose by. */
    static String scores(Answered answered) {
        StringBuilder words = new StringBuilder();
        answered.scores()
                .forEach((metric, value) -> words.append(words.isEmpty() ? "" : ", ")
                        .append(metric)
                        .append(" ")
                        .append(Numbers.significant(value)));
        if (!answered.logLikelihoods().isEmpty()) {
            words.append(words.isEmpty() ? "" : "; ").append("log-likelihoods ");
            words.append(String.join(
                    ", ",
                    answered.logLikelihoods().stream().map(Numbers::significant).toList()));
        }
        return words.toString();
    }

    /** The question itself: the last lines of the prompt, shots left out. */
    static String question(Answered answered) {
        String prompt = answered.prompt().strip();
        int from = prompt.lastIndexOf("\n\n");
        return prompt.substring(from < 0 ? 0 : from + 2).replace("\n", " ↵ ");
    }
}
