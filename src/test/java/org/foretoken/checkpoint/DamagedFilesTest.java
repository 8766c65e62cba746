package org.foretoken.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.foretoken.ForetokenException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sound files, damaged some thousand times: each either reads within its bounds or is refused by a sentence, and never takes much memory. */
class DamagedFilesTest {
    private static final int TIMES = 2500;
    private static final long[] EXTREMES = {
        0, 1, -1, 7, 255, 1L << 31, 1L << 32, (1L << 32) - 1, 1L << 40, 1L << 61, Long.MIN_VALUE, Long.MAX_VALUE
    };
    private static final String[] NUMBERS = {
        "-1", "0", "1", "16", "1e3", "4294967296", "4611686018427387904", "9223372036854775807", "99999999999999999999"
    };

    @TempDir
    Path folder;

    private final Random random = new Random(20261124);
    private int read;
    private int refused;

    @Test
    void safetensors() throws Exception {
        Files.writeString(folder.resolve("config.json"), "{}");
        Path file = folder.resolve("model.safetensors");
        try (PointerScope scope = new PointerScope()) {
            Map<String, Tensor> tensors = new LinkedHashMap<>();
            for (ScalarType type :
                    new ScalarType[] {ScalarType.Float, ScalarType.BFloat16, ScalarType.Bool, ScalarType.Long}) {
                tensors.put("t." + type, torch.randn(3, 8).to(type));
            }
            tensors.put("empty", torch.empty(0, 4));
            SafetensorsWriter.write(file, tensors, Map.of("format", "pt"));
            assertThat(scope).isNotNull();
        }
        byte[] sound = Files.readAllBytes(file);
        int header =
                8 + (int) ByteBuffer.wrap(sound).order(ByteOrder.LITTLE_ENDIAN).getLong();
        for (int i = 0; i < TIMES; i++) {
            byte[] damaged = random.nextInt(4) == 0 ? otherNumber(sound, header) : damaged(sound, header);
            replace(file, damaged);
            check(folder, damaged, i);
        }
        assertThat(read).as("read").isGreaterThan(TIMES / 50);
        assertThat(refused).as("refused").isGreaterThan(TIMES / 2);
    }

    @Test
    void gguf() throws Exception {
        byte[] sound = soundGguf();
        Path file = folder.resolve("model.gguf");
        int header = sound.length - 2208;
        for (int i = 0; i < TIMES; i++) {
            byte[] damaged = damaged(sound, header);
            replace(file, damaged);
            check(file, damaged, i);
        }
        assertThat(read).as("read").isGreaterThan(TIMES / 10);
        assertThat(refused).as("refused").isGreaterThan(TIMES / 10);
    }

    /** A new file each time: some file systems flush one that's cut to nothing and written again, which takes milliseconds. */
    private static void replace(Path file, byte[] bytes) throws IOException {
        Files.deleteIfExists(file);
        Files.write(file, bytes);
    }

    private static byte[] soundGguf() {
        return new GgufBytes()
                .alignment(32)
                .key("general.architecture", "llama")
                .key("llama.block_count", 4, 2)
                .key("llama.rope.freq_base", 6, 10_000f)
                .key("tokenizer.ggml.add_bos_token", 7, 1)
                .strings("tokenizer.ggml.tokens", "<s>", "a", "b", "ab")
                .array("tokenizer.ggml.scores", 6, 2, new byte[8])
                .array("tokenizer.ggml.token_type", 5, 2, new byte[8])
                .array("nested", 9, 1, new byte[] {0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 7})
                .tensor("f32", 0, new byte[96], 8, 3)
                .tensor("bf16", 30, new byte[48], 8, 3)
                .tensor("q4_1", 3, new byte[120], 64, 3)
                .tensor("q8_0", 8, new byte[68], 64)
                .tensor("q6_k", 14, new byte[420], 256, 2)
                .tensor("q3_k", 11, new byte[220], 512)
                .tensor("q4_k", 12, new byte[1152], 256, 4, 2)
                .build();
    }

    /** Opens and reads everything; every fault must be a {@link ForetokenException} with a sentence. */
    private void check(Path path, byte[] damaged, int round) {
        long before = allocated();
        try (PointerScope scope = new PointerScope();
                Checkpoint checkpoint = Checkpoint.open(path)) {
            WeightSource weights = checkpoint.weights();
            for (String name : weights.names()) {
                readOne(weights, name, damaged.length);
            }
            assertThat(weights.hash()).hasSize(64);
            assertThat(weights.bytes()).isLessThanOrEqualTo(damaged.length);
            assertThat(scope).isNotNull();
            read++;
        } catch (ForetokenException e) {
            assertThat(e.sentence()).contains("model.").endsWith(".").hasSizeLessThan(600);
            refused++;
        } catch (Throwable e) {
            throw new AssertionError("round " + round + ": " + Arrays.toString(damaged), e);
        }
        // The first rounds load classes as well.
        if (round >= 100) {
            assertThat(allocated() - before)
                    .as("bytes allocated in round %d", round)
                    .isLessThan(2_000_000);
        }
    }

    private static void readOne(WeightSource weights, String name, long fileSize) throws ForetokenException {
        try {
            TensorInfo info = weights.info(name);
            Tensor tensor = weights.tensor(name);
            assertThat(tensor.sizes().vec().get())
                    .containsExactly(
                            info.shape().stream().mapToLong(Long::longValue).toArray());
            assertThat(tensor.nbytes()).isLessThanOrEqualTo(13 * fileSize);
            assertThat(TensorBytes.of(tensor)).hasSize((int) tensor.nbytes());
        } catch (ForetokenException e) {
            // Types that aren't read are refused one by one.
            assertThat(e.sentence()).contains("isn't supported");
        }
    }

    private static long allocated() {
        return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
    }

    private byte[] damaged(byte[] sound, int header) {
        byte[] bytes = sound.clone();
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        switch (random.nextInt(6)) {
            case 0 -> {
                for (int i = random.nextInt(3); i >= 0; i--) {
                    bytes[random.nextInt(header)] ^= (byte) (1 << random.nextInt(8));
                }
            }
            case 1 -> bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length));
            case 2 -> bytes = Arrays.copyOf(bytes, bytes.length + 1 + random.nextInt(100));
            case 3 -> buffer.putLong(random.nextInt(header - 8), EXTREMES[random.nextInt(EXTREMES.length)]);
            case 4 -> buffer.putInt(random.nextInt(header - 4), (int) EXTREMES[random.nextInt(EXTREMES.length)]);
            default -> {
                int length = 1 + random.nextInt(16);
                int from = random.nextInt(header - length);
                System.arraycopy(sound, from, bytes, random.nextInt(header - length), length);
            }
        }
        return bytes;
    }

    /** Puts another number, or another's, in the place of one in the JSON; the header's length stays true. */
    private byte[] otherNumber(byte[] sound, int header) {
        String json = new String(sound, 8, header - 8, StandardCharsets.UTF_8);
        String[] parts = json.split("(?<=[,\\[])(?=\\d)|(?<=\\d)(?=[,\\]])", -1);
        int[] numbers = IntStream.range(0, parts.length)
                .filter(i -> parts[i].matches("\\d+"))
                .toArray();
        int at = numbers[random.nextInt(numbers.length)];
        parts[at] = random.nextBoolean()
                ? NUMBERS[random.nextInt(NUMBERS.length)]
                : parts[numbers[random.nextInt(numbers.length)]];
        String changed = String.join("", parts);
        return TensorBytes.safetensors(changed.length(), changed, Arrays.copyOfRange(sound, header, sound.length));
    }
}
