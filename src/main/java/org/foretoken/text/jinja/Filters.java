package org.foretoken.text.jinja;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;

/** What stands after a bar: {@code value | name(arguments)}. The value is the first argument of a filter. */
final class Filters {
    private static final Map<String, Callable> BY_NAME = new HashMap<>();

    private Filters() {}

    static Callable named(String name) {
        Callable filter = BY_NAME.get(name);
        if (filter == null) {
            throw new JinjaException("the filter '" + name + "' is not supported");
        }
        return filter;
    }

    private static void filter(String name, Callable filter) {
        BY_NAME.put(name, filter);
    }

    static {
        filter("trim", a -> Methods.strip(text(a), a.rest(), true, true));
        filter("upper", a -> text(a).toUpperCase(Locale.ROOT));
        filter("lower", a -> text(a).toLowerCase(Locale.ROOT));
        filter("title", a -> Methods.title(text(a)));
        filter("capitalize", a -> Methods.capitalize(text(a)));
        filter("replace", a -> Methods.replace(text(a), a.rest()));
        filter("string", Filters::text);
        filter("safe", a -> value(a));
        filter("escape", Filters::escape);
        filter("e", Filters::escape);
        filter("indent", Filters::indent);
        filter("length", a -> (long) Values.length(value(a)));
        filter("count", a -> (long) Values.length(value(a)));
        filter("default", Filters::otherwise);
        filter("d", Filters::otherwise);
        filter("tojson", a -> PythonJson.of(value(a), a.integer(1, "indent", -1), a.budget()));
        filter("int", Filters::wholeNumber);
        filter("float", Filters::realNumber);
        filter(
                "abs",
                a -> value(a) instanceof Double number
                        ? (Object) Math.abs(number)
                        : (Object) Math.abs(Values.whole(value(a))));
        filter("round", Filters::round);
        filter("list", a -> made(a, Values.list(value(a))));
        filter("items", a -> value(a) instanceof Map<?, ?> map ? Methods.items(map, a.budget()) : List.of());
        filter("first", a -> entry(a, true));
        filter("last", a -> entry(a, false));
        filter("join", Filters::join);
        filter("reverse", a -> Attributes.slice(value(a), None.NONE, None.NONE, -1L, a.budget()));
        filter("sort", Filters::sort);
        filter("dictsort", a -> {
            List<Object> items = value(a) instanceof Map<?, ?> map ? Methods.items(map, a.budget()) : List.of();
            return sorted(items, Comparator.comparing(item -> folded(((Tuple) item).get(0)), order(a)));
        });
        filter("unique", Filters::unique);
        filter("sum", a -> {
            Object total = 0L;
            for (Object entry : Values.list(value(a))) {
                total = Operators.apply("+", total, attribute(a, 1, entry), a.budget());
            }
            return total;
        });
        filter("min", a -> sorted(Values.list(value(a)), order(a)).get(0));
        filter("max", a -> sorted(Values.list(value(a)), order(a)).getLast());
        filter("map", Filters::map);
        filter("select", a -> chosen(a, entry -> test(a, 1, entry)));
        filter("reject", a -> chosen(a, entry -> !test(a, 1, entry)));
        filter("selectattr", a -> chosen(a, entry -> test(a, 2, path(entry, a.text(1, "attribute"), a.budget()))));
        filter("rejectattr", a -> chosen(a, entry -> !test(a, 2, path(entry, a.text(1, "attribute"), a.budget()))));
    }

    private static Object value(Arguments arguments) {
        return arguments.positional().get(0);
    }

    private static String text(Arguments arguments) {
        return arguments.budget().made(Values.text(value(arguments), arguments.budget()));
    }

    private static List<Object> made(Arguments arguments, List<Object> list) {
        arguments.budget().made(list.size());
        return list;
    }

    private static Object escape(Arguments arguments) {
        return text(arguments)
                .replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&#34;")
                .replace("'", "&#39;");
    }

    private static Object indent(Arguments arguments) {
        Object width = arguments.get(1, "width", 4L);
        String space = width instanceof String given ? given : " ".repeat(Math.clamp(Values.whole(width), 0, 1000));
        boolean first = Values.isTrue(arguments.get(2, "first", false));
        boolean blank = Values.isTrue(arguments.get(3, "blank", false));
        StringBuilder out = new StringBuilder();
        String[] lines = text(arguments).split("\n", -1);
        for (int i = 0; i < lines.length; i++) {
            boolean indented = i == 0 ? first : blank || !lines[i].isEmpty();
            arguments.budget().made(space.length());
            out.append(i == 0 ? "" : "\n").append(indented ? space : "").append(lines[i]);
        }
        return out.toString();
    }

    private static Object otherwise(Arguments arguments) {
        boolean falseToo = Values.isTrue(arguments.get(2, "boolean", false));
        Object value = value(arguments);
        boolean missing = value instanceof Undefined || (falseToo && !Values.isTrue(value));
        return missing ? arguments.get(1, "default_value", "") : value;
    }

    private static Object wholeNumber(Arguments arguments) {
        Object value = value(arguments);
        try {
            return value instanceof String text
                    ? (long) Double.parseDouble(text.strip())
                    : value instanceof Double number ? number.longValue() : Values.whole(value);
        } catch (NumberFormatException | JinjaException e) {
            return arguments.get(1, "default", 0L);
        }
    }

