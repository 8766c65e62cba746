package org.foretoken.text.corpus;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.foretoken.ForetokenException;
import org.jspecify.annotations.Nullable;

/** Makes text of a record. */
final class Template {
    private static final Pattern FIELD = Pattern.compile("\\{(\\w+)}");
    private static final Pattern SPACE = Pattern.compile("\\s+");
    private static final String QUESTION_AND_ANSWER = "Question: {question}\nAnswer: {answer}\n";

    private final String text;
    /** Whether a field is written on one line, so that a line break ends an answer. */
    private final boolean flat;

    /** @throws ForetokenException when there's no field in it */
    Template(String text) throws ForetokenException {
        flat = text.equals(TextPart.TRIVIAQA);
        this.text = flat ? QUESTION_AND_ANSWER : text;
        if (!FIELD.matcher(this.text).find()) {
            throw new ForetokenException("The template '" + text + "' names no field of a record: write one such as"
                    + " 'Question: {question}\\nAnswer: {answer}\\n', or " + TextPart.TRIVIAQA + ".");
        }
    }

    /**
     * The text of a record.
     *
     * @param where the record, for messages
     */
    String fill(JsonNode entry, String where) throws ForetokenException {
        StringBuilder filled = new StringBuilder();
        Matcher matcher = FIELD.matcher(text);
        int from = 0;
        for (MatchResult field : matcher.results().toList()) {
            String value = value(entry, field.group(1));
            if (value == null) {
                throw new ForetokenException(where + " has nothing for {" + field.group(1)
                        + "} of the template: name fields that every" + " record has.");
            }
            filled.append(text, from, field.start())
                    .append(flat ? SPACE.matcher(value.strip()).replaceAll(" ") : value);
            from = field.end();
        }
        return filled.append(text, from, text.length()).toString();
    }

    /** As question files name them: {@code answer}, {@code Answer}, {@code answers}, {@code gold_answer}. */
    private static @Nullable String value(JsonNode entry, String name) {
        for (String each : List.of(name, name + "s", "gold_" + name)) {
            for (Map.Entry<String, JsonNode> field : entry.properties()) {
                if (field.getKey().toLowerCase(Locale.ROOT).equals(each.toLowerCase(Locale.ROOT))) {
                    return text(field.getValue());
                }
            }
        }
        return null;
    }

    /** Of several answers the first; of TriviaQA's {@code {Value, Aliases}} the value. */
    private static @Nullable String text(JsonNode value) {
        if (value.isArray()) {
            return value.isEmpty() ? null : text(value.get(0));
        }
        if (value.isObject()) {
            return value(value, "value");
        }
        return value.isNull() ? null : value.asText();
    }
}
