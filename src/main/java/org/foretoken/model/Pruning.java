package org.foretoken.model;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Ways to have a model read fewer tokens of a prompt: the baselines of the paper. Tokens that go on keep their positions, and the last one always goes
 * on. Of n tokens the share r is round(r·n), at least one.
 */
public sealed interface Pruning {
    /**
     * Tokens that each layer reads, never more than the layer before [layers].
     *
     * @param layers of the model
     * @param tokens of the prompt
     */
    int[] kept(int layers, int tokens);

    /** Chooses them for one prompt. */
    TokenChoice choice(int layers, int tokens);

    /** The paper's figure for the work that is left, as a share of the model's own. */
    double paperShare();

    /**
     * A part of the prompt by lot, for all layers.
     *
     * @param keep share that is read, above 0 and up to 1
     * @param seed of the lot; a prompt of the same length draws the same positions
     */
    record Random(double keep, long seed) implements Pruning {
        public Random {
            check(keep, 1);
        }

        @Override
        public int[] kept(int layers, int tokens) {
            int[] kept = new int[layers];
            Arrays.fill(kept, share(keep, tokens));
            return kept;
        }

        @Override
        public TokenChoice choice(int layers, int tokens) {
            int wanted = share(keep, tokens);
            return (layer, rows, attention) -> layer == 0 ? best(lot(tokens), wanted) : all(rows);
        }

        private float[] lot(int tokens) {
            java.util.Random random = new java.util.Random(seed);
            float[] lot = new float[tokens];
            for (int i = 0; i < tokens; i++) {
                lot[i] = random.nextFloat();
            }
            return lot;
        }

        @Override
        public double paperShare() {
            return keep;
        }
    }

    /**
     * All layers of the first quarter read everything; from there on only those tokens go on to which the last one attended most in them, on average
     * over these layers and their heads.
     *
     * @param keep share that goes on, above 0 and up to 1
     */
    record Static(double keep) implements Pruning {
        public Static {
            check(keep, 1);
        }

        private static int quarter(int layers) {
            return Math.max(1, (int) Math.round(layers / 4.0));
        }

        @Override
        public int[] kept(int layers, int tokens) {
            int[] kept = new int[layers];
            Arrays.fill(kept, share(keep, tokens));
            Arrays.fill(kept, 0, quarter(layers), tokens);
            return kept;
        }

        @Override
        public TokenChoice choice(int layers, int tokens) {
            int wanted = share(keep, tokens);
            int quarter = quarter(layers);
            float[] sum = new float[tokens];
            return (layer, rows, attention) -> {
                if (layer == 0 || layer > quarter || wanted == tokens) {
                    return all(rows);
                }
                float[] scores = attention.get();
                for (int i = 0; i < tokens; i++) {
                    sum[i] += scores[i];
                }
                return layer == quarter ? best(sum, wanted) : all(rows);
            };
        }

        /** As printed. It counts the first quarter for the tokens that go on a second time: a quarter and three quarters of the share is the work. */
        @Override
        public double paperShare() {
            return 0.25 + keep;
        }
    }

    /**
     * LazyLLM (arXiv 2407.14057) as the paper's baseline has it: the first 30% of the layers read everything, then the share falls in a straight line
     * from {@code start} to {@code end} at 90%, where it stays. Before each layer those tokens are dropped to which the last one attended least in the
     * layer before, on average over its heads. A dropped token has no keys and values in the layers above and is not taken up again while the answer is
     * written; LazyLLM's own generation may revive it.
     *
     * @param start share, above 0 and up to 1
     * @param end share, above 0 and up to {@code start}
     */
    record Lazy(double start, double end) implements Pruning {
        public Lazy {
            check(start, 1);
            check(end, start);
        }

        @Override
        public int[] kept(int layers, int tokens) {
            int first = Math.max(1, (int) Math.round(0.3 * layers));
            int last = (int) Math.round(0.9 * layers) - 1;
            return IntStream.range(0, layers)
                    .map(i -> i < first ? tokens : share(i >= last ? end : between(i - first, last - first), tokens))
                    .toArray();
        }

        private double between(int step, int steps) {
            return start + (end - start) * step / steps;
        }

        @Override
        public TokenChoice choice(int layers, int tokens) {
            int[] kept = kept(layers, tokens);
            return (layer, rows, attention) -> kept[layer] < rows ? best(attention.get(), kept[layer]) : all(rows);
        }

        @Override
        public double paperShare() {
            return 0.3 + 0.6 * (start + end) / 2 + 0.1 * end;
        }
    }

    private static void check(double share, double most) {
        if (!(share > 0 && share <= most)) {
            throw new IllegalArgumentException("a share of " + share + ", not above 0 and up to " + most);
        }
    }

    private static int share(double share, int tokens) {
        return Math.max(1, (int) Math.round(share * tokens));
    }

    private static int[] all(int rows) {
        return IntStream.range(0, rows).toArray();
    }

    /** The last and the highest of the others, the earlier of equals; rising. */
    private static int[] best(float[] scores, int wanted) {
        int last = scores.length - 1;
        IntStream highest = IntStream.range(0, last)
                .boxed()
                .sorted(Comparator.comparingDouble((Integer i) -> -scores[i]))
                .limit(wanted - 1L)
                .mapToInt(Integer::intValue);
        return IntStream.concat(highest, IntStream.of(last)).sorted().toArray();
    }
}
