package org.foretoken.train;

import java.util.List;
import java.util.function.Consumer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.foretoken.ForetokenException;
import org.foretoken.Progress;
import org.foretoken.kvp.PredictorWeights;
import org.foretoken.kvp.Setup;
import org.foretoken.model.family.StoredModel;
import org.foretoken.text.corpus.TokenStream;
import org.foretoken.torch.Kernel;
import org.jspecify.annotations.Nullable;

/** Trains a setup's predictor, and its auxiliary where that's wanted, by gradients through the frozen base. Outside of inference mode. */
public final class KvPredictionTraining {
    /**
     * What begins.
     *
     * @param setup with the map and source of the predictor; without shared layers when the auxiliary is trained
     * @param base the setup's base on disk
     * @param auxiliary what is trained besides the predictor; null for nothing
     * @param weights maps to begin with; null begins at random, as CoreNet does
     */
    public record Start(
            Setup setup,
            StoredModel base,
            @Nullable Auxiliary auxiliary,
            @Nullable PredictorWeights weights) {}

    /**
     * An auxiliary to be trained.
     *
     * @param stored where its weights are
     * @param layers which of that model's layers it consists of
     * @param rank of the updates of its matrices; 0 trains every weight
     */
    public record Auxiliary(StoredModel stored, List<Integer> layers, int rank) {}

    /** Keeps what is trained as it is now: the best so far. */
    @FunctionalInterface
    public interface KeepBest {
        /**
         * @param predictor to be written; closed by the caller
         * @param auxiliary the trained auxiliary; null where it wasn't trained
         */
        void keep(PredictorWeights predictor, @Nullable TrainedWeights auxiliary, CurvePoint validation)
                throws ForetokenException;
    }

    /**
     * What came of it.
     *
     * @param steps done in all
     * @param bestStep after which the best validation was made, whose weights were kept
     * @param curve all points
     */
    public record Result(long steps, long bestStep, List<CurvePoint> curve) {}

    private KvPredictionTraining() {}

    /**
     * Trains, or goes on where the folder's training stands.
     *
     * @param folder opened for this training
     * @param recomputes whether base layers are computed again on the way down, one at a time, to save memory
     * @param cacheBytes what may be kept of the frozen models' passes for later validations and epochs
     */
    public static Result run(
            Start start,
            LossWeights weights,
            TrainingSettings settings,
            TokenStream text,
            TrainingFolder folder,
            boolean recomputes,
            long cacheBytes,
            KeepBest keepBest,
            Consumer<CurvePoint> listener,
            Progress progress)
            throws ForetokenException {
        Setup setup = start.setup();
        Kernel kernel = setup.base().kernel();
        Auxiliary trained = start.auxiliary();
        TrainablePredictor predictor = start.weights() == null
                ? TrainablePredictor.random(setup, settings.seed())
                : TrainablePredictor.from(setup, start.weights());
        PredictedPass pass = new PredictedPass(
                setup,
                new FrozenBase(setup.base(), start.base(), PredictedPass.firstLayer(setup)),
                trained == null ? null : decoder(trained, kernel.dtype(), settings.seed()),
                predictor,
                recomputes);
        boolean comesAgain = settings.steps() * settings.batch() > text.sequencesPerEpoch();
        try (KvPrediction objective = new KvPrediction(pass, weights, comesAgain, cacheBytes)) {
            Trainer trainer = new Trainer(
                    objective,
                    text,
                    settings,
                    folder,
                    validation -> {
                        DifferentiableDecoder auxiliary = pass.auxiliary();
                        try (PointerScope scope = new PointerScope();
                                PredictorWeights maps = predictor.weights()) {
                            keepBest.keep(
                                    maps,
                                    auxiliary == null
                                            ? null
                                            : new TrainedWeights(auxiliary.config(), auxiliary.weights()),
                                    validation);
                        }
                    },
                    listener,
                    progress);
            TrainingFolder.State end = trainer.run();
            return new Result(end.step(), end.bestStep(), folder.curve());
        }
    }

    private static DifferentiableDecoder decoder(Auxiliary trained, ScalarType dtype, long seed)
            throws ForetokenException {
        return trained.rank() == 0
                ? DifferentiableDecoder.trainable(trained.stored(), trained.layers(), dtype)
                : DifferentiableDecoder.lowRank(trained.stored(), trained.layers(), trained.rank(), dtype, seed);
    }
}
