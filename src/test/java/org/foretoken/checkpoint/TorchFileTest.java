package org.foretoken.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.bytedeco.javacpp.PointerScope;
import org.foretoken.ForetokenException;
import org.foretoken.Shared;
import org.foretoken.torch.LibTorch;
import org.foretoken.torch.Tensors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of {@code torch.save}: what PyTorch wrote, and what nobody should execute. */
class TorchFileTest {
    @TempDir
    private Path folder;

    @BeforeAll
    static void start() throws ForetokenException {
        LibTorch.start(2, notice -> {});
    }

    @Tag("shared")
    @Test
    void readsCoreNetsCheckpoint() throws Exception {
        Path pair = Shared.path("golden/openelm-kvp-lp");
        try (WeightFile torch = WeightFile.open(pair.resolve("corenet-checkpoint.pt"));
                WeightFile predictor = WeightFile.open(pair.resolve("predictor.safetensors"));
                PointerScope scope = new PointerScope()) {
            assertThat(torch.weights().names()).contains("base.token_embeddings.weight", "auxiliary.norm.weight");
            for (String name : predictor.weights().names()) {
                assertThat(Tensors.floats(torch.weights().tensor("predicter." + name)))
                        .as(name)
                        .isEqualTo(Tensors.floats(predictor.weights().tensor(name)));
            }
        }
    }

    @Test
    void readsAStateBesideOtherThingsAndViewsOfOneStorage() throws Exception {
        // {"model_state_dict": {"a": storage 0 from 1 as [2, 2]}, "epoch": 3}
        Path file = write(state(1, 4), floats(0, 1, 2, 3, 4, 5));
        try (WeightFile torch = WeightFile.open(file);
                PointerScope scope = new PointerScope()) {
            assertThat(torch.weights().names()).containsExactly("a");
            assertThat(torch.weights().info("a").shape()).containsExactly(2L, 2L);
            assertThat(Tensors.floats(torch.weights().tensor("a"))).containsExactly(1, 2, 3, 4);
        }
    }

    @Test
    void executesNothing() throws Exception {
        byte[] program = "\u0080\u0002cposix\nsystem\nX\u0004\u0000\u0000\u0000true\u0085R."
                .getBytes(StandardCharsets.ISO_8859_1);
        Path file = write(program, floats(1));
        assertThatThrownBy(() -> WeightFile.open(file))
                .isInstanceOf(ForetokenException.class)
                .hasMessageContaining("posix.system")
                .hasMessageContaining("safetensors");
    }

    @Test
    void refusesATensorBeyondItsStorage() throws Exception {
        Path file = write(state(3, 4), floats(0, 1, 2, 3, 4, 5));
        assertThatThrownBy(() -> WeightFile.open(file))
                .isInstanceOf(ForetokenException.class)
                .hasMessageContaining("reaches beyond its storage");
    }

    @Test
    void refusesATensorWithFewerStridesThanDimensions() throws Exception {
        Path file = write(state(1, 4, new byte[] {'K', 2, (byte) 0x85}), floats(0, 1, 2, 3, 4, 5));
        assertRefused(file, "a has 1 strides for 2 dimensions");
    }

    @Test
    void refusesADictionaryInItself() throws Exception {
        assertRefused(write(program("}q0", "(", "!a", "h0", "u."), floats(1)), "nests dictionaries deeper");
    }

    /** Fifteen dictionaries that each have the one before three times are 14 million. */
    @Test
    void refusesMoreEntriesThanAnyModelHas() throws Exception {
        List<String> parts = new ArrayList<>(List.of("}q0"));
        for (int i = 1; i <= 15; i++) {
            String before = "h" + (char) ('0' + i - 1);
            parts.addAll(List.of("}q" + (char) ('0' + i), "(", "!a", before, "!b", before, "!c", before, "u"));
        }
        parts.add(".");
        assertRefused(write(program(parts.toArray(String[]::new)), floats(1)), "entries");
    }

    @Test
    void refusesAListInItselfAsAKey() throws Exception {
        assertRefused(write(program("}", "(", "]q0", "h0", "a", "N", "u."), floats(1)), "its pickle has a key");
    }

    private static void assertRefused(Path file, String part) {
        int before = MappedFile.mappedNow();
        assertThatThrownBy(() -> WeightFile.open(file))
                .isInstanceOf(ForetokenException.class)
                .hasMessageContainingAll(file.getFileName().toString(), part);
        assertThat(MappedFile.mappedNow()).isEqualTo(before);
    }

