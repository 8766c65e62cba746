package org.foretoken.checkpoint;

import static org.foretoken.checkpoint.FileFault.shown;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.ZipException;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;
import org.foretoken.Digits;
import org.foretoken.ForetokenException;

/** Weights that {@code torch.save} wrote: a zip archive with a pickle that says which tensor lies where, and the storages uncompressed beside it. */
final class TorchFile {
    /** More than the pickle of any state dictionary. */
    private static final long MAX_PICKLE_BYTES = 100_000_000;

    /** Dictionaries within dictionaries; a state has three or four. */
    private static final int DEEPEST = 16;

    /** More than any state has, in all its dictionaries together. */
    private static final int MOST_ENTRIES = 1_000_000;

    /** Under what training scripts put a model's weights among other things. */
    private static final List<String> STATES = List.of("model_state_dict", "state_dict", "model");

    private final FileFault fault;
    private final ZipFile zip;
    private final MappedFile file;
    private final List<StoredTensor> tensors = new ArrayList<>();
    private final String folder;
    private int entries;

    private TorchFile(FileFault fault, ZipFile zip, MappedFile file, String folder) {
        this.fault = fault;
        this.zip = zip;
        this.file = file;
        this.folder = folder;
    }

    /** Reads what tensors there are, then maps the file. */
    static WeightFile open(Path path) throws ForetokenException {
        FileFault fault = new FileFault(path);
        try (FileChannel channel = MappedFile.channel(path);
                ZipFile zip = ZipFile.builder().setPath(path).get()) {
            ZipArchiveEntry pickle = Collections.list(zip.getEntries()).stream()
                    .filter(entry -> entry.getName().endsWith("/data.pkl"))
                    .findFirst()
                    .orElseThrow(() -> fault.unsupported(
                            "is a zip archive without data.pkl", "give a file that torch.save wrote, or safetensors"));
            if (pickle.getSize() > MAX_PICKLE_BYTES) {
                throw fault.broken("its data.pkl is said to have " + Digits.count(pickle.getSize()) + " bytes");
            }
            byte[] program = zip.getInputStream(pickle).readNBytes((int) pickle.getSize());
            MappedFile file = MappedFile.map(path, channel, channel.size());
            try {
                String folder = pickle.getName().substring(0, pickle.getName().length() - "data.pkl".length());
                TorchFile reader = new TorchFile(fault, zip, file, folder);
                reader.add("", state(Pickle.read(program)), 1);
                return new WeightFile(file, new WeightSource(fault.label(), reader.tensors), Map.of());
            } catch (Pickle.Unreadable e) {
                file.close();
                throw fault.unsupported(
                        "can't be used: its pickle " + e.getMessage(), "save the weights as safetensors");
            } catch (ForetokenException | RuntimeException | Error e) {
                file.close();
                throw e;
            }
        } catch (ZipException e) {
            throw fault.broken("it isn't a whole zip archive", e);
        } catch (IOException e) {
            throw fault.unreadable(e);
        } catch (RuntimeException e) {
            // an archive made to deceive: what it says of sizes and types doesn't go together
            throw fault.broken("what it says of its contents contradicts itself", e);
        }
    }

    private static Object state(Object saved) {
        if (saved instanceof Map<?, ?> map) {
            for (String name : STATES) {
                if (map.get(name) instanceof Map<?, ?> state) {
                    return state;
                }
            }
        }
        return saved;
    }

    /** Tensors of a dictionary, and of dictionaries in it under longer names; numbers and the like are passed over. */
    private void add(String prefix, Object object, int depth) throws ForetokenException {
        if (object instanceof Map<?, ?> map) {
            // a dictionary may be its own entry, or many others'
            if (depth > DEEPEST) {
                throw fault.broken("it nests dictionaries deeper than any model does");
            }
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                if (++entries > MOST_ENTRIES) {
                    throw fault.broken("it has more than " + Digits.count(MOST_ENTRIES) + " entries");
                }
                String name = prefix + entry.getKey();
                if (entry.getValue() instanceof Pickle.Strided strided) {
                    tensors.add(stored(name, strided));
                } else if (entry.getValue() != null) {
                    add(name + ".", entry.getValue(), depth + 1);
                }
            }
        }
    }

    private StoredTensor stored(String name, Pickle.Strided strided) throws ForetokenException {
        Optional<DType> type = type(strided.storage().type());
        ZipArchiveEntry entry =
                zip.getEntry(folder + "data/" + strided.storage().key());
        if (entry == null || entry.getMethod() != ZipArchiveEntry.STORED) {
            throw fault.broken("the storage of " + shown(name) + " is missing or compressed");
        }
        if (type.isEmpty()) {
            return new StoredTensor(
                    name,
                    strided.shape(),
                    null,
                    strided.storage().type(),
                    file,
                    entry.getDataOffset(),
                    entry.getSize());
        }
        if (strided.strides().size() != strided.shape().size()) {
            throw fault.broken(shown(name) + " has " + strided.strides().size() + " strides for "
                    + strided.shape().size() + " dimensions");
        }
        long expected = 1;
        for (int i = strided.shape().size() - 1; i >= 0; i--) {
            if (strided.shape().get(i) != 1 && strided.strides().get(i) != expected) {
                throw fault.unsupported(
                        "stores " + shown(name) + " in another order than row by row", "save a contiguous copy of it");
            }
            expected *= strided.shape().get(i);
        }
        long bytes = StoredTensor.size(strided.shape(), type.get());
        long begin = strided.offset() * type.get().bytesPerBlock();
        long start = entry.getDataOffset();
        boolean inside = bytes >= 0
                && strided.offset() >= 0
                && begin <= entry.getSize() - bytes
                && start >= 0
                && file.fits(start + begin, bytes);
        if (!inside) {
            throw fault.broken(shown(name) + " reaches beyond its storage");
        }
        return new StoredTensor(name, strided.shape(), type.get(), type.get().name(), file, start + begin, bytes);
    }

    private static Optional<DType> type(String storage) {
        return Optional.ofNullable(
                switch (storage) {
                    case "FloatStorage" -> DType.F32;
                    case "HalfStorage" -> DType.F16;
                    case "BFloat16Storage" -> DType.BF16;
                    case "DoubleStorage" -> DType.F64;
                    case "LongStorage" -> DType.I64;
                    case "IntStorage" -> DType.I32;
                    case "ShortStorage" -> DType.I16;
                    case "CharStorage" -> DType.I8;
                    case "ByteStorage" -> DType.U8;
                    case "BoolStorage" -> DType.BOOL;
                    default -> null;
                });
    }
}
