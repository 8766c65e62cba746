package org.foretoken.model.family;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.foretoken.ForetokenException;
import org.foretoken.Shared;
import org.foretoken.checkpoint.DType;
import org.foretoken.checkpoint.GgufBytes;
import org.foretoken.checkpoint.GgufFile;
import org.foretoken.checkpoint.SafetensorsFile;
import org.foretoken.torch.Kernel;
import org.foretoken.torch.LibTorch;
import org.foretoken.torch.PackedMatrix;
import org.foretoken.torch.Tensors;
import org.foretoken.torch.WorkerTeam;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Matrices of 256 columns in a GGUF file, whose blocks are the golden ones of each type over and over. */
class StoredMatrixTest {
    private static final int IN = 256;

    @TempDir
    private Path folder;

    private final PointerScope scope = new PointerScope();

    @BeforeAll
    static void start() throws ForetokenException {
        LibTorch.start(2, notice -> {});
    }

    @AfterEach
    void closeScope() {
        scope.close();
    }

    /** What llama.cpp multiplies in codes, this program does too, without another result than that of its float32. */
    @ParameterizedTest
    @EnumSource(value = DType.class, names = "Q.*", mode = EnumSource.Mode.MATCH_ALL)
    void singleTokensReadQuantisedTypesInCodes(DType type) throws Exception {
        try (GgufFile file = GgufFile.open(write(new GgufBytes(), "w", type, 64))) {
            StoredMatrix matrix = matrix(file, part("w"));
            assertThat(matrix.packedDtype(Kernel.F32)).isEqualTo(ScalarType.Char);
            assertThat(matrix.packedDtype(Kernel.BF16)).isEqualTo(ScalarType.Char);
            int groups = IN / type.groupSize();
            assertSameProducts(matrix, null, 64L * (IN + groups * 8));
        }
    }

    @ParameterizedTest
    @EnumSource(value = DType.class, names = "Q.*", mode = EnumSource.Mode.MATCH_ALL)
    void tokensAreLookedUpInTheFile(DType type) throws Exception {
        try (GgufFile file = GgufFile.open(write(new GgufBytes(), "w", type, 64))) {
            QuantisedEmbedding embedding = new QuantisedEmbedding(file.weights(), "w", IN);
            float[] table = Tensors.floats(file.weights().tensor("w"));
            float[] expected = new float[3 * IN];
            int[] tokens = {63, 0, 17};
            for (int i = 0; i < 3; i++) {
                System.arraycopy(table, tokens[i] * IN, expected, i * IN, IN);
            }
            Tensor rows = embedding.rows(tokens);
            assertThat(rows.size(0)).isEqualTo(3);
            assertThat(Tensors.floats(rows)).isEqualTo(expected);
            float[] row = new float[IN];
            embedding.read(17, row);
            assertThat(row).isEqualTo(Arrays.copyOfRange(expected, 2 * IN, 3 * IN));
            assertThatThrownBy(() -> embedding.read(64, row)).isInstanceOf(IndexOutOfBoundsException.class);
        }
    }

    @Test
    void stacksTypesOfDifferentGroupsAndReordersRows() throws Exception {
        GgufBytes bytes = new GgufBytes();
        write(bytes, "top", DType.Q4_K, 36);
        write(bytes, "middle", DType.Q6_K, 12);
        try (GgufFile file = GgufFile.open(write(bytes, "bottom", DType.Q8_0, 16))) {
            StoredMatrix matrix = matrix(
                    file,
                    new StoredMatrix.Part("top", rows -> rows.flip(0)),
                    new StoredMatrix.Part("middle", rows -> rows),
                    part("bottom"));
            assertSameProducts(matrix, torch.randn(64), 64 * (IN + IN / 16 * 8));
        }
    }

    @Test
    void aPartThatIsNotQuantisedMakesItAllFloats() throws Exception {
        GgufBytes bytes = new GgufBytes();
        write(bytes, "top", DType.Q4_1, 32);
        try (GgufFile file = GgufFile.open(write(bytes, "bottom", DType.F16, 32))) {
            StoredMatrix matrix = matrix(file, part("top"), part("bottom"));
            assertThat(matrix.packedDtype(Kernel.F32)).isEqualTo(ScalarType.Float);
            assertThat(matrix.packedDtype(Kernel.BF16)).isEqualTo(ScalarType.BFloat16);
            assertSameProducts(matrix, null, 64 * IN * 4);
        }
    }

    @Test
    @Tag("shared")
    void aRealModelsMatricesAreCodesToo() throws Exception {
        try (StoredModel stored = StoredModel.open(Shared.smollm2())) {
            assertSameProducts(stored.qkv(7), null, stored.qkv(7).packedBytes(Kernel.F32));
            assertSameProducts(stored.down(29), null, 576 * 1536 / 32 * 40);
            assertSameProducts(stored.head(), null, stored.head().packedBytes(Kernel.F32));
        }
    }

    private static void assertSameProducts(StoredMatrix matrix, @Nullable Tensor bias, long bytes)
            throws ForetokenException {
        Tensor floats = matrix.tensor();
        float[] x = new float[(int) floats.size(1)];
        Random random = new Random(3);
        for (int i = 0; i < x.length; i++) {
            x[i] = (float) random.nextGaussian();
        }
        float[] y = new float[(int) floats.size(0)];
        float[] expected = y.clone();
        try (WorkerTeam team = new WorkerTeam(2);
                PackedMatrix packed = matrix.packed(bias, Kernel.F32);
                PackedMatrix wide = PackedMatrix.pack(
                        List.of(floats.to(ScalarType.Float)),
                        bias == null ? List.of() : List.of(bias),
                        ScalarType.Float)) {
            assertThat(packed.dtype()).isEqualTo(matrix.packedDtype(Kernel.F32));
            assertThat(packed.bytes()).isEqualTo(bytes).isEqualTo(matrix.packedBytes(Kernel.F32));
            packed.multiply(team, x, y);
            wide.multiply(team, x, expected);
        }
        assertThat(y).isEqualTo(expected);
        assertThat(expected).doesNotContain(0, Float.NaN);
    }

    private static StoredMatrix.Part part(String name) {
        return new StoredMatrix.Part(name, UnaryOperator.identity());
    }

    private static StoredMatrix matrix(GgufFile file, StoredMatrix.Part... parts) {
        return new StoredMatrix(file.weights(), List.of(parts));
    }

    /** Adds a tensor [rows, 256] and writes the file. */
    private Path write(GgufBytes bytes, String name, DType type, int rows) throws Exception {
        byte[] content = new byte[rows * IN / type.blockSize() * type.bytesPerBlock()];
        try (SafetensorsFile golden =
                SafetensorsFile.open(Path.of("src/test/resources/golden/gguf-blocks.safetensors"))) {
            byte[] blocks =
                    new byte[(int) golden.weights().info(type + ".bytes").bytes()];
            Tensors.memory(golden.weights().tensor(type + ".bytes"))
                    .asByteBuffer()
                    .get(blocks);
            for (int i = 0; i < content.length; i++) {
                content[i] = blocks[i % blocks.length];
            }
        }
        Path file = folder.resolve("weights.gguf");
        Files.write(file, bytes.tensor(name, type, content, IN, rows).build());
        return file;
    }
}
