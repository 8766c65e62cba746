package org.foretoken.ui.runs;

import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.beans.property.SimpleObjectProperty;
import org.foretoken.eval.Answered;
import org.foretoken.eval.Metric;
import org.foretoken.ui.fx.Numbers;
import org.foretoken.workbench.RunExamples;
import org.foretoken.workbench.RunExamples.Example;

/** Questions with their answers, one of them looked at. */
public final class ExamplesViewModel {
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

    /** How a question begins in the prompts of the tasks that come with the program; some join shots by one line end alone. */
    private static final Pattern BEGINNING = Pattern.compile("^(Question: |Q: |def )", Pattern.MULTILINE);

    private final ReadOnlyObjectWrapper<Optional<Answers>> opened = new ReadOnlyObjectWrapper<>(Optional.empty());
    private final ObjectProperty<Which> which = new SimpleObjectProperty<>(Which.ALL);
    private final ReadOnlyObjectWrapper<List<Example>> shown = new ReadOnlyObjectWrapper<>(List.of());
    private final ReadOnlyObjectWrapper<Optional<Example>> current = new ReadOnlyObjectWrapper<>(Optional.empty());

    public ExamplesViewModel() {
        which.addListener((o, old, now) -> filter());
    }

    /** What is looked at; empty while nothing is. */
    public ReadOnlyObjectProperty<Optional<Answers>> openedProperty() {
        return opened.getReadOnlyProperty();
    }

    ObjectProperty<Which> whichProperty() {
        return which;
    }

    public ReadOnlyObjectProperty<List<Example>> shownProperty() {
        return shown.getReadOnlyProperty();
    }

    /** The question looked at; empty where none is shown. */
    public ReadOnlyObjectProperty<Optional<Example>> currentProperty() {
        return current.getReadOnlyProperty();
    }

    void open(RunExamples examples) {
        open(Answers.of(examples));
    }

    /** Shows all questions, the first of them at length. */
    public void open(Answers answers) {
        current.set(Optional.empty());
        opened.set(Optional.of(answers));
        which.set(Which.ALL);
        filter();
    }

    /** Shows more answers to the same questions, or another's: which question is looked at stays. */
    public void renew(Answers answers) {
        opened.set(Optional.of(answers));
        filter();
    }

    /** Looks at nothing any more. */
    public void close() {
        opened.set(Optional.empty());
        filter();
    }

    void look(Example example) {
        current.set(Optional.of(example));
    }

    /** Goes to the question below. */
    public void next() {
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
        int number = current.get().map(Example::number).orElse(0);
        List<Example> all = shown.get();
        return IntStream.range(0, all.size())
                .filter(i -> all.get(i).number() == number)
                .findFirst()
                .orElse(-1);
    }

    private void filter() {
        shown.set(opened.get().map(Answers::examples).orElse(List.of()).stream()
                .filter(which.get()::takes)
                .toList());
        current.set(shown.get().stream().skip(Math.max(0, at())).findFirst());
    }

    /** Which of how many is looked at. */
    String place() {
        return shown.get().isEmpty()
                ? "none"
                : at() + 1 + " of " + Numbers.count(shown.get().size());
    }

    /** What is looked at, in a sentence. */
    String summary() {
        return opened.get().map(Answers::summary).orElse("");
    }

    /** A heading for one side's answers. */
    String own() {
        return opened.get().map(Answers::own).orElse("");
    }

    /** A heading for the other side's answers; empty without one. */
    String other() {
        return opened.get().map(Answers::other).orElse("");
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
                        .append(Metric.words(metric))
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

    /** The question itself: the prompt from its last question or function on, otherwise its last lines; shots left out. */
    static String question(Answered answered) {
        String prompt = answered.prompt().strip();
        int from = BEGINNING
                .matcher(prompt)
                .results()
                .mapToInt(MatchResult::start)
                .max()
                .orElse(-1);
        if (from < 0) {
            int blank = prompt.lastIndexOf("\n\n");
            from = blank < 0 ? 0 : blank + 2;
        }
        return prompt.substring(from).replace("\n", " ↵ ");
    }
}
