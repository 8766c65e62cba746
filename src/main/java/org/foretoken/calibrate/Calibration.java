package org.foretoken.calibrate;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import org.foretoken.ForetokenException;
import org.foretoken.Progress;
import org.foretoken.kvp.LayerMap;
import org.foretoken.kvp.PredictorWeights;
import org.foretoken.kvp.Setup;
import org.foretoken.kvp.Source;
import org.foretoken.model.Decoder;
import org.foretoken.model.DecoderConfig;
import org.foretoken.torch.Inference;

/** Fits a setup's predictor in closed form on a text: one pass, then ridge regression. No training; seconds to a minute. */
public final class Calibration {
    /** Tokens that are read together, each window from position 0. */
    public static final int WINDOW = 256;

    /** Ridge weight relative to the mean square of the centred input, where none is chosen on held-out text. */
    public static final double LAMBDA = 0.01;

    /** Ridge weights that are tried on held-out text. */
    private static final List<Double> LAMBDAS = List.of(1e-4, 1e-3, 1e-2, 1e-1, 1.0);

    /** Every fourth window is held out. */
    private static final int HELD_OUT = 4;

    private Calibration() {}

    /**
     * A fitted predictor.
     *
     * @param weights for {@link Setup#use} and {@code predictor.safetensors}; closed by the caller
     * @param keyErrors ‖predicted - exact‖ / ‖exact - mean‖ for each base layer, before k_norm and RoPE; 0 where shared. On the held-out tokens, by maps
     *     fitted on the others; on the text itself where none were held out
     * @param valueErrors likewise of the values
     * @param tokens read; the maps are fitted on all of them
     * @param heldOut how many of these the errors are of; 0 where none were held out
     * @param lambda ridge weight
     * @param prices of every link, where they were gathered
     * @param notes sentences on what the user should know about the fit; mostly none
     */
    public record Result(
            PredictorWeights weights,
            List<Double> keyErrors,
            List<Double> valueErrors,
            long tokens,
            long heldOut,
            double lambda,
            Optional<LinkPrices> prices,
            List<String> notes) {}

    /**
     * Reads a text with both models and fits the maps that the setup's layer map and source call for. Runs on the engine thread; the setup's own
     * predictor, if any, plays no part and stays.
     *
     * @param tokens of the text
     * @param lambda ridge weight, {@link #LAMBDA} unless there's a reason
     * @param progress told at each window
     * @throws ForetokenException when there is no text, a token or lambda is out of range, or the models give numbers that aren't finite
     */
    public static Result run(Setup setup, int[] tokens, double lambda, Progress progress) throws ForetokenException {
        check(setup, tokens);
        check(lambda);
        try (KvStatistics statistics = KvStatistics.gather(setup, windows(setup, tokens), progress)) {
            KvStatistics.Fit fit = statistics.fit(lambda);
            return new Result(
                    fit.weights(),
                    fit.errors().keys(),
                    fit.errors().values(),
                    statistics.tokens(),
                    0,
                    lambda,
                    Optional.empty(),
                    notes(statistics, fit.jitter()));
        }
    }

    /** Bytes that {@link #everyLink} needs for its sums: those fitted on and those held out. */
    public static long bytes(Setup setup, List<Source> sources) {
        return 2
                * sources.stream()
                        .mapToLong(source -> KvStatistics.bytesOfAll(setup, source))
                        .sum();
    }

    /**
     * Reads a text once with both models, fits the maps that the setup's layer map calls for, prices every link on held-out tokens, and keeps the sums of
     * every link in the setup's folder, so that other layer maps can be fitted from them. A quarter of the text is held out for the prices and, unless
     * one is given, the choice of lambda; the maps are fitted on all of it. Otherwise as {@link #run}.
     *
     * @param sources what maps may read: one result each, in that order
     * @param folder of the setup
     */
    public static List<Result> everyLink(
            Setup setup, int[] tokens, List<Source> sources, OptionalDouble lambda, Path folder, Progress progress)
            throws ForetokenException {
        check(setup, tokens);
        check(lambda.orElse(LAMBDA));
        List<int[]> windows = windows(setup, tokens);
        if (windows.size() < HELD_OUT) {
            throw new ForetokenException("To price links a text needs " + HELD_OUT + " windows of " + WINDOW
                    + " tokens, one of them held out, and this one has " + tokens.length
                    + " tokens: give more text, or calibrate the setup's own links alone.");
        }
        int window = windows.get(0).length;
        // said before any of it is taken
        String memory =
                String.format(Locale.ROOT, "%,d MB for the sums of every link", bytes(setup, sources) / 1_000_000);
        progress.report("Taking " + memory, 0, windows.size());
        List<KvStatistics> fitted = new ArrayList<>();
        List<KvStatistics> heldOut = new ArrayList<>();
        List<Result> results = new ArrayList<>();
        try (Inference mode = Inference.begin()) {
            for (Source source : sources) {
                for (List<KvStatistics> part : List.of(fitted, heldOut)) {
                    KvStatistics statistics = new KvStatistics(setup, source);
                    part.add(statistics);
                    statistics.openAll(setup, window);
                }
            }
            try (StatisticsPass pass = new StatisticsPass(setup, fitted, window)) {
                pass.read(
                        windows,
                        i -> i % HELD_OUT == HELD_OUT - 1 ? heldOut : fitted,
                        (what, done, total) -> progress.report(what + ", " + memory, done, total));
            }
            for (int i = 0; i < sources.size(); i++) {
                fitted.get(i).check();
                heldOut.get(i).check();
                results.add(result(setup.map(), fitted.get(i), heldOut.get(i), lambda, folder, progress));
            }
            return results;
        } catch (ForetokenException | RuntimeException e) {
            results.forEach(result -> result.weights().close());
            throw e;
        } finally {
            fitted.forEach(KvStatistics::close);
            heldOut.forEach(KvStatistics::close);
        }
    }

