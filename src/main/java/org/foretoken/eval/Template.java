package org.foretoken.eval;

import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.foretoken.ForetokenException;

/** Texts with {@code {name}} for a field of an example. */
final class Template {
    private static final Pattern FIELD = Pattern.compile("\\{(\\w+)}");

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
            filled.append(template, from, field.start())
                    .append(example.all(field.group(1)).get(0));
            from = field.end();
        }
        return filled.append(template, from, template.length()).toString();
    }
}
