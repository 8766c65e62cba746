package org.foretoken.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.foretoken.Digits;
import org.foretoken.ForetokenException;

/** Reads the header of a GGUF file from front to back; what is asked for is compared with what the file still has before anything is allocated. */
final class GgufCursor {
    /** Headers of real models have a few MB, nearly all of it the vocabulary. */
    private static final long MAX_HEADER_BYTES = 100_000_000;

    private final FileFault fault;
    private final FileChannel channel;
    private final long size;
    private final ByteBuffer buffer =
            ByteBuffer.allocate(1 << 16).order(ByteOrder.LITTLE_ENDIAN).limit(0);
    private long filled;
    private String field = "";

    GgufCursor(Path path, FileChannel channel) throws IOException {
        this.fault = new FileFault(path);
        this.channel = channel;
        this.size = channel.size();
    }

    /** Says what is read from here on, for messages. */
    void field(String name) {
        field = name;
    }

    /** For messages about the file. */
    FileFault fault() {
        return fault;
    }

    /** Bytes of the file. */
    long size() {
        return size;
    }

    /** Bytes read so far. */
    long position() {
        return filled - buffer.remaining();
    }

    /** Refuses when the file or the largest header that is read ends before {@code count} things of {@code bytes} each. */
    void require(long count, long bytes) throws ForetokenException {
        long rest = size - position();
        if (count < 0 || count > rest / bytes) {
            String bytesNeeded =
                    count < 0 || count > Long.MAX_VALUE / bytes ? "over 2^63" : Digits.count(count * bytes);
            throw fault.cutShort(field + " needs " + bytesNeeded + " bytes or more", rest);
        }
        if (count > (MAX_HEADER_BYTES - position()) / bytes) {
            throw fault.broken("its header passes " + Digits.count(MAX_HEADER_BYTES) + " bytes at " + field);
        }
    }

    private ByteBuffer next(int bytes) throws IOException, ForetokenException {
        require(1, bytes);
        if (buffer.remaining() < bytes) {
            buffer.compact();
            while (buffer.position() < bytes) {
                int read = channel.read(buffer, filled);
                if (read < 0) {
                    throw new IOException("it became shorter while it was read");
                }
                filled += read;
            }
            buffer.flip();
        }
        return buffer;
    }

    int u8() throws IOException, ForetokenException {
        return Byte.toUnsignedInt(next(1).get());
    }

    short i16() throws IOException, ForetokenException {
        return next(2).getShort();
    }

    int i32() throws IOException, ForetokenException {
        return next(4).getInt();
    }

    long u32() throws IOException, ForetokenException {
        return Integer.toUnsignedLong(i32());
    }

    long i64() throws IOException, ForetokenException {
        return next(8).getLong();
    }

    /** A count of things that take at least {@code bytes} each in what follows. */
    long count(long bytes) throws IOException, ForetokenException {
        long count = i64();
        require(count, bytes);
        return count;
    }

    String string() throws IOException, ForetokenException {
        int length = (int) count(1);
        if (length <= buffer.capacity()) {
            if (length == 0) {
                return "";
            }
            ByteBuffer from = next(length);
            String text =
                    new String(from.array(), from.arrayOffset() + from.position(), length, StandardCharsets.UTF_8);
            from.position(from.position() + length);
            return text;
        }
        byte[] bytes = SafetensorsHeader.bytes(channel, position(), length);
        filled = position() + length;
        buffer.limit(0);
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
