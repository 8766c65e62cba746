package org.foretoken.text.jinja;

import java.util.List;
import java.util.Map;

/** JSON as Python's {@code json.dumps(value, ensure_ascii=False)} writes it, which is what the filter {@code tojson} gives with Hugging Face. */
final class PythonJson {
    private final StringBuilder out = new StringBuilder();
    private final int indent;
    private final Budget budget;

    private PythonJson(int indent, Budget budget) {
        this.indent = indent;
        this.budget = budget;
    }

    /** @param indent spaces a level, or -1 for everything on one line */
    static String of(Object value, int indent, Budget budget) {
        PythonJson json = new PythonJson(indent, budget);
        json.write(value, 0);
        return json.out.toString();
    }

    private void write(Object value, int level) {
        budget.step();
        if (value instanceof String text) {
            quote(text);
        } else if (value instanceof Boolean || value instanceof Long) {
            out.append(value);
        } else if (value instanceof Double number) {
            out.append(Values.number(number));
        } else if (value == None.NONE) {
            out.append("null");
        } else if (value instanceof List<?> list) {
            out.append('[');
            boolean first = true;
            for (Object entry : list) {
                separate(first, level + 1);
                write(entry, level + 1);
                first = false;
            }
            close(']', first, level);
        } else if (value instanceof Map<?, ?> map) {
            out.append('{');
            boolean first = true;
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                separate(first, level + 1);
                quote(entry.getKey() instanceof String key ? key : of(entry.getKey(), -1, budget));
                out.append(": ");
                write(entry.getValue(), level + 1);
                first = false;
            }
            close('}', first, level);
        } else {
            throw new JinjaException(Values.typeName(value) + " cannot be written as JSON");
        }
    }

    private void separate(boolean first, int level) {
        if (!first) {
            out.append(indent < 0 ? ", " : ",");
        }
        line(level);
    }

    private void close(char bracket, boolean empty, int level) {
        if (!empty) {
            line(level);
        }
        out.append(bracket);
    }

    private void line(int level) {
        if (indent >= 0) {
            budget.made((long) level * indent);
            out.append('\n').append(" ".repeat(level * indent));
        }
    }

    private void quote(String text) {
        budget.made(text.length());
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                case '\b' -> out.append("\\b");
                case '\f' -> out.append("\\f");
                default -> {
                    if (c < ' ') {
                        out.append(String.format("\\u%04x", (int) c));
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        out.append('"');
    }
}
