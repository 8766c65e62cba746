package org.foretoken.bench;

import java.util.concurrent.TimeUnit;
import org.bytedeco.pytorch.InferenceMode;
import org.foretoken.ForetokenException;
import org.foretoken.model.KvCache;
import org.foretoken.prefill.FullPrefill;
import org.foretoken.prefill.KvPredictionPrefill;
import org.foretoken.prefill.PhaseClock;
import org.foretoken.prefill.Prefill;
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

/** From a prompt's ids to the logits after it, by the base itself and from a predicted cache (first half of the layers, hidden). */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 3)
public class PrefillBench {
    @Param({"128", "512", "1024"})
    public int length;

    private SmolLm2 model;
    private int[] ids;

    @Setup(Level.Trial)
    public void load() throws ForetokenException {
        model = new SmolLm2();
        ids = model.ids(length);
    }

    @TearDown(Level.Trial)
    public void close() {
        model.close();
    }

    @Benchmark
    public float[] base() {
        return fill(new FullPrefill(model.base));
    }

    @Benchmark
    public float[] predicted() {
        return fill(new KvPredictionPrefill(model.setup, 1));
    }

    private float[] fill(Prefill prefill) {
        try (InferenceMode mode = new InferenceMode(true);
                KvCache cache = model.base.newCache(length)) {
            return prefill.fill(ids, cache, new PhaseClock());
        }
    }
}
