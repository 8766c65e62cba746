package org.foretoken.train;

import static java.util.Objects.requireNonNull;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.foretoken.ForetokenException;
import org.foretoken.model.DecoderLayer;
import org.foretoken.model.LayerShape;
import org.foretoken.model.family.StoredModel;
import org.foretoken.torch.Kernel;
import org.foretoken.torch.PackedProduct;
import org.foretoken.torch.Tensors;
import org.jspecify.annotations.Nullable;

/**
 * A layer whose weights are left alone, on the way up, and down where that was asked for, without a graph: products run on packed weights, down on the
 * transposed ones, which libtorch can't, and what lies between them goes forth and back row by row. Any thread.
 */
final class FrozenLayer implements AutoCloseable {
    private final LayerShape shape;
    private final double eps;
    private final RowNorm attnNorm;
    private final @Nullable RowNorm qNorm;
    private final @Nullable Tensor kNorm;
    private final RowNorm ffnNorm;
    private final PackedProduct qkv;
    private final @Nullable PackedProduct queries;
    private final PackedProduct out;
    private final PackedProduct gateUp;
    private final PackedProduct down;

    private FrozenLayer(DecoderLayer layer, Kernel kernel, @Nullable StoredLayer stored) {
        shape = layer.shape();
        eps = layer.eps();
        attnNorm = new RowNorm(layer.attnNorm(), eps);
        ffnNorm = new RowNorm(layer.ffnNorm(), eps);
        Tensor q = layer.qNorm();
        Tensor k = layer.kNorm();
        qNorm = q == null ? null : new RowNorm(q, eps);
        kNorm = k == null ? null : Tensors.keep(k.clone()); // a graph can't keep what was made in inference mode
        qkv = new PackedProduct(kernel, layer.qkv(), null);
        queries = stored == null ? null : new PackedProduct(kernel, stored.queries(), stored.queryBias());
        out = new PackedProduct(kernel, layer.out(), stored == null ? null : stored.out());
        gateUp = new PackedProduct(kernel, layer.gateUp(), stored == null ? null : stored.gateUp());
        down = new PackedProduct(kernel, layer.down(), stored == null ? null : stored.down());
    }

    /**
     * For the way up alone.
     *
     * @param layer whose weights are used; its owner closes them
     */
    static FrozenLayer up(DecoderLayer layer, Kernel kernel) {
        return new FrozenLayer(layer, kernel, null);
    }

    /**
     * For both ways.
     *
     * @param layer whose weights are used on the way up; its owner closes them
     * @param stored where the weights are read once more, to be packed for the way down
     */
    static FrozenLayer bothWays(DecoderLayer layer, Kernel kernel, StoredModel stored, int index)
            throws ForetokenException {
        try (PointerScope scope = new PointerScope()) {
            int queryDim = layer.shape().queryDim();
            Tensor bias = stored.qkvBias(index);
            return new FrozenLayer(
                    layer,
                    kernel,
                    new StoredLayer(
                            stored.qkv(index).tensor().narrow(0, 0, queryDim),
                            bias == null ? null : bias.narrow(0, 0, queryDim),
                            stored.out(index).tensor(),
                            stored.gateUp(index).tensor(),
                            stored.down(index).tensor()));
        }
    }

    /** Weights as {@link StoredModel} has them. */
    private record StoredLayer(Tensor queries, @Nullable Tensor queryBias, Tensor out, Tensor gateUp, Tensor down) {}

    LayerShape shape() {
        return shape;
    }

    /** Keys after k_norm: [B, T, kvDim] of any dtype → [B, T, kvHeads, headDim]. */
    Tensor normedKeys(Tensor keys_BTD) {
        return Layer.headNorm(Layer.heads(keys_BTD, shape), kNorm, eps);
    }

    /**
     * What the way down needs of the way up, once. Tensors of the caller's scope.
     *
     * @param q [B·T, queryDim], as projected; null without q_norm
     * @param middle [B·T, width], the residual stream between attention and feed-forward
     * @param both [B·T, 2·ffnDim]
     * @param y [B·T, width], the residual stream after the layer
     */
    record Trace(Tensor x, @Nullable Tensor q, FrozenAttention attention, Tensor middle, Tensor both, Tensor y) {}

