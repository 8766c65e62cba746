package org.foretoken.workbench;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.foretoken.AtomicFile;
import org.foretoken.ForetokenException;
import org.foretoken.Progress;
import org.foretoken.generate.Arm;
import org.foretoken.kvp.PredictorWeights;
import org.foretoken.kvp.Setup;
import org.foretoken.kvp.SetupFile;
import org.foretoken.model.DecoderConfig;
import org.foretoken.model.family.StoredModel;
import org.foretoken.text.corpus.Corpus;
import org.foretoken.text.corpus.TextPart;
import org.foretoken.text.corpus.TokenStream;
import org.foretoken.train.CurvePoint;
import org.foretoken.train.KvPredictionTraining;
import org.foretoken.train.LossWeights;
import org.foretoken.train.TrainedWeights;
import org.foretoken.train.TrainingFolder;
import org.foretoken.train.TrainingSettings;
import org.jspecify.annotations.Nullable;

/** Trains a setup's predictor by gradients, and goes on where an earlier run of the same training stopped. Runs on the engine thread. */
public final class Train {
    /** What training goes down. */
    public enum Aim {
        /** KL(base ‖ predicted) at every position. */
        DISTILL,
        /** The paper's: cross-entropies, z-losses, L1 of keys and values. */
        PAPER
    }

    /** What changes in training; the base never does. */
    public enum Part {
        /** The maps alone. */
        PREDICTOR,
        /** The maps, and updates of low rank of the auxiliary's matrices. */
        LOW_RANK,
        /** The maps and every weight of the auxiliary. */
        AUXILIARY
    }

    /**
     * What to train, and how.
     *
     * @param setup to begin with; it stays as it is
     * @param out the trained setup's folder, made by this; training's state is kept in its folder {@code training}
     * @param text what is read; of each the last part is held out
     * @param rank of the auxiliary's updates; for {@link Part#LOW_RANK} only
     * @param kvWeight of the L1 errors summed over layers; null takes none, or for the paper's aim one part for each base layer
     * @param ceWeight of the base's cross-entropy through the predicted cache; null takes none, or for the paper's aim 1
     * @param scratch whether the maps begin at random instead of as they are
     */
    public record Request(
            Path setup,
            Path out,
            List<TextPart> text,
            Aim aim,
            Part part,
            int rank,
            @Nullable Double kvWeight,
            @Nullable Double ceWeight,
            boolean scratch,
            TrainingSettings settings) {
        public Request {
            text = List.copyOf(text);
        }
    }

    /**
     * What came of it.
     *
     * @param setup the trained one, with the weights of the best validation
     * @param first validation before the first step
     * @param best the best validation
     * @param steps done
     */
    public record Result(SetupSummary setup, CurvePoint first, CurvePoint best, long steps, List<CurvePoint> curve) {}

    /** More tokens of one text than this are left unread. */
    private static final long MOST_TOKENS = 200_000_000;

    private static final JsonMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .enable(SerializationFeature.INDENT_OUTPUT)
            .build();

    /** Part of this machine's memory that a pass may take before layers are computed twice instead. */
    private static final int ACTIVATION_PART = 4;

    /** Part of this machine's memory that may hold the frozen models' passes. */
    private static final int CACHE_PART = 6;

    private final Workbench workbench;

    public Train(Workbench workbench) {
        this.workbench = workbench;
    }

    /** Where a setup's training keeps its state and curve. */
    public static Path trainingIn(Path setup) {
        return setup.resolve("training");
    }

