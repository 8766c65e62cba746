package org.foretoken.model;

import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.foretoken.torch.Linear;
import org.jspecify.annotations.Nullable;

/**
 * One layer's weights, packed: pre-norm attention with grouped queries, then a gated feed-forward. Several decoders may share a layer.
 *
 * @param attnNorm [width], float32, like all norms
 * @param qkv width → queryDim + 2·kvDim
 * @param qNorm [headDim] or null
 * @param kNorm [headDim] or null
 * @param out queryDim → width
 * @param gateUp width → 2·ffnDim, gate first
 * @param down ffnDim → width
 * @param decode the same weights for single tokens; null for the plain kernel, which has no second form
 */
public record DecoderLayer(
        LayerShape shape,
        double eps,
        Tensor attnNorm,
        Linear qkv,
        @Nullable Tensor qNorm,
        @Nullable Tensor kNorm,
        Linear out,
        Tensor ffnNorm,
        Linear gateUp,
        Linear down,
        @Nullable DecodeForm decode) {
    /** What {@code rows} of the layer's output are needed for. */
    public enum Rows {
        ALL,
        LAST,
        /** Only keys and values count: no query, attention or feed-forward is computed. */
        NONE
    }

    /** [T, width] float32 → [T, queryDim + 2·kvDim], the kernel's dtype. */
    Tensor project(Tensor x_TD, ScalarType dtype) {
        return qkv.apply(norm(x_TD, attnNorm).to(dtype));
    }

    /** residual += attention's output. */
    void addAttention(Tensor residual_TD, Tensor attended_TD) {
        residual_TD.add_(out.apply(attended_TD));
    }

    /** residual += feed-forward(norm(residual)). */
    void addFeedForward(Tensor residual_TD, ScalarType dtype) {
        Tensor both = gateUp.apply(norm(residual_TD, ffnNorm).to(dtype));
        Tensor gate = both.narrow(1, 0, shape.ffnDim());
        Tensor up = both.narrow(1, shape.ffnDim(), shape.ffnDim());
        residual_TD.add_(down.apply(torch.silu(gate).mul_(up)));
    }

    private Tensor norm(Tensor x, Tensor weight) {
        return rmsNorm(x, weight, eps);
    }

    /** [T, heads·headDim] of any dtype → [T, heads, headDim], float32. */
    static Tensor heads(Tensor x_TD, long headDim) {
        long rows = x_TD.size(0);
        return x_TD.to(ScalarType.Float).contiguous().view(rows, x_TD.size(1) / headDim, headDim);
    }

    /** Heads normalised one by one where the family does so; [T, heads, headDim] float32. */
    Tensor headNorm(Tensor x_THd, @Nullable Tensor weight) {
        return weight == null ? x_THd : rmsNorm(x_THd, weight, eps);
    }

    static Tensor rmsNorm(Tensor x, Tensor weight, double eps) {
        return torch.rms_norm(x, new long[] {weight.size(0)}, new TensorOptional(weight), new DoubleOptional(eps));
    }

    void close() {
        attnNorm.close();
        qkv.close();
        if (qNorm != null) {
            qNorm.close();
        }
        if (kNorm != null) {
            kNorm.close();
        }
        out.close();
        ffnNorm.close();
        gateUp.close();
        down.close();
        if (decode != null) {
            decode.close();
        }
    }

    /** Bytes of all packed forms. */
    long bytes() {
        return qkv.bytes() + out.bytes() + gateUp.bytes() + down.bytes() + (decode == null ? 0 : decode.bytes());
    }
}
