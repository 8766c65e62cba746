package org.foretoken.workbench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.foretoken.ForetokenException;
import org.foretoken.Progress;
import org.foretoken.calibrate.Calibration;
import org.foretoken.calibrate.KvError;
import org.foretoken.calibrate.KvErrorProfile;
import org.foretoken.calibrate.ReferenceProtocol;
import org.foretoken.calibrate.ReferenceProtocol.Figures;
import org.foretoken.calibrate.ReferenceProtocol.TailRow;
import org.foretoken.generate.Generator;
import org.foretoken.kvp.Setup;
import org.foretoken.kvp.Source;
import org.foretoken.model.DecoderConfig;
import org.foretoken.text.Tokenizer;
import org.foretoken.torch.Inference;

/** Measures how far a setup's predicted cache is from the base's own. Runs on the engine thread. */
public final class MeasureKvError {
    /** Windows of a text that are measured unless told otherwise. */
    public static final int WINDOWS = 8;

    private final Workbench workbench;

    public MeasureKvError(Workbench workbench) {
        this.workbench = workbench;
    }

    /**
     * A prompt, measured.
     *
     * @param setup the setup's folder
     * @param ids the prompt's tokens, special ones included
     * @param pieces each token's text; empty strings for a model without a tokenizer
     * @param profile means over all positions
     * @param kernel that it was computed with
     */
    public record OfPrompt(
            Path setup, List<Integer> ids, List<String> pieces, KvError error, KvErrorProfile profile, String kernel) {}

    /**
     * A text, measured.
     *
     * @param windows that it was cut into, each read from position 0, with means over its positions from the same one on
     * @param profile means over all positions from {@link ReferenceProtocol#FIRST_POSITION} on
     * @param tails rows of the first token, as asked for
     */
    public record OfText(
            Path setup, List<KvErrorProfile> windows, KvErrorProfile profile, List<TailRow> tails, String kernel) {
        public OfText {
            windows = List.copyOf(windows);
            tails = List.copyOf(tails);
        }
    }

    /**
     * A text, measured by the reference's protocol.
     *
     * @param source that the predictor read
     * @param figures of the setup's layer map with a predictor of its own
     */
    public record OfReference(Path setup, Source source, Figures figures, String kernel) {}

    /**
     * Which part of a text to measure.
     *
     * @param text tokenised without BOS
     * @param skip tokens to leave out at the start, such as those that the setup was calibrated on
     * @param windows to measure at most, of 256 tokens or a shorter context
     * @param tails to measure the first token with, perhaps none
     */
    public record Text(TextStart text, int skip, int windows, List<Integer> tails) {}

    /**
     * Measures one prompt, every position predicted.
     *
     * @throws ForetokenException when setup or prompt can't be used
     */
    public OfPrompt run(Path folder, Prompt prompt, Progress progress) throws ForetokenException {
        LoadedModels.LoadedSetup loaded = predicting(folder, progress);
        Tokenizer tokenizer = loaded.base().tokenizer();
        int[] ids = Generate.encode(prompt, tokenizer, folder);
        check(ids, loaded.setup());
        try (Inference mode = Inference.begin()) {
            KvError error = KvError.measure(loaded.setup(), ids, progress);
            return new OfPrompt(
                    loaded.folder(),
                    Arrays.stream(ids).boxed().toList(),
                    Arrays.stream(ids)
                            .mapToObj(id ->
                                    tokenizer == null || id >= tokenizer.vocabularySize() ? "" : tokenizer.token(id))
                            .toList(),
                    error,
                    KvErrorProfile.of(error, 0),
                    kernel(loaded));
        }
    }

    /**
     * Means over windows of a text, with the setup's own predictor.
     *
     * @throws ForetokenException when the setup can't be used or the text is too short
     */
    public OfText run(Path folder, Text text, Progress progress) throws ForetokenException {
        LoadedModels.LoadedSetup loaded = predicting(folder, progress);
        Setup setup = loaded.setup();
        List<int[]> windows = windows(setup, text, loaded.base().tokenizerOrSentence(), progress);
        try (Inference mode = Inference.begin()) {
            List<KvErrorProfile> profiles = new ArrayList<>();
            for (int i = 0; i < windows.size(); i++) {
                String what = "Window " + (i + 1) + " of " + windows.size();
                long before = i;
                KvError error = KvError.measure(
                        setup,
                        windows.get(i),
                        (step, done, total) -> progress.report(what, before * total + done, windows.size() * total));
                profiles.add(KvErrorProfile.of(error, ReferenceProtocol.FIRST_POSITION));
            }
            return new OfText(
                    loaded.folder(),
                    profiles,
                    profiles.stream().reduce(KvErrorProfile::plus).orElseThrow(),
                    ReferenceProtocol.tails(setup, windows, text.tails(), progress),
                    kernel(loaded));
        }
    }

