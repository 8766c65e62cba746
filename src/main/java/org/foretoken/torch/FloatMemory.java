package org.foretoken.torch;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * The memory of a contiguous F32, BF16 or F16 tensor as floats, read and written without a call into libtorch. Valid as long as the tensor is.
 *
 * @param bytes the whole tensor
 * @param dtype of an entry
 */
public record FloatMemory(MemorySegment bytes, ScalarType dtype) {
    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;

    /** The memory of that tensor. */
    public static FloatMemory of(Tensor tensor) {
        ScalarType dtype = tensor.scalar_type().intern();
        if (dtype != ScalarType.Float && dtype != ScalarType.BFloat16 && dtype != ScalarType.Half) {
            throw new IllegalArgumentException("A tensor of " + dtype + " where F32, BF16 or F16 is needed");
        }
        return new FloatMemory(Tensors.memory(tensor), dtype);
    }

    /** All entries of a tensor, in order. */
    public static float[] read(Tensor tensor) {
        float[] floats = new float[Math.toIntExact(tensor.numel())];
        of(tensor).read(0, floats, floats.length);
        return floats;
    }

    /** Reads {@code count} entries from {@code index} on into the start of {@code into}. */
    public void read(long index, float[] into, int count) {
        read(index, into, 0, count);
    }

    /** Reads {@code count} entries from {@code index} on into {@code into[start]} and on. */
    public void read(long index, float[] into, int start, int count) {
        if (dtype == ScalarType.Float) {
            MemorySegment.copy(bytes, FLOAT, index * 4, into, start, count);
        } else if (dtype == ScalarType.BFloat16) {
            for (int i = 0; i < count; i++) {
                into[start + i] = Float.intBitsToFloat(bytes.get(SHORT, (index + i) * 2) << 16);
            }
        } else {
            for (int i = 0; i < count; i++) {
                into[start + i] = Float.float16ToFloat(bytes.get(SHORT, (index + i) * 2));
            }
        }
    }

    /** Writes {@code count} entries, {@code from[start]} first, from {@code index} on, rounded to the nearest where the tensor is narrower. */
    public void write(long index, float[] from, int start, int count) {
        if (dtype == ScalarType.Float) {
            MemorySegment.copy(from, start, bytes, FLOAT, index * 4, count);
        } else if (dtype == ScalarType.BFloat16) {
            for (int i = 0; i < count; i++) {
                bytes.set(SHORT, (index + i) * 2, toBf16(from[start + i]));
            }
        } else {
            for (int i = 0; i < count; i++) {
                bytes.set(SHORT, (index + i) * 2, Float.floatToFloat16(from[start + i]));
            }
        }
    }

    /** The nearest bfloat16, ties to even: the upper half of the float's bits. */
    private static short toBf16(float value) {
        int bits = Float.floatToRawIntBits(value);
        // rounding must not turn a NaN with a small payload into infinity
        int rounded = Float.isNaN(value) ? bits | 0x400000 : bits + 0x7fff + ((bits >>> 16) & 1);
        return (short) (rounded >>> 16);
    }
}
