package org.foretoken.text.jinja;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What stands between the parentheses of a call, before it has values. */
record CallArguments(List<Expression> positional, Map<String, Expression> named) {
    static List<Object> values(List<Expression> parts, Scope scope) {
        scope.budget.made(parts.size());
        List<Object> values = new ArrayList<>(parts.size());
        for (Expression part : parts) {
            values.add(part.value(scope));
        }
        return values;
    }

    /** The values, after those of {@code before}. */
    Arguments of(List<Object> before, Scope scope) {
        List<Object> values = new ArrayList<>(before);
        values.addAll(values(positional, scope));
        Map<String, Object> byName = new LinkedHashMap<>();
        named.forEach((name, value) -> byName.put(name, value.value(scope)));
        return new Arguments(values, byName, scope.budget);
    }
}
