package org.foretoken.bench;

import java.util.concurrent.TimeUnit;
import org.bytedeco.pytorch.InferenceMode;
import org.foretoken.ForetokenException;
import org.foretoken.model.KvCache;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** One further token after a prompt of some length. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class DecodeBench {
    @Param({"16", "512"})
    public int context;

    private SmolLm2 model;
    private KvCache cache;

    @Setup(Level.Trial)
    public void load() throws ForetokenException {
        model = new SmolLm2();
        try (InferenceMode mode = new InferenceMode(true)) {
            cache = model.base.newCache(context + 1);
            model.base.prefill(model.ids(context), cache);
        }
    }

    @TearDown(Level.Trial)
    public void close() {
        cache.close();
        model.close();
    }

    @Benchmark
    public float[] step() {
        try (InferenceMode mode = new InferenceMode(true)) {
            cache.setLength(context);
            return model.base.prefill(new int[] {1}, cache);
        }
    }
}
