package org.foretoken.train;

import static java.util.Objects.requireNonNull;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.foretoken.ForetokenException;
import org.foretoken.model.LayerShape;
import org.foretoken.model.family.StoredModel;
import org.foretoken.torch.Kernel;
import org.foretoken.torch.PackedProduct;
import org.foretoken.torch.Tensors;
import org.jspecify.annotations.Nullable;

/**
 * A base layer on the way up and down, its weights left alone and without a graph: the four products run on packed weights, down on the transposed ones, which
 * libtorch can't, and what lies between them goes forth and back row by row.
 */
final class FrozenLayer implements AutoCloseable {
    private final LayerShape shape;
    private final double eps;
    private final RowNorm attnNorm;
    private final @Nullable RowNorm qNorm;
    private final @Nullable Tensor kNorm;
    private final RowNorm ffnNorm;
    private final PackedProduct queries;
    private final PackedProduct out;
    private final PackedProduct gateUp;
    private final PackedProduct down;

    /** Reads the layer's weights again, from a model found sound, and packs them both ways. */
    FrozenLayer(StoredModel stored, int layer, Kernel kernel) throws ForetokenException {
        try (PointerScope scope = new PointerScope()) {
            shape = stored.config().layers().get(layer);
            eps = stored.config().normEps();
            attnNorm = new RowNorm(stored.attnNorm(layer), eps);
            ffnNorm = new RowNorm(stored.ffnNorm(layer), eps);
            Tensor q = stored.qNorm(layer);
            Tensor k = stored.kNorm(layer);
            qNorm = q == null ? null : new RowNorm(q, eps);
            kNorm = k == null ? null : Tensors.keep(k.to(ScalarType.Float).clone());
            Tensor bias = stored.qkvBias(layer);
            queries = new PackedProduct(
                    kernel,
                    stored.qkv(layer).narrow(0, 0, shape.queryDim()),
                    bias == null ? null : bias.narrow(0, 0, shape.queryDim()));
            out = new PackedProduct(kernel, stored.out(layer), stored.outBias(layer));
            gateUp = new PackedProduct(kernel, stored.gateUp(layer), null);
            down = new PackedProduct(kernel, stored.down(layer), null);
        }
    }

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
     * The way up.
     *
     * @param x_ND [B·T, width], float32, the residual stream before it
     * @param normedKeys [B, T, kvHeads, headDim]
     * @param values_BTD [B, T, kvDim]
     * @param mask as {@link Layer#after} has it
     */
    Trace up(Tensor x_ND, Tensor normedKeys, Tensor values_BTD, Rotation rotation, TensorOptional mask) {
        long rows = values_BTD.size(0);
        long length = values_BTD.size(1);
        Tensor q = up(queries, attnNorm.of(x_ND));
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
        Tensor byX = queries.down(byQueries.view(-1, shape.queryDim()));
        attnNorm.back(trace.x(), byX);
        rotation.turnBackInPlace(by.keys());
        return new Gradients(byX.add_(byMiddle), by.keys(), by.values());
    }

    @Override
    public void close() {
        if (kNorm != null) {
            kNorm.close();
        }
        queries.close();
        out.close();
        gateUp.close();
        down.close();
    }
}
