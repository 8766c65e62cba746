package org.foretoken.prefill;

import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.global.torch;
import org.foretoken.Progress;
import org.foretoken.kvp.LayerMap;
import org.foretoken.kvp.PredictorWeights;
import org.foretoken.kvp.Setup;
import org.foretoken.kvp.Source;
import org.foretoken.model.Decoder;
import org.foretoken.model.family.StoredModel;
import org.foretoken.torch.Inference;
import org.foretoken.torch.Kernel;
import org.foretoken.torch.Kernels;

/** Tiny OpenELMs, a base of 4 layers and an auxiliary of 2, and setups of them. */
final class TinyPair {
    private static final Path PAIR = Path.of("src/test/resources/golden/openelm-kvp-c");

    private TinyPair() {}

    interface Check {
        void on(Decoder base, Decoder auxiliary) throws Exception;
    }

    static void with(Kernel kernel, Check check) throws Exception {
        Kernels.here(kernel);
        try (StoredModel b = StoredModel.open(PAIR.resolve("base"));
                StoredModel a = StoredModel.open(PAIR.resolve("auxiliary"));
                Decoder base = b.load(kernel, Progress.NONE);
                Decoder auxiliary = a.load(kernel, Progress.NONE);
                Inference mode = Inference.begin();
                PointerScope scope = new PointerScope()) {
            check.on(base, auxiliary);
        }
    }

    /** Of logits, between ways to the same. */
    static float tolerance(Kernel kernel) {
        return kernel == Kernel.BF16 ? 6e-2f : 2e-5f;
    }

    static int[] tokens(int count) {
        return new Random(count).ints(count, 3, 120).toArray();
    }

    static Setup foreign(Decoder base, Decoder auxiliary) throws Exception {
        Setup setup = new Setup(base, auxiliary, null, new LayerMap(List.of(0, 0, 1, 1)), Source.KV);
        setup.readPredictor(PAIR.resolve("predictor.safetensors"));
        return setup;
    }

    /** The first layers are the auxiliary, the top one feeds the others by random maps. */
    static Setup early(Decoder base, Decoder first, int depth, Source source) throws Exception {
        int layers = base.config().layers().size();
        List<Integer> own = IntStream.range(0, depth).boxed().toList();
        List<Integer> links = IntStream.range(0, layers)
                .map(i -> Math.min(i, depth - 1))
                .boxed()
                .toList();
        Setup setup = new Setup(base, first, own, new LayerMap(links), source);
        try (PredictorWeights weights = randomMaps(setup)) {
            setup.use(weights);
        }
        return setup;
    }

    /** For all layers that need some, the same each time; to be closed. */
    static PredictorWeights randomMaps(Setup setup) {
        PredictorWeights weights = new PredictorWeights();
        torch.manual_seed(7);
        for (int layer : setup.predictedLayers()) {
            int width = setup.inputWidth(layer);
            int kvDim = setup.base().config().layers().get(layer).kvDim();
            weights.put(layer, map(width, kvDim), map(width, kvDim));
        }
        return weights;
    }

    private static PredictorWeights.Affine map(int width, int kvDim) {
        return new PredictorWeights.Affine(
                torch.randn(kvDim, width).mul(new Scalar(1 / Math.sqrt(width))), torch.randn(kvDim));
    }
}
