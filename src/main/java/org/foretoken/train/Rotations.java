package org.foretoken.train;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.foretoken.model.Rope;

/** A {@link Rotation} for each width of heads and number of positions. Any thread. */
final class Rotations implements AutoCloseable {
    private final Rope rope;
    private final Map<List<Integer>, Rotation> known = new ConcurrentHashMap<>();

    Rotations(Rope rope) {
        this.rope = rope;
    }

    Rotation of(int headDim, int positions) {
        return known.computeIfAbsent(List.of(headDim, positions), key -> new Rotation(rope, headDim, positions));
    }

    @Override
    public void close() {
        known.values().forEach(Rotation::close);
    }
}
