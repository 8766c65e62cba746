package org.foretoken.calibrate;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.InferenceMode;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.foretoken.Progress;
import org.foretoken.kvp.Setup;
import org.foretoken.model.Decoder;
import org.foretoken.model.KvCache;
import org.foretoken.model.LayerTap;
import org.foretoken.prefill.KvPredictionPrefill;
import org.foretoken.prefill.PhaseClock;
import org.foretoken.torch.Tensors;

/**
 * How the base's answers change when it reads predicted keys and values instead of its own.
 *
 * @param kl mean KL(base ‖ predicted) of the next token, nats
 * @param topOne share of positions where both find the same token most likely
 * @param perplexity of the text through the predicted cache
 * @param basePerplexity of the same tokens by the base alone
 * @param positions that kl and topOne are means over
 */
public record PredictionQuality(double kl, double topOne, double perplexity, double basePerplexity, long positions) {
    /** Rows of logits in memory at a time: five tensors of [ROWS, vocabulary]. */
    static final int ROWS = 128;

    /** Sums over positions on the way to the means. */
    private static final class Sums {
        double kl;
        double agreements;
        long positions;
        double loss;
        double baseLoss;
        long targets;

        PredictionQuality means() {
            return new PredictionQuality(
                    kl / positions,
                    agreements / positions,
                    Math.exp(loss / targets),
                    Math.exp(baseLoss / targets),
                    positions);
        }
    }

    /**
     * Lets the base read text through predicted entries only: every position, its own included, as likelihoods are measured.
     *
     * @param windows of held-out text, each from position 0
     * @param from first position whose next token counts
     */
    public static PredictionQuality measure(Setup setup, List<int[]> windows, int from, Progress progress) {
        Decoder base = setup.base();
        Sums sums = new Sums();
        try (InferenceMode mode = new InferenceMode(true)) {
            for (int i = 0; i < windows.size(); i++) {
                progress.report("Measuring the predicted cache", i, windows.size());
                int[] window = windows.get(i);
                try (KvCache exact = base.newCache(window.length);
                        KvCache predicted = base.newCache(window.length)) {
                    setup.predict(window, predicted, nanos -> {});
                    for (int start = 0; start < window.length; start += ROWS) {
                        int[] rows = Arrays.copyOfRange(window, start, Math.min(window.length, start + ROWS));
                        try (PointerScope scope = new PointerScope()) {
                            Tensor exactLogits = base.prefillAll(rows, exact, LayerTap.NONE);
                            Tensor predictedLogits = base.readOnly(rows, start, predicted);
                            add(sums, exactLogits, predictedLogits, window, start, from);
                        }
                    }
                }
            }
        }
        return sums.means();
    }

    private static void add(Sums sums, Tensor exact_TV, Tensor predicted_TV, int[] window, int start, int from) {
        long skipped = Math.max(0, from - start);
        long rows = exact_TV.size(0) - skipped;
        if (rows <= 0) {
            return;
        }
        Tensor p = torch.log_softmax(exact_TV.narrow(0, skipped, rows), 1);
        Tensor q = torch.log_softmax(predicted_TV.narrow(0, skipped, rows), 1);
        sums.kl += kl(p, q);
        Tensor same = p.argmax(new LongOptional(1), false).eq(q.argmax(new LongOptional(1), false));
        sums.agreements += same.sum().item_double();
        sums.positions += rows;
        int first = start + (int) skipped;
        // the last position of a window has no next token
        long targets = Math.min(rows, window.length - 1 - first);
        if (targets > 0) {
            Tensor next = Tensors.of(Arrays.copyOfRange(window, first + 1, first + 1 + (int) targets))
                    .unsqueeze(1);
            sums.loss -= sum(q, targets, next);
            sums.baseLoss -= sum(p, targets, next);
            sums.targets += targets;
        }
    }

    /** Σ KL(p ‖ q) over rows of log-probabilities. */
    static double kl(Tensor p, Tensor q) {
        return p.exp()
                .mul_(p.sub(q))
                .sum(new ScalarTypeOptional(ScalarType.Double))
                .item_double();
    }

    /** Sum of the log-probabilities of the tokens that came. */
    private static double sum(Tensor logProbabilities, long rows, Tensor next_T1) {
        return logProbabilities
                .narrow(0, 0, rows)
                .gather(1, next_T1)
                .sum(new ScalarTypeOptional(ScalarType.Double))
                .item_double();
    }

    /**
     * The answer to a prompt.
     *
     * @param kl mean KL(base ‖ predicted) of the first token
     * @param topOne share of prompts whose greedy first token is the base's
     */
    public record FirstToken(double kl, double topOne) {}

    /**
     * Compares the first token after prompts, the base reading the last tokens of each itself.
     *
     * @param tails how many it reads, at least 1: the paper's setting
     * @return for each tail
     */
    public static List<FirstToken> firstToken(
            Setup setup, List<int[]> prompts, List<Integer> tails, Progress progress) {
        double[] kl = new double[tails.size()];
        int[] agreements = new int[tails.size()];
        try (InferenceMode mode = new InferenceMode(true)) {
            for (int i = 0; i < prompts.size(); i++) {
                int[] prompt = prompts.get(i);
                try (KvCache exact = setup.base().newCache(prompt.length);
                        PointerScope scope = new PointerScope()) {
                    Tensor p = logProbabilities(setup.base().prefill(prompt, exact));
                    for (int t = 0; t < tails.size(); t++) {
                        progress.report(
                                "Measuring the first token",
                                (long) i * tails.size() + t,
                                (long) prompts.size() * tails.size());
                        try (KvCache predicted = setup.base().newCache(prompt.length)) {
                            Tensor q = logProbabilities(new KvPredictionPrefill(setup, tails.get(t))
                                    .fill(prompt, predicted, new PhaseClock()));
                            kl[t] += kl(p, q);
                            agreements[t] +=
                                    p.argmax().item_long() == q.argmax().item_long() ? 1 : 0;
                        }
                    }
                }
            }
        }
        return IntStream.range(0, tails.size())
                .mapToObj(t -> new FirstToken(kl[t] / prompts.size(), (double) agreements[t] / prompts.size()))
                .toList();
    }

    private static Tensor logProbabilities(float[] logits) {
        return torch.log_softmax(Tensors.of(logits, logits.length).to(ScalarType.Double), 0);
    }
}
