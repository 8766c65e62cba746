package org.foretoken.text.jinja;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What stands after {@code is}. */
final class Tests {
    private Tests() {}

    static boolean holds(String name, Object value, List<Object> arguments, Budget budget) {
        return switch (name) {
            case "defined" -> !(value instanceof Undefined);
            case "undefined" -> value instanceof Undefined;
            case "none" -> value == None.NONE;
            case "string" -> value instanceof String;
            case "boolean" -> value instanceof Boolean;
            case "true" -> value.equals(true);
            case "false" -> value.equals(false);
            case "integer" -> value instanceof Long;
            case "float" -> value instanceof Double;
            case "number" -> Values.isNumeric(value);
            case "mapping" -> value instanceof Map;
            case "callable" -> value instanceof Callable;
            // To Jinja an undefined value is an empty sequence.
            case "sequence", "iterable" ->
                value instanceof String || value instanceof List || value instanceof Map || value instanceof Undefined;
            case "odd" -> Math.floorMod(Values.whole(value), 2L) == 1;
            case "even" -> Math.floorMod(Values.whole(value), 2L) == 0;
            case "upper" ->
                Values.text(value, budget).equals(Values.text(value, budget).toUpperCase(Locale.ROOT));
            case "lower" ->
                Values.text(value, budget).equals(Values.text(value, budget).toLowerCase(Locale.ROOT));
            default -> compares(name, value, arguments, budget);
        };
    }

    private static boolean compares(String name, Object value, List<Object> arguments, Budget budget) {
        if (arguments.size() != 1) {
            throw new JinjaException("the test 'is " + name + "' is not supported");
        }
        Object other = arguments.get(0);
        return switch (name) {
            case "equalto", "eq", "==" -> Values.equal(value, other, budget);
            case "sameas" -> Values.same(value, other);
            case "ne", "!=" -> !Values.equal(value, other, budget);
            case "lt", "lessthan", "<" -> Values.compare(value, other, budget) < 0;
            case "le", "<=" -> Values.compare(value, other, budget) <= 0;
            case "gt", "greaterthan", ">" -> Values.compare(value, other, budget) > 0;
            case "ge", ">=" -> Values.compare(value, other, budget) >= 0;
            case "in" -> Values.contains(other, value, budget);
            case "divisibleby" -> {
                long divisor = Values.whole(other);
                if (divisor == 0) {
                    throw new JinjaException("a number is divided by zero");
                }
                yield Values.whole(value) % divisor == 0;
            }
            default -> throw new JinjaException("the test 'is " + name + "' is not supported");
        };
    }
}
