package org.foretoken.text.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.function.Predicate;

/** The methods of strings, lists and mappings that change nothing, as in Python. */
final class Methods {
    private Methods() {}

    /** The method, bound to its value; undefined if there is none of that name. */
    static Object of(Object value, String name) {
        if (value instanceof String text) {
            return STRING_METHODS.contains(name)
                    ? (Callable) arguments -> call(text, name, arguments)
                    : new Undefined(name);
        } else if (value instanceof Map<?, ?> map) {
            return switch (name) {
                case "items" -> (Callable) arguments -> items(map, arguments.budget());
                case "keys" -> (Callable) arguments -> Values.list(map);
                case "values" -> (Callable) arguments -> List.<Object>copyOf(map.values());
                case "get" ->
                    (Callable) arguments -> {
                        Object entry = Values.entry(map, arguments.get(0, "key"));
                        return entry == null ? arguments.get(1, "default", None.NONE) : entry;
                    };
                default -> new Undefined(name);
            };
        } else if (value instanceof List<?> list && (name.equals("index") || name.equals("count"))) {
            return (Callable) arguments -> {
                long count = 0;
                for (int i = 0; i < list.size(); i++) {
                    if (Values.equal(list.get(i), arguments.get(0, "value"), arguments.budget())) {
                        if (name.equals("index")) {
                            return (long) i;
                        }
                        count++;
                    }
                }
                return count;
            };
        }
        return new Undefined(name);
    }

    static List<Object> items(Map<?, ?> map, Budget budget) {
        List<Object> items = new ArrayList<>();
        map.forEach((key, value) -> items.add(new Tuple(List.of(key, value))));
        budget.made(items.size());
        return items;
    }

    private static final List<String> STRING_METHODS = List.of(
            "strip",
            "lstrip",
            "rstrip",
            "split",
            "rsplit",
            "splitlines",
            "startswith",
            "endswith",
            "upper",
            "lower",
            "title",
            "capitalize",
            "replace",
            "find",
            "rfind",
            "index",
            "count",
            "join",
            "removeprefix",
            "removesuffix",
            "isdigit",
            "isalpha",
            "isalnum",
            "isspace",
            "isupper",
            "islower");

    private static Object call(String text, String name, Arguments arguments) {
        Budget budget = arguments.budget();
        budget.made(text.length());
        return switch (name) {
            case "strip" -> strip(text, arguments, true, true);
            case "lstrip" -> strip(text, arguments, true, false);
            case "rstrip" -> strip(text, arguments, false, true);
            case "split" -> split(text, arguments, false);
            case "rsplit" -> split(text, arguments, true);
            case "splitlines" -> lines(text);
            case "startswith" -> affixed(arguments.get(0, "prefix"), text::startsWith, budget);
            case "endswith" -> affixed(arguments.get(0, "suffix"), text::endsWith, budget);
            case "upper" -> text.toUpperCase(Locale.ROOT);
            case "lower" -> text.toLowerCase(Locale.ROOT);
            case "title" -> title(text);
            case "capitalize" -> capitalize(text);
            case "replace" -> replace(text, arguments);
            case "find" -> position(text, text.indexOf(arguments.text(0, "sub")));
            case "rfind" -> position(text, text.lastIndexOf(arguments.text(0, "sub")));
            case "index" -> {
                int at = text.indexOf(arguments.text(0, "sub"));
                if (at < 0) {
                    throw new JinjaException("a text does not hold what index looks for");
                }
                yield position(text, at);
            }
            case "count" ->
                (long) pieces(text, arguments.text(0, "sub"), Integer.MAX_VALUE).size() - 1;
            case "join" -> join(text, arguments.get(0, "iterable"), budget);
            case "removeprefix" -> {
                String prefix = arguments.text(0, "prefix");
                yield text.startsWith(prefix) ? text.substring(prefix.length()) : text;
            }
            case "removesuffix" -> {
                String suffix = arguments.text(0, "suffix");
                yield text.endsWith(suffix) ? text.substring(0, text.length() - suffix.length()) : text;
            }
            case "isdigit" -> all(text, Character::isDigit);
            case "isalpha" -> all(text, Character::isLetter);
            case "isalnum" -> all(text, Character::isLetterOrDigit);
            case "isspace" -> all(text, Methods::isSpace);
            case "isupper" -> !text.equals(text.toLowerCase(Locale.ROOT)) && text.equals(text.toUpperCase(Locale.ROOT));
            default -> !text.equals(text.toUpperCase(Locale.ROOT)) && text.equals(text.toLowerCase(Locale.ROOT));
        };
    }

    private static boolean affixed(Object affixes, Predicate<String> has, Budget budget) {
        if (affixes instanceof Tuple tuple) {
            return tuple.stream().anyMatch(affix -> has.test(Values.text(affix, budget)));
        } else if (affixes instanceof String affix) {
            return has.test(affix);
        }
        throw new JinjaException("startswith and endswith take a string, not " + Values.typeName(affixes));
    }