    /**
     * Calibrates in memory and measures by {@link ReferenceProtocol}; the setup on disk stays as it is.
     *
     * @param source of the predictor; empty takes the setup's own
     * @param tails to measure the first token with, perhaps none
     */
    public OfReference byReference(
            Path folder, TextStart text, Optional<Source> source, List<Integer> tails, Progress progress)
            throws ForetokenException {
        LoadedModels.LoadedSetup loaded = workbench.models().setup(folder, progress);
        Source reads = source.orElse(loaded.setup().source());
        int[] tokens = text.tokens(
                ReferenceProtocol.tokens(!tails.isEmpty()), loaded.base().tokenizerOrSentence(), progress);
        check(tokens, "text", loaded.base().decoder().config());
        check(tokens, "text", loaded.auxiliary().config());
        try (Inference mode = Inference.begin();
                Setup fresh = new Setup(
                        loaded.base().decoder(),
                        loaded.auxiliary(),
                        loaded.file().selectLayers(),
                        loaded.setup().map(),
                        reads)) {
            Figures figures = ReferenceProtocol.measure(fresh, tokens, tails, progress);
            return new OfReference(loaded.folder(), reads, figures, kernel(loaded));
        }
    }

    private LoadedModels.LoadedSetup predicting(Path folder, Progress progress) throws ForetokenException {
        LoadedModels.LoadedSetup loaded = workbench.models().setup(folder, progress);
        if (!loaded.setup().canPredict()) {
            throw Generate.noPredictor(loaded.folder());
        }
        workbench.weigh();
        return loaded;
    }

    private static String kernel(LoadedModels.LoadedSetup loaded) {
        return loaded.base().decoder().kernel().label();
    }

    private static void check(int[] ids, Setup setup) throws ForetokenException {
        if (ids.length == 0) {
            throw new ForetokenException("The prompt is empty: write something for the models to read.");
        }
        Generator.check(ids, setup.base().config());
        Generator.check(ids, setup.auxiliary().config());
    }

    private static void check(int[] ids, String what, DecoderConfig config) throws ForetokenException {
        for (int id : ids) {
            if (id >= config.vocabulary()) {
                throw new ForetokenException("The " + what + " has token " + id + ", but a model knows tokens 0 to "
                        + (config.vocabulary() - 1) + ": base and auxiliary need the same tokenizer.");
            }
        }
    }

    private static List<int[]> windows(Setup setup, Text text, Tokenizer tokenizer, Progress progress)
            throws ForetokenException {
        long needed = text.skip() + (long) text.windows() * Calibration.WINDOW;
        int[] all = text.text().tokens((int) Math.min(Integer.MAX_VALUE, needed), tokenizer, progress);
        check(all, "text", setup.base().config());
        check(all, "text", setup.auxiliary().config());
        int[] rest = text.skip() < all.length ? Arrays.copyOfRange(all, text.skip(), all.length) : new int[0];
        List<int[]> windows = Calibration.windows(setup, rest).stream()
                .filter(window -> window.length > ReferenceProtocol.FIRST_POSITION)
                .limit(text.windows())
                .toList();
        if (windows.isEmpty()) {
            throw new ForetokenException(String.format(
                    Locale.ROOT,
                    "The text has %,d tokens%s, too few to measure on: give one of more than %d.",
                    all.length,
                    text.skip() > 0 ? String.format(Locale.ROOT, " and %,d are left out", text.skip()) : "",
                    (long) text.skip() + ReferenceProtocol.FIRST_POSITION));
        }
        if (!text.tails().isEmpty() && !ReferenceProtocol.isLongEnough(windows)) {
            throw new ForetokenException("A tail is measured after prompts of " + ReferenceProtocol.SHORTEST_PROMPT
                    + " tokens and more: give a longer text, or leave the tail out.");
        }
        return windows;
    }
}
