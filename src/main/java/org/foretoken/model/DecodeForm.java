package org.foretoken.model;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A layer's weights for single tokens, packed when the first is asked for: who only reads prompts never pays for this second form, nor does anyone wait
 * for it before the first token. Decoders that share a layer share its form. Engine thread only.
 */
public final class DecodeForm {
    private final Supplier<DecodeWeights.Layer> packer;
    private DecodeWeights.@Nullable Layer packed;

    public DecodeForm(Supplier<DecodeWeights.Layer> packer) {
        this.packer = packer;
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