    /** What was asked for when a setup's training was begun: {@link #run} of the same goes on. Empty where none was. */
    public static Optional<Request> begun(Path out) throws ForetokenException {
        Path file = requestIn(out);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            return Optional.of(JSON.readValue(Files.readString(file), Request.class));
        } catch (IOException e) {
            throw new ForetokenException(file + " can't be read: delete " + trainingIn(out) + " to begin again.", e);
        }
    }

    /** The points of a setup's training so far; none where none was begun. Any thread. */
    public static List<CurvePoint> curve(Path out) throws ForetokenException {
        return new TrainingFolder(trainingIn(out)).curve();
    }

    static Path requestIn(Path out) {
        return trainingIn(out).resolve("request.json");
    }

    /**
     * Trains to the end.
     *
     * @param listener hears every point of the curves, those of earlier runs first
     */
    public Result run(Request request, Consumer<CurvePoint> listener, Progress progress) throws ForetokenException {
        LoadedModels.LoadedSetup loaded = workbench.models().setup(request.setup(), progress);
        if (loaded.setup().predictedLayers().isEmpty()) {
            throw new ForetokenException(request.setup()
                    + " predicts nothing: every layer is the base's own. Choose fewer layers for its auxiliary.");
        }
        int width = loaded.auxiliary().config().width();
        if (request.part() == Part.LOW_RANK && (request.rank() < 1 || request.rank() > width)) {
            throw new ForetokenException(
                    "Updates of rank " + request.rank() + " can't be trained: give a rank from 1 to " + width
                            + ", the auxiliary's width; more would say nothing that this doesn't.");
        }
        Corpus corpus = Corpus.read(request.text(), loaded.base().tokenizerOrSentence(), MOST_TOKENS, progress);
        TrainingSettings settings = request.settings();
        settings.check();
        TokenStream text = new TokenStream(
                corpus, settings.length(), settings.packing(), settings.heldOutFraction(), settings.seed());
        boolean trainsAuxiliary = request.part() != Part.PREDICTOR;
        LossWeights losses = losses(request, loaded.setup(), trainsAuxiliary);
        losses.check();
        try (TrainingFolder folder = new TrainingFolder(trainingIn(request.out()))) {
            if (!folder.exists()) {
                SetupFile.checkNoneIn(request.out());
            }
            Map<String, String> description = description(request, loaded.file(), losses, corpus);
            description.put("kernel", workbench.models().kernel().label());
            folder.open(description);
            return run(request, loaded, text, losses, folder, description, listener, progress);
        }
    }

    private Result run(
            Request request,
            LoadedModels.LoadedSetup loaded,
            TokenStream text,
            LossWeights losses,
            TrainingFolder folder,
            Map<String, String> description,
            Consumer<CurvePoint> listener,
            Progress progress)
            throws ForetokenException {
        TrainingSettings settings = request.settings();
        String kernel = workbench.models().kernel().label();
        if (!folder.hasState()) {
            loaded.file().with(loaded.setup().source(), null).write(request.out());
        }
        write(request);
        try (TrainingStart start = TrainingStart.of(request, loaded, folder.hasState(), text, progress)) {
            KvPredictionTraining.Result result = RunRecords.training(
                    workbench,
                    trainingIn(request.out()),
                    description,
                    settings.seed(),
                    () -> RecordedModels.at(request.out()).subject(Arm.KV_PREDICTION, 0),
                    () -> KvPredictionTraining.run(
                            start.start(),
                            losses,
                            settings,
                            text,
                            folder,
                            activations(loaded, settings, workbench.threads()) > Memory.total() / ACTIVATION_PART,
                            Memory.total() / CACHE_PART,
                            (predictor, auxiliary, validation) ->
                                    keep(request, loaded, kernel, predictor, auxiliary, validation),
                            listener,
                            progress));
            workbench.models().release(request.out());
            checkKept(SetupFile.predictorIn(request.out()), request.out());
            return new Result(
                    new OpenSetup(workbench).run(request.out()),
                    validation(result.curve(), 0),
                    validation(result.curve(), result.bestStep()),
                    result.steps(),
                    result.curve());
        }
    }

    /** Refuses an end whose weights somebody took away: the state has the last step's, which needn't be the best. */
    static void checkKept(Path weights, Path out) throws ForetokenException {
        if (!Files.isRegularFile(weights)) {
            throw new ForetokenException("Training is at its end, but the weights that it kept are gone: put " + weights
                    + " back, or delete " + trainingIn(out) + " to begin again.");
        }
    }

    /** Bytes that the base's layers keep for the way down, about. */
    private static long activations(LoadedModels.LoadedSetup loaded, TrainingSettings settings, int threads) {
        DecoderConfig config = loaded.setup().base().config();
        // float32: the stream after attention and after the layer; queries as projected and after RoPE, and twice what
        // attention makes of them; keys and values as predicted, normed and after RoPE; gate and up
        long numbers = config.layers().stream()
                .mapToLong(s -> 2L * config.width() + 4L * s.queryDim() + 6L * s.kvDim() + 2L * s.ffnDim())
                .sum();
        // each thread has a micro-batch of its own
        long sequences = Math.min(settings.batch(), (long) settings.microBatch() * threads);
        return 4 * numbers * settings.length() * sequences;
    }

    private static void write(Request request) throws ForetokenException {
        try {
            AtomicFile.write(requestIn(request.out()), JSON.writeValueAsBytes(request));
        } catch (JacksonException e) {
            throw new IllegalStateException("a request as JSON", e);
        }
    }

    private static LossWeights losses(Request request, Setup setup, boolean trainsAuxiliary) {
        LossWeights plain = request.aim() == Aim.PAPER
                ? LossWeights.paper(setup.map().size(), trainsAuxiliary)
                : LossWeights.distillation();
        LossWeights kv = request.kvWeight() == null ? plain : plain.withKv(request.kvWeight());
        return request.ceWeight() == null ? kv : kv.withBase(request.ceWeight());
    }

    private static void keep(
            Request request,
            LoadedModels.LoadedSetup loaded,
            String kernel,
            PredictorWeights predictor,
            @Nullable TrainedWeights auxiliary,
            CurvePoint validation)
            throws ForetokenException {
        Path out = request.out();
        predictor.write(SetupFile.predictorIn(out), loaded.setup().source());
        List<String> files =
                request.text().stream().map(part -> part.path().toString()).toList();
        SetupFile.Origin origin = SetupFile.Origin.trained(
                validation.tokens(),
                files,
                validation.step(),
                kernel,
                request.scratch() ? null : loaded.file().predictor());
        SetupFile file = loaded.file().with(loaded.setup().source(), origin);
        if (auxiliary != null) {
            Path folder = out.resolve("auxiliary");
            auxiliary.write(folder, Map.of());
            Pretrain.copyTokenizer(auxiliaryModel(loaded).stored().path(), folder);
            try (StoredModel stored = StoredModel.open(folder)) {
                file = file.withAuxiliary(PruneLayers.reference(stored), origin);
            }
        }
        file.write(out);
    }

    /** The model that the auxiliary's weights come from: the base when it's pruned. */
    static LoadedModels.Model auxiliaryModel(LoadedModels.LoadedSetup loaded) {
        LoadedModels.Model own = loaded.auxiliaryModel();
        return own == null ? loaded.base() : own;
    }

    /** All that the numbers depend on. */
    private static Map<String, String> description(Request request, SetupFile file, LossWeights losses, Corpus corpus) {
        Map<String, String> description = new LinkedHashMap<>();
        description.put("base", file.base().hash());
        SetupFile.ModelReference auxiliary = file.auxiliary();
        description.put("auxiliary", auxiliary == null ? String.valueOf(file.selectLayers()) : auxiliary.hash());
        description.put("layer map", file.layerMap().toString());
        description.put("source", file.source());
        description.put("start", request.scratch() ? "scratch" : "the setup's predictor");
        description.put("trains", request.part() + (request.part() == Part.LOW_RANK ? " " + request.rank() : ""));
        description.putAll(components("loss weight ", losses));
        description.putAll(components("", request.settings()));
        description.putAll(hashes(corpus));
        return description;
    }

    /** A record's components by their names in words, so that what differs is named alone. */
    static Map<String, String> components(String before, Record settings) {
        Map<String, String> components = new LinkedHashMap<>();
        JSON.convertValue(settings, JsonNode.class)
                .properties()
                .forEach(entry -> components.put(
                        before + entry.getKey().replace('_', ' '),
                        entry.getValue().asText()));
        return components;
    }

    /** What was read, for {@link TrainingFolder#open}. */
    static Map<String, String> hashes(Corpus corpus) {
        Map<String, String> hashes = new LinkedHashMap<>();
        for (Corpus.Part part : corpus.parts()) {
            String name = TrainingFolder.TEXT + part.source().path();
            while (hashes.containsKey(name)) {
                name += " again"; // one text may come twice, by different templates
            }
            hashes.put(
                    name,
                    "weight " + part.source().weight() + ", template "
                            + part.source().template() + ", sha256 " + part.sha256());
        }
        return hashes;
    }

    static CurvePoint validation(List<CurvePoint> curve, long step) {
        return curve.stream()
                .filter(point -> point.heldOut() && point.step() == step)
                .findFirst()
                .orElseThrow();
    }
}
