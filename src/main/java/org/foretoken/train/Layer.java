package org.foretoken.train;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiFunction;
import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.foretoken.model.LayerShape;
import org.jspecify.annotations.Nullable;

/**
 * One decoder layer that gradients flow through. What it computes is {@link org.foretoken.model.DecoderLayer}'s, out of operators that libtorch can
 * differentiate. Products are done in the weights' dtype, everything else in float32.
 *
 * @param attnNorm [width], float32, like all norms
 * @param qkv [queryDim + 2·kvDim, width]
 * @param qkvBias [queryDim + 2·kvDim] or null
 * @param qNorm [headDim] or null
 * @param kNorm [headDim] or null
 * @param out [width, queryDim]
 * @param outBias [width] or null
 * @param gateUp [2·ffnDim, width], gate first
 * @param down [width, ffnDim]
 */
record Layer(
        LayerShape shape,
        double eps,
        Tensor attnNorm,
        Tensor qkv,
        @Nullable Tensor qkvBias,
        @Nullable Tensor qNorm,
        @Nullable Tensor kNorm,
        Tensor out,
        @Nullable Tensor outBias,
        Tensor ffnNorm,
        Tensor gateUp,
        Tensor down) {

    /**
     * What attention reads of a layer.
     *
     * @param keys [B, T, kvDim], as projected or predicted: before k_norm and RoPE
     * @param values [B, T, kvDim]
     */
    record KeysValues(Tensor keys, Tensor values) {}

    /**
     * The layer's own projections.
     *
     * @param queries [B, T, queryDim]
     */
    record Projected(Tensor queries, KeysValues kv) {}

    /** Queries, keys and values of the layer itself, in one product. */
    Projected project(Tensor x_BTD, ScalarType dtype) {
        Tensor all = product(rmsNorm(x_BTD, attnNorm, eps), qkv, qkvBias, dtype);
        TensorVector parts = all.split_with_sizes(new long[] {shape.queryDim(), shape.kvDim(), shape.kvDim()}, 2);
        return new Projected(parts.get(0), new KeysValues(parts.get(1), parts.get(2)));
    }

    /** Keys after k_norm, where the family has one: what the paper's loss compares. [B, T, kvDim] → [B, T, kvHeads, headDim]. */
    Tensor normedKeys(Tensor keys_BTD) {
        return headNorm(heads(keys_BTD, shape), kNorm, eps);
    }

    /**
     * The residual stream after the layer.
     *
     * @param x_BTD the stream before it, float32
     * @param q_BTD [B, T, queryDim], as projected
     * @param normedKeys [B, T, kvHeads, headDim], not rotated yet
     * @param values [B, T, kvDim]
     * @param mask added to the scores, [B or 1, 1, T, T]; undefined where the causal order is all there is
     */
    Tensor after(
            Tensor x_BTD,
            Tensor q_BTD,
            Tensor normedKeys,
            Tensor values,
            Rotation rotation,
            TensorOptional mask,
            ScalarType dtype) {
        Tensor normedQueries = headNorm(heads(q_BTD, shape), qNorm, eps);
        Tensor attended = attended(shape, rotation.turn(normedQueries), rotation.turn(normedKeys), values, mask);
        Tensor x = x_BTD.add(product(attended, out, outBias, dtype));
        Tensor both = product(rmsNorm(x, ffnNorm, eps), gateUp, null, dtype);
        return x.add(product(gated(both), down, null, dtype));
    }

    /**
     * What attention gives, [B, T, queryDim].
     *
     * @param queries [B, T, heads, headDim], after q_norm and RoPE; {@code keys} likewise
     * @param values [B, T, kvDim]
     * @param mask as for {@link #after}
     */
    static Tensor attended(LayerShape shape, Tensor queries, Tensor keys, Tensor values, TensorOptional mask) {
        return torch.scaled_dot_product_attention(
                        queries.transpose(1, 2),
                        keys.transpose(1, 2),
                        heads(values, shape).transpose(1, 2),
                        mask,
                        0.0,
                        !mask.has_value(),
                        new DoubleOptional(1 / Math.sqrt(shape.headDim())),
                        shape.heads() != shape.kvHeads())
                .transpose(1, 2)
                .reshape(values.size(0), values.size(1), shape.queryDim());
    }

    /** silu(gate)·up: […, 2·ffnDim], gate first → […, ffnDim]. */
    static Tensor gated(Tensor both) {
        // halves of one split: its way back joins their gradients, where that of each half alone adds it to zeros
        TensorVector halves = both.chunk(2, -1);
        return torch.silu(halves.get(0)).mul(halves.get(1));
    }

    /** x·Wᵀ + b, in {@code dtype}. */
    static Tensor product(Tensor x, Tensor weight, @Nullable Tensor bias, ScalarType dtype) {
        TensorOptional b = bias == null ? new TensorOptional() : new TensorOptional(bias.to(dtype));
        return torch.linear(x.to(dtype), weight.to(dtype), b);
    }

    /** [B, T, heads·headDim] of any dtype → [B, T, heads, headDim], float32. */
    static Tensor heads(Tensor x_BTD, LayerShape shape) {
        long headDim = shape.headDim();
        return x_BTD.to(ScalarType.Float).reshape(x_BTD.size(0), x_BTD.size(1), x_BTD.size(2) / headDim, headDim);
    }

    /** Heads normalised one by one where the family does so. */
    static Tensor headNorm(Tensor x_BTHd, @Nullable Tensor weight, double eps) {
        return weight == null ? x_BTHd : rmsNorm(x_BTHd, weight, eps);
    }

    static Tensor rmsNorm(Tensor x, Tensor weight, double eps) {
        return torch.rms_norm(x, new long[] {weight.size(0)}, new TensorOptional(weight), new DoubleOptional(eps));
    }

    /** The weights by name, in a fixed order. */
    Map<String, Tensor> weights() {
        Map<String, Tensor> all = new LinkedHashMap<>();
        all.put("attn_norm", attnNorm);
        all.put("qkv", qkv);
        put(all, "qkv_bias", qkvBias);
        put(all, "q_norm", qNorm);
        put(all, "k_norm", kNorm);
        all.put("out", out);
        put(all, "out_bias", outBias);
        all.put("ffn_norm", ffnNorm);
        all.put("gate_up", gateUp);
        all.put("down", down);
        return all;
    }

    private static void put(Map<String, Tensor> all, String name, @Nullable Tensor tensor) {
        if (tensor != null) {
            all.put(name, tensor);
        }
    }

    /** The same layer with weights replaced, each by what its name and itself give. */
    Layer map(BiFunction<String, Tensor, Tensor> change) {
        return new Layer(
                shape,
                eps,
                change.apply("attn_norm", attnNorm),
                change.apply("qkv", qkv),
                changed("qkv_bias", qkvBias, change),
                changed("q_norm", qNorm, change),
                changed("k_norm", kNorm, change),
                change.apply("out", out),
                changed("out_bias", outBias, change),
                change.apply("ffn_norm", ffnNorm),
                change.apply("gate_up", gateUp),
                change.apply("down", down));
    }

    private static @Nullable Tensor changed(
            String name, @Nullable Tensor tensor, BiFunction<String, Tensor, Tensor> change) {
        return tensor == null ? null : change.apply(name, tensor);
    }

    void close() {
        weights().values().forEach(Tensor::close);
    }
}