    private static Object realNumber(Arguments arguments) {
        Object value = value(arguments);
        try {
            return value instanceof String text ? Double.parseDouble(text.strip()) : Values.real(value);
        } catch (NumberFormatException | JinjaException e) {
            return arguments.get(1, "default", 0.0);
        }
    }

    private static Object round(Arguments arguments) {
        int digits = Math.clamp(arguments.integer(1, "precision", 0), 0, 15);
        double scale = Math.pow(10, digits);
        double scaled = Values.real(value(arguments)) * scale;
        return switch (Values.text(arguments.get(2, "method", "common"), arguments.budget())) {
            case "ceil" -> Math.ceil(scaled) / scale;
            case "floor" -> Math.floor(scaled) / scale;
            default -> Math.rint(scaled) / scale;
        };
    }

    private static Object entry(Arguments arguments, boolean first) {
        List<Object> entries = Values.list(value(arguments));
        if (entries.isEmpty()) {
            return new Undefined(first ? "the first entry of nothing" : "the last entry of nothing");
        }
        return first ? entries.getFirst() : entries.getLast();
    }

    private static Object join(Arguments arguments) {
        List<Object> entries = new ArrayList<>();
        for (Object entry : Values.list(value(arguments))) {
            entries.add(attribute(arguments, 2, entry));
        }
        return Methods.join(Values.text(arguments.get(1, "d", ""), arguments.budget()), entries, arguments.budget());
    }

    private static Object attribute(Arguments arguments, int position, Object entry) {
        return arguments.has(position, "attribute")
                ? path(entry, arguments.text(position, "attribute"), arguments.budget())
                : entry;
    }

    /** {@code a.b.0} from an entry. */
    private static Object path(Object entry, String path, Budget budget) {
        Object value = entry;
        for (String name : path.split("\\.", -1)) {
            boolean number =
                    !name.isEmpty() && name.length() < 10 && name.chars().allMatch(c -> c >= '0' && c <= '9');
            value = Attributes.bracket(value, number ? (Object) Long.valueOf(name) : name, budget);
        }
        return value;
    }

    /** Upper and lower case are the same to sort, dictsort and unique. */
    private static Object folded(Object value) {
        return value instanceof String text ? text.toLowerCase(Locale.ROOT) : value;
    }

    private static Comparator<Object> order(Arguments arguments) {
        return (left, right) -> Values.compare(left, right, arguments.budget());
    }

    private static List<Object> sorted(List<Object> entries, Comparator<Object> order) {
        if (entries.isEmpty()) {
            throw new JinjaException("nothing has no least and no greatest entry");
        }
        List<Object> result = new ArrayList<>(entries);
        result.sort(order);
        return result;
    }

    private static Object sort(Arguments arguments) {
        List<Object> entries = made(arguments, Values.list(value(arguments)));
        if (entries.isEmpty()) {
            return entries;
        }
        boolean exact = Values.isTrue(arguments.get(2, "case_sensitive", false));
        Comparator<Object> order = Comparator.comparing(
                entry -> {
                    Object key = attribute(arguments, 3, entry);
                    return exact ? key : folded(key);
                },
                order(arguments));
        return sorted(entries, Values.isTrue(arguments.get(1, "reverse", false)) ? order.reversed() : order);
    }

    private static Object unique(Arguments arguments) {
        List<Object> result = new ArrayList<>();
        for (Object entry : Values.list(value(arguments))) {
            arguments.budget().made(4L * result.size());
            if (result.stream().noneMatch(other -> Values.equal(folded(other), folded(entry), arguments.budget()))) {
                result.add(entry);
            }
        }
        return result;
    }

    private static Object map(Arguments arguments) {
        List<Object> result = new ArrayList<>();
        for (Object entry : Values.list(value(arguments))) {
            Object mapped;
            if (arguments.named().containsKey("attribute")) {
                mapped = path(entry, arguments.text(Integer.MAX_VALUE, "attribute"), arguments.budget());
                if (mapped instanceof Undefined) {
                    mapped = arguments.get(Integer.MAX_VALUE, "default", mapped);
                }
            } else {
                List<Object> given = new ArrayList<>(List.of(entry));
                given.addAll(arguments.positional().subList(Math.min(2, arguments.count()), arguments.count()));
                mapped = named(arguments.text(1, "filter"))
                        .call(new Arguments(given, arguments.named(), arguments.budget()));
            }
            arguments.budget().step();
            result.add(mapped);
        }
        return result;
    }

    private static boolean test(Arguments arguments, int position, Object entry) {
        arguments.budget().step();
        if (arguments.count() <= position) {
            return Values.isTrue(entry);
        }
        List<Object> given = arguments.positional().subList(position + 1, arguments.count());
        return Tests.holds(arguments.text(position, "test"), entry, given, arguments.budget());
    }

    private static List<Object> chosen(Arguments arguments, Predicate<Object> wanted) {
        return made(
                arguments,
                new ArrayList<>(
                        Values.list(value(arguments)).stream().filter(wanted).toList()));
    }
}
