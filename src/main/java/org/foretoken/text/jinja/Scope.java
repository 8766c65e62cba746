package org.foretoken.text.jinja;

import java.util.HashMap;
import java.util.Map;

/** Names and their values; a loop's body and a macro have one of their own inside that of the template. */
final class Scope {
    private final Map<String, Object> values = new HashMap<>();
    private final Scope outer;
    final Budget budget;

    /** The outermost: the names a template is given. */
    Scope(Map<String, Object> given, Budget budget) {
        outer = this;
        this.budget = budget;
        values.putAll(given);
    }

    Scope(Scope outer) {
        this.outer = outer;
        budget = outer.budget;
    }

    Object get(String name) {
        for (Scope scope = this; ; scope = scope.outer) {
            Object value = scope.values.get(name);
            if (value != null) {
                return value;
            }
            if (scope.outer == scope) {
                return new Undefined(name);
            }
        }
    }

    void set(String name, Object value) {
        values.put(name, value);
    }
}
