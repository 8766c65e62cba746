package org.foretoken.checkpoint;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.bytedeco.pytorch.Tensor;
import org.foretoken.AtomicFile;
import org.foretoken.ForetokenException;

/** Writes safetensors files that every reader of the format takes. */
public final class SafetensorsWriter {
    private static final JsonFactory JSON = new JsonFactory();
    private static final long BYTES_AT_ONCE = 1 << 26;

    private SafetensorsWriter() {}

    /** One tensor's place: types with the widest elements lie first, so that all are aligned and can be read without a copy. */
    private record Place(String name, Tensor tensor, DType dtype, long begin, long end) {}

    /**
     * Writes or replaces a file, as {@link AtomicFile} does.
     *
     * @param tensors on the CPU, named in the header in the map's order; need not be contiguous
     * @param metadata strings for {@code __metadata__}; none is written when empty
     * @throws ForetokenException when the file can't be written, such as when the disk is full
     */
    public static void write(Path target, Map<String, Tensor> tensors, Map<String, String> metadata)
            throws ForetokenException {
        List<Place> places = places(tensors);
        AtomicFile.write(target, channel -> {
            AtomicFile.writeFully(channel, header(tensors, places, metadata));
            for (Place place : places) {
                // A handle of its own even when it's contiguous already, so closing it leaves the caller's alone.
                try (Tensor contiguous = place.tensor().contiguous()) {
                    writeBytes(channel, contiguous);
                }
            }
        });
    }

    private static List<Place> places(Map<String, Tensor> tensors) {
        List<Place> widths = new ArrayList<>();
        tensors.forEach((name, tensor) -> {
            if (name.equals("__metadata__")) {
                throw new IllegalArgumentException("no tensor can have the name " + name);
            }
            DType dtype = TensorReader.dtype(tensor.scalar_type());
            widths.add(new Place(name, tensor, dtype, 0, tensor.numel() * dtype.bytesPerBlock()));
        });
        widths.sort(Comparator.comparing((Place place) -> place.dtype().bytesPerBlock())
                .reversed());
        List<Place> places = new ArrayList<>();
        long position = 0;
        for (Place place : widths) {
            places.add(new Place(place.name(), place.tensor(), place.dtype(), position, position + place.end()));
            position += place.end();
        }
        return places;
    }

    private static ByteBuffer header(Map<String, Tensor> tensors, List<Place> places, Map<String, String> metadata)
            throws IOException {
        Map<String, Place> byName = new HashMap<>();
        places.forEach(place -> byName.put(place.name(), place));
        ByteArrayOutputStream json = new ByteArrayOutputStream();
        try (JsonGenerator out = JSON.createGenerator(json)) {
            out.writeStartObject();
            if (!metadata.isEmpty()) {
                out.writeObjectFieldStart("__metadata__");
                // in an order of its own, so that the same weights make the same file
                for (Map.Entry<String, String> entry : new TreeMap<>(metadata).entrySet()) {
                    out.writeStringField(entry.getKey(), entry.getValue());
                }
                out.writeEndObject();
            }
            for (String name : tensors.keySet()) {
                Place place = byName.get(name);
                if (place != null) {
                    describe(out, place);
                }
            }
            out.writeEndObject();
        }
        // The data starts at a multiple of 8; the format pads with spaces.
        int length = Math.ceilDiv(json.size(), 8) * 8;
        ByteBuffer header = ByteBuffer.allocate(8 + length).order(ByteOrder.LITTLE_ENDIAN);
        header.putLong(length).put(json.toByteArray());
        while (header.hasRemaining()) {
            header.put((byte) ' ');
        }
        return header.flip();
    }

    private static void describe(JsonGenerator out, Place place) throws IOException {
        out.writeObjectFieldStart(place.name());
        out.writeStringField("dtype", place.dtype().name());
        out.writeArrayFieldStart("shape");
        for (int i = 0; i < place.tensor().dim(); i++) {
            out.writeNumber(place.tensor().size(i));
        }
        out.writeEndArray();
        out.writeArrayFieldStart("data_offsets");
        out.writeNumber(place.begin());
        out.writeNumber(place.end());
        out.writeEndArray();
        out.writeEndObject();
    }

    private static void writeBytes(FileChannel channel, Tensor contiguous) throws IOException {
        if (contiguous.numel() == 0) {
            return;
        }
        MemorySegment bytes = TensorReader.memory(contiguous);
        for (long at = 0; at < bytes.byteSize(); at += BYTES_AT_ONCE) {
            long length = Math.min(BYTES_AT_ONCE, bytes.byteSize() - at);
            AtomicFile.writeFully(channel, bytes.asSlice(at, length).asByteBuffer());
        }
    }
}
