package org.foretoken.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.bytedeco.javacpp.PointerScope;
import org.foretoken.ForetokenException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DequantisationTest {
    /** gguf-py's own results for random blocks of every type, to the bit. */
    @ParameterizedTest
    @EnumSource(value = DType.class, names = "Q.*", mode = EnumSource.Mode.MATCH_ALL)
    void equalsGgufPyToTheBit(DType type) throws ForetokenException {
        try (PointerScope scope = new PointerScope();
                SafetensorsFile golden = SafetensorsFile.open(TensorBytes.golden("gguf-blocks.safetensors"))) {
            byte[] blocks = TensorBytes.of(golden.weights().tensor(type + ".bytes"));
            float[] expected = TensorBytes.floats(golden.weights().tensor(type + ".f32"));
            assertThat(bits(dequantise(type, blocks, expected.length))).isEqualTo(bits(expected));
            assertThat(scope).isNotNull();
        }
    }

    /** Many chunks, the last one not full: every block lands in its place. */
    @ParameterizedTest
    @EnumSource(value = DType.class, names = "Q.*", mode = EnumSource.Mode.MATCH_ALL)
    void keepsEveryBlockInItsPlace(DType type) throws ForetokenException {
        try (PointerScope scope = new PointerScope();
                SafetensorsFile golden = SafetensorsFile.open(TensorBytes.golden("gguf-blocks.safetensors"))) {
            byte[] blocks = TensorBytes.of(golden.weights().tensor(type + ".bytes"));
            float[] expected = TensorBytes.floats(golden.weights().tensor(type + ".f32"));
            int times = 57;
            byte[] repeated = new byte[blocks.length * times];
            float[] all = new float[expected.length * times];
            for (int i = 0; i < times; i++) {
                System.arraycopy(blocks, 0, repeated, i * blocks.length, blocks.length);
                System.arraycopy(expected, 0, all, i * expected.length, expected.length);
            }
            assertThat(Arrays.equals(bits(dequantise(type, repeated, all.length)), bits(all)))
                    .isTrue();
            assertThat(scope).isNotNull();
        }
    }

    private static float[] dequantise(DType type, byte[] blocks, int elements) {
        float[] out = new float[elements];
        Dequantisation.dequantise(type, MemorySegment.ofArray(blocks), MemorySegment.ofArray(out));
        return out;
    }

    private static int[] bits(float[] values) {
        int[] bits = new int[values.length];
        for (int i = 0; i < bits.length; i++) {
            bits[i] = Float.floatToRawIntBits(values[i]);
        }
        return bits;
    }
}
