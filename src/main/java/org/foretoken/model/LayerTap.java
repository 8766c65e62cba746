package org.foretoken.model;

import org.bytedeco.pytorch.Tensor;

/** Looks on while tokens go through the layers. The tensors live only during the call; [T, ·] are the rows of one chunk. */
public interface LayerTap {
    /** Looks at nothing. */
    LayerTap NONE = new LayerTap() {};

    /**
     * A layer's keys and values as projected: before k_norm, before RoPE.
     *
     * @param start position of the first row
     * @param k_TD [T, kvDim]
     * @param v_TD [T, kvDim]
     */
    default void projected(int layer, int start, Tensor k_TD, Tensor v_TD) {}

    /**
     * A layer's queries as they meet the keys: after q_norm and RoPE, the layer's keys up to them being in the cache. Not called where a layer's output
     * isn't needed.
     *
     * @param start position of the first row
     * @param q_THd [T, heads, headDim], float32; not to be written into
     */
    default void queries(int layer, int start, Tensor q_THd) {}

    /**
     * The residual stream after a layer, not called for a top layer whose output nobody needs.
     *
     * @param hidden_TD [T, width], float32; not to be written into
     */
    default void after(int layer, int start, Tensor hidden_TD) {}
}
