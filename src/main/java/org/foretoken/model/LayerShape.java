package org.foretoken.model;

/**
 * The widths of one decoder layer.
 *
 * @param heads query heads
 * @param kvHeads key and value heads; divides {@code heads}
 * @param headDim width of a head, even
 * @param ffnDim width of the gated feed-forward
 * @param qkNorm whether queries and keys are normalised per head before RoPE
 */
public record LayerShape(int heads, int kvHeads, int headDim, int ffnDim, boolean qkNorm) {
    /** Width of all query heads together. */
    public int queryDim() {
        return heads * headDim;
    }

    /** Width of all key heads together, and of all value heads. */
    public int kvDim() {
        return kvHeads * headDim;
    }
}
