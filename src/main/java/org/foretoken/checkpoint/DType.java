package org.foretoken.checkpoint;

import java.util.Locale;
import java.util.Optional;

/** How the elements of a tensor are stored, under the names that safetensors and ggml use. Quantised types come in blocks of elements. */
public enum DType {
    F32(1, 4, 0),
    F16(1, 2, 1),
    BF16(1, 2, 30),
    F64(1, 8, 28),
    I64(1, 8, 27),
    I32(1, 4, 26),
    I16(1, 2, 25),
    I8(1, 1, 24),
    U8(1, 1, -1),
    BOOL(1, 1, -1),
    Q4_0(32, 18, 2),
    Q4_1(32, 20, 3),
    Q5_0(32, 22, 6),
    Q5_1(32, 24, 7),
    Q8_0(32, 34, 8),
    Q2_K(256, 84, 10),
    Q3_K(256, 110, 11),
    Q4_K(256, 144, 12),
    Q5_K(256, 176, 13),
    Q6_K(256, 210, 14);

    private final int blockSize;
    private final int bytesPerBlock;
    private final int ggmlId;

    DType(int blockSize, int bytesPerBlock, int ggmlId) {
        this.blockSize = blockSize;
        this.bytesPerBlock = bytesPerBlock;
        this.ggmlId = ggmlId;
    }

    /** Elements in a block; 1 for types that aren't quantised. */
    public int blockSize() {
        return blockSize;
    }

    /** Bytes of a block of {@link #blockSize} elements. */
    public int bytesPerBlock() {
        return bytesPerBlock;
    }

    /** Elements that share a scale, where the type is quantised. */
    public int groupSize() {
        return this == Q2_K || this == Q3_K || this == Q6_K ? 16 : 32;
    }

    /** Whether {@link WeightSource#tensor} makes float32 of it rather than hand out what is stored. */
    public boolean quantised() {
        return blockSize > 1;
    }

    /** Whether it is a float of two bytes. */
    public boolean narrow() {
        return this == F16 || this == BF16;
    }

    /** Whether a model's weights may be stored so: as what the kernels pack, or as a type that becomes float32 first. */
    public boolean fitsWeights() {
        return quantised() || this == F32 || this == F16 || this == BF16;
    }

    /** The type that a safetensors header calls {@code name}. */
    static Optional<DType> ofSafetensors(String name) {
        for (DType type : values()) {
            if (!type.quantised() && type.name().equals(name)) {
                return Optional.of(type);
            }
        }
        return Optional.empty();
    }

    /** The type of that number in {@code ggml.h}, where this program reads it. */
    static Optional<DType> ofGgml(long id) {
        for (DType type : values()) {
            if (type.ggmlId >= 0 && type.ggmlId == id) {
                return Optional.of(type);
            }
        }
        return Optional.empty();
    }

    /** What ggml calls the type of that number, for messages about types that this program doesn't read. */
    static String ggmlName(long id) {
        Optional<DType> read = ofGgml(id);
        if (read.isPresent()) {
            return read.get().name();
        }
        return switch ((int) Math.min(Math.max(id, -1), Integer.MAX_VALUE)) {
            case 9 -> "Q8_1";
            case 15 -> "Q8_K";
            case 16 -> "IQ2_XXS";
            case 17 -> "IQ2_XS";
            case 18 -> "IQ3_XXS";
            case 19 -> "IQ1_S";
            case 20 -> "IQ4_NL";
            case 21 -> "IQ3_S";
            case 22 -> "IQ2_S";
            case 23 -> "IQ4_XS";
            case 29 -> "IQ1_M";
            case 34 -> "TQ1_0";
            case 35 -> "TQ2_0";
            case 39 -> "MXFP4";
            default -> String.format(Locale.ROOT, "type number %d", id);
        };
    }
}
