package org.foretoken.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.Arrays;
import org.bytedeco.javacpp.PointerScope;
import org.foretoken.ForetokenException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DequantisationTest {
    private static final int TIMES = 57;

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

    /** Codes, scales and offsets of many chunks, each multiplied out as its record says. */
    @ParameterizedTest
    @EnumSource(value = DType.class, names = "Q.*", mode = EnumSource.Mode.MATCH_ALL)
    void codesScalesAndOffsetsMakeTheSameFloats(DType type) throws ForetokenException {
        try (PointerScope scope = new PointerScope();
                SafetensorsFile golden = SafetensorsFile.open(TensorBytes.golden("gguf-blocks.safetensors"))) {
            byte[] blocks = repeated(TensorBytes.of(golden.weights().tensor(type + ".bytes")));
            float[] expected = repeated(TensorBytes.floats(golden.weights().tensor(type + ".f32")));
            byte[] codes = new byte[expected.length];
            float[] scales = new float[expected.length / type.groupSize()];
            float[] offsets = scales.clone();
            Dequantisation.split(
                    type,
                    MemorySegment.ofArray(blocks),
                    MemorySegment.ofArray(codes),
                    MemorySegment.ofArray(scales),
                    MemorySegment.ofArray(offsets));
            float[] out = new float[expected.length];
            for (int i = 0; i < out.length; i++) {
                out[i] = scales[i / type.groupSize()] * codes[i] + offsets[i / type.groupSize()];
            }
            assertThat(Arrays.equals(bits(out), bits(expected))).isTrue();
            assertThat(scope).isNotNull();
        }
    }

    /** Many chunks, the last one not full: every block lands in its place. */
    @ParameterizedTest
    @EnumSource(value = DType.class, names = "Q.*", mode = EnumSource.Mode.MATCH_ALL)
    void keepsEveryBlockInItsPlace(DType type) throws ForetokenException {
        try (PointerScope scope = new PointerScope();
                SafetensorsFile golden = SafetensorsFile.open(TensorBytes.golden("gguf-blocks.safetensors"))) {
            byte[] blocks = repeated(TensorBytes.of(golden.weights().tensor(type + ".bytes")));
            float[] expected = repeated(TensorBytes.floats(golden.weights().tensor(type + ".f32")));
            assertThat(Arrays.equals(bits(dequantise(type, blocks, expected.length)), bits(expected)))
                    .isTrue();
            assertThat(scope).isNotNull();
        }
    }

    private static byte[] repeated(byte[] bytes) {
        ByteBuffer all = ByteBuffer.allocate(bytes.length * TIMES);
        for (int i = 0; i < TIMES; i++) {
            all.put(bytes);
        }
        return all.array();
    }

    private static float[] repeated(float[] floats) {
        FloatBuffer all = FloatBuffer.allocate(floats.length * TIMES);
        for (int i = 0; i < TIMES; i++) {
            all.put(floats);
        }
        return all.array();
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
