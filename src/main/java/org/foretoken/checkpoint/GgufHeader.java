package org.foretoken.checkpoint;

import static org.foretoken.checkpoint.FileFault.shown;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.foretoken.Digits;
import org.foretoken.ForetokenException;

/** The header of a GGUF file: counts, metadata, tensor list. All of it is checked before it's believed. */
final class GgufHeader {
    private static final int MAX_DIMENSIONS = 4;
    private static final long DEFAULT_ALIGNMENT = 32;
    private static final long MAX_ALIGNMENT = 1 << 20;

    /** @param bytes its size, 0 when the type isn't read */
    private record Entry(String name, List<Long> shape, long type, long offset, long bytes) {}

    private final GgufCursor cursor;
    private final FileFault fault;
    private final Map<String, Object> metadata = new LinkedHashMap<>();
    private final List<Entry> entries = new ArrayList<>();
    private long dataStart;

    private GgufHeader(GgufCursor cursor) {
        this.cursor = cursor;
        this.fault = cursor.fault();
    }

    static GgufHeader read(Path path, FileChannel channel) throws IOException, ForetokenException {
        SafetensorsHeader.refusePointer(path, SafetensorsHeader.bytes(channel, 0, (int) Math.min(channel.size(), 64)));
        GgufHeader header = new GgufHeader(new GgufCursor(path, channel));
        header.parse();
        header.checkOffsets();
        return header;
    }

    private void parse() throws IOException, ForetokenException {
        cursor.field("the magic number");
        if (cursor.u32() != 0x46554747L) {
            throw fault.broken("it doesn't start with GGUF");
        }
        cursor.field("the version");
        long version = cursor.u32();
        if (version == 1) {
            throw fault.unsupported("is GGUF version 1", "convert it with a current llama.cpp");
        }
        if (version != 0 && (version & 0xffff) == 0) {
            throw fault.unsupported("is a big-endian GGUF file", "get the little-endian one");
        }
        if (version != 2 && version != 3) {
            throw fault.unsupported("is GGUF version " + version + ", this program reads 2 and 3", "get another file");
        }
        cursor.field("the number of tensors");
        long tensors = cursor.count(8 + 4 + 4 + 8);
        cursor.field("the number of metadata keys");
        long keys = cursor.count(8 + 4 + 1);
        GgufValues values = new GgufValues(cursor);
        for (long i = 0; i < keys; i++) {
            cursor.field("metadata key " + i);
            String key = cursor.string();
            cursor.field(key);
            if (metadata.containsKey(key)) {
                throw fault.broken("its metadata has " + shown(key) + " twice");
            }
            metadata.put(key, values.value());
        }
        refuseSplit();
        Set<String> names = new HashSet<>();
        for (long i = 0; i < tensors; i++) {
            cursor.field("the description of tensor " + i);
            String name = cursor.string();
            cursor.field("the description of tensor " + name);
            if (!names.add(name)) {
                throw fault.broken("it has the tensor " + shown(name) + " twice");
            }
            entries.add(entry(name));
        }
    }

    private Entry entry(String name) throws IOException, ForetokenException {
        long dimensions = cursor.u32();
        if (dimensions > MAX_DIMENSIONS) {
            throw fault.broken(
                    shown(name) + " has " + Digits.count(dimensions) + " dimensions, more than " + MAX_DIMENSIONS);
        }
        List<Long> shape = new ArrayList<>();
        for (int i = 0; i < dimensions; i++) {
            shape.add(cursor.i64());
        }
        // ggml names the innermost dimension first.
        Collections.reverse(shape);
        long type = cursor.u32();
        long bytes = 0;
        DType known = DType.ofGgml(type).orElse(null);
        if (known != null) {
            bytes = StoredTensor.size(shape, known);
            if (bytes < 0) {
                throw fault.broken(shown(name) + " can't be " + FileFault.shape(shape) + " in " + known);
            }
        }
        return new Entry(name, shape, type, cursor.i64(), bytes);
    }

    private void refuseSplit() throws ForetokenException {
        if (metadata.get("split.count") instanceof Long parts && parts > 1) {
            throw fault.unsupported(
                    "is one of " + parts + " parts of a model",
                    "join them with llama-gguf-split --merge and open the result");
        }
    }

    private void checkOffsets() throws ForetokenException {
        long alignment = DEFAULT_ALIGNMENT;
        Object stated = metadata.get("general.alignment");
        if (stated != null) {
            alignment = stated instanceof Long number ? number : 0;
            if (alignment <= 0 || alignment > MAX_ALIGNMENT || Long.bitCount(alignment) != 1) {
                throw fault.broken("general.alignment isn't a power of two up to " + Digits.count(MAX_ALIGNMENT));
            }
        }
        dataStart = (cursor.position() + alignment - 1) / alignment * alignment;
        List<Entry> sorted = new ArrayList<>(entries);
        sorted.sort(Comparator.comparingLong(Entry::offset).thenComparingLong(Entry::bytes));
        long room = Math.max(0, fileSize() - dataStart);
        long position = 0;
        String before = "";
        for (Entry entry : sorted) {
            long offset = entry.offset();
            if (offset < 0 || offset % alignment != 0) {
                throw fault.broken(shown(entry.name()) + " starts at " + Digits.count(offset) + ", not a multiple of "
                        + alignment);
            }
            if (offset > room || entry.bytes() > room - offset) {
                throw fault.cutShort(
                        shown(entry.name()) + " has " + Digits.count(entry.bytes()) + " bytes at "
                                + Digits.count(offset) + " of its data",
                        room);
            }
            if (entry.bytes() > 0) {
                if (offset < position) {
                    throw fault.broken(shown(entry.name()) + " overlaps " + shown(before));
                }
                position = offset + entry.bytes();
                before = entry.name();
            }
        }
    }

    long fileSize() {
        return cursor.size();
    }

    Map<String, Object> metadata() {
        return Collections.unmodifiableMap(metadata);
    }

    /** The tensors in the header's order. */
    List<StoredTensor> tensors(MappedFile file) {
        return entries.stream()
                .map(entry -> new StoredTensor(
                        entry.name(),
                        entry.shape(),
                        DType.ofGgml(entry.type()).orElse(null),
                        DType.ggmlName(entry.type()),
                        file,
                        dataStart + entry.offset(),
                        entry.bytes()))
                .toList();
    }
}
