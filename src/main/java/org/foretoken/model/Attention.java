package org.foretoken.model;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.foretoken.torch.Tensors;

/**
 * Causal attention of consecutive queries to a cache. In bfloat16 it goes by blocks of queries, each of which reads only its own prefix: libtorch's
 * fused bfloat16 kernel is twenty times slower here. In float32 the fused kernel is the fast one.
 */
final class Attention {
    /** Queries of one block: larger blocks multiply more masked entries, smaller ones pay more calls. */
    private static final int BLOCK = 128;

    private static final Scalar MINUS_INFINITY = Tensors.constant(Double.NEGATIVE_INFINITY);

    private Attention() {}

    /**
     * Each query reads the cache up to its own position.
     *
     * @param q_THd [T, heads, headDim], float32, rotated
     * @param start position of the first query
     * @return [T, heads·headDim], of the cache's dtype
     */
    static Tensor attend(Tensor q_THd, int start, KvCache.Layer cache, LayerShape shape) {
        boolean halfPrecision = cache.keys().scalar_type().intern() == ScalarType.BFloat16;
        return halfPrecision ? blocks(q_THd, start, cache, shape) : fused(q_THd, start, cache, shape);
    }

    private static Tensor blocks(Tensor q_THd, int start, KvCache.Layer cache, LayerShape shape) {
        long tokens = q_THd.size(0);
        long headDim = shape.headDim();
        long kvHeads = shape.kvHeads();
        long group = shape.heads() / kvHeads;
        // queries of a group in rows (t, g), so that a block of tokens is a range of rows
        Tensor q = Tensors.empty(ScalarType.BFloat16, kvHeads, tokens, group, headDim);
        q_THd.mul_(new Scalar(1 / Math.sqrt(shape.headDim())));
        q.copy_(q_THd.view(tokens, kvHeads, group, headDim).transpose(0, 1));
        Tensor rows = q.view(kvHeads, tokens * group, headDim);
        Tensor result = Tensors.empty(ScalarType.BFloat16, kvHeads, tokens * group, headDim);
        Tensor keysT = cache.keys().transpose(1, 2); // [kvHeads, headDim, capacity]
        Tensor mask = causal(Math.min(BLOCK, tokens), group);
        for (long first = 0; first < tokens; first += BLOCK) {
            try (PointerScope scope = new PointerScope()) {
                long block = Math.min(BLOCK, tokens - first);
                long prefix = start + first;
                Tensor scores = rows.narrow(1, group * first, group * block)
                        .bmm(keysT.narrow(2, 0, prefix + block)); // [kvHeads, block·group, prefix + block]
                scores.narrow(2, prefix, block)
                        .add_(mask.narrow(0, 0, group * block).narrow(1, 0, block));
                torch.softmax_out(scores, scores, 2);
                torch.bmm_out(
                        result.narrow(1, group * first, group * block),
                        scores,
                        cache.values().narrow(1, 0, prefix + block));
            }
        }
        return result.view(kvHeads, tokens, group, headDim).transpose(0, 1).reshape(tokens, shape.queryDim());
    }

    /** [block·group, block] of 0 and -∞: the row of (t, g) sees columns up to t. */
    private static Tensor causal(long block, long group) {
        Tensor square = torch.full(new long[] {block, block}, MINUS_INFINITY, new TensorOptions(ScalarType.BFloat16));
        return torch.triu(square, 1)
                .unsqueeze(1)
                .expand(new long[] {block, group, block}, false)
                .reshape(block * group, block);
    }

    private static Tensor fused(Tensor q_THd, int start, KvCache.Layer cache, LayerShape shape) {
        long tokens = q_THd.size(0);
        Tensor q = q_THd.transpose(0, 1).unsqueeze(0);
        Tensor k = cache.keys().narrow(1, 0, start + tokens).unsqueeze(0);
        Tensor v = cache.values().narrow(1, 0, start + tokens).unsqueeze(0);
        boolean square = start == 0;
        TensorOptional mask =
                square || tokens == 1 ? new TensorOptional() : new TensorOptional(prefixMask(tokens, start));
        Tensor result = torch.scaled_dot_product_attention(
                q, k, v, mask, 0.0, square, new DoubleOptional(1 / Math.sqrt(shape.headDim())), true);
        return result.squeeze(0).transpose(0, 1).reshape(tokens, shape.queryDim());
    }

    /** [T, start + T] of 0 and -∞. */
    private static Tensor prefixMask(long tokens, long start) {
        Tensor mask =
                torch.full(new long[] {tokens, start + tokens}, MINUS_INFINITY, new TensorOptions(ScalarType.Float));
        return torch.triu(mask, start + 1);
    }
}
