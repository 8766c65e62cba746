package org.foretoken.text.jinja;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Python's rules for the values of a template: String, Long, Double, Boolean, {@link None}, List, {@link Tuple}, Map, {@link Namespace},
 * {@link Callable} and {@link Undefined}.
 */
final class Values {
    private Values() {}

    static boolean isTrue(Object value) {
        if (value instanceof Boolean flag) {
            return flag;
        } else if (value instanceof Number number) {
            return number.doubleValue() != 0;
        } else if (value instanceof String text) {
            return !text.isEmpty();
        } else if (value instanceof List<?> list) {
            return !list.isEmpty();
        } else if (value instanceof Map<?, ?> map) {
            return !map.isEmpty();
        }
        return value != None.NONE && !(value instanceof Undefined);
    }

    /** What a tag prints for a value. */
    static String text(Object value, Budget budget) {
        if (value instanceof String text) {
            return text;
        }
        return value instanceof Undefined ? "" : repr(value, budget);
    }

    /** How Python writes a value inside a list. */
    static String repr(Object value, Budget budget) {
        StringBuilder out = new StringBuilder();
        repr(value, out, budget);
        return out.toString();
    }

    /** A step for every entry: a list that holds the one before twice, sixty times over, has more than can be written. */
    private static void repr(Object value, StringBuilder out, Budget budget) {
        budget.step();
        if (value instanceof String text) {
            budget.made(text.length());
            quote(text, out);
        } else if (value instanceof Boolean flag) {
            out.append(flag ? "True" : "False");
        } else if (value instanceof Double number) {
            out.append(number(number));
        } else if (value instanceof Long) {
            out.append(value);
        } else if (value == None.NONE) {
            out.append("None");
        } else if (value instanceof Undefined) {
            out.append("Undefined");
        } else if (value instanceof List<?> list) {
            boolean tuple = value instanceof Tuple;
            out.append(tuple ? '(' : '[');
            String separator = "";
            for (Object entry : list) {
                out.append(separator);
                repr(entry, out, budget);
                separator = ", ";
            }
            out.append(tuple ? list.size() == 1 ? ",)" : ")" : "]");
        } else if (value instanceof Map<?, ?> map) {
            out.append('{');
            String separator = "";
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                out.append(separator);
                repr(entry.getKey(), out, budget);
                out.append(": ");
                repr(entry.getValue(), out, budget);
                separator = ", ";
            }
            out.append('}');
        } else {
            throw new JinjaException("a function or namespace cannot be printed");
        }
    }

    private static void quote(String text, StringBuilder out) {
        char quote = text.indexOf('\'') >= 0 && text.indexOf('"') < 0 ? '"' : '\'';
        out.append(quote);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                case '\\' -> out.append("\\\\");
                default -> {
                    if (c == quote) {
                        out.append('\\').append(c);
                    } else if (c < ' ' || (c >= 0x7F && c < 0xA0)) {
                        out.append(String.format("\\x%02x", (int) c));
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        out.append(quote);
    }

    /** A float as Python and JSON write it. */
    static String number(double number) {
        if (Double.isNaN(number) || Double.isInfinite(number)) {
            return Double.isNaN(number) ? "nan" : number > 0 ? "inf" : "-inf";
        }
        double size = Math.abs(number);
        if (size == 0 || (size >= 1e-4 && size < 1e16)) {
            String plain = new BigDecimal(Double.toString(number)).toPlainString();
            return plain.indexOf('.') < 0 ? plain + ".0" : plain;
        }
        String[] parts = Double.toString(number).split("E", 2);
        int exponent = Integer.parseInt(parts[1]);
        String digits = parts[0].endsWith(".0") ? parts[0].substring(0, parts[0].length() - 2) : parts[0];
        return digits + (exponent < 0 ? "e-" : "e+") + (Math.abs(exponent) < 10 ? "0" : "") + Math.abs(exponent);
    }

    static boolean equal(Object a, Object b, Budget budget) {
        budget.step();
        if (isNumeric(a) && isNumeric(b)) {
            boolean real = a instanceof Double || b instanceof Double;
            return real ? (real(a) == real(b)) : (whole(a) == whole(b));
        }
        if (a instanceof List<?> left && b instanceof List<?> right) {
            boolean sameKind = (a instanceof Tuple) == (b instanceof Tuple);
            if (left.size() != right.size() || !sameKind) {
                return false;
            }
            Iterator<?> other = right.iterator();
            for (Object entry : left) {
                if (!equal(entry, other.next(), budget)) {
                    return false;
                }
            }
            return true;
        }
        if (a instanceof Map<?, ?> left && b instanceof Map<?, ?> right) {
            if (left.size() != right.size()) {
                return false;
            }
            for (Map.Entry<?, ?> entry : left.entrySet()) {
                Object other = right.get(entry.getKey());
                if (other == null || !equal(entry.getValue(), other, budget)) {
                    return false;
                }
            }
            return true;
        }
        return a instanceof Undefined ? b instanceof Undefined : a.equals(b);
    }

    static int compare(Object a, Object b, Budget budget) {
        budget.step();
        if (isNumeric(a) && isNumeric(b)) {
            return a instanceof Double || b instanceof Double
                    ? Double.compare(real(a), real(b))
                    : Long.compare(whole(a), whole(b));
        }
        if (a instanceof String left && b instanceof String right) {
            return left.compareTo(right);
        }
        if (a instanceof List<?> left && b instanceof List<?> right) {
            for (int i = 0; i < Math.min(left.size(), right.size()); i++) {
                if (!equal(left.get(i), right.get(i), budget)) {
                    return compare(left.get(i), right.get(i), budget);
                }
            }
            return Integer.compare(left.size(), right.size());
        }
        throw unsuitable("be compared", a, b);
    }

    static boolean contains(Object container, Object value, Budget budget) {
        if (container instanceof String text) {
            if (value instanceof String part) {
                return text.contains(part);
            }
            throw unsuitable("be looked for", value, container);
        }
        if (container instanceof Map<?, ?> map) {
            return entry(map, value) != null;
        }
        for (Object entry : list(container)) {
            if (equal(entry, value, budget)) {
                return true;
            }
        }
        return false;
    }

    /** A mapping's entry, or null. Lists and mappings are no keys, and Java would run through all that they hold for a hash. */
    static @Nullable Object entry(Map<?, ?> map, Object key) {
        return (key instanceof List || key instanceof Map) ? null : map.get(key);
    }

    /** Whether both are one object, as far as a template can tell: strings, numbers and the like that are equal. */
    static boolean same(Object a, Object b) {
        return (a instanceof List || a instanceof Map) ? a == b : a.equals(b);
    }

    /** What a loop over the value runs through: entries, keys, characters. */
    static List<Object> list(Object value) {
        if (value instanceof List<?> list) {
            return List.copyOf(list);
        } else if (value instanceof Map<?, ?> map) {
            return List.copyOf(map.keySet());
        } else if (value instanceof Undefined) {
            return List.of();
        } else if (value instanceof String text) {
            List<Object> characters = new ArrayList<>(text.length());
            text.codePoints().forEach(c -> characters.add(Character.toString(c)));
            return characters;
        }
        throw new JinjaException(typeName(value) + " cannot be run through");
    }

    static int length(Object value) {
        if (value instanceof String text) {
            return text.codePointCount(0, text.length());
        } else if (value instanceof List<?> list) {
            return list.size();
        } else if (value instanceof Map<?, ?> map) {
            return map.size();
        } else if (value instanceof Undefined) {
            return 0;
        }
        throw new JinjaException(typeName(value) + " has no length");
    }

    static boolean isNumeric(Object value) {
        return value instanceof Long || value instanceof Double || value instanceof Boolean;
    }

    static double real(Object value) {
        if (value instanceof Number number) {
            return number.doubleValue();
        }
        return whole(value);
    }

    static long whole(Object value) {
        if (value instanceof Long number) {
            return number;
        } else if (value instanceof Boolean flag) {
            return flag ? 1 : 0;
        } else if (value instanceof Undefined undefined) {
            throw undefined.used();
        }
        throw new JinjaException(typeName(value) + " is used where a whole number is needed");
    }

    /** A position or count, cut to what an int holds. */
    static int index(Object value) {
        return (int) Math.max(Integer.MIN_VALUE, Math.min(Integer.MAX_VALUE, whole(value)));
    }

    static JinjaException unsuitable(String operation, Object a, Object b) {
        for (Object value : new Object[] {a, b}) {
            if (value instanceof Undefined undefined) {
                return undefined.used();
            }
        }
        return new JinjaException(typeName(a) + " and " + typeName(b) + " cannot " + operation);
    }

    static String typeName(Object value) {
        if (value instanceof Undefined undefined) {
            return "'" + undefined.name() + "', which is undefined,";
        } else if (value instanceof String) {
            return "a string";
        } else if (value instanceof Number) {
            return "a number";
        } else if (value instanceof Boolean) {
            return "a truth value";
        } else if (value instanceof Map) {
            return "a mapping";
        } else if (value instanceof List) {
            return "a list";
        }
        return value == None.NONE ? "none" : "a function or namespace";
    }
}
