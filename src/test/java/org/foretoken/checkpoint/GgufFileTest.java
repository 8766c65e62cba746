package org.foretoken.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.foretoken.ForetokenException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GgufFileTest {
    private final PointerScope scope = new PointerScope();

    @TempDir
    Path folder;

    @AfterEach
    void closeScope() {
        scope.close();
    }

    private Path file(GgufBytes bytes) throws IOException {
        return Files.write(folder.resolve("m.gguf"), bytes.build());
    }

    private void refuses(GgufBytes bytes, String expected) throws IOException {
        Path path = file(bytes);
        assertThatThrownBy(() -> Checkpoint.open(path))
                .isInstanceOf(ForetokenException.class)
                .hasMessageContaining("m.gguf ")
                .hasMessageContaining(expected);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void givesMetadataOfEveryType(int version) throws Exception {
        String large = "template ".repeat(20_000);
        GgufBytes bytes = new GgufBytes()
                .version(version)
                .key("u8", 0, 200)
                .key("i8", 1, -100)
                .key("u16", 2, 60_000)
                .key("i16", 3, -30_000)
                .key("u32", 4, 4_000_000_000L)
                .key("i32", 5, -5)
                .key("f32", 6, 0.1f)
                .key("bool", 7, 1)
                .key("text", "ü")
                .key("empty", "")
                .key("large", large)
                .key("u64", 10, Long.MAX_VALUE)
                .key("u64 beyond", 10, -1L)
                .key("i64", 11, Long.MIN_VALUE)
                .key("f64", 12, 0.1)
                .strings("strings", "a", "", "ĠĠ")
                .array("i32s", 5, 2, new byte[] {1, 0, 0, 0, -1, -1, -1, -1})
                .array("u8s", 0, 2, new byte[] {1, -1})
                .array("f32s", 6, 1, new byte[] {0, 0, (byte) 0xc0, 0x3f})
                .array("f64s", 12, 1, new byte[] {0, 0, 0, 0, 0, 0, (byte) 0xf8, 0x3f})
                .array("bools", 7, 2, new byte[] {1, 0})
                .array("nested", 9, 1, new byte[] {0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 7});
        try (GgufFile file = GgufFile.open(file(bytes))) {
            Map<String, Object> metadata = file.metadata();
            assertThat(metadata)
                    .containsEntry("u8", 200L)
                    .containsEntry("i8", -100L)
                    .containsEntry("u16", 60_000L)
                    .containsEntry("i16", -30_000L)
                    .containsEntry("u32", 4_000_000_000L)
                    .containsEntry("i32", -5L)
                    .containsEntry("f32", (double) 0.1f)
                    .containsEntry("bool", true)
                    .containsEntry("text", "ü")
                    .containsEntry("empty", "")
                    .containsEntry("large", large)
                    .containsEntry("u64", Long.MAX_VALUE)
                    .containsEntry("u64 beyond", new BigInteger("18446744073709551615"))
                    .containsEntry("i64", Long.MIN_VALUE)
                    .containsEntry("f64", 0.1)
                    .containsEntry("strings", List.of("a", "", "ĠĠ"))
                    .containsEntry("i32s", new long[] {1, -1})
                    .containsEntry("u8s", new long[] {1, 255})
                    .containsEntry("f32s", new float[] {1.5f})
                    .containsEntry("f64s", new double[] {1.5})
                    .containsEntry("bools", new boolean[] {true, false});
            assertThat((List<?>) metadata.get("nested")).first().isEqualTo(new long[] {7});
            assertThat(metadata.keySet()).startsWith("u8", "i8").endsWith("nested");
            assertThat(file.weights().names()).isEmpty();
            assertThat(file.weights().dtype()).isEqualTo("none");
        }
    }

    /** One tensor of every type, blocks and results from gguf-py; shapes turn to [out, in]. */
    @Test
    void readsTensorsOfEveryType() throws Exception {
        try (SafetensorsFile golden = SafetensorsFile.open(TensorBytes.golden("gguf-blocks.safetensors"))) {
            GgufBytes bytes = new GgufBytes().alignment(64);
            List<String> types = List.of(
                    "F16", "Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q8_0", "Q2_K", "Q3_K", "Q4_K", "Q5_K", "Q6_K", "BF16");
            int[] numbers = {1, 2, 3, 6, 7, 8, 10, 11, 12, 13, 14, 30};
            for (int i = 0; i < numbers.length; i++) {
                byte[] blocks = TensorBytes.of(golden.weights().tensor(types.get(i) + ".bytes"));
                long elements = golden.weights().tensor(types.get(i) + ".f32").numel();
                bytes.tensor(types.get(i), numbers[i], blocks, elements / 2, 2);
            }
            try (GgufFile file = GgufFile.open(file(bytes))) {
                WeightSource weights = file.weights();
                assertThat(weights.names()).containsExactlyElementsOf(types);
                for (String type : types) {
                    Tensor expected = golden.weights().tensor(type + ".f32");
                    Tensor read = weights.tensor(type);
                    assertThat(weights.info(type).shape()).containsExactly(2L, expected.numel() / 2);
                    assertThat(weights.info(type).dtype().name()).isEqualTo(type);
                    assertThat(read.to(ScalarType.Float).view(-1).equal(expected))
                            .as(type)
                            .isTrue();
                }
                assertThat(weights.tensor("BF16").scalar_type().intern()).isEqualTo(ScalarType.BFloat16);
                assertThat(weights.dtype()).isEqualTo("Q2_K");
            }
        }
    }

    @Test
    void refusesATypeItDoesNotReadOnlyWhenItIsAskedFor() throws Exception {
        GgufBytes bytes = new GgufBytes()
                .tensor("a", 20, new byte[18], 32)
                .tensor("b", 4_000_000, new byte[18], 32)
                .tensor("c", 24, new byte[] {1, 2, 3}, 3);
        try (GgufFile file = GgufFile.open(file(bytes))) {
            WeightSource weights = file.weights();
            assertThat(TensorBytes.of(weights.tensor("c"))).containsExactly(1, 2, 3);
            assertThatThrownBy(() -> weights.tensor("a")).hasMessageContaining("a as IQ4_NL, which isn't supported");
            assertThatThrownBy(() -> weights.info("b")).hasMessageContaining("b as type number 4000000");
        }
    }

    @ParameterizedTest
    @CsvSource({"1,is GGUF version 1", "50331648,big-endian", "4,is GGUF version 4", "0,is GGUF version 0"})
    void refusesOtherVersions(int version, String expected) throws IOException {
        refuses(new GgufBytes().version(version), expected);
    }

    @Test
    void refusesPartsOfAModel() throws IOException {
        refuses(new GgufBytes().key("split.count", 2, 3), "is one of 3 parts of a model");
    }

    @Test
    void refusesUnsoundMetadata() throws IOException {
        refuses(new GgufBytes().key("a", "x").key("a", "y"), "its metadata has a twice");
        refuses(new GgufBytes().key("a", 7, 2), "a bool in its metadata is 2");
        refuses(new GgufBytes().key("a", 13, 1), "unknown type 13");
        refuses(new GgufBytes().array("a", 13, 1), "unknown type 13");
        refuses(new GgufBytes().array("a", 5, Long.MAX_VALUE), "cut short: a needs over 2^63 bytes");
        refuses(new GgufBytes().array("a", 5, -1), "cut short: a needs over 2^63 bytes");
        refuses(new GgufBytes().array("a", 8, 1, new byte[] {-1, -1, -1, -1, -1, -1, -1, 127}), "cut short: a needs");
        refuses(new GgufBytes().array("a", 5, 1_000_000), "cut short: a needs 4,000,000 bytes or more, the file has ");
        byte[] deep = new byte[12 * 6];
        for (int i = 0; i < 6; i++) {
            deep[12 * i] = 9;
            deep[12 * i + 4] = 1;
        }
        refuses(new GgufBytes().array("a", 9, 1, deep), "arrays in arrays more than 4 deep");
        refuses(new GgufBytes().array("a", 0, 5_000_000, new byte[5_000_000]), "more than 4,194,304 elements");
        refuses(new GgufBytes().key("general.alignment", 4, 48), "general.alignment isn't a power of two");
        refuses(new GgufBytes().key("general.alignment", 4, 0), "general.alignment isn't a power of two");
        refuses(new GgufBytes().key("general.alignment", "32"), "general.alignment isn't a power of two");
    }

    @Test
    void refusesUnsoundTensors() throws IOException {
        byte[] block = new byte[64];
        refuses(new GgufBytes().tensor("a", 0, block, 16).tensor("a", 0, block, 16), "it has the tensor a twice");
        refuses(new GgufBytes().describe("a", 0, 0, 1, 1, 1, 1, 1), "a has 5 dimensions, more than 4");
        refuses(new GgufBytes().tensor("a", 2, block, 16, 4), "a can't be [4, 16] in Q4_0");
        refuses(new GgufBytes().tensor("a", 0, block, -1), "a can't be [-1] in F32");
        refuses(new GgufBytes().tensor("a", 0, block, 1L << 33, 1L << 33), "a can't be [");
        refuses(new GgufBytes().tensor("a", 0, block, 0, 1L << 33, 1L << 33), "a can't be [");
        refuses(
                new GgufBytes().tensor("a", 0, block, 17),
                "cut short: a has 68 bytes at 0 of its data, the file has 64");
        refuses(new GgufBytes().describe("a", 0, 16, 1), "a starts at 16, not a multiple of 32");
        refuses(new GgufBytes().describe("a", 0, -32, 1), "a starts at -32, not a multiple of 32");
        refuses(new GgufBytes().describe("a", 0, Long.MAX_VALUE - 31, 1), "cut short: a has 4 bytes at ");
        refuses(new GgufBytes().tensor("a", 0, block, 16).describe("b", 0, 32, 8), "b overlaps a");
    }

    @Test
    void saysWhatElseAFileIs() throws IOException {
        Path path = folder.resolve("m.gguf");
        Files.writeString(path, "version https://git-lfs.github.com/spec/v1\n");
        assertThatThrownBy(() -> GgufFile.open(path)).hasMessageContaining("git lfs pull");
        Files.writeString(path, "<!DOCTYPE html>");
        assertThatThrownBy(() -> GgufFile.open(path)).hasMessageContaining("it doesn't start with GGUF");
        Files.writeString(path, "");
        assertThatThrownBy(() -> GgufFile.open(path))
                .hasMessageContaining("cut short: the magic number needs 4 bytes or more, the file has 0");
    }
}
