package org.foretoken.text.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** {@code value.name}, {@code value[key]} and {@code value[from:to:step]}. */
final class Attributes {
    private Attributes() {}

    /** A dot: a method if the value has one of that name, else an entry. */
    static Object dot(Object value, String name, Budget budget) {
        Object method = Methods.of(value, name);
        return method instanceof Undefined ? entry(value, name, budget) : method;
    }

    /** Brackets: an entry if there is one, else a method. */
    static Object bracket(Object value, Object key, Budget budget) {
        Object entry = entry(value, key, budget);
        return entry instanceof Undefined && key instanceof String name ? Methods.of(value, name) : entry;
    }

    private static Object entry(Object value, Object key, Budget budget) {
        String name = Values.text(key, budget);
        if (value instanceof Map<?, ?> map) {
            Object entry = Values.entry(map, key);
            return entry == null ? new Undefined(name) : entry;
        } else if (value instanceof Namespace namespace) {
            return namespace.get(name);
        } else if (value instanceof Loop loop) {
            return loop.get(name);
        } else if (value instanceof Undefined undefined) {
            throw undefined.used();
        } else if (key instanceof Long number && (value instanceof List<?> || value instanceof String)) {
            List<Object> entries = Values.list(value);
            long index = number < 0 ? number + entries.size() : number;
            return index >= 0 && index < entries.size() ? entries.get((int) index) : new Undefined("entry " + name);
        }
        return new Undefined(name);
    }

    /** A slice; {@link None} for a bound that is not given. */
    static Object slice(Object value, Object from, Object to, Object step, Budget budget) {
        List<Object> entries = Values.list(value);
        budget.made(entries.size());
        int size = entries.size();
        int by = step == None.NONE ? 1 : Values.index(step);
        if (by == 0) {
            throw new JinjaException("a slice has the step 0");
        }
        int start = bound(from, by > 0 ? 0 : size - 1, size, by);
        int end = bound(to, by > 0 ? size : -1, size, by);
        List<Object> result = new ArrayList<>();
        for (long i = start; by > 0 ? i < end : i > end; i += by) {
            result.add(entries.get((int) i));
        }
        if (value instanceof String) {
            StringBuilder text = new StringBuilder();
            result.forEach(text::append);
            return text.toString();
        }
        return value instanceof Tuple ? new Tuple(result) : result;
    }

    private static int bound(Object bound, int otherwise, int size, int by) {
        if (bound == None.NONE) {
            return otherwise;
        }
        long at = Values.whole(bound);
        at = at < 0 ? at + size : at;
        return (int) Math.max(by > 0 ? 0 : -1, Math.min(by > 0 ? size : size - 1, at));
    }
}
