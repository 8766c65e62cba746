package org.foretoken.checkpoint;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ConcurrentSkipListMap;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.PointerConsumer;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.foretoken.ForetokenException;

/**
 * A file mapped for reading, shared by this object and the libtorch tensors that alias it: the last of them to go unmaps it, so no tensor can be left
 * over unmapped memory. What can't be caught is a file that someone cuts short while it's mapped.
 */
final class MappedFile implements AutoCloseable {
    /** Mapped files by address, for {@link Release}, which is told an address within one. */
    private static final ConcurrentSkipListMap<Long, MappedFile> BY_ADDRESS = new ConcurrentSkipListMap<>();

    private final Path path;
    private final Arena arena;
    private final MemorySegment bytes;
    private int users = 1;
    private boolean closed;

    private MappedFile(Path path, Arena arena, MemorySegment bytes) {
        this.path = path;
        this.arena = arena;
        this.bytes = bytes;
        if (bytes.byteSize() > 0) {
            BY_ADDRESS.put(bytes.address(), this);
        }
    }

    /** Opens a file for the reading of its header. */
    static FileChannel channel(Path path) throws IOException, ForetokenException {
        if (!Files.exists(path)) {
            throw new ForetokenException(path + " doesn't exist: check the path, or download the model again.");
        }
        if (!Files.isRegularFile(path)) {
            throw new ForetokenException(path + " isn't a file: give the path of a model file.");
        }
        return FileChannel.open(path, StandardOpenOption.READ);
    }

    /** Maps the first {@code size} bytes of an open file, which has as many. */
    static MappedFile map(Path path, FileChannel channel, long size) throws IOException {
        Arena arena = Arena.ofShared();
        try {
            return new MappedFile(path, arena, channel.map(FileChannel.MapMode.READ_ONLY, 0, size, arena));
        } catch (IOException | RuntimeException e) {
            arena.close();
            throw e;
        }
    }

    /** How many files are mapped now, by open readers or by tensors that outlived them. */
    static int mappedNow() {
        return BY_ADDRESS.size();
    }

    /** For messages about this file. */
    FileFault fault() {
        return new FileFault(path);
    }

    /** Reads with the mapping held, whoever closes this meanwhile. */
    <T> T reading(Reader<T> reader) throws ForetokenException {
        acquire();
        try {
            return reader.read(bytes);
        } finally {
            release();
        }
    }

    /** What is done with the bytes of the file. */
    @FunctionalInterface
    interface Reader<T> {
        T read(MemorySegment bytes) throws ForetokenException;
    }

    /** A tensor over the bytes at {@code offset}, no copy. They must be there, at least one, aligned to the element. */
    Tensor alias(long offset, long[] shape, ScalarType type) {
        acquire();
        try (Address address = new Address(bytes.address() + offset);
                TensorOptions options = new TensorOptions(type)) {
            // Not released should this throw: libtorch may have done so, and a file left mapped is better than one
            // unmapped too early.
            return torch.from_blob(address, shape, Release.ONLY, options);
        }
    }

    /** Whether there are so many bytes from there on. */
    boolean fits(long offset, long length) {
        return offset >= 0 && length >= 0 && offset <= bytes.byteSize() - length;
    }

    boolean aligned(long offset, int alignment) {
        return (bytes.address() + offset) % alignment == 0;
    }

    private synchronized void acquire() {
        if (closed) {
            throw new IllegalStateException(path + " was closed");
        }
        users++;
    }

    private synchronized void release() {
        users--;
        if (users == 0) {
            BY_ADDRESS.remove(bytes.address(), this);
            arena.close();
        }
    }

    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
        }
        release();
    }

    /** A place in memory as libtorch's Java side takes it. */
    private static final class Address extends Pointer {
        Address(long value) {
            this.address = value;
        }
    }

    /** Called by libtorch when the storage of an alias has no user any more. One for all files: native callbacks are few. */
    private static final class Release extends PointerConsumer {
        static final Release ONLY = new Release();

        Release() {
            // Whoever asks for the first tensor may be within a PointerScope, which must not take this with it.
            retainReference();
        }

        @Override
        public void call(Pointer data) {
            var entry = BY_ADDRESS.floorEntry(data.address());
            if (entry != null) {
                entry.getValue().release();
            }
        }
    }
}
