package org.foretoken.text.jinja;

import java.util.List;

/** The variable {@code loop} inside a loop. */
final class Loop {
    private final List<Object> entries;
    private final int index;

    Loop(List<Object> entries, int index) {
        this.entries = entries;
        this.index = index;
    }

    Object get(String name) {
        long left = entries.size() - 1L - index;
        return switch (name) {
            case "index" -> index + 1L;
            case "index0" -> (long) index;
            case "revindex" -> left + 1;
            case "revindex0" -> left;
            case "first" -> index == 0;
            case "last" -> left == 0;
            case "length" -> (long) entries.size();
            case "previtem" -> index > 0 ? entries.get(index - 1) : new Undefined(name);
            case "nextitem" -> left > 0 ? entries.get(index + 1) : new Undefined(name);
            case "cycle" ->
                (Callable) arguments -> {
                    if (arguments.count() == 0) {
                        throw new JinjaException("loop.cycle has nothing to choose from");
                    }
                    return arguments.positional().get(index % arguments.count());
                };
            default -> new Undefined("loop." + name);
        };
    }
}
