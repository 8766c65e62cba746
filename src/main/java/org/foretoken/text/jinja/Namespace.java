package org.foretoken.text.jinja;

import java.util.HashMap;
import java.util.Map;

/** The one value that templates may change: {@code namespace(count=0)}, then {@code set ns.count = 1} from inside a loop. */
final class Namespace {
    private final Map<String, Object> values;

    Namespace(Map<String, Object> values) {
        this.values = new HashMap<>(values);
    }

    Object get(String name) {
        Object value = values.get(name);
        return value == null ? new Undefined(name) : value;
    }

    void set(String name, Object value) {
        values.put(name, value);
    }
}
