package org.foretoken.eval;

import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.foretoken.ForetokenException;

/** Texts with {@code {name}} for a field of an example, {@code {name:capitalize}} for it as Python's {@code capitalize} writes it. */
final class Template {
    private static final Pattern FIELD = Pattern.compile("\\{(\\w+)(:capitalize)?}");

    private Template() {}

    /** The fields that a template names. */
    static List<String> fields(String template) {
        return FIELD.matcher(template).results().map(field -> field.group(1)).toList();
    }

    /** The text of an example; of a field with several values the first. */
    static String fill(String template, Example example) throws ForetokenException {
        StringBuilder filled = new StringBuilder();
        Matcher matcher = FIELD.matcher(template);
        int from = 0;
        for (MatchResult field : matcher.results().toList()) {
            String value = example.all(field.group(1)).get(0);
            filled.append(template, from, field.start()).append(field.group(2) == null ? value : capitalised(value));
            from = field.end();
        }
        return filled.append(template, from, template.length()).toString();
    }

    private static String capitalised(String text) {
        int first = text.isEmpty() ? 0 : text.offsetByCodePoints(0, 1);
        return text.substring(0, first).toUpperCase(Locale.ROOT)
                + text.substring(first).toLowerCase(Locale.ROOT);
    }
}
