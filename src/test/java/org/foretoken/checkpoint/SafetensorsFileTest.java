package org.foretoken.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.foretoken.ForetokenException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SafetensorsFileTest {
    private final PointerScope scope = new PointerScope();

    @TempDir
    Path folder;

    @AfterEach
    void closeScope() {
        scope.close();
    }

    @Test
    void readsBackWhatWasWrittenInEveryType() throws Exception {
        Map<String, Tensor> written = new LinkedHashMap<>();
        for (DType type : DType.values()) {
            if (!type.quantised()) {
                Tensor numbers = torch.arange(new Scalar(-3), new Scalar(9)).view(3, 4);
                written.put("of " + type, numbers.to(TensorReader.scalarType(type)));
            }
        }
        written.put("scalar", torch.tensor(1.5f));
        written.put("empty", torch.empty(0, 7));
        written.put("odd \"name\" ü\n", torch.ones(3).to(ScalarType.Half));
        written.put("transposed", torch.randn(4, 6).t());
        Path path = folder.resolve("all.safetensors");
        Map<String, String> metadata = new LinkedHashMap<>();
        metadata.put("made by", "a test");
        metadata.put("format", "pt");
        SafetensorsWriter.write(path, written, metadata);
        assertThat(new String(Files.readAllBytes(path), StandardCharsets.ISO_8859_1))
                .contains("{\"format\":\"pt\",\"made by\":\"a test\"}");

        try (SafetensorsFile file = SafetensorsFile.open(path)) {
            WeightSource weights = file.weights();
            assertThat(file.metadata()).isEqualTo(Map.of("format", "pt", "made by", "a test"));
            assertThat(weights.names()).containsExactlyElementsOf(written.keySet());
            for (Map.Entry<String, Tensor> entry : written.entrySet()) {
                Tensor read = weights.tensor(entry.getKey());
                assertThat(read.equal(entry.getValue())).as(entry.getKey()).isTrue();
                assertThat(read.scalar_type().intern())
                        .isEqualTo(entry.getValue().scalar_type().intern());
            }
            assertThat(weights.info("of BF16")).isEqualTo(new TensorInfo(List.of(3L, 4L), DType.BF16, 24));
            assertThat(weights.info("transposed").shape()).containsExactly(6L, 4L);
            assertThat(weights.info("scalar").shape()).containsExactly(1L);
            assertThat(weights.info("empty").shape()).containsExactly(0L, 7L);
            long bytes = 12 * (4 + 2 + 2 + 8 + 8 + 4 + 2 + 1 + 1 + 1) + 4 + 6 + 96;
            assertThat(weights.bytes()).isEqualTo(bytes);
        }
    }

    @Test
    void tensorsAliasTheFileAndOutliveIt() throws Exception {
        Path path = folder.resolve("one.safetensors");
        SafetensorsWriter.write(path, Map.of("w", torch.arange(new Scalar(1000)).to(ScalarType.Float)), Map.of());
        int before = MappedFile.mappedNow();
        SafetensorsFile file = SafetensorsFile.open(path);
        Tensor first = file.weights().tensor("w");
        Tensor second = file.weights().tensor("w");
        assertThat(first.data_ptr().address()).isEqualTo(second.data_ptr().address());
        assertThat(MappedFile.mappedNow()).isEqualTo(before + 1);

        file.close();
        file.close();
        assertThat(first.sum().item_float()).isEqualTo(499_500f);
        assertThatThrownBy(() -> file.weights().tensor("w")).isInstanceOf(IllegalStateException.class);
        first.close();
        assertThat(MappedFile.mappedNow()).isEqualTo(before + 1);
        Tensor view = second.narrow(0, 10, 5);
        second.close();
        assertThat(view.sum().item_float()).isEqualTo(60f);
        view.close();
        assertThat(MappedFile.mappedNow()).isEqualTo(before);
    }

    @Test
    void copiesWhatIsNotAligned() throws Exception {
        byte[] data = new byte[9];
        data[1] = 0;
        data[3] = (byte) 0x80;
        data[4] = 0x3f;
        data[7] = 0x40;
        data[8] = 0x40;
        Path path = raw(
                "{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]},"
                        + "\"b\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[1,9]}}",
                data);
        try (SafetensorsFile file = SafetensorsFile.open(path)) {
            assertThat(TensorBytes.floats(file.weights().tensor("b"))).containsExactly(1f, 3f);
        }
    }

    @Test
    void readsAnyByteButZeroAsTrue() throws Exception {
        Path path = raw(
                "{\"a\":{\"dtype\":\"BOOL\",\"shape\":[3],\"data_offsets\":[0,3]},"
                        + "\"none\":{\"dtype\":\"BOOL\",\"shape\":[0],\"data_offsets\":[3,3]}}",
                new byte[] {0, 1, 77});
        try (SafetensorsFile file = SafetensorsFile.open(path)) {
            assertThat(TensorBytes.of(file.weights().tensor("a"))).containsExactly(0, 1, 1);
            assertThat(file.weights().tensor("none").numel()).isZero();
        }
    }

    @Test
    void refusesAnUnknownTypeOnlyWhenItIsAskedFor() throws Exception {
        Path path = raw(
                "{\"a\":{\"dtype\":\"F8_E4M3\",\"shape\":[2],\"data_offsets\":[0,2]},"
                        + "\"b\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[2,3]}}",
                new byte[3]);
        try (SafetensorsFile file = SafetensorsFile.open(path)) {
            WeightSource weights = file.weights();
            assertThat(weights.contains("a")).isTrue();
            assertThat(weights.tensor("b").numel()).isEqualTo(1);
            assertThatThrownBy(() -> weights.info("a")).hasMessageContaining("a as F8_E4M3, which isn't supported");
            assertThatThrownBy(() -> weights.tensor("a")).isInstanceOf(ForetokenException.class);
            assertThatThrownBy(() -> weights.tensor("c")).hasMessageContaining("raw.safetensors has no tensor c: ");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\'',
            value = {
                "{\"a\":{\"dtype\":\"U8\",\"shape\":[5],\"data_offsets\":[0,5]}} | cut short: its header says 5 bytes of tensors, the file has 4",
                "{\"a\":{\"dtype\":\"U8\",\"shape\":[3],\"data_offsets\":[0,3]}} | goes on for 1 bytes after its last tensor",
                "{\"a\":{\"dtype\":\"U8\",\"shape\":[3],\"data_offsets\":[1,4]}} | a leaves a gap after the header",
                "{\"a\":{\"dtype\":\"U8\",\"shape\":[3],\"data_offsets\":[0,3]},\"b\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[2,4]}} | b overlaps a",
                "{\"a\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[4,0]}} | a ends before it begins",
                "{\"a\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[-4,0]}} | a.data_offsets has a negative number",
                "{\"a\":{\"dtype\":\"U8\",\"shape\":[-4],\"data_offsets\":[0,4]}} | a.shape has a negative number",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,4]}} | a has 4 bytes, which isn't the size of [2] in F32",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[4611686018427387905],\"data_offsets\":[0,4]}} | a has 4 bytes, which isn't the size of",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[4294967296,4294967296],\"data_offsets\":[0,0]}} | a has 0 bytes, which isn't the size of",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[4294967296,4294967296,0],\"data_offsets\":[0,0]}} | a has 0 bytes, which isn't the size of",
                "{\"a\":{\"dtype\":\"U8\",\"shape\":[99999999999999999999],\"data_offsets\":[0,4]}} | isn't valid JSON",
                "{\"a\":{\"dtype\":\"U8\",\"shape\":[1.5],\"data_offsets\":[0,4]}} | a.shape isn't what it should be",
                "{\"a\":{\"dtype\":\"U8\",\"shape\":[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,4],\"data_offsets\":[0,4]}} | a.shape has a negative number or more than 16",
                "{\"a\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0]}} | a lacks one of",
                "{\"a\":{\"dtype\":\"U8\",\"shape\":[4]}} | a lacks one of",
                "{\"a\":{\"dtype\":4,\"shape\":[4],\"data_offsets\":[0,4]}} | a.dtype isn't what it should be",
                "{\"a\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4],\"x\":1}} | a has an unknown field x",
                "{\"a\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4]},\"a\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4]}} | Duplicate",
                "{\"a\":{\"dtype\":\"U8\",\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4]}} | Duplicate",
                "{\"__metadata__\":{\"a\":1}} | __metadata__.a isn't what it should be",
                "{\"a\":[]} | a isn't what it should be",
                "{} {} | goes on after its last }",
                "{\"a\":  | isn't valid JSON",
                "[] | doesn't start with {",
            })
    void refusesUnsoundHeaders(String header, String expected) throws IOException {
        Path path = raw(header, new byte[4]);
        assertThatThrownBy(() -> SafetensorsFile.open(path))
                .isInstanceOf(ForetokenException.class)
                .hasMessageContaining("raw.safetensors")
                .hasMessageContaining(expected)
                .hasMessageEndingWith("Get it again, or make it again.");
    }

    @ParameterizedTest
    @ValueSource(longs = {Long.MIN_VALUE, -1, 0, 1, 100_000_001, Long.MAX_VALUE, 1 << 20})
    void refusesHeaderLengthsThatCannotBe(long length) throws IOException {
        Path path = folder.resolve("length.safetensors");
        Files.write(path, TensorBytes.safetensors(length, "{}", new byte[0]));
        assertThatThrownBy(() -> SafetensorsFile.open(path))
                .isInstanceOf(ForetokenException.class)
                .hasMessageContaining("length.safetensors is ")
                .hasMessageContaining("header");
    }

    @Test
    void saysWhatElseAFileIs() throws IOException {
        Path pointer = folder.resolve("pointer.safetensors");
        Files.writeString(pointer, "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 5\n");
        assertThatThrownBy(() -> SafetensorsFile.open(pointer)).hasMessageContaining("git lfs pull");
        Path empty = Files.createFile(folder.resolve("empty.safetensors"));
        assertThatThrownBy(() -> SafetensorsFile.open(empty))
                .hasMessageContaining("empty.safetensors is cut short: a header has 8 bytes or more, the file has 0.");
        assertThatThrownBy(() -> SafetensorsFile.open(folder.resolve("none.safetensors")))
                .hasMessageContaining("none.safetensors doesn't exist");
        assertThatThrownBy(() -> SafetensorsFile.open(folder)).hasMessageContaining("isn't a file");
    }

    @Test
    void keepsNamesInSentencesShortAndPrintable() throws IOException {
        String name = "x\\u001b[31m\\n" + "y".repeat(5000);
        Path path = raw("{\"" + name + "\":{}}", new byte[0]);
        assertThatThrownBy(() -> SafetensorsFile.open(path))
                .satisfies(
                        e -> assertThat(e.getMessage()).contains("x?[31m?yyy").hasSizeLessThan(300));
    }

    private Path raw(String header, byte[] data) throws IOException {
        Path path = folder.resolve("raw.safetensors");
        return Files.write(path, TensorBytes.safetensors(header.length(), header, data));
    }
}
