package org.foretoken.text.jinja;

import java.util.AbstractList;
import java.util.List;

/** A list that prints in parentheses. */
final class Tuple extends AbstractList<Object> {
    private final List<Object> entries;

    Tuple(List<Object> entries) {
        this.entries = entries;
    }

    @Override
    public Object get(int index) {
        return entries.get(index);
    }

    @Override
    public int size() {
        return entries.size();
    }
}
