package org.foretoken.model;

import java.util.function.Supplier;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.foretoken.torch.PackedMatrix;
import org.jspecify.annotations.Nullable;

/**
 * A layer's weights for single tokens, packed when the first is asked for: who only reads prompts never pays for this second form, nor does anyone wait
 * for it before the first token. Decoders that share a layer share its form. Engine thread only.
 */
public final class DecodeForm {
    private final ScalarType dtype;
    private final Supplier<DecodeWeights.Layer> packer;
    private DecodeWeights.@Nullable Layer packed;

    /** @param dtype how most of the matrices will be kept, see {@link PackedMatrix#dtype} */
    public DecodeForm(ScalarType dtype, Supplier<DecodeWeights.Layer> packer) {
        this.dtype = dtype;
        this.packer = packer;
    }

    ScalarType dtype() {
        return dtype;
    }

    DecodeWeights.Layer get() {
        DecodeWeights.Layer known = packed;
        if (known == null) {
            known = packer.get();
            packed = known;
        }
        return known;
    }

    /** Bytes in memory now. */
    long bytes() {
        return packed == null ? 0 : packed.bytes();
    }

    void close() {
        if (packed != null) {
            packed.close();
        }
        packed = null;
    }
}
