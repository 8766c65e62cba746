package org.foretoken.workbench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.foretoken.ForetokenException;
import org.foretoken.Progress;
import org.foretoken.checkpoint.GgufFile;
import org.foretoken.generate.Arm;
import org.foretoken.kvp.Setup;
import org.foretoken.kvp.SetupFile;
import org.foretoken.kvp.Source;
import org.foretoken.model.Decoder;
import org.foretoken.model.family.StoredModel;
import org.foretoken.text.Tokenizer;
import org.foretoken.torch.Inference;
import org.foretoken.torch.Kernel;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The models and setups in memory. Belongs to the engine thread. */
final class LoadedModels implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LoadedModels.class);

    /** Models kept besides those of the setup in use. */
    private static final int KEPT = 3;

    /**
     * A model in memory.
     *
     * @param tokenizer null when the model has none
     */
    record Model(
            StoredModel stored, Decoder decoder, @Nullable Tokenizer tokenizer) {
        /** The tokenizer, or a sentence that says what to do without one. */
        Tokenizer tokenizerOrSentence() throws ForetokenException {
            if (tokenizer == null) {
                throw noTokenizer(stored.path());
            }
            return tokenizer;
        }

        void close() {
            if (tokenizer != null) {
                tokenizer.close();
            }
            decoder.close();
            stored.close();
        }
    }

    /** A setup in memory. */
    record LoadedSetup(
            Path folder,
            SetupFile file,
            Model base,
            @Nullable Model auxiliaryModel,
            Decoder auxiliary,
            Setup setup) {
        void close() {
            setup.close();
            if (auxiliaryModel == null) {
                auxiliary.close();
            }
        }
    }

    private final Map<Path, Model> models = new LinkedHashMap<>(16, 0.75f, true);
    private final EngineStart start;
    private final Runnable loaded;
    private @Nullable Kernel kernel;
    private @Nullable LoadedSetup setup;
    private String setupStamp = "";

    private final Set<String> answered = new HashSet<>();

    /** Brings libtorch up and says what products run on. */
    @FunctionalInterface
    interface EngineStart {
        Kernel kernel() throws ForetokenException;
    }

    /** @param loaded told when there is one more */
    LoadedModels(EngineStart start, Runnable loaded) {
        this.start = start;
        this.loaded = loaded;
    }

    /** Whether an arm of a model or setup has answered since the program began. */
    boolean hasAnswered(Path model, Arm arm) {
        return answered.contains(model + " " + arm.key());
    }

    /** Notes that it has. */
    void setAnswered(Path model, Arm arm) {
        answered.add(model + " " + arm.key());
    }

    /** The kernel; brings libtorch up at first. */
    Kernel kernel() throws ForetokenException {
        Kernel known = kernel;
        if (known == null) {
            known = start.kernel();
            kernel = known;
        }
        return known;
    }

    /** Brings libtorch up, for work that needs no model. */
    void start() throws ForetokenException {
        kernel();
    }

    /** Bytes of all weights in memory. */
    long bytes() {
        return models.values().stream()
                .mapToLong(model -> model.decoder().bytes())
                .sum();
    }

    /** The model at a path, loaded unless it is in memory. */
    Model model(Path path, Progress progress) throws ForetokenException {
        Path key = path.toAbsolutePath().normalize();
        Model known = models.get(key);
        if (known != null) {
            return known;
        }
        // on a cold JVM the header, the tokenizer, libtorch and the weights take a second each
        FutureTask<StoredModel> opening = new FutureTask<>(() -> StoredModel.open(path));
        FutureTask<@Nullable Tokenizer> reading = new FutureTask<>(() -> tokenizer(opening.get()));
        Thread.ofPlatform().daemon().name("open-model").start(() -> {
            opening.run();
            reading.run();
        });
        Decoder decoder = null;
        Model model;
        try {
            Kernel kernel = kernel();
            StoredModel stored = outcome(opening);
            Memory.check(stored, kernel);
            decoder = stored.load(kernel, progress);
            model = new Model(stored, decoder, outcome(reading));
        } catch (ForetokenException | RuntimeException e) {
            closeWhenRead(reading);
            if (decoder != null) {
                decoder.close();
            }
            closeWhenRead(opening);
            throw e;
        }
        models.put(key, model);
        forgetOldest(key);
        loaded.run();
        return model;
    }

    private static <T extends @Nullable Object> T outcome(FutureTask<T> task) throws ForetokenException {
        try {
            return task.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof ForetokenException known) {
                throw known;
            }
            throw new IllegalStateException("reading a model", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("the engine thread was interrupted", e);
        }
    }

    /** Waits for what nobody wants any more. */
    private static void closeWhenRead(FutureTask<? extends @Nullable AutoCloseable> task) {
        try {
            AutoCloseable unwanted = task.get();
            if (unwanted != null) {
                unwanted.close();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            LOG.debug("it failed as well", e);
        }
    }

    static ForetokenException noTokenizer(Path model) {
        return new ForetokenException(model
                + " has no tokenizer: give token ids (--tokens 1,2,3) or put its tokenizer.json into the folder.");
    }

    /** A model's tokenizer, checked against its embedding; null when there is none. */
    static @Nullable Tokenizer tokenizer(StoredModel stored) throws ForetokenException {
        Tokenizer tokenizer;
        if (stored.checkpoint() instanceof GgufFile gguf) {
            tokenizer = gguf.metadata().containsKey("tokenizer.ggml.model")
                    ? Tokenizer.ofGguf(gguf.path(), gguf.metadata())
                    : null;
        } else {
            tokenizer = Tokenizer.existsIn(stored.path()) ? Tokenizer.ofFolder(stored.path()) : null;
        }
        if (tokenizer != null && tokenizer.vocabularySize() > stored.config().vocabulary()) {
            int size = tokenizer.vocabularySize();
            tokenizer.close();
            throw new ForetokenException(stored.path() + ": the tokenizer has " + size
                    + " tokens, but the embedding only " + stored.config().vocabulary()
                    + " rows. They belong to different models: download both again.");
        }
        return tokenizer;
    }

    /** The setup in a folder, loaded unless it is the one in memory and unchanged on disk. */
    LoadedSetup setup(Path folder, Progress progress) throws ForetokenException {
        Path key = folder.toAbsolutePath().normalize();
        String stamp = key + stamp(SetupFile.in(key)) + stamp(SetupFile.predictorIn(key));
        LoadedSetup known = setup;
        if (known != null && stamp.equals(setupStamp)) {
            return known;
        }
        SetupFile file = SetupFile.read(key);
        Model base = model(Path.of(file.base().path()), progress);
        check(file, "base", file.base(), base);
        forgetSetup();
        SetupFile.ModelReference other = file.auxiliary();
        Model auxiliaryModel = other == null ? null : model(Path.of(other.path()), progress);
        Decoder auxiliary;
        if (auxiliaryModel != null && other != null) {
            check(file, "auxiliary", other, auxiliaryModel);
            auxiliary = auxiliaryModel.decoder();
        } else {
            int layers = base.decoder().config().layers().size();
            auxiliary = base.decoder().select(file.selectedOf(layers, folder));
        }
        try (Inference mode = Inference.begin()) {
            Setup made = new Setup(
                    base.decoder(),
                    auxiliary,
                    file.selectLayers(),
                    file.mapOf(
                            base.decoder().config().layers().size(),
                            auxiliary.config().layers().size(),
                            folder),
                    Source.of(file.source()));
            if (file.predictor() != null && !made.predictedLayers().isEmpty()) {
                made.readPredictor(SetupFile.predictorIn(key));
            }
            LoadedSetup loaded = new LoadedSetup(key, file, base, auxiliaryModel, auxiliary, made);
            setup = loaded;
            setupStamp = stamp;
            return loaded;
        } catch (ForetokenException | RuntimeException e) {
            if (auxiliaryModel == null) {
                auxiliary.close();
            }
            throw e;
        }
    }

    private static void check(SetupFile file, String role, SetupFile.ModelReference reference, Model model)
            throws ForetokenException {
        String found = model.stored().checkpoint().weights().hash();
        if (!found.equals(reference.hash())) {
            throw new ForetokenException("The setup was made for another " + role + ": the weights at "
                    + reference.path()
                    + " have changed (hash " + found.substring(0, 12) + ", not "
                    + reference
                            .hash()
                            .substring(0, Math.min(12, reference.hash().length()))
                    + "). Put the old file back or make the setup again; its source was " + file.source() + ".");
        }
    }

    /** What tells whether a file is as it was. */
    static String stamp(Path file) {
        try {
            return "|" + Files.getLastModifiedTime(file) + "|" + Files.size(file);
        } catch (IOException e) {
            return "|absent";
        }
    }

    private void forgetSetup() {
        if (setup != null) {
            setup.close();
        }
        setup = null;
        setupStamp = "";
    }

    private void forgetOldest(Path latest) {
        LoadedSetup current = setup;
        var oldest = models.entrySet().iterator();
        while (models.size() > KEPT && oldest.hasNext()) {
            Map.Entry<Path, Model> entry = oldest.next();
            boolean used = entry.getKey().equals(latest)
                    || (current != null
                            && (entry.getValue().equals(current.base())
                                    || entry.getValue().equals(current.auxiliaryModel())));
            if (!used) {
                entry.getValue().close();
                oldest.remove();
            }
        }
    }

    /** Lets go of the setup in memory, whose files are about to change. */
    void release(Path folder) {
        if (setup != null && setup.folder().equals(folder.toAbsolutePath().normalize())) {
            forgetSetup();
        }
    }

    @Override
    public void close() {
        forgetSetup();
        models.values().forEach(Model::close);
        models.clear();
    }
}