    private static Result result(
            LayerMap map,
            KvStatistics fitted,
            KvStatistics heldOut,
            OptionalDouble given,
            Path folder,
            Progress progress)
            throws ForetokenException {
        double lambda = given.isPresent() ? given.getAsDouble() : best(fitted, heldOut);
        LinkPrices prices = new LinkPricing(fitted, heldOut, lambda).run(progress);
        fitted.add(heldOut);
        progress.report("Keeping the sums of every link", 0, 1);
        StatisticsFile.write(folder, fitted);
        KvStatistics.Maps maps = fitted.maps(lambda);
        return new Result(
                maps.weights(),
                prices.keysOf(map),
                prices.valuesOf(map),
                fitted.tokens(),
                heldOut.tokens(),
                lambda,
                Optional.of(prices),
                notes(fitted, maps.jitter()));
    }

    /** The ridge weight whose maps do best on the tokens held out. */
    private static double best(KvStatistics fitted, KvStatistics heldOut) throws ForetokenException {
        double best = LAMBDA;
        double least = Double.POSITIVE_INFINITY;
        for (double lambda : LAMBDAS) {
            try (PredictorWeights weights = fitted.maps(lambda).weights()) {
                double error = heldOut.errors(weights, fitted).mean();
                if (error < least) {
                    least = error;
                    best = lambda;
                }
            }
        }
        return best;
    }

    private static void check(double lambda) throws ForetokenException {
        if (!(lambda >= 0) || Double.isInfinite(lambda)) {
            throw new ForetokenException(
                    "The ridge weight lambda = " + lambda + " can't be used: give a number from 0, such as 0.01.");
        }
    }

    private static void check(Setup setup, int[] tokens) throws ForetokenException {
        check(setup.base(), tokens);
        check(setup.auxiliary(), tokens);
    }

    private static void check(Decoder decoder, int[] tokens) throws ForetokenException {
        if (tokens.length == 0) {
            throw new ForetokenException("The calibration text is empty: give a text like the prompts to come.");
        }
        for (int token : tokens) {
            if (token < 0 || token >= decoder.config().vocabulary()) {
                throw new ForetokenException("The calibration text has token " + token
                        + ", but the model knows tokens 0 to "
                        + (decoder.config().vocabulary() - 1)
                        + ": use the tokenizer of this model.");
            }
        }
    }

    /** Cuts a text into windows of {@link #WINDOW} tokens, fewer where a context is shorter; the last one is what is left. */
    public static List<int[]> windows(Setup setup, int[] tokens) {
        int context = Math.min(
                setup.base().config().contextLength(),
                setup.auxiliary().config().contextLength());
        return windows(context, tokens);
    }

    /** As {@link #windows(Setup, int[])} for one model. */
    public static List<int[]> windows(DecoderConfig config, int[] tokens) {
        return windows(config.contextLength(), tokens);
    }

    private static List<int[]> windows(int context, int[] tokens) {
        int length = Math.min(WINDOW, context);
        List<int[]> windows = new ArrayList<>();
        for (int from = 0; from < tokens.length; from += length) {
            windows.add(Arrays.copyOfRange(tokens, from, Math.min(tokens.length, from + length)));
        }
        return windows;
    }

    private static List<String> notes(KvStatistics statistics, double jitter) {
        List<String> notes = new ArrayList<>();
        long width = statistics.widestInput();
        if (statistics.tokens() <= width) {
            notes.add(String.format(
                    Locale.ROOT,
                    "The maps read %,d numbers but were fitted on only %,d tokens: the errors on this text say little"
                            + " about other text. Calibrate on some thousand tokens.",
                    width,
                    statistics.tokens()));
        }
        if (jitter > 0) {
            notes.add(String.format(
                    Locale.ROOT,
                    "Some of what the maps read depends on the rest, so the fit had no single best answer: a ridge of"
                            + " %.0e of its mean square was added. Calibrate on more text or with a larger lambda.",
                    jitter));
        }
        return List.copyOf(notes);
    }
}
