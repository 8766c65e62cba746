package org.foretoken.checkpoint;

import java.io.IOException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.foretoken.Digits;
import org.foretoken.ForetokenException;

/** Metadata values of a GGUF file, as {@link GgufFile#metadata} describes them. */
final class GgufValues {
    /** Elements of all arrays together; the largest vocabularies with their merges have about 1.5 million. */
    private static final long MAX_ELEMENTS = 1 << 22;

    private static final int MAX_DEPTH = 4;

    private static final int U8 = 0;
    private static final int I8 = 1;
    private static final int U16 = 2;
    private static final int I16 = 3;
    private static final int U32 = 4;
    private static final int I32 = 5;
    private static final int F32 = 6;
    private static final int BOOL = 7;
    private static final int STRING = 8;
    private static final int ARRAY = 9;
    private static final int U64 = 10;
    private static final int I64 = 11;
    private static final int F64 = 12;

    private final GgufCursor cursor;
    private long elements;

    GgufValues(GgufCursor cursor) {
        this.cursor = cursor;
    }

    /** A type and the value that follows it. */
    Object value() throws IOException, ForetokenException {
        return value(type(), 0);
    }

    private int type() throws IOException, ForetokenException {
        long type = cursor.u32();
        if (type > F64) {
            throw cursor.fault().broken("a metadata value has the unknown type " + type);
        }
        return (int) type;
    }

    private Object value(int type, int depth) throws IOException, ForetokenException {
        return switch (type) {
            case F32 -> (double) Float.intBitsToFloat(cursor.i32());
            case F64 -> Double.longBitsToDouble(cursor.i64());
            case BOOL -> bool();
            case STRING -> cursor.string();
            case ARRAY -> array(depth + 1);
            case U64 -> unsigned(cursor.i64());
            default -> integer(type);
        };
    }

    private static Object unsigned(long bits) {
        return bits < 0 ? (Object) new BigInteger(Long.toUnsignedString(bits)) : (Object) bits;
    }

    private long integer(int type) throws IOException, ForetokenException {
        return switch (type) {
            case U8 -> cursor.u8();
            case I8 -> (byte) cursor.u8();
            case U16 -> Short.toUnsignedInt(cursor.i16());
            case I16 -> cursor.i16();
            case U32 -> cursor.u32();
            case I32 -> cursor.i32();
            case U64, I64 -> cursor.i64();
            default -> throw new IllegalStateException("type " + type);
        };
    }

    private boolean bool() throws IOException, ForetokenException {
        int value = cursor.u8();
        if (value > 1) {
            throw cursor.fault().broken("a bool in its metadata is " + value);
        }
        return value == 1;
    }

    private static int leastBytes(int type) {
        return switch (type) {
            case U8, I8, BOOL -> 1;
            case U16, I16 -> 2;
            case U32, I32, F32 -> 4;
            case ARRAY -> 4 + 8;
            default -> 8;
        };
    }

    private Object array(int depth) throws IOException, ForetokenException {
        if (depth > MAX_DEPTH) {
            throw cursor.fault().broken("its metadata has arrays in arrays more than " + MAX_DEPTH + " deep");
        }
        int type = type();
        long count = cursor.count(leastBytes(type));
        elements += count;
        if (elements > MAX_ELEMENTS) {
            throw cursor.fault()
                    .broken("the arrays in its metadata have more than " + Digits.count(MAX_ELEMENTS) + " elements");
        }
        int length = (int) count;
        return switch (type) {
            case F32 -> floats(length);
            case F64 -> doubles(length);
            case BOOL -> bools(length);
            case STRING, ARRAY -> list(type, length, depth);
            default -> integers(type, length);
        };
    }

    private float[] floats(int length) throws IOException, ForetokenException {
        float[] values = new float[length];
        for (int i = 0; i < length; i++) {
            values[i] = Float.intBitsToFloat(cursor.i32());
        }
        return values;
    }

    private double[] doubles(int length) throws IOException, ForetokenException {
        double[] values = new double[length];
        for (int i = 0; i < length; i++) {
            values[i] = Double.longBitsToDouble(cursor.i64());
        }
        return values;
    }

    private boolean[] bools(int length) throws IOException, ForetokenException {
        boolean[] values = new boolean[length];
        for (int i = 0; i < length; i++) {
            values[i] = bool();
        }
        return values;
    }

    private long[] integers(int type, int length) throws IOException, ForetokenException {
        long[] values = new long[length];
        for (int i = 0; i < length; i++) {
            values[i] = integer(type);
        }
        return values;
    }

    private List<?> list(int type, int length, int depth) throws IOException, ForetokenException {
        List<Object> values = new ArrayList<>(Math.min(length, 1 << 16));
        for (int i = 0; i < length; i++) {
            values.add(type == STRING ? cursor.string() : array(depth + 1));
        }
        return Collections.unmodifiableList(values);
    }
}
