package org.foretoken.workbench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import org.foretoken.ForetokenException;
import org.foretoken.Progress;
import org.foretoken.calibrate.Calibration;
import org.foretoken.kvp.LayerMap;
import org.foretoken.kvp.PredictorWeights;
import org.foretoken.kvp.Setup;
import org.foretoken.kvp.SetupFile;
import org.foretoken.text.corpus.TokenStream;
import org.foretoken.torch.Inference;
import org.foretoken.train.KvPredictionTraining;
import org.jspecify.annotations.Nullable;

/** What training begins with: a setup's models, and maps that are its own, fitted for the purpose, or left to chance. */
final class TrainingStart implements AutoCloseable {
    private final KvPredictionTraining.Start start;
    private final @Nullable Setup own;

    private TrainingStart(KvPredictionTraining.Start start, @Nullable Setup own) {
        this.start = start;
        this.own = own;
    }

    /**
     * Gathers it.
     *
     * @param goesOn whether a state on disk replaces the maps anyway
     * @param text to fit maps on that the setup hasn't
     */
    static TrainingStart of(
            Train.Request request, LoadedModels.LoadedSetup loaded, boolean goesOn, TokenStream text, Progress progress)
            throws ForetokenException {
        boolean atRandom = request.scratch() || goesOn;
        if (request.part() == Train.Part.PREDICTOR) {
            PredictorWeights weights = atRandom ? null : stored(request.setup(), loaded.setup());
            return new TrainingStart(
                    new KvPredictionTraining.Start(loaded.setup(), loaded.base().stored(), null, weights), null);
        }
        // once its weights change, no layer of the auxiliary is the base's own any more
        Setup apart = new Setup(
                loaded.setup().base(),
                loaded.auxiliary(),
                null,
                loaded.setup().map(),
                loaded.setup().source());
        PredictorWeights weights = atRandom ? null : apart(request, loaded, apart, text, progress);
        List<Integer> layers = loaded.file().selectLayers();
        int count = apart.auxiliary().config().layers().size();
        KvPredictionTraining.Auxiliary auxiliary = new KvPredictionTraining.Auxiliary(
                Train.auxiliaryModel(loaded).stored(),
                layers == null ? LayerMap.identity(count).links() : layers,
                request.part() == Train.Part.LOW_RANK ? request.rank() : 0);
        return new TrainingStart(
                new KvPredictionTraining.Start(apart, loaded.base().stored(), auxiliary, weights), apart);
    }

    private static PredictorWeights apart(
            Train.Request request, LoadedModels.LoadedSetup loaded, Setup apart, TokenStream text, Progress progress)
            throws ForetokenException {
        if (loaded.setup().predictedLayers().size() == apart.predictedLayers().size()) {
            return stored(request.setup(), apart);
        }
        long sequences = Math.min(text.sequencesPerEpoch(), Math.ceilDiv(Calibrate.TOKENS, text.length()));
        int[] tokens = LongStream.range(0, sequences)
                .mapToObj(text::at)
                .flatMapToInt(sequence -> Arrays.stream(sequence.tokens()))
                .toArray();
        try (Inference mode = Inference.begin()) {
            PredictorWeights fitted =
                    Calibration.run(apart, tokens, Calibration.LAMBDA, progress).weights();
            Path file = SetupFile.predictorIn(request.out());
            fitted.write(file, apart.source());
            fitted.close();
        }
        // read again: what is made in inference mode can't be trained
        return stored(request.out(), apart);
    }

    private static PredictorWeights stored(Path folder, Setup setup) throws ForetokenException {
        Path file = SetupFile.predictorIn(folder);
        if (!Files.exists(file)) {
            throw new ForetokenException(folder + " has no predictor to begin with: run 'foretoken calibrate --setup "
                    + folder + "' first, or begin with --scratch.");
        }
        return setup.storedWeights(file);
    }

    KvPredictionTraining.Start start() {
        return start;
    }

    @Override
    public void close() {
        PredictorWeights weights = start.weights();
        if (weights != null) {
            weights.close();
        }
        if (own != null) {
            own.close();
        }
    }
}
