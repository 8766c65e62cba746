package org.foretoken.model;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.foretoken.ForetokenException;
import org.foretoken.torch.LibTorch;
import org.foretoken.torch.WorkerTeam;

/**
 * A token of a SmolLM2-135M-shaped decoder beside a bare sum over as many bytes by the same threads, the machine's read bandwidth. A main and no JMH
 * benchmark, since only turns between the two can be compared on a machine that others use.
 */
final class DecodeStepBench implements AutoCloseable {
    private static final VectorSpecies<Integer> I = IntVector.SPECIES_PREFERRED;
    private static final int PART = 64 << 10;

    private final WorkerTeam team;
    private final PointerScope scope = new PointerScope();
    private final DecodeWeights weights;
    private final KvCache cache;
    private final DecodeStep step;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment memory;

    /** SmolLM2-135M but for the number of layers and the vocabulary. */
    static DecoderConfig shape(int layers, int vocabulary) {
        return new DecoderConfig(
                "Llama",
                vocabulary,
                576,
                2048,
                1e-5,
                new Rope(100_000, null, Collections.emptyList()),
                true,
                false,
                false,
                Collections.nCopies(layers, new LayerShape(9, 3, 64, 1536, false)));
    }

    DecodeStepBench(WorkerTeam team, ScalarType dtype) {
        this.team = team;
        DecoderConfig config = shape(30, 49152);
        ScalarType floats = dtype == ScalarType.Char ? ScalarType.Float : dtype;
        weights = DecodeWeights.zeros(config, dtype, floats);
        cache = KvCache.allocate(config, 1024, floats);
        step = new DecodeStep(config, weights, team);
        memory = arena.allocate(weights.bytes() / PART * PART, 64);
        memory.fill((byte) 1); // pages that exist
    }

    @Override
    public void close() {
        weights.close();
        cache.close();
        scope.close();
        arena.close();
    }

    /** One token at that context. */
    float[] token(int context) {
        cache.setLength(context);
        return step.logits(1, cache, context);
    }

    /** As many bytes as a token's weights have, read by the same team and summed. */
    int[] read() {
        int parts = (int) (memory.byteSize() / PART);
        int[] sums = new int[parts];
        team.run(parts, (part, thread) -> sums[part] = sum((long) part * PART));
        return sums;
    }

    private int sum(long from) {
        IntVector a = IntVector.zero(I), b = a, c = a, d = a;
        int bytes = I.vectorByteSize();
        for (long at = from; at < from + PART; at += 4L * bytes) {
            a = a.add(ints(at));
            b = b.add(ints(at + bytes));
            c = c.add(ints(at + 2L * bytes));
            d = d.add(ints(at + 3L * bytes));
        }
        return a.add(b).add(c.add(d)).reduceLanes(VectorOperators.ADD);
    }

    private IntVector ints(long at) {
        return IntVector.fromMemorySegment(I, memory, at, ByteOrder.LITTLE_ENDIAN);
    }

    /**
     * Takes turns between the token and the bare sum: {@code [rounds [threads]]}.
     */
    public static void main(String[] args) throws ForetokenException {
        int rounds = args.length > 0 ? Integer.parseInt(args[0]) : 20;
        int threads = args.length > 1 ? Integer.parseInt(args[1]) : 2;
        LibTorch.start(threads, notice -> {});
        try (WorkerTeam team = new WorkerTeam(threads)) {
            for (ScalarType dtype : List.of(ScalarType.BFloat16, ScalarType.Float, ScalarType.Char)) {
                try (DecodeStepBench bench = new DecodeStepBench(team, dtype)) {
                    bench.compare(dtype, rounds);
                }
            }
        }
    }

    private void compare(ScalarType dtype, int rounds) {
        int[] contexts = {16, 512};
        double[] read = new double[rounds];
        double[][] token = new double[contexts.length][rounds];
        for (int round = -5; round < rounds; round++) {
            double readMs = best(this::read);
            for (int c = 0; c < contexts.length; c++) {
                int context = contexts[c];
                double ms = best(() -> token(context));
                if (round >= 0) {
                    read[round] = readMs;
                    token[c][round] = ms;
                }
            }
        }
        double mb = weights.bytes() / 1e6;
        double least = Arrays.stream(read).min().orElseThrow();
        Arrays.sort(read);
        System.out.printf(
                "%s, %d threads, %.0f MB: read %.2f ms (median %.2f) = %.1f GB/s%n",
                dtype, team.threads(), mb, least, read[rounds / 2], mb / least);
        for (int c = 0; c < contexts.length; c++) {
            Arrays.sort(token[c]);
            System.out.printf(
                    "  token at %d: %.2f ms (median %.2f) = %.1f GB/s; of the read bandwidth %.0f%% by best, %.0f%% by median%n",
                    contexts[c],
                    token[c][0],
                    token[c][rounds / 2],
                    mb / token[c][0],
                    100 * least / token[c][0],
                    100 * read[rounds / 2] / token[c][rounds / 2]);
        }
    }

    /** Milliseconds of the best of five. */
    private static double best(Runnable work) {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 5; i++) {
            long start = System.nanoTime();
            work.run();
            least = Math.min(least, System.nanoTime() - start);
        }
        return least / 1e6;
    }
}
