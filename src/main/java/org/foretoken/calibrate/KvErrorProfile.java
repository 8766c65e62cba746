package org.foretoken.calibrate;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.foretoken.calibrate.KvError.Answer;
import org.foretoken.calibrate.KvError.Entries;
import org.foretoken.calibrate.KvError.Metric;

/**
 * Means of {@link KvError} over positions, of one prompt or of many windows of text.
 *
 * @param layers the profile, by base layer
 * @param kl mean KL(base ‖ predicted) of the next token, nats
 * @param topOne share of positions where both find the same token most likely
 * @param loss mean -log p of the tokens that come, through the predicted cache; NaN where no token comes
 * @param baseLoss likewise by the base alone
 * @param positions that count
 * @param targets of these, positions whose next token is known
 * @param attended of these, positions with anything before them: attention is a mean over these
 */
public record KvErrorProfile(
        List<Layer> layers,
        double kl,
        double topOne,
        double loss,
        double baseLoss,
        long positions,
        long targets,
        long attended) {
    public KvErrorProfile {
        layers = List.copyOf(layers);
    }

    /** Means of the whole entries of keys, or values, of one layer. */
    public record Means(double relativeL2, double l1, double cosine) {
        static Means of(Entries entries, int layer, int from, int positions) {
            return new Means(
                    mean(entries, Metric.RELATIVE_L2, layer, from, positions),
                    mean(entries, Metric.L1, layer, from, positions),
                    mean(entries, Metric.COSINE, layer, from, positions));
        }

        private static double mean(Entries entries, Metric metric, int layer, int from, int positions) {
            return IntStream.range(from, positions)
                    .mapToDouble(position -> entries.value(metric, layer, position))
                    .average()
                    .orElse(Double.NaN);
        }

        /** The mean in that metric. */
        public double value(Metric metric) {
            return switch (metric) {
                case RELATIVE_L2 -> relativeL2;
                case L1 -> l1;
                case COSINE -> cosine;
            };
        }

        private Means plus(Means other, long own, long others) {
            return new Means(
                    weighted(relativeL2, own, other.relativeL2, others),
                    weighted(l1, own, other.l1, others),
                    weighted(cosine, own, other.cosine, others));
        }
    }

    /**
     * One base layer.
     *
     * @param attention mean cosine of attention outputs; NaN where nothing is attended to
     */
    public record Layer(Means keys, Means values, double attention) {}

    /**
     * Means over the positions of a prompt.
     *
     * @param from first position that counts
     */
    public static KvErrorProfile of(KvError error, int from) {
        int positions = error.positions();
        int first = Math.max(1, from);
        List<Layer> layers = new ArrayList<>();
        for (int i = 0; i < error.layers(); i++) {
            float[] cosines = error.attention().get(i);
            layers.add(new Layer(
                    Means.of(error.keys(), i, from, positions),
                    Means.of(error.values(), i, from, positions),
                    IntStream.range(first, positions)
                            .mapToDouble(p -> cosines[p])
                            .average()
                            .orElse(Double.NaN)));
        }
        List<Answer> answers = error.answers().subList(Math.min(from, positions), positions);
        List<Answer> followed = answers.isEmpty() ? answers : answers.subList(0, answers.size() - 1);
        return new KvErrorProfile(
                layers,
                answers.stream().mapToDouble(Answer::kl).average().orElse(Double.NaN),
                answers.stream()
                        .mapToDouble(a -> a.sameTopOne() ? 1 : 0)
                        .average()
                        .orElse(Double.NaN),
                followed.stream().mapToDouble(Answer::loss).average().orElse(Double.NaN),
                followed.stream().mapToDouble(Answer::baseLoss).average().orElse(Double.NaN),
                answers.size(),
                followed.size(),
                Math.max(0, positions - first));
    }

    /** Means over the positions of both. */
    public KvErrorProfile plus(KvErrorProfile other) {
        List<Layer> sum = new ArrayList<>();
        for (int i = 0; i < layers.size(); i++) {
            Layer one = layers.get(i);
            Layer two = other.layers.get(i);
            sum.add(new Layer(
                    one.keys.plus(two.keys, positions, other.positions),
                    one.values.plus(two.values, positions, other.positions),
                    weighted(one.attention, attended, two.attention, other.attended)));
        }
        return new KvErrorProfile(
                sum,
                weighted(kl, positions, other.kl, other.positions),
                weighted(topOne, positions, other.topOne, other.positions),
                weighted(loss, targets, other.loss, other.targets),
                weighted(baseLoss, targets, other.baseLoss, other.targets),
                positions + other.positions,
                targets + other.targets,
                attended + other.attended);
    }

    private static double weighted(double one, long ones, double two, long twos) {
        if (ones == 0 || twos == 0) {
            return ones == 0 ? two : one;
        }
        return (one * ones + two * twos) / (ones + twos);
    }

    /** Of the text through the predicted cache. */
    public double perplexity() {
        return Math.exp(loss);
    }

    /** Of the same tokens by the base alone. */
    public double basePerplexity() {
        return Math.exp(baseLoss);
    }

    /** Means over all base layers. */
    public Layer mean() {
        return new Layer(
                new Means(mean(l -> l.keys.relativeL2), mean(l -> l.keys.l1), mean(l -> l.keys.cosine)),
                new Means(mean(l -> l.values.relativeL2), mean(l -> l.values.l1), mean(l -> l.values.cosine)),
                mean(l -> l.attention));
    }

    private double mean(java.util.function.ToDoubleFunction<Layer> of) {
        return layers.stream().mapToDouble(of).average().orElse(Double.NaN);
    }
}
