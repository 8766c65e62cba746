package org.foretoken.bench;

import java.nio.file.Path;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.InferenceMode;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.foretoken.ForetokenException;
import org.foretoken.Progress;
import org.foretoken.Shared;
import org.foretoken.kvp.LayerMap;
import org.foretoken.kvp.PredictorWeights;
import org.foretoken.kvp.Setup;
import org.foretoken.kvp.Source;
import org.foretoken.model.Decoder;
import org.foretoken.model.family.StoredModel;
import org.foretoken.torch.Kernel;
import org.foretoken.torch.LibTorch;

/**
 * The real SmolLM2-135M for benchmarks, with the setup of its first half: {@code -Dforetoken.model} names the file, {@code -Dforetoken.kernel} and
 * {@code -Dforetoken.threads} say how to run it. The maps hold random numbers, which take as long as good ones.
 */
final class SmolLm2 implements AutoCloseable {
    private final StoredModel stored;
    final Decoder base;
    final Setup setup;
    private final Decoder auxiliary;

    SmolLm2() throws ForetokenException {
        LibTorch.start(threads(), notice -> {});
        String given = System.getProperty("foretoken.model", "");
        stored = StoredModel.open(given.isEmpty() ? Shared.smollm2() : Path.of(given));
        base = stored.load(kernel(), Progress.NONE);
        int layers = base.config().layers().size();
        var first = IntStream.range(0, layers / 2).boxed().toList();
        auxiliary = base.select(first);
        setup = new Setup(base, auxiliary, first, LayerMap.lastRetained(first, layers), Source.HIDDEN);
        try (InferenceMode mode = new InferenceMode(true);
                PointerScope scope = new PointerScope();
                PredictorWeights maps = new PredictorWeights()) {
            for (int layer : setup.predictedLayers()) {
                maps.put(layer, random(layer), random(layer));
            }
            setup.use(maps);
        }
    }

    private PredictorWeights.Affine random(int layer) {
        int out = base.config().layers().get(layer).kvDim();
        Tensor weight = torch.randn(out, setup.inputWidth(layer)).mul(new Scalar(0.02));
        return new PredictorWeights.Affine(weight, torch.zeros(out));
    }

    static int threads() {
        return Integer.getInteger("foretoken.threads", Runtime.getRuntime().availableProcessors());
    }

    static Kernel kernel() throws ForetokenException {
        return Kernel.of(System.getProperty("foretoken.kernel", "bf16"));
    }

    /** The same ids every time. */
    int[] ids(int length) {
        return PromptText.ids(base.config().vocabulary(), length);
    }

    @Override
    public void close() {
        setup.close();
        auxiliary.close();
        base.close();
        stored.close();
    }
}
