package org.foretoken.ui.training;

import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;
import javafx.beans.property.DoubleProperty;
import javafx.beans.property.SimpleDoubleProperty;
import javafx.beans.property.SimpleStringProperty;
import javafx.beans.property.StringProperty;
import org.foretoken.text.corpus.TextPart;

/** One text of the form, with its share and its template as they are typed. */
final class TextRow {
    private static final Pattern FIELD = Pattern.compile("\\{\\w+}");

    private final Path path;
    private final DoubleProperty weight = new SimpleDoubleProperty(1);
    private final StringProperty template = new SimpleStringProperty("");

    TextRow(Path path) {
        this.path = path;
    }

    static TextRow of(TextPart part) {
        TextRow row = new TextRow(part.path());
        row.weight.set(part.weight());
        row.template.set(Optional.ofNullable(part.template()).orElse("").replace("\n", "\\n"));
        return row;
    }

    /** A file, or a folder of them. */
    Path path() {
        return path;
    }

    String name() {
        return String.valueOf(path.getFileName());
    }

    /** Its share, relative to the other texts'. */
    DoubleProperty weightProperty() {
        return weight;
    }

    /** Makes text of a record; a line break is typed as {@code \n}. Blank for a record's own text. */
    StringProperty templateProperty() {
        return template;
    }

    TextPart part() {
        String typed = template.get().strip();
        return new TextPart(path, weight.get(), typed.isEmpty() ? null : typed.replace("\\n", "\n"));
    }

    /** Why it can't be used as it is. */
    Optional<String> problem() {
        String typed = template.get().strip();
        boolean fine = typed.isEmpty()
                || typed.equals(TextPart.TRIVIAQA)
                || FIELD.matcher(typed).find();
        return fine
                ? Optional.empty()
                : Optional.of("The template of " + name()
                        + " names no field of a record: write one such as Question: {question}\\nAnswer: {answer}\\n, or "
                        + TextPart.TRIVIAQA + ".");
    }
}
