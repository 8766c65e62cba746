package org.foretoken.train;

import java.util.List;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.foretoken.model.Decoder;
import org.foretoken.model.LayerTap;

/**
 * A decoder that is left alone, reading whole batches: every thread by itself, all rows of a batch in one product. It uses the weights of the decoder that
 * it is made of, which must be closed after it.
 */
final class FrozenDecoder implements AutoCloseable {
    private final Decoder decoder;
    private final List<FrozenLayer> layers;
    private final Rotations rotations;

    /** @param layers the decoder's, which are taken over */
    FrozenDecoder(Decoder decoder, List<FrozenLayer> layers) {
        this.decoder = decoder;
        this.layers = List.copyOf(layers);
        this.rotations = new Rotations(decoder.config().rope());
    }

    /** For reading alone, and by the first layers only. */
    static FrozenDecoder of(Decoder decoder, int depth) {
        return new FrozenDecoder(
                decoder,
                IntStream.range(0, depth)
                        .mapToObj(i -> FrozenLayer.up(decoder.layer(i), decoder.kernel()))
                        .toList());
    }

    FrozenLayer layer(int index) {
        return layers.get(index);
    }

    /** The residual stream before the first layer, [B·T, width], float32. */
    Tensor embed(Batch batch) {
        return decoder.embed(batch.tokens());
    }

    /** For that layer's heads at so many positions. */
    Rotation rotation(FrozenLayer layer, int positions) {
        return rotations.of(layer.shape().headDim(), positions);
    }

    /**
     * Reads a batch, its documents apart from each other.
     *
     * @param depth layers that take part
     * @param top whether the topmost one's output is needed, or its keys and values alone
     * @param tap is shown all rows of the batch at once, [B·T, ·], each sequence from position 0; no queries
     */
    void read(Batch batch, int depth, boolean top, LayerTap tap) {
        if (depth == 0) {
            return;
        }
        try (PointerScope scope = new PointerScope();
                NoGradGuard none = new NoGradGuard()) {
            TensorOptional mask = batch.mask();
            Tensor x = embed(batch);
            for (int i = 0; i < depth; i++) {
                boolean up = top || i < depth - 1;
                Tensor y = up ? torch.empty_like(x) : x;
                try (PointerScope ofLayer = new PointerScope()) {
                    FrozenLayer layer = layers.get(i);
                    FrozenLayer.Projected own = layer.project(x);
                    tap.projected(i, 0, own.keys(), own.values());
                    if (up) {
                        y.copy_(up(layer, x, own, batch, mask));
                        tap.after(i, 0, y);
                    }
                }
                x = y;
            }
        }
    }

    private Tensor up(FrozenLayer layer, Tensor x, FrozenLayer.Projected own, Batch batch, TensorOptional mask) {
        return layer.up(
                        x,
                        own.queries(),
                        layer.normedKeys(batch.rows(own.keys())),
                        batch.rows(own.values()),
                        rotation(layer, batch.length()),
                        mask)
                .y();
    }

    @Override
    public void close() {
        layers.forEach(FrozenLayer::close);
        rotations.close();
    }
}
