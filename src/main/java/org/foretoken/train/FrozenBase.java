package org.foretoken.train;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.foretoken.ForetokenException;
import org.foretoken.model.Decoder;
import org.foretoken.model.family.StoredModel;
import org.foretoken.torch.Kernel;

/** The base that stays as it is: all of it for reading, and from the first layer on that reads anything predicted for gradients to go through. */
final class FrozenBase implements AutoCloseable {
    private final Decoder base;
    private final FrozenDecoder decoder;
    private final int first;
    private final RowNorm finalNorm;
    private final LossHead head;

    /**
     * Reads what the way down needs again, from a model found sound.
     *
     * @param base whose weights the way up uses; must be closed after this
     * @param stored the same
     * @param first the first layer that gradients go through
     */
    FrozenBase(Decoder base, StoredModel stored, int first) throws ForetokenException {
        this.base = base;
        this.first = first;
        List<FrozenLayer> layers = new ArrayList<>();
        for (int i = 0; i < size(); i++) {
            layers.add(
                    i < first
                            ? FrozenLayer.up(base.layer(i), kernel())
                            : FrozenLayer.bothWays(base.layer(i), kernel(), stored, i));
        }
        decoder = new FrozenDecoder(base, layers);
        try (PointerScope scope = new PointerScope()) {
            finalNorm = new RowNorm(stored.finalNorm(), base.config().normEps());
            head = LossHead.frozen(stored.head().tensor(), kernel());
        }
    }

    int first() {
        return first;
    }

    /** Layers of the whole base. */
    int size() {
        return base.config().layers().size();
    }

    int width() {
        return base.config().width();
    }

    Kernel kernel() {
        return base.kernel();
    }

    FrozenDecoder decoder() {
        return decoder;
    }

    FrozenLayer layer(int index) {
        return decoder.layer(index);
    }

    LossHead head() {
        return head;
    }

    /** What makes what the head reads of the residual stream. */
    RowNorm finalNorm() {
        return finalNorm;
    }

    @Override
    public void close() {
        decoder.close();
        head.close();
    }
}
