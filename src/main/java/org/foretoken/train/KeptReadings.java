package org.foretoken.train;

import java.nio.IntBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The frozen models' passes, kept for the next time a sequence comes as far as memory allows. */
final class KeptReadings implements AutoCloseable {
    private final FrozenPass frozen;
    private final long mostBytes;
    private final Map<IntBuffer, Reading> kept = new HashMap<>();
    private long bytes;

    /**
     * Takes over the pass, which it closes.
     *
     * @param mostBytes what may be kept
     */
    KeptReadings(FrozenPass frozen, long mostBytes) {
        this.frozen = frozen;
        this.mostBytes = mostBytes;
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
        Reading known = kept.get(key);
        if (known != null) {
            return known;
        }
        Reading reading = frozen.read(tokens, documents);
        if (reading.bytes() <= mostBytes - bytes) {
            kept.put(key, reading);
            bytes += reading.bytes();
        } else {
            reading.leaveToScope();
        }
        return reading;
    }

    @Override
    public void close() {
        kept.values().forEach(Reading::close);
        frozen.close();
    }
}
