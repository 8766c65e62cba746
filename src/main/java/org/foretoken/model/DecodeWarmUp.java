package org.foretoken.model;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.foretoken.torch.PackedMatrix;
import org.foretoken.torch.WorkerTeam;

/**
 * Has the JIT compile {@link DecodeStep} before a token is asked for. Vectors are objects until then: the first token of a 135M model would take a
 * second on idle cores and ten on busy ones, where it takes 10 ms later.
 */
public final class DecodeWarmUp {
    /** Enough for every kernel to be compiled, with the compiler's own time. */
    private static final int STEPS = 4000;

    private static final long LONGEST_NANOS = 10_000_000_000L;

    /** Of a piece of attention and a bit: both the vector loops and what follows them are met. */
    private static final int CAPACITY = DecodeAttention.BLOCK + 9;

    // heads of 64 and matrices of 4 and 2 blocks on machines of 16 lanes
    private static final DecoderConfig CONFIG = new DecoderConfig(
            "Warm-up",
            160,
            160,
            CAPACITY,
            1e-5,
            new Rope(10_000, null, List.of()),
            true,
            false,
            false,
            List.of(new LayerShape(3, 1, 64, 160, false)));

    private static final Map<Types, Thread> STARTED = new HashMap<>();

    private record Types(ScalarType weights, ScalarType cache) {}

    private DecodeWarmUp() {}

    /**
     * Begins once a process for these types, beside whatever else is done meanwhile, such as loading a model. libtorch must be started.
     *
     * @param weights see {@link PackedMatrix#dtype}
     * @param cache BFloat16 or Float
     * @return to be joined where a token is asked for next
     */
    public static synchronized Thread start(ScalarType weights, ScalarType cache) {
        return STARTED.computeIfAbsent(
                new Types(weights, cache),
                types -> Thread.ofPlatform().daemon().name("foretoken-warm-up").start(() -> run(types)));
    }

    private static void run(Types types) {
        // tokens are looked up as floats even where matrices are codes
        ScalarType table = types.weights() == ScalarType.Char ? types.cache() : types.weights();
        try (PointerScope scope = new PointerScope();
                WorkerTeam alone = new WorkerTeam(1);
                KvCache cache = KvCache.allocate(CONFIG, CAPACITY, types.cache());
                DecodeWeights zeros = DecodeWeights.zeros(CONFIG, types.weights(), table)) {
            DecodeStep step = new DecodeStep(CONFIG, zeros, alone);
            long start = System.nanoTime();
            for (int i = 0; i < STEPS && System.nanoTime() - start < LONGEST_NANOS; i++) {
                cache.setLength(i % CAPACITY);
                step.logits(0, cache, i % CAPACITY);
            }
        }
    }
}
