package org.foretoken.train;

import java.util.HashMap;
import java.util.Map;
import org.foretoken.model.Rope;

/** One {@link Rotation} a width of heads, long enough for what was asked. */
final class Rotations implements AutoCloseable {
    private final Rope rope;
    private final Map<Integer, Rotation> byHeadDim = new HashMap<>();

    Rotations(Rope rope) {
        this.rope = rope;
    }

    Rotation of(int headDim, int positions) {
        Rotation known = byHeadDim.get(headDim);
        if (known != null && known.positions() >= positions) {
            return known;
        }
        if (known != null) {
            known.close();
        }
        Rotation longer = new Rotation(rope, headDim, positions);
        byHeadDim.put(headDim, longer);
        return longer;
    }

    @Override
    public void close() {
        byHeadDim.values().forEach(Rotation::close);
    }
}
