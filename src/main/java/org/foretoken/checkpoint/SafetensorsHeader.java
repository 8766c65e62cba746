package org.foretoken.checkpoint;

import static org.foretoken.checkpoint.FileFault.shown;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.foretoken.Digits;
import org.foretoken.ForetokenException;
import org.jspecify.annotations.Nullable;

/** The header of a safetensors file: 8 bytes of length, then JSON of {name: {dtype, shape, data_offsets}}. All of it is checked before it's believed. */
final class SafetensorsHeader {
    /** As the reference implementation. */
    private static final long MAX_HEADER_BYTES = 100_000_000;

    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private record Entry(String name, String type, List<Long> shape, long begin, long end) {}

    private final FileFault fault;
    private final long fileSize;
    private final long dataStart;
    private final Map<String, String> metadata = new LinkedHashMap<>();
    private final List<Entry> entries = new ArrayList<>();

    private SafetensorsHeader(Path path, long fileSize, long dataStart) {
        this.fault = new FileFault(path);
        this.fileSize = fileSize;
        this.dataStart = dataStart;
    }

    static SafetensorsHeader read(Path path, FileChannel channel) throws IOException, ForetokenException {
        long size = channel.size();
        byte[] start = bytes(channel, 0, (int) Math.min(size, 64));
        refusePointer(path, start);
        if (size < 8) {
            throw new FileFault(path).cutShort("a header has 8 bytes or more", size);
        }
        long length = ByteBuffer.wrap(start).order(ByteOrder.LITTLE_ENDIAN).getLong();
        SafetensorsHeader header = new SafetensorsHeader(path, size, 8 + Math.max(0, Math.min(length, size)));
        if (length < 2 || length > MAX_HEADER_BYTES) {
            throw header.fault.broken("its header is said to have " + Digits.count(length) + " bytes, which can't be");
        }
        if (length > size - 8) {
            throw header.fault.cutShort("its header alone has " + Digits.count(length) + " bytes", size - 8);
        }
        byte[] json = bytes(channel, 8, (int) length);
        if (json[0] != '{') {
            throw header.fault.broken("its header doesn't start with {");
        }
        try (JsonParser parser = JSON.createParser(json)) {
            header.parse(parser);
        } catch (JacksonException e) {
            throw header.fault.broken("its header isn't valid JSON (" + shown(ForetokenException.reason(e)) + ")", e);
        }
        header.checkOffsets();
        return header;
    }

    /** What a clone of a Hub repository holds in place of the file when git-lfs isn't installed. */
    static void refusePointer(Path path, byte[] start) throws ForetokenException {
        if (new String(start, StandardCharsets.ISO_8859_1).startsWith("version https://git-lfs")) {
            throw new ForetokenException(
                    new FileFault(path).label()
                            + " is only Git LFS's pointer to the weights: run git lfs pull in that folder, or download the file.");
        }
    }

    static byte[] bytes(FileChannel channel, long position, int length) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(length);
        while (buffer.hasRemaining()) {
            if (channel.read(buffer, position + buffer.position()) < 0) {
                throw new IOException("it became shorter while it was read");
            }
        }
        return buffer.array();
    }

    private void parse(JsonParser parser) throws IOException, ForetokenException {
        expect(parser.nextToken(), JsonToken.START_OBJECT, "the header");
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            expect(parser.nextToken(), JsonToken.START_OBJECT, name);
            if (name.equals("__metadata__")) {
                while (parser.nextToken() == JsonToken.FIELD_NAME) {
                    String key = parser.currentName();
                    expect(parser.nextToken(), JsonToken.VALUE_STRING, "__metadata__." + key);
                    metadata.put(key, parser.getText());
                }
            } else {
                entries.add(entry(name, parser));
            }
        }
        if (parser.nextToken() != null) {
            throw fault.broken("its header goes on after its last }");
        }
    }

    private Entry entry(String name, JsonParser parser) throws IOException, ForetokenException {
        String type = null;
        List<Long> shape = null;
        List<Long> offsets = null;
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String field = parser.currentName();
            JsonToken value = parser.nextToken();
            switch (field) {
                case "dtype" -> {
                    expect(value, JsonToken.VALUE_STRING, name + ".dtype");
                    type = parser.getText();
                }
                case "shape" -> shape = numbers(parser, name + ".shape", StoredTensor.MAX_RANK);
                case "data_offsets" -> offsets = numbers(parser, name + ".data_offsets", 2);
                default -> throw fault.broken(shown(name) + " has an unknown field " + shown(field));
            }
        }
        if (type == null || shape == null || offsets == null || offsets.size() != 2) {
            throw fault.broken(shown(name) + " lacks one of dtype, shape and data_offsets");
        }
        return new Entry(name, type, shape, offsets.get(0), offsets.get(1));
    }

    private List<Long> numbers(JsonParser parser, String what, int atMost) throws IOException, ForetokenException {
        expect(parser.currentToken(), JsonToken.START_ARRAY, what);
        List<Long> numbers = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            expect(parser.currentToken(), JsonToken.VALUE_NUMBER_INT, what);
            long number = parser.getLongValue();
            if (number < 0 || numbers.size() == atMost) {
                throw fault.broken(shown(what) + " has a negative number or more than " + atMost);
            }
            numbers.add(number);
        }
        return numbers;
    }

    private void expect(@Nullable JsonToken token, JsonToken wanted, String what) throws ForetokenException {
        if (token != wanted) {
            throw fault.broken(shown(what) + " isn't what it should be (" + wanted + ")");
        }
    }

    /** Each tensor as long as its type and shape say, all of them side by side: no overlap, no gap, nothing after the last. */
    private void checkOffsets() throws ForetokenException {
        long end = 0;
        for (Entry entry : entries) {
            if (entry.begin() > entry.end()) {
                throw fault.broken(shown(entry.name()) + " ends before it begins");
            }
            DType type = DType.ofSafetensors(entry.type()).orElse(null);
            long size = entry.end() - entry.begin();
            if (type != null && StoredTensor.size(entry.shape(), type) != size) {
                throw fault.broken(shown(entry.name()) + " has " + Digits.count(size)
                        + " bytes, which isn't the size of " + FileFault.shape(entry.shape()) + " in " + type);
            }
            end = Math.max(end, entry.end());
        }
        long data = fileSize - dataStart;
        if (end > data) {
            throw fault.cutShort("its header says " + Digits.count(end) + " bytes of tensors", data);
        }
        List<Entry> sorted = new ArrayList<>(entries);
        sorted.sort(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end));
        long position = 0;
        String before = "the header";
        for (Entry entry : sorted) {
            if (entry.begin() != position) {
                throw fault.broken(shown(entry.name())
                        + (entry.begin() < position ? " overlaps " : " leaves a gap after ")
                        + shown(before));
            }
            position = entry.end();
            before = entry.name();
        }
        if (position != data) {
            throw fault.broken("it goes on for " + Digits.count(data - position) + " bytes after its last tensor");
        }
    }

    long fileSize() {
        return fileSize;
    }

    Map<String, String> metadata() {
        return Collections.unmodifiableMap(metadata);
    }

    /** The tensors in the header's order. */
    List<StoredTensor> tensors(MappedFile file) {
        return entries.stream()
                .map(entry -> new StoredTensor(
                        entry.name(),
                        entry.shape(),
                        DType.ofSafetensors(entry.type()).orElse(null),
                        entry.type(),
                        file,
                        dataStart + entry.begin(),
                        entry.end() - entry.begin()))
                .toList();
    }
}
