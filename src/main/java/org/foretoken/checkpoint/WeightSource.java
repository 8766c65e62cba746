package org.foretoken.checkpoint;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.bytedeco.pytorch.Tensor;
import org.foretoken.ForetokenException;
import org.foretoken.Sha256;
import org.jspecify.annotations.Nullable;

/** Tensors by name, wherever they are stored. */
public final class WeightSource {
    /** Tensors up to 8 samples long are hashed whole, larger ones at 8 places, the first and the last bytes among them. */
    private static final int SAMPLES = 8;

    private static final int SAMPLE_BYTES = 4096;

    private final String label;
    private final Map<String, StoredTensor> tensors;
    private @Nullable String hash;

    /**
     * @param label what the tensors come from, for messages
     * @param tensors under different names, in file order
     */
    WeightSource(String label, List<StoredTensor> tensors) {
        this.label = label;
        Map<String, StoredTensor> byName = LinkedHashMap.newLinkedHashMap(tensors.size());
        tensors.forEach(tensor -> byName.put(tensor.name(), tensor));
        this.tensors = Collections.unmodifiableMap(byName);
    }

    /** All names, in file order. */
    public Set<String> names() {
        return tensors.keySet();
    }

    /** Whether there is a tensor of that name, of whatever type. */
    public boolean contains(String name) {
        return tensors.containsKey(name);
    }

    /**
     * Shape and type, without reading the tensor.
     *
     * @throws ForetokenException when there is no such tensor, or its type isn't supported
     */
    public TensorInfo info(String name) throws ForetokenException {
        return stored(name).info();
    }

    /**
     * The tensor itself, which the caller closes or leaves to a {@code PointerScope}. Types that libtorch has come as they are stored, in memory that is
     * mapped read-only: no copy is made, and nothing may write into it. Quantised types come as a new float32 tensor.
     *
     * @throws ForetokenException when there is no such tensor, its type isn't supported, or memory is short
     */
    public Tensor tensor(String name) throws ForetokenException {
        return TensorReader.read(stored(name));
    }

    /**
     * The same of a matrix of a quantised type, as it is before it becomes float32.
     *
     * @throws ForetokenException when there is no such tensor, or memory is short
     */
    public QuantisedTensor quantised(String name) throws ForetokenException {
        return TensorReader.readQuantised(stored(name));
    }

    /**
     * One row of it as float32, read from the file at every call, on this thread.
     *
     * @param into gets the row at {@code at} and on
     * @throws ForetokenException when there is no such tensor
     */
    public void row(String name, int row, float[] into, int at) throws ForetokenException {
        TensorReader.readRow(stored(name), row, into, at);
    }

    /**
     * The values of a float32 tensor, row by row. Needs no libtorch.
     *
     * @throws ForetokenException when there is no such tensor or its type is another
     */
    public float[] floats(String name) throws ForetokenException {
        StoredTensor tensor = stored(name);
        if (tensor.info().dtype() != DType.F32) {
            throw new ForetokenException(label + ": tensor " + FileFault.shown(name) + " is "
                    + tensor.info().dtype() + ", but F32 is expected: download the file again.");
        }
        return tensor.file()
                .reading(all -> all.asSlice(tensor.offset(), tensor.bytes())
                        .toArray(ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN)));
    }

    StoredTensor stored(String name) throws ForetokenException {
        StoredTensor tensor = tensors.get(name);
        if (tensor == null) {
            throw new ForetokenException(label + " has no tensor " + FileFault.shown(name)
                    + ": it belongs to another kind of model or is incomplete; download it again or choose another.");
        }
        return tensor;
    }

    /** Bytes of all tensors as stored. */
    public long bytes() {
        return tensors.values().stream().mapToLong(StoredTensor::bytes).sum();
    }

    /** The type that most elements are stored as, such as "BF16" or "Q4_1"; "none" without tensors. */
    public String dtype() {
        Map<DType, Long> elements = new EnumMap<>(DType.class);
        for (StoredTensor tensor : tensors.values()) {
            DType type = tensor.dtype();
            if (type != null) {
                elements.merge(type, tensor.bytes() / type.bytesPerBlock() * type.blockSize(), Long::sum);
            }
        }
        return elements.entrySet().stream()
                .max(Map.Entry.comparingByValue())
                .map(most -> most.getKey().name())
                .orElseGet(() -> tensors.values().stream()
                        .findFirst()
                        .map(StoredTensor::typeName)
                        .orElse("none"));
    }

    /**
     * Which weights these are: SHA-256, in hex, of each tensor's name (sorted), type, shape, size and bytes, where of a tensor over 32 KiB only 8 evenly
     * spread samples of 4 KiB are read, first and last bytes included. The same weights have the same hash in one file or in shards, and whatever other
     * metadata the files have. Training, merging, rounding or reordering changes every tensor and so the hash; a change to a few bytes within a large
     * tensor may go unseen.
     */
    public synchronized String hash() throws ForetokenException {
        String known = hash;
        if (known != null) {
            return known;
        }
        MessageDigest digest = Sha256.digest();
        for (StoredTensor tensor : new TreeMap<>(tensors).values()) {
            String head =
                    tensor.name() + '\0' + tensor.typeName() + '\0' + tensor.shape() + '\0' + tensor.bytes() + '\n';
            digest.update(head.getBytes(StandardCharsets.UTF_8));
            tensor.file().reading(file -> {
                MemorySegment bytes = file.asSlice(tensor.offset(), tensor.bytes());
                samples(bytes.byteSize())
                        .forEach(sample -> digest.update(
                                bytes.asSlice(sample.at(), sample.length()).asByteBuffer()));
                return digest;
            });
        }
        String made = Sha256.hex(digest);
        hash = made;
        return made;
    }

    private record Sample(long at, long length) {}

    private static List<Sample> samples(long size) {
        if (size <= (long) SAMPLES * SAMPLE_BYTES) {
            return List.of(new Sample(0, size));
        }
        List<Sample> samples = new ArrayList<>(SAMPLES);
        long last = size - SAMPLE_BYTES;
        for (int i = 0; i < SAMPLES; i++) {
            // last / 7 * i + the rest: the product last · i could pass a long
            samples.add(new Sample(last / (SAMPLES - 1) * i + last % (SAMPLES - 1) * i / (SAMPLES - 1), SAMPLE_BYTES));
        }
        return samples;
    }
}
