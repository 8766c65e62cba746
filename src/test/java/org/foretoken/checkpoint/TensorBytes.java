package org.foretoken.checkpoint;

import java.lang.foreign.ValueLayout;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Objects;
import org.bytedeco.pytorch.Tensor;

/** What tests need of tensors and of the golden files in the resources. */
final class TensorBytes {
    private TensorBytes() {}

    /** The bytes of a contiguous tensor. */
    static byte[] of(Tensor tensor) {
        return tensor.numel() == 0 ? new byte[0] : TensorReader.memory(tensor).toArray(ValueLayout.JAVA_BYTE);
    }

    /** The elements of a contiguous float32 tensor. */
    static float[] floats(Tensor tensor) {
        return TensorReader.memory(tensor).toArray(ValueLayout.JAVA_FLOAT);
    }

    /** A safetensors file with whatever header. */
    static byte[] safetensors(long length, String header, byte[] data) {
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(8 + json.length + data.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(length)
                .put(json)
                .put(data)
                .array();
    }

    static Path golden(String name) {
        try {
            return Path.of(Objects.requireNonNull(TensorBytes.class.getResource("/golden/" + name), name)
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
