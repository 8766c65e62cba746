package org.foretoken.text.jinja;

import java.time.DateTimeException;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A template as Hugging Face renders one: {@code trim_blocks} and {@code lstrip_blocks} on, the functions {@code raise_exception},
 * {@code strftime_now}, {@code namespace}, {@code range} and {@code dict}, and {@code tojson} without HTML escapes.
 *
 * <p>Of Jinja it lacks what needs other files (include, import, extends), {@code call}, {@code with}, {@code do}, recursive loops, the operator
 * {@code %} on strings, {@code format}, and the filters that no chat template uses; each is refused by name. Immutable, safe for use by many threads.
 */
public final class JinjaTemplate {
    private static final int MAX_LENGTH = 1_000_000;

    private final Statement body;

    /** @throws JinjaException when the template cannot be read */
    public JinjaTemplate(String template) {
        if (template.length() > MAX_LENGTH) {
            throw new JinjaException("it is " + template.length() + " characters long, more than any chat template is");
        }
        body = TemplateParser.parse(template);
    }

    /**
     * Renders the template.
     *
     * @param values strings, whole numbers, Booleans, lists and maps of these
     * @throws JinjaException when the template raises an exception, uses what is undefined or takes too long
     */
    public String render(Map<String, ?> values, ZonedDateTime now) {
        Map<String, Object> names = new HashMap<>();
        names.put("raise_exception", (Callable) arguments -> {
            throw new JinjaException(Values.text(arguments.get(0, "message"), arguments.budget()));
        });
        names.put("strftime_now", (Callable) arguments -> date(arguments.text(0, "format"), now));
        names.put("namespace", (Callable) arguments -> new Namespace(arguments.named()));
        names.put("dict", (Callable) arguments -> new LinkedHashMap<Object, Object>(arguments.named()));
        names.put("range", (Callable) JinjaTemplate::range);
        names.put("tools", None.NONE);
        names.put("documents", None.NONE);
        values.forEach((name, value) -> names.put(name, imported(value)));
        StringBuilder out = new StringBuilder();
        body.run(new Scope(names, new Budget()), out);
        return out.toString();
    }

    private static Object imported(Object value) {
        if (value instanceof Map<?, ?> map) {
            Map<Object, Object> copy = new LinkedHashMap<>();
            map.forEach((key, entry) -> copy.put(imported(key), imported(entry)));
            return copy;
        } else if (value instanceof List<?> list) {
            List<Object> copy = new ArrayList<>();
            list.forEach(entry -> copy.add(imported(entry)));
            return copy;
        } else if (value instanceof String
                || value instanceof Boolean
                || value instanceof Long
                || value instanceof Double) {
            return value;
        } else if (value instanceof Integer number) {
            return number.longValue();
        }
        throw new IllegalArgumentException("A template takes no " + value.getClass() + ".");
    }

    private static Object range(Arguments arguments) {
        boolean one = arguments.count() == 1;
        long from = one ? 0 : Values.whole(arguments.get(0, "start"));
        long to = Values.whole(arguments.get(one ? 0 : 1, "stop"));
        long step = Values.whole(arguments.get(2, "step", 1L));
        if (step == 0) {
            throw new JinjaException("a range has the step 0");
        }
        List<Object> numbers = new ArrayList<>();
        for (long i = from; step > 0 ? i < to : i > to; i = Math.addExact(i, step)) {
            arguments.budget().step();
            numbers.add(i);
        }
        return numbers;
    }

    /** {@code strftime} with the directives that dates in templates use. */
    private static String date(String format, ZonedDateTime now) {
        Map<Character, String> patterns = Map.ofEntries(
                Map.entry('d', "dd"),
                Map.entry('m', "MM"),
                Map.entry('Y', "yyyy"),
                Map.entry('y', "yy"),
                Map.entry('b', "MMM"),
                Map.entry('B', "MMMM"),
                Map.entry('a', "EEE"),
                Map.entry('A', "EEEE"),
                Map.entry('H', "HH"),
                Map.entry('I', "hh"),
                Map.entry('M', "mm"),
                Map.entry('S', "ss"),
                Map.entry('p', "a"),
                Map.entry('j', "DDD"),
                Map.entry('F', "yyyy-MM-dd"));
        DateTimeFormatterBuilder builder = new DateTimeFormatterBuilder();
        for (int i = 0; i < format.length(); i++) {
            boolean directive = format.charAt(i) == '%' && i + 1 < format.length();
            char c = format.charAt(directive ? ++i : i);
            String pattern = directive ? patterns.get(c) : null;
            if (pattern != null) {
                builder.appendPattern(pattern);
            } else if (directive && c != '%') {
                throw new JinjaException("the date format '%" + c + "' is not supported");
            } else {
                builder.appendLiteral(c);
            }
        }
        DateTimeFormatter formatter = builder.toFormatter(Locale.ENGLISH);
        try {
            return now.format(formatter);
        } catch (DateTimeException e) {
            throw new JinjaException("the date cannot be written as '" + format + "'");
        }
    }
}
