package org.foretoken.kvp;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.InferenceMode;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.foretoken.ForetokenException;
import org.foretoken.Shared;
import org.foretoken.model.KvCache;
import org.foretoken.model.LayerTap;
import org.foretoken.torch.Kernel;
import org.foretoken.torch.LibTorch;
import org.foretoken.torch.Tensors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Prefill with a predicted cache, against CoreNet and against a wiring of Hugging Face's own layers; 16 steps each. */
class KvPredictionGoldenTest {
    @BeforeAll
    static void start() throws ForetokenException {
        LibTorch.start(2, notice -> {});
    }

    @ParameterizedTest
    @EnumSource(Kernel.class)
    void openElmFromASmallerOneGivesCoreNetsNumbers(Kernel kernel) throws Exception {
        coreNet(Path.of("src/test/resources/golden/openelm-kvp-c"), kernel);
    }

    @Tag("shared")
    @ParameterizedTest
    @CsvSource({
        "openelm-kvp-c,F32",
        "openelm-kvp-lp,F32",
        "openelm-kvp-lp,BF16",
        "openelm-kvp-crossed,F32",
        "openelm-kvp-crossed,BF16"
    })
    void everyOpenElmPairGivesCoreNetsNumbers(String pair, Kernel kernel) throws Exception {
        coreNet(Shared.path("golden/" + pair), kernel);
    }

    @Tag("shared")
    @ParameterizedTest
    @CsvSource({
        "kvp-llama-from-mistral,F32",
        "kvp-llama-from-mistral,BF16",
        "kvp-qwen3-from-llama,F32",
        "kvp-qwen3-from-llama,F32_CBLAS",
        "kvp-qwen3-from-llama,BF16",
        "kvp-qwen2-from-qwen3,F32",
        "kvp-qwen2-from-qwen3,F32_PLAIN",
        "kvp-qwen2-from-qwen3,BF16"
    })
    void pairsAcrossFamiliesGiveTheReferencesNumbers(String pair, Kernel kernel) throws Exception {
        try (Golden golden = new Golden(Shared.path("golden/" + pair), kernel);
                InferenceMode mode = new InferenceMode(true);
                PointerScope scope = new PointerScope();
                KvCache cache = golden.base.newCache(golden.ids.length + 16)) {
            int[] read = golden.allButLast();
            golden.setup.predict(read, cache, nanos -> {});
            for (int i = 0; i < golden.setup.map().size(); i++) {
                golden.assertClose(
                        Golden.keys(cache, i, read.length),
                        golden.tensor("predicted_k_rotated." + i),
                        "predicted keys of layer " + i);
                golden.assertClose(
                        Golden.values(cache, i, read.length),
                        golden.tensor("predicted_v." + i),
                        "predicted values of layer " + i);
            }
            steps(golden, cache, kernel);
        }
    }

    private static void coreNet(Path folder, Kernel kernel) throws Exception {
        try (Golden golden = new Golden(folder, kernel);
                InferenceMode mode = new InferenceMode(true);
                PointerScope scope = new PointerScope();
                KvCache exact = golden.base.newCache(golden.ids.length);
                KvCache whole = golden.base.newCache(golden.ids.length);
                KvCache cache = golden.base.newCache(golden.ids.length + 16)) {
            Tensor logits = golden.base.prefillAll(golden.ids, exact, LayerTap.NONE);
            golden.assertClose(logits, golden.tensor("base_logits"), "the base's own logits");
            int[] read = golden.allButLast();
            golden.setup.predict(read, cache, nanos -> {});
            for (int i = 0; i < golden.setup.map().size(); i++) {
                golden.assertClose(
                        Golden.keys(exact, i, golden.ids.length),
                        golden.rotated(golden.tensor("base_k_normed." + i), i),
                        "the base's own keys of layer " + i);
                golden.assertClose(
                        Golden.values(exact, i, golden.ids.length),
                        golden.tensor("base_v." + i),
                        "the base's own values of layer " + i);
                golden.assertClose(
                        Golden.keys(cache, i, read.length),
                        golden.rotated(golden.tensor("predicted_k_normed." + i), i),
                        "predicted keys of layer " + i);
                golden.assertClose(
                        Golden.values(cache, i, read.length),
                        golden.tensor("predicted_v." + i),
                        "predicted values of layer " + i);
            }
            steps(golden, cache, kernel);
            golden.setup.predict(golden.ids, whole, nanos -> {});
            golden.assertClose(
                    golden.base.readOnly(golden.ids, 0, whole),
                    golden.tensor("likelihood_logits"),
                    "logits with every position predicted");
        }
    }

    /** The base goes on from the predicted cache with the tokens that the reference chose. */
    private static void steps(Golden golden, KvCache cache, Kernel kernel) {
        int[] greedy = golden.ids("greedy");
        Tensor[] logits = new Tensor[greedy.length];
        int token = golden.ids[golden.ids.length - 1];
        for (int step = 0; step < greedy.length; step++) {
            float[] values = golden.base.prefill(new int[] {token}, cache);
            logits[step] = Tensors.of(values, 1, values.length);
            if (kernel != Kernel.BF16) {
                assertThat(logits[step].argmax().item_long())
                        .as("token of step %d", step)
                        .isEqualTo(greedy[step]);
            }
            token = greedy[step];
        }
        golden.assertClose(torch.cat(Tensors.vector(logits), 0), golden.tensor("step_logits"), "logits of the steps");
    }
}
