package org.foretoken.text.jinja;

import java.util.List;
import java.util.Map;

/** What a call was given, and the budget it may use. */
record Arguments(List<Object> positional, Map<String, Object> named, Budget budget) {
    int count() {
        return positional.size();
    }

    boolean has(int position, String name) {
        return position < positional.size() || named.containsKey(name);
    }

    Object get(int position, String name) {
        if (position < positional.size()) {
            return positional.get(position);
        }
        Object value = named.get(name);
        if (value == null) {
            throw new JinjaException("a call lacks the argument '" + name + "'");
        }
        return value;
    }

    Object get(int position, String name, Object otherwise) {
        return has(position, name) ? get(position, name) : otherwise;
    }

    String text(int position, String name) {
        Object value = get(position, name);
        if (value instanceof String text) {
            return text;
        }
        throw new JinjaException("the argument '" + name + "' of a call is no string");
    }

    int integer(int position, String name, int otherwise) {
        return has(position, name) ? Values.index(get(position, name)) : otherwise;
    }

    /** Without the first positional argument. */
    Arguments rest() {
        return new Arguments(positional.subList(1, positional.size()), named, budget);
    }
}
