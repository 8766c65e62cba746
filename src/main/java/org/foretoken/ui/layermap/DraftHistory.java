package org.foretoken.ui.layermap;

import java.util.ArrayDeque;
import java.util.Deque;

/** A draft, all that it was before, and what was undone. */
final class DraftHistory {
    private final Deque<MapDraft> before = new ArrayDeque<>();
    private final Deque<MapDraft> undone = new ArrayDeque<>();
    private MapDraft now;

    DraftHistory(MapDraft first) {
        now = first;
    }

    MapDraft now() {
        return now;
    }

    /** Goes on to another draft; the same again is no step. */
    void edit(MapDraft next) {
        if (!next.equals(now)) {
            before.push(now);
            undone.clear();
            now = next;
        }
    }

    boolean canUndo() {
        return !before.isEmpty();
    }

    boolean canRedo() {
        return !undone.isEmpty();
    }

    void undo() {
        if (canUndo()) {
            undone.push(now);
            now = before.pop();
        }
    }

    void redo() {
        if (canRedo()) {
            before.push(now);
            now = undone.pop();
        }
    }
}
