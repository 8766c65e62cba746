package org.foretoken.calibrate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.foretoken.ForetokenException;
import org.foretoken.Progress;
import org.foretoken.kvp.PredictorWeights;
import org.foretoken.kvp.Setup;
import org.foretoken.model.Decoder;

/** Fits a setup's predictor in closed form on a text: one pass, then ridge regression. No training; seconds to a minute. */
public final class Calibration {
    /** Tokens that are read together, each window from position 0. */
    public static final int WINDOW = 256;

    /** Ridge weight relative to the mean square of the centred input. */
    public static final double LAMBDA = 0.01;

    private Calibration() {}

    /**
     * A fitted predictor.
     *
     * @param weights for {@link Setup#use} and {@code predictor.safetensors}; closed by the caller
     * @param keyErrors ‖predicted - exact‖ / ‖exact - mean‖ on the calibration text for each base layer, before k_norm and RoPE; 0 where shared
     * @param valueErrors likewise of the values
     * @param tokens read
     * @param notes sentences on what the user should know about the fit; mostly none
     */
    public record Result(
            PredictorWeights weights,
            List<Double> keyErrors,
            List<Double> valueErrors,
            long tokens,
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
        check(setup.base(), tokens);
        check(setup.auxiliary(), tokens);
        if (!(lambda >= 0) || Double.isInfinite(lambda)) {
            throw new ForetokenException(
                    "The ridge weight lambda = " + lambda + " can't be used: give a number from 0, such as 0.01.");
        }
        try (KvStatistics statistics = KvStatistics.gather(setup, windows(setup, tokens), progress)) {
            KvStatistics.Fit fit = statistics.fit(lambda);
            return new Result(
                    fit.weights(),
                    fit.errors().keys(),
                    fit.errors().values(),
                    statistics.tokens(),
                    notes(statistics, fit));
        }
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
        int length = Math.min(WINDOW, context);
        List<int[]> windows = new ArrayList<>();
        for (int from = 0; from < tokens.length; from += length) {
            windows.add(Arrays.copyOfRange(tokens, from, Math.min(tokens.length, from + length)));
        }
        return windows;
    }

    private static List<String> notes(KvStatistics statistics, KvStatistics.Fit fit) {
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
        if (fit.jitter() > 0) {
            notes.add(String.format(
                    Locale.ROOT,
                    "Some of what the maps read depends on the rest, so the fit had no single best answer: a ridge of"
                            + " %.0e of its mean square was added. Calibrate on more text or with a larger lambda.",
                    fit.jitter()));
        }
        return List.copyOf(notes);
    }
}
