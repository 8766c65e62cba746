package org.foretoken.train;

import java.nio.IntBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** The frozen models' passes, kept for the next time a sequence comes as far as memory allows. */
final class KeptReadings implements AutoCloseable {
    private final FrozenPass frozen;
    private final Kept kept;

    /** What all twins have in common. */
    private static final class Kept {
        final Map<IntBuffer, Reading> readings = new ConcurrentHashMap<>();
        final AtomicLong room;

        Kept(long mostBytes) {
            room = new AtomicLong(mostBytes);
        }

        /** Whether the reading stays: there's room, and no other thread has read the same sequence meanwhile. */
        boolean keeps(IntBuffer key, Reading reading) {
            if (room.addAndGet(-reading.bytes()) >= 0 && readings.putIfAbsent(key, reading) == null) {
                return true;
            }
            room.addAndGet(reading.bytes());
            return false;
        }
    }

    /**
     * Takes over the pass, which it closes.
     *
     * @param mostBytes what may be kept
     */
    KeptReadings(FrozenPass frozen, long mostBytes) {
        this(frozen, new Kept(mostBytes));
    }

    private KeptReadings(FrozenPass frozen, Kept kept) {
        this.frozen = frozen;
        this.kept = kept;
    }

    /** The same for another thread, with the same readings kept; to be closed as well. */
    KeptReadings twin() {
        return new KeptReadings(frozen.twin(), kept);
    }

    /** Those of a batch's rows; what isn't kept belongs to the caller's scope. */
    List<Reading> of(Batch batch) {
        List<Reading> readings = new ArrayList<>();
        for (int row = 0; row < batch.rows(); row++) {
            int from = row * batch.length();
            int[] tokens = Arrays.copyOfRange(batch.tokens(), from, from + batch.length());
            int[] documents = Arrays.copyOfRange(batch.documents(), from, from + batch.length());
            readings.add(of(tokens, documents));
        }
        return readings;
    }

    private Reading of(int[] tokens, int[] documents) {
        IntBuffer key = IntBuffer.wrap(tokens);
        Reading known = kept.readings.get(key);
        if (known != null) {
            return known;
        }
        Reading reading = frozen.read(tokens, documents);
        if (!kept.keeps(key, reading)) {
            reading.leaveToScope();
        }
        return reading;
    }

    /** Closes what is kept, for all twins, and the pass of this one. */
    @Override
    public void close() {
        kept.readings.values().forEach(Reading::close);
        kept.readings.clear();
        frozen.close();
    }
}
