package org.foretoken.train;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.foretoken.ForetokenException;
import org.foretoken.model.DecoderConfig;
import org.foretoken.model.family.StoredModel;
import org.foretoken.torch.Kernel;
import org.foretoken.torch.Tensors;

/** The base that gradients go through and that stays as it is, from the first layer on that reads anything predicted. */
final class FrozenBase implements AutoCloseable {
    private final DecoderConfig config;
    private final Kernel kernel;
    private final int first;
    private final List<FrozenLayer> layers = new ArrayList<>();
    private final Tensor embedding; // [vocabulary, width]
    private final RowNorm finalNorm;
    private final LossHead head;
    private final Rotations rotations;

    /** @param first the first layer that will be asked for; those below stay out of memory */
    FrozenBase(StoredModel stored, int first, Kernel kernel) throws ForetokenException {
        this.config = stored.config();
        this.kernel = kernel;
        this.first = first;
        this.rotations = new Rotations(config.rope());
        for (int i = first; i < config.layers().size(); i++) {
            layers.add(new FrozenLayer(stored, i, kernel));
        }
        try (PointerScope scope = new PointerScope()) {
            embedding = Tensors.keep(stored.embedding().to(kernel.dtype()));
            finalNorm = new RowNorm(stored.finalNorm(), config.normEps());
            head = LossHead.frozen(stored.head(), kernel);
        }
    }

    int first() {
        return first;
    }

    /** Layers of the whole base. */
    int size() {
        return config.layers().size();
    }

    int width() {
        return config.width();
    }

    Kernel kernel() {
        return kernel;
    }

    FrozenLayer layer(int index) {
        return layers.get(index - first);
    }

    LossHead head() {
        return head;
    }

    /** The residual stream before the first layer: N ids → [N, width], float32. */
    Tensor embed(Tensor ids) {
        return torch.embedding(embedding, ids).to(ScalarType.Float);
    }

    /** For that layer's heads at the positions of [B, T, kvDim]. */
    Rotation rotation(FrozenLayer layer, Tensor values_BTD) {
        return rotations.of(layer.shape().headDim(), (int) values_BTD.size(1));
    }

    /** What makes what the head reads of the residual stream. */
    RowNorm finalNorm() {
        return finalNorm;
    }

    @Override
    public void close() {
        layers.forEach(FrozenLayer::close);
        embedding.close();
        head.close();
        rotations.close();
    }
}
