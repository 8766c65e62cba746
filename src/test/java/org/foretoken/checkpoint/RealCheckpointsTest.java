package org.foretoken.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.foretoken.ForetokenException;
import org.foretoken.Shared;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("shared")
class RealCheckpointsTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "golden/llama",
                "golden/llama3-rope-scaled",
                "golden/mistral",
                "golden/qwen2",
                "golden/qwen3",
                "golden/openelm-kvp-c/base",
                "golden/openelm-kvp-lp/auxiliary",
                "models/stories260K"
            })
    void opensHubFolders(String folder) throws ForetokenException {
        try (PointerScope scope = new PointerScope();
                HubFolder hub = (HubFolder) Checkpoint.open(Shared.path(folder))) {
            assertThat(hub.config().path("vocab_size").asLong()).isPositive();
            assertThat(hub.weights().dtype()).isEqualTo("F32");
            readAll(hub.weights());
            assertThat(scope).isNotNull();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "golden/llama/golden.safetensors",
                "golden/kvp-llama-from-mistral/predictor.safetensors",
                "golden/openelm-kvp-c/training-step.safetensors",
                "golden/ridge-qwen3-from-llama.safetensors"
            })
    void opensSingleFiles(String file) throws ForetokenException {
        try (PointerScope scope = new PointerScope();
                SafetensorsFile single = SafetensorsFile.open(Shared.path(file))) {
            readAll(single.weights());
            assertThat(scope).isNotNull();
        }
    }

    private static void readAll(WeightSource weights) throws ForetokenException {
        assertThat(weights.names()).isNotEmpty();
        for (String name : weights.names()) {
            TensorInfo info = weights.info(name);
            Tensor tensor = weights.tensor(name);
            assertThat(tensor.sizes().vec().get())
                    .containsExactly(
                            info.shape().stream().mapToLong(Long::longValue).toArray());
            assertThat(tensor.scalar_type().intern()).isEqualTo(TensorReader.scalarType(info.dtype()));
            assertThat(tensor.to(ScalarType.Double).isfinite().all().item_bool())
                    .as(name)
                    .isTrue();
        }
    }

    @Test
    void opensSmolLm2() throws ForetokenException {
        try (PointerScope scope = new PointerScope();
                GgufFile smol = (GgufFile) Checkpoint.open(Shared.smollm2())) {
            assertThat(smol.metadata())
                    .containsEntry("general.architecture", "llama")
                    .containsEntry("llama.block_count", 30L)
                    .containsEntry("llama.attention.head_count_kv", 3L);
            assertThat((List<?>) smol.metadata().get("tokenizer.ggml.tokens")).hasSize(49152);
            WeightSource weights = smol.weights();
            Set<String> expected = new HashSet<>(Set.of("token_embd.weight", "output_norm.weight"));
            for (int layer = 0; layer < 30; layer++) {
                for (String part : List.of(
                        "attn_norm",
                        "attn_q",
                        "attn_k",
                        "attn_v",
                        "attn_output",
                        "ffn_norm",
                        "ffn_gate",
                        "ffn_up",
                        "ffn_down")) {
                    expected.add("blk." + layer + "." + part + ".weight");
                }
            }
            assertThat(weights.names()).containsExactlyInAnyOrderElementsOf(expected);
            assertThat(weights.dtype()).isEqualTo("Q4_1");
            assertThat(weights.info("token_embd.weight").shape()).containsExactly(49152L, 576L);
            assertThat(weights.info("blk.0.ffn_down.weight").shape()).containsExactly(576L, 1536L);
            long elements = 0;
            for (String name : weights.names()) {
                elements += weights.tensor(name).numel();
            }
            assertThat(elements).isEqualTo(134_515_008);
            Tensor embeddings = weights.tensor("token_embd.weight");
            assertThat(embeddings.isfinite().all().item_bool()).isTrue();
            assertThat(embeddings.std().item_float()).isBetween(0.05f, 0.3f);
            assertThat(scope).isNotNull();
        }
    }
}