    private static boolean all(String text, IntPredicate test) {
        return !text.isEmpty() && text.codePoints().allMatch(test);
    }

    private static Object position(String text, int at) {
        return at < 0 ? -1L : (long) text.codePointCount(0, at);
    }

    /** White space to Python. */
    static boolean isSpace(int c) {
        return Character.isWhitespace(c) || Character.isSpaceChar(c) || c == 0x85;
    }

    static String strip(String text, Arguments arguments, boolean left, boolean right) {
        Object given = arguments.get(0, "chars", None.NONE);
        String characters = given == None.NONE ? "" : arguments.text(0, "chars");
        IntPredicate goes = given == None.NONE ? Methods::isSpace : c -> characters.indexOf(c) >= 0;
        int from = 0;
        int to = text.length();
        while (left && from < to && goes.test(text.codePointAt(from))) {
            from += Character.charCount(text.codePointAt(from));
        }
        while (right && to > from && goes.test(text.codePointBefore(to))) {
            to -= Character.charCount(text.codePointBefore(to));
        }
        return text.substring(from, to);
    }

    private static List<Object> split(String text, Arguments arguments, boolean fromRight) {
        int most = arguments.integer(1, "maxsplit", -1);
        int limit = most < 0 ? Integer.MAX_VALUE : most;
        Object separator = arguments.get(0, "sep", None.NONE);
        if (separator == None.NONE) {
            return words(text, limit, fromRight);
        }
        List<Object> pieces = pieces(text, arguments.text(0, "sep"), fromRight ? Integer.MAX_VALUE : limit);
        if (fromRight && pieces.size() - 1 > limit) {
            int kept = pieces.size() - limit;
            String first = join(arguments.text(0, "sep"), pieces.subList(0, kept), arguments.budget());
            List<Object> result = new ArrayList<>(List.of(first));
            result.addAll(pieces.subList(kept, pieces.size()));
            return result;
        }
        arguments.budget().made(pieces.size());
        return pieces;
    }

    private static List<Object> pieces(String text, String separator, int limit) {
        if (separator.isEmpty()) {
            throw new JinjaException("a text cannot be split at nothing");
        }
        List<Object> pieces = new ArrayList<>();
        int from = 0;
        for (int at;
                pieces.size() < limit && (at = text.indexOf(separator, from)) >= 0;
                from = at + separator.length()) {
            pieces.add(text.substring(from, at));
        }
        pieces.add(text.substring(from));
        return pieces;
    }

    private static List<Object> words(String text, int limit, boolean fromRight) {
        if (fromRight && limit != Integer.MAX_VALUE) {
            throw new JinjaException("rsplit at white space with a limit is not supported");
        }
        List<Object> words = new ArrayList<>();
        int i = 0;
        while (true) {
            while (i < text.length() && isSpace(text.charAt(i))) {
                i++;
            }
            if (i == text.length()) {
                return words;
            }
            int end = i;
            while (end < text.length() && (words.size() >= limit || !isSpace(text.charAt(end)))) {
                end++;
            }
            words.add(text.substring(i, end));
            i = end;
        }
    }

    private static List<Object> lines(String text) {
        return new ArrayList<>(text.lines().toList());
    }

    static String title(String text) {
        StringBuilder out = new StringBuilder();
        boolean inWord = false;
        for (int c : text.codePoints().toArray()) {
            out.appendCodePoint(inWord ? Character.toLowerCase(c) : Character.toTitleCase(c));
            inWord = Character.isLetter(c);
        }
        return out.toString();
    }

    static String capitalize(String text) {
        if (text.isEmpty()) {
            return text;
        }
        int first = text.offsetByCodePoints(0, 1);
        return text.substring(0, first).toUpperCase(Locale.ROOT)
                + text.substring(first).toLowerCase(Locale.ROOT);
    }

    static String replace(String text, Arguments arguments) {
        String from = arguments.text(0, "old");
        String to = arguments.text(1, "new");
        int limit = arguments.integer(2, "count", -1);
        if (from.isEmpty()) {
            throw new JinjaException("nothing cannot be replaced by something");
        }
        List<Object> pieces = pieces(text, from, limit < 0 ? Integer.MAX_VALUE : limit);
        return join(to, pieces, arguments.budget());
    }

    static String join(String separator, Object iterable, Budget budget) {
        StringBuilder out = new StringBuilder();
        String before = "";
        for (Object entry : Values.list(iterable)) {
            String piece = Values.text(entry, budget);
            budget.made(before.length() + piece.length());
            out.append(before).append(piece);
            before = separator;
        }
        return out.toString();
    }
}
