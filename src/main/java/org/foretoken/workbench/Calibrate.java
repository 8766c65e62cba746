package org.foretoken.workbench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.foretoken.ForetokenException;
import org.foretoken.Progress;
import org.foretoken.calibrate.Calibration;
import org.foretoken.calibrate.LinkPrices;
import org.foretoken.calibrate.PricesFile;
import org.foretoken.kvp.PredictorWeights;
import org.foretoken.kvp.Setup;
import org.foretoken.kvp.SetupFile;
import org.foretoken.kvp.Source;
import org.foretoken.text.Tokenizer;
import org.foretoken.text.corpus.Corpus;
import org.foretoken.text.corpus.TextPart;
import org.foretoken.torch.Inference;

/** Fits a setup's predictor in closed form. Runs on the engine thread. */
public final class Calibrate {
    /** Tokens that a fit reads unless told otherwise: under a minute for a model of 135M parameters on two cores. */
    public static final int TOKENS = 8192;

    /** Four windows: one is held out. */
    private static final int LEAST_FOR_PRICES = 4 * Calibration.WINDOW;

    /**
     * How to fit.
     *
     * @param out folder of the calibrated setup; empty for the setup's own, unless that was trained: what it learned would be gone
     * @param text to read, the tokens divided by weight; empty takes the text that comes with the program
     * @param sources what the maps read: the setup's predictor the first; statistics and prices of links are gathered for all
     * @param tokens how many to read at most
     * @param lambda ridge weight relative to the mean square of the input; empty has it chosen on held-out tokens
     */
    public record Request(
            Path setup,
            Optional<Path> out,
            List<TextPart> text,
            List<Source> sources,
            int tokens,
            OptionalDouble lambda) {
        public Request {
            text = List.copyOf(text);
            sources = List.copyOf(sources);
        }

        /** The same, with the calibrated setup in a folder of its own. */
        public Request to(Path folder) {
            return new Request(setup, Optional.of(folder), text, sources, tokens, lambda);
        }
    }

    /**
     * How well it fits.
     *
     * @param tokens read
     * @param heldOut how many of these the errors are of, by maps fitted on the others; 0 says that they're of the text itself
     * @param lambda ridge weight
     * @param keyErrors relative error of the keys for each base layer; 0 where shared
     * @param valueErrors likewise of the values
     * @param notes sentences on what to know about the fit; mostly none
     */
    public record Result(
            SetupSummary setup,
            long tokens,
            long heldOut,
            double lambda,
            double seconds,
            List<Double> keyErrors,
            List<Double> valueErrors,
            List<String> notes) {}

    private final Workbench workbench;

    public Calibrate(Workbench workbench) {
        this.workbench = workbench;
    }

    /** Reads the text, fits, and writes the predictor into the setup's folder or another one. */
    public Result run(Request request, Progress progress) throws ForetokenException {
        if (request.tokens() < 1) {
            throw new ForetokenException("A fit needs text: read at least one token, better some thousand.");
        }
        LoadedModels models = workbench.models();
        LoadedModels.LoadedSetup loaded = models.setup(request.setup(), progress);
        Path folder = folder(request, loaded);
        int[] tokens = tokens(request, loaded.base().tokenizerOrSentence(), progress);
        long began = System.nanoTime();
        Source source = request.sources().get(0);
        try (Inference mode = Inference.begin();
                Setup setup = new Setup(
                        loaded.setup().base(),
                        loaded.auxiliary(),
                        loaded.file().selectLayers(),
                        loaded.setup().map(),
                        source)) {
            List<String> notes = new ArrayList<>();
            Calibration.Result fit = fit(request, setup, tokens, folder, notes, progress);
            try (PredictorWeights weights = fit.weights()) {
                weights.write(SetupFile.predictorIn(folder), source);
            }
            List<String> read = request.text().isEmpty()
                    ? List.of("built-in text")
                    : request.text().stream()
                            .map(part -> part.path().toString())
                            .toList();
            SetupFile.Origin origin = SetupFile.Origin.calibrated(
                    fit.tokens(), read, fit.lambda(), models.kernel().label());
            loaded.file().with(source, origin).write(folder);
            notes.addAll(fit.notes());
            return new Result(
                    new OpenSetup(workbench).run(folder),
                    fit.tokens(),
                    fit.heldOut(),
                    fit.lambda(),
                    (System.nanoTime() - began) / 1e9,
                    fit.keyErrors(),
                    fit.valueErrors(),
                    notes);
        }
    }

