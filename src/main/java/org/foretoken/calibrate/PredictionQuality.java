package org.foretoken.calibrate;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;
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
import org.foretoken.torch.Inference;
import org.foretoken.torch.Tensors;

/**
 * How the base's answers change when it reads predicted keys and values instead of its own.
 *
 * @param kl mean KL(base ‖ predicted) of the next token, nats
 * @param topOne share of positions where both find the same token most likely
 * @param loss mean -log p of the tokens that come, through the predicted cache, nats
 * @param baseLoss likewise by the base alone
 * @param positions that kl and topOne are means over
 */
public record PredictionQuality(double kl, double topOne, double loss, double baseLoss, long positions) {
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
                    kl / positions, agreements / positions, loss / targets, baseLoss / targets, positions);
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
        try (Inference mode = Inference.begin()) {
            for (int i = 0; i < windows.size(); i++) {
                progress.report("Measuring the predicted cache", i, windows.size());
                int[] window = windows.get(i);
                try (KvCache exact = base.newCache(window.length);
                        KvCache predicted = base.newCache(window.length)) {
                    setup.predict(window, predicted, nanos -> {});
                    for (int start = 0; start < window.length; start += NextTokens.ROWS) {
                        int[] rows =
                                Arrays.copyOfRange(window, start, Math.min(window.length, start + NextTokens.ROWS));
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
        NextTokens next = new NextTokens(
                torch.log_softmax(exact_TV.narrow(0, skipped, rows), 1),
                torch.log_softmax(predicted_TV.narrow(0, skipped, rows), 1));
        sums.kl += NextTokens.sum(next.kl());
        sums.agreements += NextTokens.sum(next.sameTopOne());
        sums.positions += rows;
        int first = start + (int) skipped;
        // the last position of a window has no next token
        int[] came = Arrays.copyOfRange(window, first + 1, (int) Math.min(first + 1 + rows, window.length));
        sums.loss += NextTokens.sum(NextTokens.losses(next.q(), came));
        sums.baseLoss += NextTokens.sum(NextTokens.losses(next.p(), came));
        sums.targets += came.length;
    }

    /** Of the text through the predicted cache. */
    public double perplexity() {
        return Math.exp(loss);
    }

    /** Of the same tokens by the base alone. */
    public double basePerplexity() {
        return Math.exp(baseLoss);
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
        double[] agreements = new double[tails.size()];
        try (Inference mode = Inference.begin()) {
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
                            NextTokens next = new NextTokens(p, q);
                            kl[t] += NextTokens.sum(next.kl());
                            agreements[t] += NextTokens.sum(next.sameTopOne());
                        }
                    }
                }
            }
        }
        return IntStream.range(0, tails.size())
                .mapToObj(t -> new FirstToken(kl[t] / prompts.size(), agreements[t] / prompts.size()))
                .toList();
    }

    private static Tensor logProbabilities(float[] logits) {
        return torch.log_softmax(Tensors.of(logits, logits.length).to(ScalarType.Double), 0);
    }
}
