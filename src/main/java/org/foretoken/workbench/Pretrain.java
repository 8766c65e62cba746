package org.foretoken.workbench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Consumer;
import org.foretoken.AtomicFile;
import org.foretoken.ForetokenException;
import org.foretoken.Progress;
import org.foretoken.kvp.SetupFile;
import org.foretoken.model.DecoderConfig;
import org.foretoken.model.LayerShape;
import org.foretoken.model.Rope;
import org.foretoken.model.family.StoredModel;
import org.foretoken.runs.RunRecord;
import org.foretoken.text.Tokenizer;
import org.foretoken.text.corpus.Corpus;
import org.foretoken.text.corpus.TextPart;
import org.foretoken.text.corpus.TokenStream;
import org.foretoken.torch.Kernel;
import org.foretoken.train.CurvePoint;
import org.foretoken.train.Pretraining;
import org.foretoken.train.TrainedWeights;
import org.foretoken.train.TrainingFolder;
import org.foretoken.train.TrainingSettings;

/** Trains a small Llama from nothing, and goes on where an earlier run of the same training stopped. Runs on the engine thread. */
public final class Pretrain {
    private static final double NORM_EPS = 1e-5;
    private static final double ROPE_THETA = 10_000;

    /** The paper's weight of the z-loss. */
    private static final double Z_WEIGHT = 1e-4;

    private static final long MOST_TOKENS = 1_000_000_000;

    /** Files of a Hub folder that belong to its tokenizer. */
    private static final List<String> TOKENIZER_FILES =
            List.of("tokenizer.json", "tokenizer_config.json", "special_tokens_map.json");

    /**
     * The model to be made: a Llama with tied embeddings.
     *
     * @param context most positions
     */
    public record Shape(int layers, int width, int heads, int kvHeads, int headDim, int ffnDim, int context) {}

    /**
     * What to train, and how.
     *
     * @param out the model's Hub folder, made by this; training's state is kept in its folder {@code training}
     * @param tokenizer a Hub folder that has one
     */
    public record Request(Path out, Path tokenizer, Shape shape, List<TextPart> text, TrainingSettings settings) {
        public Request {
            text = List.copyOf(text);
        }
    }

    /**
     * What came of it.
     *
     * @param parameters of the model
     * @param best the best validation, whose weights were kept
     * @param steps done
     */
    public record Result(Path model, long parameters, CurvePoint best, long steps, List<CurvePoint> curve) {}

    private final Workbench workbench;

    public Pretrain(Workbench workbench) {
        this.workbench = workbench;
    }

    /**
     * Trains to the end.
     *
     * @param listener hears every point of the curves, those of earlier runs first
     */
    public Result run(Request request, Consumer<CurvePoint> listener, Progress progress) throws ForetokenException {
        Kernel kernel = workbench.models().kernel();
        check(request);
        try (Tokenizer tokenizer = Tokenizer.ofFolder(request.tokenizer())) {
            Corpus corpus = Corpus.read(request.text(), tokenizer, MOST_TOKENS, progress);
            TrainingSettings settings = request.settings();
            TokenStream text = new TokenStream(
                    corpus, settings.length(), settings.packing(), settings.heldOutFraction(), settings.seed());
            DecoderConfig config = config(request.shape(), tokenizer.vocabularySize());
            Memory.checkTraining(config);
            TrainingFolder folder = new TrainingFolder(Train.trainingIn(request.out()));
            if (!folder.exists()) {
                SetupFile.checkNoneIn(request.out());
            }
            Map<String, String> description = description(request, config, corpus);
            description.put("kernel", kernel.label());
            folder.open(description);
            Pretraining.Run run = RunRecords.training(
                    workbench,
                    Train.trainingIn(request.out()),
                    description,
                    settings.seed(),
                    () -> RunRecord.Subject.base(model(request.out())),
                    () -> Pretraining.run(
                            config,
                            kernel,
                            Z_WEIGHT,
                            settings,
                            text,
                            folder,
                            (weights, validation) -> keep(request, tokenizer.endOfText(), tokenizer.bos(), weights),
                            listener,
                            progress));
            CurvePoint best = Train.validation(run.curve(), run.bestStep());
            return new Result(request.out(), config.parameters(), best, run.steps(), run.curve());
        }
    }

    /** The model as its record has it: without a hash where training stopped before it was written. */
    private static RunRecord.Model model(Path out) throws ForetokenException {
        if (!Files.exists(out.resolve("config.json"))) {
            return new RunRecord.Model(InspectModel.name(out), out.toString(), null);
        }
        try (StoredModel stored = StoredModel.open(out)) {
            return RecordedModels.model(stored);
        }
    }

    private static void check(Request request) throws ForetokenException {
        request.settings().check();
        Shape shape = request.shape();
        if (shape.heads() % shape.kvHeads() != 0 || shape.headDim() % 2 != 0) {
            throw new ForetokenException(
                    "A model has a number of heads that its key and value heads divide, and heads of"
                            + " even width: not " + shape.heads() + ", " + shape.kvHeads() + " and " + shape.headDim()
                            + ".");
        }
        if (request.settings().length() > shape.context()) {
            throw new ForetokenException(
                    "Sequences of " + request.settings().length() + " tokens don't fit into a context of "
                            + shape.context() + ": shorten --length or raise --context.");
        }
    }

    private static DecoderConfig config(Shape shape, int vocabulary) {
        LayerShape layer = new LayerShape(shape.heads(), shape.kvHeads(), shape.headDim(), shape.ffnDim(), false);
        return new DecoderConfig(
                "Llama",
                vocabulary,
                shape.width(),
                shape.context(),
                NORM_EPS,
                new Rope(ROPE_THETA, null, List.of()),
                true,
                false,
                false,
                Collections.nCopies(shape.layers(), layer));
    }

    private static void keep(Request request, Set<Integer> ends, OptionalInt bos, TrainedWeights weights)
            throws ForetokenException {
        Map<String, Integer> more = new LinkedHashMap<>();
        bos.ifPresent(id -> more.put("bos_token_id", id));
        // the file has room for one: what the tokenizer itself calls its end, before those of a chat's turns
        ends.stream().findFirst().ifPresent(id -> more.put("eos_token_id", id));
        weights.write(request.out(), more);
        copyTokenizer(request.tokenizer(), request.out());
    }

    /** Puts the tokenizer of one Hub folder into another. */
    static void copyTokenizer(Path from, Path to) throws ForetokenException {
        for (String name : TOKENIZER_FILES) {
            Path file = from.resolve(name);
            if (Files.exists(file)
                    && !file.toAbsolutePath().equals(to.resolve(name).toAbsolutePath())) {
                try {
                    AtomicFile.write(to.resolve(name), Files.readAllBytes(file));
                } catch (IOException e) {
                    throw new ForetokenException(file + " can't be read: " + ForetokenException.reason(e), e);
                }
            }
        }
    }

    private static Map<String, String> description(Request request, DecoderConfig config, Corpus corpus) {
        Map<String, String> description = new LinkedHashMap<>();
        description.putAll(Train.components("", request.shape()));
        description.put("vocabulary", Integer.toString(config.vocabulary()));
        description.putAll(Train.components("", request.settings()));
        description.putAll(Train.hashes(corpus));
        return description;
    }
}
