package org.foretoken.torch;

import java.util.Locale;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.foretoken.ForetokenException;

/** The ways this program multiplies by weights. Every result names the one it used. */
public enum Kernel {
    /** oneDNN in bfloat16 with weights packed once. */
    BF16("bf16", ScalarType.BFloat16),
    /**
     * oneDNN in float32 with weights packed once; strict, no bfloat16 inside. Where libtorch is built without oneDNN, as for Macs, its own float32 product:
     * what asks for this kernel by name runs there, too.
     */
    F32("f32", ScalarType.Float),
    /** libtorch's own float32 product: the plainest path, to check the others against. */
    F32_PLAIN("f32-plain", ScalarType.Float),
    /** {@code cblas_sgemm} by FFM: Accelerate on macOS, OpenBLAS elsewhere. */
    F32_CBLAS("f32-cblas", ScalarType.Float);

    private final String label;
    private final ScalarType dtype;

    Kernel(String label, ScalarType dtype) {
        this.label = label;
        this.dtype = dtype;
    }

    /** The name on the command line and in results. */
    public String label() {
        return label;
    }

    /** Of weights, of what goes into and comes out of a linear, and of the KV cache. */
    public ScalarType dtype() {
        return dtype;
    }

    /** Bytes of one weight. */
    public int bytes() {
        return dtype == ScalarType.BFloat16 ? 2 : 4;
    }

    /** The kernel of that label. */
    public static Kernel of(String label) throws ForetokenException {
        StringBuilder known = new StringBuilder();
        for (Kernel kernel : values()) {
            if (kernel.label.equals(label.toLowerCase(Locale.ROOT))) {
                return kernel;
            }
            known.append(known.isEmpty() ? "" : ", ").append(kernel.label);
        }
        throw new ForetokenException("There is no kernel '" + label + "': choose one of " + known + ".");
    }
}
