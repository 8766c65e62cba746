package org.foretoken.bench;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import org.foretoken.Progress;
import org.foretoken.torch.Kernel;
import org.foretoken.torch.TimedLinear;

/**
 * What this machine can do at most, to hold a measurement against: products bound prefill, reading weights bounds decoding.
 *
 * @param flopsPerSecond of large products with the kernel
 * @param bytesPerSecond read from memory by all threads together
 */
public record Peak(double flopsPerSecond, double bytesPerSecond) {
    private static final VectorSpecies<Long> LANES = LongVector.SPECIES_PREFERRED;

    /** Rows, width in, width out: large enough for full speed, small enough that one takes tens of milliseconds. */
    private static final int[][] SHAPES = {{1024, 2048, 2048}, {512, 2048, 4096}};

    private static final int ROUNDS = 12;
    /** More than any cache of the machines that this is for. */
    private static final long BYTES = 512L << 20;

    private static final int PASSES = 6;

    /** Measures both, about two seconds; the best of several, since others can only make a product slower. */
    public static Peak measure(Kernel kernel, int threads, Progress progress) {
        progress.report("Measuring the machine's peak", 0, 2);
        double flops = products(kernel);
        progress.report("Measuring the machine's peak", 1, 2);
        return new Peak(flops, reading(BYTES, threads));
    }

    private static double products(Kernel kernel) {
        double best = 0;
        for (int[] shape : SHAPES) {
            try (TimedLinear product = new TimedLinear(kernel, shape[0], shape[1], shape[2])) {
                for (int i = 0; i < ROUNDS; i++) {
                    best = Math.max(best, product.flops() / product.seconds());
                }
            }
        }
        return best;
    }

    /** Bytes a second that the threads read of so much memory, each its own part. */
    static double reading(long bytes, int threads) {
        // whole groups of four vectors, and no bounds check in the loop but one
        long step = 4L * LANES.vectorByteSize();
        long part = bytes / threads / step * step;
        double best = 0;
        try (Arena arena = Arena.ofShared()) {
            MemorySegment memory = arena.allocate(part * threads, 64);
            memory.fill((byte) 1);
            for (int pass = 0; pass < PASSES; pass++) {
                best = Math.max(best, pass(memory, part, threads));
            }
        }
        return best;
    }

    private static double pass(MemorySegment memory, long part, int threads) {
        List<CompletableFuture<Long>> sums = new ArrayList<>();
        long start = System.nanoTime();
        for (int t = 0; t < threads; t++) {
            long from = t * part;
            sums.add(CompletableFuture.supplyAsync(
                    () -> sum(memory, from, part),
                    work -> Thread.ofPlatform().daemon().start(work)));
        }
        for (CompletableFuture<Long> sum : sums) {
            // every byte is 1; without this the sums could be left out
            if (sum.join() != part / Long.BYTES * 0x0101010101010101L) {
                throw new IllegalStateException("memory was read wrongly");
            }
        }
        return part * threads / ((System.nanoTime() - start) / 1e9);
    }

    private static long sum(MemorySegment memory, long from, long bytes) {
        LongVector a = LongVector.zero(LANES);
        LongVector b = a;
        LongVector c = a;
        LongVector d = a;
        int width = LANES.vectorByteSize();
        for (long at = from; at < from + bytes; at += 4L * width) {
            a = a.add(longs(memory, at));
            b = b.add(longs(memory, at + width));
            c = c.add(longs(memory, at + 2L * width));
            d = d.add(longs(memory, at + 3L * width));
        }
        return a.add(b).add(c.add(d)).reduceLanes(VectorOperators.ADD);
    }

    private static LongVector longs(MemorySegment memory, long at) {
        return LongVector.fromMemorySegment(LANES, memory, at, ByteOrder.LITTLE_ENDIAN);
    }
}