    /** A pickle of steps; those that begin with an exclamation mark are short strings. */
    private static byte[] program(String... steps) {
        StringBuilder program = new StringBuilder("\u0080\u0002");
        for (String step : steps) {
            boolean text = step.startsWith("!");
            program.append(text ? "\u008c" + (char) (step.length() - 1) + step.substring(1) : step);
        }
        return program.toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    @Test
    void damagedFilesGetASentence() throws Exception {
        byte[] sound = Files.readAllBytes(write(state(1, 4), floats(0, 1, 2, 3, 4, 5)));
        Random random = new Random(4);
        int refused = 0;
        for (int i = 0; i < 600; i++) {
            byte[] damaged = sound.clone();
            for (int k = 0; k <= i % 3; k++) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
            }
            int length = i % 5 == 0 ? random.nextInt(damaged.length) : damaged.length;
            Path file = folder.resolve("damaged.pt");
            Files.write(file, java.util.Arrays.copyOf(damaged, length));
            try (WeightFile torch = WeightFile.open(file);
                    PointerScope scope = new PointerScope()) {
                for (String name : torch.weights().names()) {
                    torch.weights().tensor(name);
                }
            } catch (ForetokenException e) {
                assertThat(e.sentence()).endsWith(".");
                refused++;
            }
        }
        assertThat(refused).isGreaterThan(100);
    }

    private static byte[] floats(float... values) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            bytes.putFloat(value);
        }
        return bytes.array();
    }

    /** The pickle of {@code {"model_state_dict": OrderedDict(a=...), "epoch": 3}}, written out as protocol 2 has it. */
    private static byte[] state(int offset, int elements) throws IOException {
        return state(offset, elements, new byte[] {'K', 2, 'K', 1, (byte) 0x86});
    }

    /** @param strides the steps that make them */
    private static byte[] state(int offset, int elements, byte[] strides) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(new byte[] {(byte) 0x80, 2, '}', '('});
        text(out, "model_state_dict");
        out.write("ccollections\nOrderedDict\n)R(".getBytes(StandardCharsets.US_ASCII));
        text(out, "a");
        out.write("ctorch._utils\n_rebuild_tensor_v2\n((".getBytes(StandardCharsets.US_ASCII));
        text(out, "storage");
        out.write("ctorch\nFloatStorage\n".getBytes(StandardCharsets.US_ASCII));
        text(out, "0");
        text(out, "cpu");
        out.write(new byte[] {'K', 6, 't', 'Q', 'K', (byte) offset, 'K', 2, 'K', (byte) (elements / 2), (byte) 0x86});
        out.write(strides);
        out.write(0x89);
        out.write("ccollections\nOrderedDict\n)Rt".getBytes(StandardCharsets.US_ASCII));
        out.write(new byte[] {'R', 'u'});
        text(out, "epoch");
        out.write(new byte[] {'K', 3, 'u', '.'});
        return out.toByteArray();
    }

    private static void text(ByteArrayOutputStream out, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.write('X');
        out.write(ByteBuffer.allocate(4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(bytes.length)
                .array());
        out.write(bytes);
    }

    private Path write(byte[] pickle, byte[] storage) throws IOException {
        Path file = folder.resolve("model.pt");
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
            zip.setMethod(ZipOutputStream.STORED);
            put(zip, "model/data.pkl", pickle);
            put(zip, "model/data/0", storage);
        }
        return file;
    }

    private static void put(ZipOutputStream zip, String name, byte[] bytes) throws IOException {
        ZipEntry entry = new ZipEntry(name);
        CRC32 crc = new CRC32();
        crc.update(bytes);
        entry.setSize(bytes.length);
        entry.setCrc(crc.getValue());
        zip.putNextEntry(entry);
        zip.write(bytes);
        zip.closeEntry();
    }

    @Test
    void anArchiveThatIsCutShortIsDamagedNotForbidden() throws Exception {
        Path file = write(state(1, 4), floats(0, 1, 2, 3, 4, 5));
        byte[] whole = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(whole, whole.length / 2));
        assertThatThrownBy(() -> WeightFile.open(file))
                .isInstanceOf(ForetokenException.class)
                .hasMessageContainingAll("is damaged", "isn't a whole zip archive");
    }
}
