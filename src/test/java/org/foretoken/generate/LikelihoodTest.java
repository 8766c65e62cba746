package org.foretoken.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.InferenceMode;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.foretoken.Progress;
import org.foretoken.checkpoint.SafetensorsFile;
import org.foretoken.kvp.LayerMap;
import org.foretoken.kvp.Setup;
import org.foretoken.kvp.Source;
import org.foretoken.model.Decoder;
import org.foretoken.model.family.StoredModel;
import org.foretoken.prefill.FullPrefill;
import org.foretoken.prefill.KeptPrompt;
import org.foretoken.prefill.KvPredictionPrefill;
import org.foretoken.torch.Kernel;
import org.foretoken.torch.LibTorch;
import org.foretoken.torch.Tensors;
import org.junit.jupiter.api.Test;

/** Likelihoods against sums over the logits that CoreNet gave, with and without prediction. */
class LikelihoodTest {
    private static final Path FOLDER = Path.of("src/test/resources/golden/openelm-kvp-c");

    @Test
    void aContinuationIsAsLikelyAsCoreNetsLogitsSay() throws Exception {
        LibTorch.start(1, notice -> {});
        try (InferenceMode mode = new InferenceMode(true);
                StoredModel storedBase = StoredModel.open(FOLDER.resolve("base"));
                StoredModel storedAuxiliary = StoredModel.open(FOLDER.resolve("auxiliary"));
                Decoder base = storedBase.load(Kernel.F32, Progress.NONE);
                Decoder auxiliary = storedAuxiliary.load(Kernel.F32, Progress.NONE);
                Setup setup = new Setup(base, auxiliary, null, new LayerMap(List.of(0, 0, 1, 1)), Source.KV);
                SafetensorsFile golden = SafetensorsFile.open(FOLDER.resolve("golden.safetensors"));
                PointerScope scope = new PointerScope()) {
            setup.readPredictor(FOLDER.resolve("predictor.safetensors"));
            float[] floats = Tensors.floats(golden.weights().tensor("input_ids").to(ScalarType.Float));
            int[] ids = new int[floats.length];
            for (int i = 0; i < ids.length; i++) {
                ids[i] = (int) floats[i];
            }
            int[][] cuts = {{1, 2}, {1, ids.length}, {ids.length - 1, ids.length}, {7, ids.length}, {5, 30}};
            for (int[] cut : cuts) {
                int[] context = Arrays.copyOf(ids, cut[0]);
                int[] continuation = Arrays.copyOfRange(ids, cut[0], cut[1]);
                for (boolean predicted : new boolean[] {false, true}) {
                    Tensor logits = golden.weights().tensor(predicted ? "likelihood_logits" : "base_logits");
                    try (KeptPrompt prompt = prompt(setup, predicted, Arrays.copyOf(ids, 3))) {
                        assertThat(new Likelihood(prompt).log(context, continuation, () -> {}))
                                .as("%s, predicted %s", Arrays.toString(cut), predicted)
                                .isCloseTo(sum(logits, ids, cut[0], cut[1]), within(1e-3));
                    }
                }
            }
            int[] text = new Random(5).ints(200, 3, 120).toArray();
            for (boolean predicted : new boolean[] {false, true}) {
                try (KeptPrompt prompt = prompt(setup, predicted, new int[0])) {
                    Likelihood likelihood = new Likelihood(prompt);
                    double whole = likelihood.log(Arrays.copyOf(text, 3), Arrays.copyOfRange(text, 3, 200), () -> {});
                    double parts = likelihood.log(Arrays.copyOf(text, 3), Arrays.copyOfRange(text, 3, 100), () -> {})
                            + likelihood.log(Arrays.copyOf(text, 100), Arrays.copyOfRange(text, 100, 200), () -> {});
                    // the whole goes over the edge of what is read at a time
                    assertThat(whole).isCloseTo(parts, within(1e-2)).isLessThan(-100);
                }
            }
            // a context that is read once, whatever followed it before
            List<int[]> choices = List.of(
                    Arrays.copyOfRange(text, 20, 60),
                    Arrays.copyOfRange(text, 100, 101),
                    Arrays.copyOfRange(text, 7, 9));
            for (int length : new int[] {1, 17}) {
                int[] context = Arrays.copyOf(text, length);
                for (boolean predicted : new boolean[] {false, true}) {
                    try (KeptPrompt prompt = prompt(setup, predicted, new int[0])) {
                        Likelihood likelihood = new Likelihood(prompt);
                        List<Double> together = likelihood.logs(context, choices, () -> {});
                        for (int i = 0; i < choices.size(); i++) {
                            assertThat(together.get(i))
                                    .isCloseTo(likelihood.log(context, choices.get(i), () -> {}), within(1e-3));
                        }
                    }
                }
            }
        }
    }

    private static KeptPrompt prompt(Setup setup, boolean predicted, int[] beginning) {
        return predicted
                ? new KvPredictionPrefill(setup, 1).keep(beginning, 200)
                : new FullPrefill(setup.base()).keep(beginning, 200);
    }

    private static double sum(Tensor logits, int[] ids, int from, int to) {
        float[] all = Tensors.floats(logits);
        int vocabulary = (int) logits.size(1);
        double sum = 0;
        for (int i = from; i < to; i++) {
            int row = (i - 1) * vocabulary;
            double total = 0;
            for (int j = 0; j < vocabulary; j++) {
                total += Math.exp(all[row + j]);
            }
            sum += all[row + ids[i]] - Math.log(total);
        }
        return sum;
    }
}
