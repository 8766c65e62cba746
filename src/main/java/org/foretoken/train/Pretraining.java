package org.foretoken.train;

import java.util.List;
import java.util.function.Consumer;
import org.bytedeco.javacpp.PointerScope;
import org.foretoken.ForetokenException;
import org.foretoken.Progress;
import org.foretoken.model.DecoderConfig;
import org.foretoken.text.corpus.TokenStream;
import org.foretoken.torch.Kernel;

/** Trains a language model on plain text, from random weights. Outside of inference mode. */
public final class Pretraining {
    /** Keeps the model as it is now: the best so far. */
    @FunctionalInterface
    public interface KeepBest {
        void keep(TrainedWeights weights, CurvePoint validation) throws ForetokenException;
    }

    /**
     * What came of it.
     *
     * @param steps done in all
     * @param bestStep after which the best validation was made, whose weights were kept
     * @param curve all points
     */
    public record Run(long steps, long bestStep, List<CurvePoint> curve) {}

    private Pretraining() {}

    /**
     * Trains, or goes on where the folder's training stands.
     *
     * @param config of the model
     * @param kernel whose dtype the products are done in
     * @param zWeight of logsumexp² beside the cross-entropy
     * @param folder opened for this training
     */
    public static Run run(
            DecoderConfig config,
            Kernel kernel,
            double zWeight,
            TrainingSettings settings,
            TokenStream text,
            TrainingFolder folder,
            KeepBest keepBest,
            Consumer<CurvePoint> listener,
            Progress progress)
            throws ForetokenException {
        DifferentiableDecoder decoder = DifferentiableDecoder.random(config, kernel.dtype(), settings.seed());
        try (LanguageModel objective = new LanguageModel(decoder, zWeight)) {
            Trainer trainer = new Trainer(
                    objective,
                    text,
                    settings,
                    folder,
                    validation -> {
                        try (PointerScope scope = new PointerScope()) {
                            keepBest.keep(new TrainedWeights(config, decoder.weights()), validation);
                        }
                    },
                    listener,
                    progress);
            TrainingFolder.State end = trainer.run();
            return new Run(end.step(), end.bestStep(), folder.curve());
        }
    }
}