    /** Where the predictor goes. */
    private static Path folder(Request request, LoadedModels.LoadedSetup loaded) throws ForetokenException {
        if (request.out().isPresent()) {
            Path out = request.out().get();
            SetupFile.checkNoneIn(out);
            return made(out);
        }
        SetupFile.Origin origin = loaded.file().predictor();
        if (origin != null && origin.steps() != null) {
            throw new ForetokenException(
                    loaded.folder() + " was trained, and calibrating it would replace what it learned:"
                            + " give the calibrated setup a folder of its own with --out.");
        }
        return loaded.folder();
    }

    /** The folder alone: it's a setup once the fit is done. */
    private static Path made(Path folder) throws ForetokenException {
        try {
            return Files.createDirectories(folder);
        } catch (IOException e) {
            throw new ForetokenException(
                    folder + " can't be made: " + ForetokenException.reason(e)
                            + ". Choose a folder that you may write to.",
                    e);
        }
    }

    /** With the prices of every link where text and memory allow, otherwise the setup's own links alone. */
    private static Calibration.Result fit(
            Request request, Setup setup, int[] tokens, Path folder, List<String> notes, Progress progress)
            throws ForetokenException {
        long bytes = Calibration.bytes(setup, request.sources());
        long room = Memory.total() / 4;
        if (setup.predictedLayers().isEmpty()) {
            return Calibration.run(setup, tokens, request.lambda().orElse(Calibration.LAMBDA), progress);
        }
        if (tokens.length < LEAST_FOR_PRICES || bytes > room) {
            notes.add(
                    bytes > room
                            ? String.format(
                                    Locale.ROOT,
                                    "Only the links of the layer map were fitted: statistics of every link would take %.1f GB of memory, and a"
                                            + " quarter of this machine's is %.1f GB.",
                                    bytes / 1e9,
                                    room / 1e9)
                            : "Only the links of the layer map were fitted: pricing the others takes "
                                    + LEAST_FOR_PRICES + " tokens or more.");
            return Calibration.run(setup, tokens, request.lambda().orElse(Calibration.LAMBDA), progress);
        }
        List<Calibration.Result> results =
                Calibration.everyLink(setup, tokens, request.sources(), request.lambda(), folder, progress);
        try {
            Map<Source, LinkPrices> prices = pricesBefore(setup, folder, notes);
            for (Calibration.Result result : results) {
                result.prices().ifPresent(each -> prices.put(each.source(), each));
            }
            PricesFile.write(folder, prices);
        } catch (ForetokenException | RuntimeException e) {
            results.get(0).weights().close();
            throw e;
        } finally {
            results.subList(1, results.size()).forEach(other -> other.weights().close());
        }
        notes.add(String.format(
                Locale.ROOT,
                "Statistics of every link are kept in the setup's folder (%.0f MB), for the layer map's editor.",
                bytes / 2e6));
        return results.get(0);
    }

    /** Prices of sources that aren't gathered now; none where the file can't be read, whose remedy is to calibrate: what happens here. */
    private static Map<Source, LinkPrices> pricesBefore(Setup setup, Path folder, List<String> notes) {
        try {
            return PricesFile.read(
                    folder,
                    setup.map().size(),
                    setup.auxiliary().config().layers().size());
        } catch (ForetokenException e) {
            notes.add(
                    PricesFile.in(folder) + " couldn't be read and was made anew: it has no prices of sources that this"
                            + " calibration left out.");
            return new EnumMap<>(Source.class);
        }
    }

    private static int[] tokens(Request request, Tokenizer tokenizer, Progress progress) throws ForetokenException {
        if (request.text().isEmpty()) {
            return TextStart.builtIn().tokens(request.tokens(), tokenizer, progress);
        }
        return Corpus.readShares(request.text(), tokenizer, request.tokens(), progress).parts().stream()
                .flatMapToInt(part -> Arrays.stream(part.tokens()))
                .toArray();
    }
}
