package org.foretoken.train;

import java.nio.IntBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** The frozen models' passes, kept for the next time a sequence comes as far as memory allows. Any thread. */
final class KeptReadings implements AutoCloseable {
    private final FrozenPass frozen;
    private final boolean oneByOne;
    private final AtomicLong room;
    private final Map<Key, List<Reading>> kept = new ConcurrentHashMap<>();

    /** What readings follow from. */
    private record Key(IntBuffer tokens, IntBuffer documents) {
        static Key of(Batch batch) {
            return new Key(IntBuffer.wrap(batch.tokens()), IntBuffer.wrap(batch.documents()));
        }
    }

    /**
     * Takes over the pass, which it closes.
     *
     * @param oneByOne whether each sequence is read and kept by itself, for when it comes again in another batch; whole batches are faster, and a product's
     *     last bits may depend on how many rows it has
     * @param room bytes that may still be kept, less with every reading that is
     */
    KeptReadings(FrozenPass frozen, boolean oneByOne, AtomicLong room) {
        this.frozen = frozen;
        this.oneByOne = oneByOne;
        this.room = room;
    }

    /** Those of a batch's rows; what isn't kept belongs to the caller's scope. */
    List<Reading> of(Batch batch) {
        if (!oneByOne) {
            return together(batch);
        }
        List<Reading> readings = new ArrayList<>();
        for (int row = 0; row < batch.rows(); row++) {
            readings.addAll(together(batch.row(row)));
        }
        return readings;
    }

    private List<Reading> together(Batch batch) {
        Key key = Key.of(batch);
        List<Reading> known = kept.get(key);
        if (known != null) {
            return known;
        }
        List<Reading> readings = frozen.read(batch);
        if (!keeps(key, readings)) {
            readings.forEach(Reading::leaveToScope);
        }
        return readings;
    }

    /** Whether the readings stay: there's room, and no other thread has read the same meanwhile. */
    private boolean keeps(Key key, List<Reading> readings) {
        long bytes = readings.stream().mapToLong(Reading::bytes).sum();
        if (room.addAndGet(-bytes) >= 0 && kept.putIfAbsent(key, readings) == null) {
            return true;
        }
        room.addAndGet(bytes);
        return false;
    }

    @Override
    public void close() {
        kept.values().forEach(readings -> readings.forEach(Reading::close));
        kept.clear();
        frozen.close();
    }
}
