package org.foretoken.train;

import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;

/** The plain objective: the cross-entropy of the next token. */
final class LanguageModel implements Objective {
    private final DifferentiableDecoder decoder;
    private final LossHead head;
    private final double zWeight;

    /**
     * Takes over the decoder.
     *
     * @param zWeight of logsumexp² beside the cross-entropy
     */
    LanguageModel(DifferentiableDecoder decoder, double zWeight) {
        this.decoder = decoder;
        this.head = LossHead.of(decoder.head(), decoder.dtype());
        this.zWeight = zWeight;
    }

    @Override
    public Map<String, Tensor> parameters() {
        return decoder.parameters();
    }

    @Override
    public LanguageModel twin() {
        return new LanguageModel(decoder.twin(), zWeight);
    }

    @Override
    public int layers() {
        return 0;
    }

    @Override
    public void backward(Batch batch, Whole whole, LossSums sums) {
        try (PointerScope scope = new PointerScope()) {
            Tensor h = hidden(batch);
            LossHead.Outcome outcome = head.crossEntropy(h.detach(), batch.targets(), 1.0 / whole.predicted(), zWeight);
            h.mul(outcome.gradientOrThrow()).sum().backward();
            add(batch, outcome, sums);
        }
    }

    @Override
    public void measure(Batch whole, int from, LossSums sums) {
        try (PointerScope scope = new PointerScope();
                NoGradGuard none = new NoGradGuard()) {
            Batch batch = whole.from(from);
            add(batch, head.crossEntropy(hidden(batch), batch.targets(), 0, 0), sums);
        }
    }

    private static void add(Batch batch, LossHead.Outcome outcome, LossSums sums) {
        sums.base += outcome.loss();
        sums.baseZ += outcome.zLoss();
        sums.predicted += batch.predicted();
    }

    /** What the head reads, [B·T, width]. */
    private Tensor hidden(Batch batch) {
        TensorOptional mask = batch.mask();
        Tensor x = decoder.embed(batch.ids());
        for (int i = 0; i < decoder.config().layers().size(); i++) {
            Layer layer = decoder.layer(i);
            x = decoder.after(layer, x, layer.project(x, decoder.dtype()), mask);
        }
        return decoder.normed(x).view(-1, decoder.config().width());
    }

    @Override
    public double loss(Losses means) {
        return means.base() + zWeight * means.baseZ();
    }

    @Override
    public double score(Losses means) {
        return means.base();
    }

    @Override
    public void close() {
        decoder.close();
    }
}
