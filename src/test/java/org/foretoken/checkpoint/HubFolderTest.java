package org.foretoken.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.foretoken.ForetokenException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HubFolderTest {
    private static final String INDEX = "model.safetensors.index.json";

    private final PointerScope scope = new PointerScope();
    private final Tensor a = torch.randn(40, 300);
    private final Tensor b = torch.randn(7);

    @TempDir
    Path folder;

    @AfterEach
    void closeScope() {
        scope.close();
    }

    private void single() throws Exception {
        Files.writeString(folder.resolve("config.json"), "{\"model_type\": \"llama\"}");
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        tensors.put("b", b);
        tensors.put("a", a);
        SafetensorsWriter.write(folder.resolve("model.safetensors"), tensors, Map.of());
    }

    private Path sharded(String shardOfA) throws Exception {
        Path other = Files.createDirectories(folder.resolve("sharded"));
        Files.writeString(other.resolve("config.json"), "{}");
        SafetensorsWriter.write(other.resolve("model-1.safetensors"), Map.of("a", a), Map.of("format", "pt"));
        SafetensorsWriter.write(other.resolve("model-2.safetensors"), Map.of("b", b), Map.of());
        Files.writeString(
                other.resolve(INDEX),
                "{\"metadata\":{},\"weight_map\":{\"a\":" + shardOfA + ",\"b\":\"model-2.safetensors\"}}");
        return other;
    }

    @Test
    void opensAFolderAndTheFilesInIt() throws Exception {
        single();
        for (String name : new String[] {"", "config.json", "model.safetensors"}) {
            try (Checkpoint checkpoint = Checkpoint.open(folder.resolve(name))) {
                assertThat(checkpoint.path()).isEqualTo(folder);
                assertThat(((HubFolder) checkpoint).config().path("model_type").asText())
                        .isEqualTo("llama");
                assertThat(checkpoint.weights().names()).containsExactly("b", "a");
                assertThat(checkpoint.weights().tensor("a").equal(a)).isTrue();
            }
        }
    }

    @Test
    void shardsAreTheSameWeightsAsOneFile() throws Exception {
        single();
        try (Checkpoint one = Checkpoint.open(folder);
                Checkpoint shards = Checkpoint.open(sharded("\"model-1.safetensors\""))) {
            assertThat(shards.weights().names()).containsExactly("a", "b");
            assertThat(shards.weights().tensor("a").equal(a)).isTrue();
            assertThat(shards.weights().tensor("b").equal(b)).isTrue();
            assertThat(shards.weights().bytes()).isEqualTo(one.weights().bytes());
            assertThat(shards.weights().dtype()).isEqualTo("F32");
            assertThat(shards.weights().hash())
                    .isEqualTo(one.weights().hash())
                    .isEqualTo(shards.weights().hash())
                    .hasSize(64);
        }
    }

    @Test
    void otherWeightsHaveAnotherHash() throws Exception {
        single();
        String before = hash();
        for (Map<String, Tensor> other : List.of(
                Map.of("a", a, "b", b.neg()),
                Map.of("a", a.add(b.narrow(0, 0, 1)), "b", b),
                Map.of("a", a.reshape(300, 40), "b", b),
                Map.of("c", a, "b", b),
                Map.of("a", a))) {
            SafetensorsWriter.write(folder.resolve("model.safetensors"), other, Map.of());
            assertThat(hash()).isNotEqualTo(before);
        }
    }

    /** The first and the last byte of a large tensor count, and so does every byte of a small one. */
    @Test
    void hashReadsBothEnds() throws Exception {
        single();
        String before = hash();
        Path file = folder.resolve("model.safetensors");
        byte[] bytes = Files.readAllBytes(file);
        int data = bytes.length - 4 * (40 * 300 + 7);
        for (int at : new int[] {data, data + 27, data + 28, bytes.length - 1}) {
            byte[] changed = bytes.clone();
            changed[at] ^= 1;
            Files.write(file, changed);
            assertThat(hash()).as("byte %d", at).isNotEqualTo(before);
        }
    }

    private String hash() throws ForetokenException {
        try (Checkpoint checkpoint = Checkpoint.open(folder)) {
            return checkpoint.weights().hash();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"../model.safetensors\"",
                "\"/etc/model.safetensors\"",
                "\"..\\\\model.safetensors\"",
                "\"C:model.safetensors\"",
                "\"model-1.safetensors\\u0000\"",
                "\"model-1.bin\"",
                "\"\"",
                "1",
                "null",
                "{}"
            })
    void refusesShardsOutsideTheFolder(String shard) throws Exception {
        single();
        Path other = sharded(shard);
        assertThatThrownBy(() -> Checkpoint.open(other))
                .isInstanceOf(ForetokenException.class)
                .hasMessageContaining(INDEX + " doesn't name a safetensors file in its folder for a (");
    }

    @Test
    void saysWhatIsMissing() throws Exception {
        assertThatThrownBy(() -> Checkpoint.open(folder))
                .isInstanceOf(ForetokenException.class)
                .hasMessageContaining("has no config.json");
        Files.writeString(folder.resolve("config.json"), "{}");
        assertThatThrownBy(() -> Checkpoint.open(folder)).hasMessageContaining("has no model.safetensors and no ");
        Files.createFile(folder.resolve("pytorch_model.bin"));
        assertThatThrownBy(() -> Checkpoint.open(folder)).hasMessageContaining("only pytorch_model.bin");
        assertThatThrownBy(() -> Checkpoint.open(folder.resolve("pytorch_model.bin")))
                .hasMessageContaining("is neither a Hugging Face folder nor a GGUF file");
        assertThatThrownBy(() -> Checkpoint.open(folder.resolve("nothing"))).hasMessageContaining("doesn't exist");
        assertThatThrownBy(() -> Checkpoint.open(sharded("\"model-3.safetensors\"")))
                .hasMessageContaining("lacks model-3.safetensors, which " + INDEX + " names");
        assertThatThrownBy(() -> Checkpoint.open(sharded("\"model-2.safetensors\"")))
                .hasMessageContaining("says that a is in model-2.safetensors, which has no such tensor");
    }

    @Test
    void refusesHugeConfigsUnread() throws IOException {
        try (var channel =
                FileChannel.open(folder.resolve("config.json"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.allocate(1), 1L << 40);
        }
        assertThatThrownBy(() -> Checkpoint.open(folder))
                .isInstanceOf(ForetokenException.class)
                .hasMessageContaining("config.json is damaged: it has more than 32,000,000 bytes");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "{", "{} {}", "{\"a\":1,\"a\":2}", "\u0000"})
    void refusesBrokenConfigs(String config) throws IOException {
        Files.writeString(folder.resolve("config.json"), config);
        assertThatThrownBy(() -> Checkpoint.open(folder))
                .isInstanceOf(ForetokenException.class)
                .hasMessageContaining("config.json isn't ")
                .hasMessageContaining("JSON");
    }
}
