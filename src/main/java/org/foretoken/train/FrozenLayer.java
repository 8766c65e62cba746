package org.foretoken.train;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorArrayRefOptional;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.foretoken.ForetokenException;
import org.foretoken.model.LayerShape;
import org.foretoken.model.family.StoredModel;
import org.foretoken.torch.Kernel;
import org.foretoken.torch.PackedProduct;
import org.foretoken.torch.Tensors;
import org.jspecify.annotations.Nullable;

/**
 * A base layer on the way up and down, its weights left alone. Only what lies between its four products is libtorch's to differentiate; they themselves run
 * on packed weights, down on the transposed ones, which libtorch can't.
 */
final class FrozenLayer implements AutoCloseable {
    private final LayerShape shape;
    private final double eps;
    private final Tensor attnNorm;
    private final @Nullable Tensor qNorm;
    private final @Nullable Tensor kNorm;
    private final Tensor ffnNorm;
    private final PackedProduct queries;
    private final PackedProduct out;
    private final PackedProduct gateUp;
    private final PackedProduct down;

    /** Reads the layer's weights again, from a model found sound, and packs them both ways. */
    FrozenLayer(StoredModel stored, int layer, Kernel kernel) throws ForetokenException {
        try (PointerScope scope = new PointerScope()) {
            shape = stored.config().layers().get(layer);
            eps = stored.config().normEps();
            attnNorm = vector(stored.attnNorm(layer));
            ffnNorm = vector(stored.ffnNorm(layer));
            Tensor q = stored.qNorm(layer);
            Tensor k = stored.kNorm(layer);
            qNorm = q == null ? null : vector(q);
            kNorm = k == null ? null : vector(k);
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

    private static Tensor vector(Tensor tensor) {
        return Tensors.keep(tensor.to(ScalarType.Float).clone());
    }

    LayerShape shape() {
        return shape;
    }

    /** Keys after k_norm: [B, T, kvDim] of any dtype → [B, T, kvHeads, headDim]. */
    Tensor normedKeys(Tensor keys_BTD) {
        return Layer.headNorm(Layer.heads(keys_BTD, shape), kNorm, eps);
    }

    /**
     * What the way down needs of the way up: the ends of the pieces between products. Tensors of the caller's scope.
     *
     * @param y [B·T, width], the residual stream after the layer
     */
    record Trace(
            Tensor x,
            Tensor normed,
            Tensor q,
            Tensor keys,
            Tensor values,
            Tensor attended,
            Tensor middle,
            Tensor middleNormed,
            Tensor both,
            Tensor gated,
            Tensor y) {}

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
        Tensor x = leaf(x_ND);
        Tensor normed = Layer.rmsNorm(x, attnNorm, eps);
        Tensor q = leaf(queries.up(normed).view(rows, length, shape.queryDim()));
        Tensor keys = leaf(normedKeys);
        Tensor values = leaf(values_BTD.to(ScalarType.Float));
        Tensor normedQueries = Layer.headNorm(Layer.heads(q, shape), qNorm, eps);
        Tensor attended = Layer.attended(shape, normedQueries, keys, values, rotation, mask)
                .view(rows * length, shape.queryDim());
        Tensor middle = leaf(x.detach().add(out.up(attended)));
        Tensor middleNormed = Layer.rmsNorm(middle, ffnNorm, eps);
        Tensor both = leaf(gateUp.up(middleNormed));
        Tensor gated = Layer.gated(both);
        Tensor y = middle.detach().add(down.up(gated));
        return new Trace(x, normed, q, keys, values, attended, middle, middleNormed, both, gated, y);
    }

    /**
     * The way down.
     *
     * @param gradient by {@link Trace#y}
     * @return the gradient by the stream before the layer; those by keys and values are in their {@code grad}
     */
    Tensor down(Trace trace, Tensor gradient) {
        back(trace.gated(), down.down(gradient));
        back(trace.middleNormed(), gateUp.down(trace.both().grad()));
        Tensor middle = gradient.add(trace.middle().grad());
        back(trace.attended(), out.down(middle));
        long queryDim = shape.queryDim();
        back(trace.normed(), queries.down(trace.q().grad().view(-1, queryDim)));
        return middle.add(trace.x().grad());
    }

    private static void back(Tensor end, Tensor gradient) {
        end.backward(gradient, new BoolOptional(), false, new TensorArrayRefOptional());
    }

    private static Tensor leaf(Tensor tensor) {
        return tensor.detach().set_requires_grad(true);
    }

    @Override
    public void close() {
        attnNorm.close();
        ffnNorm.close();
        if (qNorm != null) {
            qNorm.close();
        }
        if (kNorm != null) {
            kNorm.close();
        }
        queries.close();
        out.close();
        gateUp.close();
        down.close();
    }
}
