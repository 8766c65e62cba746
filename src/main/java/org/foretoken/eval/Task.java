package org.foretoken.eval;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.foretoken.ForetokenException;
import org.jspecify.annotations.Nullable;

/**
 * What is asked and how answers are scored. A task is data: a JSON file, one that comes with the program or a user's own. In templates {@code {name}}
 * stands for a field of an example.
 *
 * @param licence a note on the data's licence
 * @param fields where an example's fields are found in a record: paths such as {@code answer.aliases}, the first that leads somewhere is
 *     taken; {@code sol1+sol2} takes what both lead to
 * @param asked fields that an example must have with that value to be asked; empty for all
 * @param description what a prompt begins with
 * @param template an example as a question; what is chosen from among the fields {@code choices} follows after a space
 * @param shot an example as a question with its answer
 * @param delimiter what follows a shot
 * @param stops strings that end an answer
 * @param maxTokens of an answer
 * @param program what is run of an answer: a template of the example's fields, with {@link #COMPLETION} for the answer; empty for a task
 *     whose answers aren't run
 * @param window tokens of text that are read at a time, for a task on text
 * @param cleaning what happens to the texts of examples
 * @param metrics what is measured, all of one kind; the first is the task's own
 * @param sha256 of the definition, so that a changed one is noticed
 */
public record Task(
        String name,
        int version,
        String licence,
        Map<String, List<String>> fields,
        Map<String, String> asked,
        String description,
        String template,
        String shot,
        String delimiter,
        Shots shots,
        List<String> stops,
        int maxTokens,
        String program,
        int window,
        Cleaning cleaning,
        List<Metric> metrics,
        String sha256) {
    /** Stands for the answer in a program. */
    static final String COMPLETION = "{completion}";

    /** Those that come with the program. */
    public static final List<String> NAMES = List.of(
            "quiz",
            "triviaqa",
            "triviaqa-lm-eval",
            "triviaqa-lm-eval-default",
            "nq-open",
            "humaneval",
            "humaneval-stripped",
            "hellaswag",
            "arc",
            "piqa",
            "perplexity");

    /** What happens to texts before a model reads them. */
    public enum Cleaning {
        NONE,
        /** lm-eval's, of the marks that HellaSwag has from WikiHow. */
        HELLASWAG,
        /** Spaces and line ends at both ends off, so that a line's end and the spaces after it are the model's to write, as one token. */
        STRIP;

        private static final Pattern BRACKETS = Pattern.compile("\\[.*?\\]");

        String clean(String text) {
            if (this == NONE) {
                return text;
            }
            if (this == STRIP) {
                return Normalisation.strip(text);
            }
            String plain = Normalisation.strip(text).replace(" [title]", ". ");
            return BRACKETS.matcher(plain).replaceAll("").replace("  ", " ");
        }
    }

    /**
     * The solved examples before a question.
     *
     * @param count of them
     * @param where fields that a shot has with that value; empty takes the file's first {@code count} examples, which are then not asked
     * @param same a field in which shot and question are alike; null for none
     */
    public record Shots(
            int count, Map<String, String> where, @Nullable String same) {}

    /**
     * A task by its name, or out of a user's file.
     *
     * @throws ForetokenException when there is none, or naming the field that is missing or unusable
     */
    public static Task of(String nameOrFile) throws ForetokenException {
        try {
            if (NAMES.contains(nameOrFile)) {
                try (InputStream in = Task.class.getResourceAsStream(nameOrFile + ".json")) {
                    if (in == null) {
                        throw new IllegalStateException("no task " + nameOrFile + " on the class path");
                    }
                    return TaskReader.read(in.readAllBytes(), "The task " + nameOrFile);
                }
            }
            Path file = Path.of(nameOrFile);
            if (!Files.isRegularFile(file)) {
                throw new ForetokenException("There is no task '" + nameOrFile + "': choose " + String.join(", ", NAMES)
                        + ", or give a task's JSON file.");
            }
            return TaskReader.read(Files.readAllBytes(file), file.toString());
        } catch (IOException | java.nio.file.InvalidPathException e) {
            throw new ForetokenException(
                    "The task " + nameOrFile + " can't be read (" + e.getMessage() + "): check the file.", e);
        }
    }

    /** What the task wants of a model. */
    public Metric.Kind kind() {
        return metrics.get(0).kind();
    }

    /** The same with another number of shots. */
    public Task withShots(int count) {
        return new Task(
                name,
                version,
                licence,
                fields,
                asked,
                description,
                template,
                shot,
                delimiter,
                new Shots(count, shots.where(), shots.same()),
                stops,
                maxTokens,
                program,
                window,
                cleaning,
                metrics,
                sha256);
    }
}
