package org.foretoken.checkpoint;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Writes small GGUF files for tests, sound or not. */
public final class GgufBytes {
    private final ByteArrayOutputStream metadata = new ByteArrayOutputStream();
    private final ByteArrayOutputStream tensors = new ByteArrayOutputStream();
    private final ByteArrayOutputStream data = new ByteArrayOutputStream();
    private int version = 3;
    private int keys;
    private int count;
    private int alignment = 32;

    GgufBytes version(int number) {
        version = number;
        return this;
    }

    /** A key with a scalar of that type number. */
    GgufBytes key(String key, int type, Number value) {
        name(key, type);
        switch (type) {
            case 0, 1, 7 -> bytes(metadata, 1, value.longValue());
            case 2, 3 -> bytes(metadata, 2, value.longValue());
            case 4, 5 -> bytes(metadata, 4, value.longValue());
            case 6 -> bytes(metadata, 4, Float.floatToRawIntBits(value.floatValue()));
            case 12 -> bytes(metadata, 8, Double.doubleToRawLongBits(value.doubleValue()));
            default -> bytes(metadata, 8, value.longValue());
        }
        return this;
    }

    GgufBytes key(String key, String value) {
        name(key, 8);
        string(metadata, value);
        return this;
    }

    GgufBytes strings(String key, String... values) {
        name(key, 9);
        bytes(metadata, 4, 8);
        bytes(metadata, 8, values.length);
        for (String value : values) {
            string(metadata, value);
        }
        return this;
    }

    /** An array whose elements are given as bytes. */
    GgufBytes array(String key, int elementType, long length, byte... elements) {
        name(key, 9);
        bytes(metadata, 4, elementType);
        bytes(metadata, 8, length);
        metadata.writeBytes(elements);
        return this;
    }

    GgufBytes alignment(int value) {
        alignment = value;
        return key("general.alignment", 4, value);
    }

    /** A tensor with its data, at the next aligned place. */
    GgufBytes tensor(String name, int type, byte[] content, long... innermostFirst) {
        while (data.size() % alignment != 0) {
            data.write(0);
        }
        describe(name, type, data.size(), innermostFirst);
        data.writeBytes(content);
        return this;
    }

    /** A tensor of that type with its data. */
    public GgufBytes tensor(String name, DType type, byte[] content, long... innermostFirst) {
        int id = 0;
        while (!DType.ofGgml(id).equals(Optional.of(type))) {
            id++;
        }
        return tensor(name, id, content, innermostFirst);
    }

    /** A tensor's description alone. */
    GgufBytes describe(String name, int type, long offset, long... innermostFirst) {
        count++;
        string(tensors, name);
        bytes(tensors, 4, innermostFirst.length);
        for (long dimension : innermostFirst) {
            bytes(tensors, 8, dimension);
        }
        bytes(tensors, 4, type);
        bytes(tensors, 8, offset);
        return this;
    }

    public byte[] build() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes("GGUF".getBytes(StandardCharsets.US_ASCII));
        bytes(out, 4, version);
        bytes(out, 8, count);
        bytes(out, 8, keys);
        out.writeBytes(metadata.toByteArray());
        out.writeBytes(tensors.toByteArray());
        while (out.size() % alignment != 0) {
            out.write(0);
        }
        out.writeBytes(data.toByteArray());
        return out.toByteArray();
    }

    private void name(String key, int type) {
        keys++;
        string(metadata, key);
        bytes(metadata, 4, type);
    }

    private static void string(ByteArrayOutputStream to, String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        bytes(to, 8, utf8.length);
        to.writeBytes(utf8);
    }

    private static void bytes(ByteArrayOutputStream to, int count, long value) {
        byte[] all = ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(value)
                .array();
        to.write(all, 0, count);
    }
}
