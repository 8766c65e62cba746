package org.foretoken.model;

import java.util.function.Supplier;

/** Says, layer by layer, which tokens of a prompt go on while it is read. One choice serves one prompt. */
@FunctionalInterface
public interface TokenChoice {
    /**
     * Asked before each layer, from the first to the last.
     *
     * @param layer about to read
     * @param rows tokens that the layer before read; all of the prompt before the first layer
     * @param attention of the last token to each of them in the layer before, the mean over its heads [rows]; there is none before the first layer.
     *     Computed when asked for
     * @return rows that this layer reads, rising, the last among them
     */
    int[] into(int layer, int rows, Supplier<float[]> attention);
}
