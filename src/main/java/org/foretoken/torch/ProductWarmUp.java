package org.foretoken.torch;

import java.lang.foreign.MemorySegment;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Has the JIT compile the product of {@link PackedMatrix}, once a process and beside whatever else is done: the first prompt's logits would otherwise take
 * most of a second. Until it is compiled, the thread that calls it takes a core from the JIT and from the model's loading, so it calls small ones.
 */
public final class ProductWarmUp {
    /** Both ways for a row of blocks to end, whole and within the last: what the JIT has never seen happen makes it compile once more. */
    private static final int OUT = 4 * PackedRows.LANES - 1;

    private static final int IN = 64;
    private static final int PRODUCTS = 3000;

    private static final Set<ScalarType> STARTED = ConcurrentHashMap.newKeySet();

    private ProductWarmUp() {}

    /**
     * Begins unless it was begun. libtorch must be started.
     *
     * @param dtype see {@link PackedMatrix#dtype}
     */
    public static void start(ScalarType dtype) {
        if (STARTED.add(dtype)) {
            Thread.ofPlatform().daemon().name("compile-product").start(() -> run(dtype));
        }
    }

    private static void run(ScalarType dtype) {
        // compiled while all segments are native, it would be thrown away when the first prompt brings one of the heap
        MemorySegment.ofArray(new long[0]);
        float[] x = new float[IN];
        float[] y = new float[OUT];
        try (PointerScope scope = new PointerScope();
                PackedMatrix small = PackedMatrix.zeros(OUT, IN, dtype);
                WorkerTeam alone = new WorkerTeam(1)) {
            for (int i = 0; i < PRODUCTS; i++) {
                if (i % 2 == 0) {
                    small.multiply(alone, x, y);
                } else {
                    small.multiplyAdd(alone, x, y);
                }
            }
        }
    }
}