    /**
     * Gradients.
     *
     * @param x by the stream before the layer, [B·T, width]
     * @param keys by keys after k_norm, [B, T, kvHeads, headDim]
     * @param values [B, T, kvDim]
     */
    record Gradients(Tensor x, Tensor keys, Tensor values) {}

    /**
     * The layer's own projections, outside of any graph.
     *
     * @param queries [B·T, queryDim]
     * @param keys [B·T, kvDim], before k_norm and RoPE
     * @param values [B·T, kvDim]
     */
    record Projected(Tensor queries, Tensor keys, Tensor values) {}

    /** Of the residual stream before the layer, [B·T, width], float32. */
    Projected project(Tensor x_ND) {
        Tensor all = up(qkv, attnNorm.of(x_ND));
        long q = shape.queryDim();
        long kv = shape.kvDim();
        return new Projected(all.narrow(1, 0, q), all.narrow(1, q, kv), all.narrow(1, q + kv, kv));
    }

    /** The queries alone, [B·T, queryDim]. */
    Tensor queries(Tensor x_ND) {
        return up(bothWays(), attnNorm.of(x_ND));
    }

    private PackedProduct bothWays() {
        return requireNonNull(queries, "packed for the way up alone");
    }

    /**
     * The way up.
     *
     * @param x_ND [B·T, width], float32, the residual stream before it
     * @param projected the queries, [B·T, queryDim]; turned where they are unless there's a q_norm
     * @param normedKeys [B, T, kvHeads, headDim]
     * @param values_BTD [B, T, kvDim]
     * @param mask as {@link Layer#after} has it
     */
    Trace up(
            Tensor x_ND,
            Tensor projected,
            Tensor normedKeys,
            Tensor values_BTD,
            Rotation rotation,
            TensorOptional mask) {
        long rows = values_BTD.size(0);
        long length = values_BTD.size(1);
        Tensor q = projected.contiguous();
        Tensor heads = (qNorm == null ? q : qNorm.of(q)).view(rows, length, shape.heads(), shape.headDim());
        rotation.turnInPlace(heads);
        Tensor keys = normedKeys.detach().clone(new MemoryFormatOptional(MemoryFormat.Contiguous));
        rotation.turnInPlace(keys);
        Tensor values = values_BTD.detach().to(ScalarType.Float).contiguous();
        FrozenAttention attention = new FrozenAttention(shape, heads, keys, values, mask);
        Tensor middle = out.up(attention.attended()).add_(x_ND);
        Tensor both = up(gateUp, ffnNorm.of(middle));
        Tensor y = up(down, RowGate.of(both)).add_(middle);
        return new Trace(x_ND, qNorm == null ? null : q, attention, middle, both, y);
    }

    /** The product, and {@code x} closed: the caller's scope ends with the whole batch. */
    private static Tensor up(PackedProduct product, Tensor x) {
        try (x) {
            return product.up(x);
        }
    }

    /**
     * The way down, on which the trace is used up.
     *
     * @param gradient by {@link Trace#y}
     */
    Gradients down(Trace trace, Tensor gradient, Rotation rotation) {
        RowGate.back(trace.both(), down.down(gradient));
        Tensor byMiddle = gateUp.down(trace.both());
        ffnNorm.back(trace.middle(), byMiddle);
        byMiddle.add_(gradient);
        FrozenAttention.Gradients by = trace.attention().back(out.down(byMiddle));
        Tensor byQueries = by.queries();
        rotation.turnBackInPlace(byQueries);
        if (qNorm != null) {
            qNorm.back(requireNonNull(trace.q()), byQueries);
        }
        Tensor byX = bothWays().down(byQueries.view(-1, shape.queryDim()));
        attnNorm.back(trace.x(), byX);
        rotation.turnBackInPlace(by.keys());
        return new Gradients(byX.add_(byMiddle), by.keys(), by.values());
    }

    @Override
    public void close() {
        if (kNorm != null) {
            kNorm.close();
        }
        if (queries != null) {
            queries.close();
        }
        qkv.close();
        out.close();
        gateUp.close();
        down.close();
    }
}
