package org.foretoken.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.InferenceMode;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.foretoken.ForetokenException;
import org.foretoken.Progress;
import org.foretoken.Shared;
import org.foretoken.checkpoint.SafetensorsFile;
import org.foretoken.generate.Sampler;
import org.foretoken.model.family.StoredModel;
import org.foretoken.torch.Kernel;
import org.foretoken.torch.Kernels;
import org.foretoken.torch.LibTorch;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("shared")
class FamiliesTest {
    @BeforeAll
    static void start() throws ForetokenException {
        LibTorch.start(2, notice -> {});
    }

    @ParameterizedTest
    @CsvSource({
        "llama,F32,1e-4",
        "llama,F32_PLAIN,1e-4",
        "llama,F32_CBLAS,1e-4",
        "llama,BF16,3e-2",
        "llama3-rope-scaled,F32,1e-4",
        "llama3-rope-scaled,BF16,3e-2",
        "mistral,F32,1e-4",
        "mistral,BF16,3e-2",
        "qwen2,F32,1e-4",
        "qwen2,BF16,3e-2",
        "qwen3,F32,1e-4",
        "qwen3,BF16,3e-2"
    })
    void givesTheReferenceImplementationsNumbers(String name, Kernel kernel, double tolerance) throws Exception {
        Path folder = Shared.path("golden/" + name);
        try (StoredModel stored = StoredModel.open(folder);
                Decoder decoder = stored.load(Kernels.here(kernel), Progress.NONE);
                SafetensorsFile golden = SafetensorsFile.open(folder.resolve("golden.safetensors"));
                InferenceMode mode = new InferenceMode(true);
                PointerScope scope = new PointerScope()) {
            int[] ids = ids(golden.weights().tensor("input_ids"));
            try (KvCache cache = decoder.newCache(ids.length)) {
                Tensor logits = decoder.prefillAll(ids, cache, new LayerTap() {
                    @Override
                    public void projected(int layer, int start, Tensor k, Tensor v) {
                        assertClose(k, golden, "k_projected." + layer, tolerance);
                        assertClose(v, golden, "v." + layer, tolerance);
                    }
                });
                assertClose(logits, golden, "logits", tolerance);
                for (int i = 0; i < decoder.config().layers().size(); i++) {
                    Tensor keys = cache.layer(i).keys().transpose(0, 1).reshape(ids.length, -1);
                    assertClose(keys, golden, "k_rotated." + i, tolerance);
                }
            }
            if (kernel != Kernel.BF16) {
                List<Integer> greedy = greedy(decoder, Arrays.copyOf(ids, 40), 24);
                assertThat(greedy)
                        .isEqualTo(Arrays.stream(ids(golden.weights().tensor("greedy_from_first_40")))
                                .boxed()
                                .toList());
            }
        }
    }

    private static List<Integer> greedy(Decoder decoder, int[] prompt, int count) {
        List<Integer> answer = new ArrayList<>();
        try (KvCache cache = decoder.newCache(prompt.length + count)) {
            int[] next = prompt;
            for (int i = 0; i < count; i++) {
                try (PointerScope scope = new PointerScope()) {
                    next = new int[] {Sampler.argMax(decoder.prefill(next, cache))};
                    answer.add(next[0]);
                }
            }
        }
        return answer;
    }

    static int[] ids(Tensor tensor) {
        Tensor longs = tensor.to(ScalarType.Long).contiguous();
        int[] ids = new int[(int) longs.numel()];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = (int) longs.select(0, i).item_long();
        }
        return ids;
    }

    /** Largest difference, absolute in float32; over the norm of all in bfloat16. */
    private static void assertClose(Tensor found, SafetensorsFile golden, String name, double tolerance) {
        try (PointerScope scope = new PointerScope()) {
            Tensor expected = golden.weights().tensor(name);
            Tensor difference = found.to(ScalarType.Float).sub(expected);
            double error = tolerance < 1e-3
                    ? difference.abs().max().item_double()
                    : difference.norm().item_double() / expected.norm().item_double();
            assertThat(error).as(name).isLessThan(tolerance);
        } catch (ForetokenException e) {
            throw new AssertionError(e);
        }
    }
}
