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
        Golden golden = new Golden(type, 1);
        assertThat(bits(dequantise(type, golden))).isEqualTo(bits(golden.floats));
    }

    /** Codes, scales and offsets of many chunks, each multiplied out as its record says. */
    @ParameterizedTest
    @EnumSource(value = DType.class, names = "Q.*", mode = EnumSource.Mode.MATCH_ALL)
    void codesScalesAndOffsetsMakeTheSameFloats(DType type) throws ForetokenException {
        Golden golden = new Golden(type, TIMES);
        byte[] codes = new byte[golden.floats.length];
        float[] scales = new float[codes.length / type.groupSize()];
        float[] offsets = scales.clone();
        Dequantisation.split(
                type,
                MemorySegment.ofArray(golden.blocks),
                MemorySegment.ofArray(codes),
                MemorySegment.ofArray(scales),
                MemorySegment.ofArray(offsets));
        float[] out = new float[codes.length];
        for (int i = 0; i < out.length; i++) {
            out[i] = scales[i / type.groupSize()] * codes[i] + offsets[i / type.groupSize()];
        }
        assertThat(Arrays.equals(bits(out), bits(golden.floats))).isTrue();
    }

    /** Many chunks, the last one not full: every block lands in its place. */
    @ParameterizedTest
    @EnumSource(value = DType.class, names = "Q.*", mode = EnumSource.Mode.MATCH_ALL)
    void keepsEveryBlockInItsPlace(DType type) throws ForetokenException {
        Golden golden = new Golden(type, TIMES);
        assertThat(Arrays.equals(bits(dequantise(type, golden)), bits(golden.floats)))
                .isTrue();
    }

    /** Blocks of a type, and what gguf-py made of them. */
    private static final class Golden {
        final byte[] blocks;
        final float[] floats;

        /** The golden ones that many times in a row. */
        Golden(DType type, int times) throws ForetokenException {
            try (PointerScope scope = new PointerScope();
                    SafetensorsFile golden = SafetensorsFile.open(TensorBytes.golden("gguf-blocks.safetensors"))) {
                byte[] once = TensorBytes.of(golden.weights().tensor(type + ".bytes"));
                float[] made = TensorBytes.floats(golden.weights().tensor(type + ".f32"));
                assertThat(scope).isNotNull();
                ByteBuffer allBlocks = ByteBuffer.allocate(once.length * times);
                FloatBuffer allFloats = FloatBuffer.allocate(made.length * times);
                for (int i = 0; i < times; i++) {
                    allBlocks.put(once);
                    allFloats.put(made);
                }
                blocks = allBlocks.array();
                floats = allFloats.array();
            }
        }
    }

    private static float[] dequantise(DType type, Golden golden) {
        float[] out = new float[golden.floats.length];
        Dequantisation.dequantise(type, MemorySegment.ofArray(golden.blocks), MemorySegment.ofArray(out));
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
