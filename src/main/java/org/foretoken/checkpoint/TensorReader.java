package org.foretoken.checkpoint;

import java.lang.foreign.MemorySegment;
import java.util.Objects;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.foretoken.ForetokenException;

/** Makes libtorch tensors of stored ones. */
final class TensorReader {
    private TensorReader() {}

    /** See {@link WeightSource#tensor}. */
    static Tensor read(StoredTensor stored) throws ForetokenException {
        TensorInfo info = stored.info();
        long[] shape = info.shape().stream().mapToLong(Long::longValue).toArray();
        DType type = info.dtype();
        MappedFile file = stored.file();
        if (info.bytes() == 0) {
            return empty(stored, shape, scalarType(type));
        }
        if (type != DType.BOOL && !type.quantised() && file.aligned(stored.offset(), type.bytesPerBlock())) {
            return file.alias(stored.offset(), shape, scalarType(type));
        }
        return file.reading(all -> {
            MemorySegment from = all.asSlice(stored.offset(), stored.bytes());
            // Any byte other than 0 and 1 in a bool is undefined behaviour in libtorch, so they're read as numbers and
            // compared.
            Tensor copy = empty(stored, shape, type == DType.BOOL ? ScalarType.Byte : scalarType(type));
            if (type.quantised()) {
                Dequantisation.dequantise(type, from, memory(copy));
                return copy;
            }
            MemorySegment.copy(from, 0, memory(copy), 0, from.byteSize());
            return type == DType.BOOL ? notZero(copy) : copy;
        });
    }

    /** See {@link WeightSource#quantised}. */
    static QuantisedTensor readQuantised(StoredTensor stored) throws ForetokenException {
        TensorInfo info = stored.info();
        DType type = info.dtype();
        if (!type.quantised() || info.shape().size() != 2) {
            throw new IllegalArgumentException(stored.name() + " is " + type + " " + info.shape());
        }
        long out = info.shape().get(0);
        long in = info.shape().get(1);
        return stored.file().reading(all -> {
            QuantisedTensor made = new QuantisedTensor(
                    empty(stored, new long[] {out, in}, ScalarType.Char),
                    empty(stored, new long[] {out, in / type.groupSize()}, ScalarType.Float),
                    empty(stored, new long[] {out, in / type.groupSize()}, ScalarType.Float));
            Dequantisation.split(
                    type,
                    all.asSlice(stored.offset(), stored.bytes()),
                    memory(made.codes()),
                    memory(made.scales()),
                    memory(made.offsets()));
            return made;
        });
    }

    /** See {@link WeightSource#row}. */
    static void readRow(StoredTensor stored, int row, float[] into, int at) throws ForetokenException {
        TensorInfo info = stored.info();
        Objects.checkIndex(row, info.shape().get(0));
        long bytes = stored.bytes() / info.shape().get(0);
        stored.file().reading(all -> {
            Dequantisation.dequantise(info.dtype(), all.asSlice(stored.offset() + row * bytes, bytes), into, at);
            return into;
        });
    }

    private static Tensor notZero(Tensor bytes) {
        try (bytes;
                Scalar zero = new Scalar(0)) {
            return bytes.ne(zero);
        }
    }

    private static Tensor empty(StoredTensor stored, long[] shape, ScalarType type) throws ForetokenException {
        try (TensorOptions options = new TensorOptions(type);
                MemoryFormatOptional format = new MemoryFormatOptional()) {
            return torch.empty(shape, options, format);
        } catch (RuntimeException e) {
            // That's how libtorch's allocator says it; sizes are sound by now.
            throw new ForetokenException(
                    stored.file().fault().label() + ": there's no memory for " + FileFault.shown(stored.name()) + " "
                            + FileFault.shape(stored.shape())
                            + ": close other programs or choose a smaller model.",
                    e);
        }
    }

    /** The memory of a contiguous tensor on the CPU. */
    static MemorySegment memory(Tensor tensor) {
        return MemorySegment.ofAddress(tensor.data_ptr().address()).reinterpret(tensor.nbytes());
    }

    /** What libtorch makes of a type: float32 of quantised ones. */
    static ScalarType scalarType(DType type) {
        return switch (type) {
            case F16 -> ScalarType.Half;
            case BF16 -> ScalarType.BFloat16;
            case F64 -> ScalarType.Double;
            case I64 -> ScalarType.Long;
            case I32 -> ScalarType.Int;
            case I16 -> ScalarType.Short;
            case I8 -> ScalarType.Char;
            case U8 -> ScalarType.Byte;
            case BOOL -> ScalarType.Bool;
            default -> ScalarType.Float;
        };
    }

    /** The type that libtorch's is stored as. */
    static DType dtype(ScalarType type) {
        ScalarType wanted = type.intern();
        for (DType candidate : DType.values()) {
            if (!candidate.quantised() && scalarType(candidate) == wanted) {
                return candidate;
            }
        }
        throw new IllegalArgumentException("safetensors files have no " + wanted + " that is read here");
    }
}
