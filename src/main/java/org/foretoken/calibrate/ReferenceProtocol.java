package org.foretoken.calibrate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.foretoken.ForetokenException;
import org.foretoken.Progress;
import org.foretoken.kvp.PredictorWeights;
import org.foretoken.kvp.Setup;

/**
 * A fixed way of calibrating and measuring, so that figures of different machines and programs can be compared: windows of 256 tokens each read alone
 * and without BOS; calibrated on the first 48, every position; tested on 8 from token 100,000 on.
 */
public final class ReferenceProtocol {
    /** First position whose answer counts; losses are those of the tokens after it. */
    public static final int FIRST_POSITION = 16;

    /** Tokens of the shortest prompt whose first token is compared. */
    public static final int SHORTEST_PROMPT = 96;

    private static final int WINDOW = 256;
    private static final int CALIBRATION_WINDOWS = 48;
    private static final int TEST_FROM = 100_000;
    private static final int TEST_WINDOWS = 8;
    private static final int TAIL_WINDOWS = 40;
    private static final List<Integer> PROMPT_LENGTHS = List.of(SHORTEST_PROMPT, 160, 208, WINDOW);

    private ReferenceProtocol() {}

    /**
     * A row of the reference's table.
     *
     * @param keyErrors ‖predicted - exact‖ / ‖exact - calibration mean‖ for each base layer, keys before k_norm and RoPE; 0 where shared
     * @param valueErrors likewise
     * @param quality from {@link #FIRST_POSITION} on
     * @param tails the first token's rows, in the order asked for
     */
    public record Figures(
            List<Double> keyErrors, List<Double> valueErrors, PredictionQuality quality, List<TailRow> tails) {
        public Figures {
            keyErrors = List.copyOf(keyErrors);
            valueErrors = List.copyOf(valueErrors);
            tails = List.copyOf(tails);
        }

        /** Mean over all base layers. */
        public double keyError() {
            return mean(keyErrors);
        }

        /** Mean over all base layers. */
        public double valueError() {
            return mean(valueErrors);
        }

        private static double mean(List<Double> errors) {
            return errors.stream().mapToDouble(Double::doubleValue).average().orElse(Double.NaN);
        }
    }

    /**
     * The first token after prompts.
     *
     * @param tail prompt tokens that the base reads itself
     * @param prompts that the means are over
     */
    public record TailRow(int tail, double kl, double topOne, int prompts) {}

    /**
     * Fits the setup's maps as the protocol says and measures them. The setup's own predictor is replaced.
     *
     * @param text tokens, without BOS
     * @param tails to measure the first token with, perhaps none: 160 prompts each
     * @throws ForetokenException when the text or a model's context is too short, or the models give numbers that aren't finite
     */
    public static Figures measure(Setup setup, int[] text, List<Integer> tails, Progress progress)
            throws ForetokenException {
        check(setup, text, !tails.isEmpty());
        List<int[]> test = windows(text, TEST_FROM, TEST_WINDOWS);
        try (KvStatistics fitted = KvStatistics.gather(setup, windows(text, 0, CALIBRATION_WINDOWS), progress)) {
            KvStatistics.Fit fit = fitted.fit(Calibration.LAMBDA);
            try (PredictorWeights weights = fit.weights();
                    KvStatistics held = KvStatistics.gather(setup, test, progress)) {
                setup.use(weights);
                KvStatistics.Errors errors = held.errors(weights, fitted);
                return new Figures(
                        errors.keys(),
                        errors.values(),
                        PredictionQuality.measure(setup, test, FIRST_POSITION, progress),
                        tails.isEmpty()
                                ? List.of()
                                : tails(setup, windows(text, TEST_FROM, TAIL_WINDOWS), tails, progress));
            }
        }
    }

    /**
     * What the first token is like after the beginnings of windows, of 96, 160, 208 and 256 tokens as far as they are that long.
     *
     * @param tails of the base, at least 1 each
     */
    public static List<TailRow> tails(Setup setup, List<int[]> windows, List<Integer> tails, Progress progress) {
        List<int[]> prompts = new ArrayList<>();
        for (int[] window : windows) {
            for (int length : PROMPT_LENGTHS) {
                if (length <= window.length) {
                    prompts.add(Arrays.copyOf(window, length));
                }
            }
        }
        List<PredictionQuality.FirstToken> found = PredictionQuality.firstToken(setup, prompts, tails, progress);
        return IntStream.range(0, tails.size())
                .mapToObj(i -> new TailRow(
                        tails.get(i), found.get(i).kl(), found.get(i).topOne(), prompts.size()))
                .toList();
    }

    /** Whether there is any prompt for {@link #tails}. */
    public static boolean isLongEnough(List<int[]> windows) {
        return windows.stream().anyMatch(window -> window.length >= SHORTEST_PROMPT);
    }

    /** Tokens of a text that are read: so many at its start. */
    public static int tokens(boolean tails) {
        return TEST_FROM + (tails ? TAIL_WINDOWS : TEST_WINDOWS) * WINDOW;
    }

    private static void check(Setup setup, int[] text, boolean tails) throws ForetokenException {
        int context = Math.min(
                setup.base().config().contextLength(),
                setup.auxiliary().config().contextLength());
        if (context < WINDOW) {
            throw new ForetokenException("The reference protocol reads windows of " + WINDOW
                    + " tokens, but these models' context holds " + context + ": measure without it.");
        }
        int needed = tokens(tails);
        if (text.length < needed) {
            throw new ForetokenException(String.format(
                    Locale.ROOT,
                    "The reference protocol tests from token %,d on and needs %,d tokens, but the text has %,d: give a"
                            + " longer one, such as WikiText-2's validation text, or measure without the protocol.",
                    TEST_FROM,
                    needed,
                    text.length));
        }
    }

    private static List<int[]> windows(int[] text, int from, int count) {
        return IntStream.range(0, count)
                .map(i -> from + i * WINDOW)
                .mapToObj(start -> Arrays.copyOfRange(text, start, start + WINDOW))
                .toList();
    }
}
