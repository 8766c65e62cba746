package org.foretoken.model;

import java.util.List;
import java.util.stream.IntStream;

/**
 * Floating-point operations up to the first token, two for a multiply-add, from the models' shapes alone. Counted are products of matrices and the two
 * products of attention, each query with the positions that it may see; norms, RoPE, softmax and biases are not.
 */
public final class Flops {
    /** What a figure counts. A chart says which it uses. */
    public enum Definition {
        /**
         * The paper's: two for each parameter of the model that reads, embedding included, times the tokens of the prompt. Attention, predictor and the
         * base's own step are left out. Its tables (arXiv 2410.08391) follow to the last digit. They know no tail: of one, the first token is that
         * step, and what is more counts for the base, not for the auxiliary; a prompt that the tail holds is the base's own.
         */
        PAPER,
        /** Every product of the method as it is written down: all layers of whoever reads, its logits after the last token, all maps, the base's step. */
        EXACT,
        /**
         * What this engine computes. The last layer gives queries, attention and feed-forward for the last token alone; of an auxiliary nothing above
         * the highest mapped layer, nothing but keys and values of that layer when no map reads its output, and no logits.
         */
        EXECUTED
    }

    /**
     * A base answering from a predicted cache.
     *
     * @param links the auxiliary layer that feeds base layer 0, 1, …
     * @param inputWidths numbers that the maps of each base layer read; 0 for a shared layer, which has no maps
     * @param readsHidden whether maps read the residual stream after their auxiliary layer, not its keys and values
     * @param tail prompt tokens that the base reads itself, at least 1
     */
    public record Prediction(
            DecoderConfig base,
            DecoderConfig auxiliary,
            List<Integer> links,
            List<Integer> inputWidths,
            boolean readsHidden,
            int tail) {
        public Prediction {
            links = List.copyOf(links);
            inputWidths = List.copyOf(inputWidths);
            int layers = base.layers().size();
            if (links.size() != layers || inputWidths.size() != layers || tail < 1) {
                throw new IllegalArgumentException(links.size() + " links and " + inputWidths.size() + " widths for "
                        + layers + " layers, tail " + tail);
            }
        }

        /**
         * The first base layer that must read the predicted positions for the exact cache: all below are shared, and their outputs were computed. A top
         * layer that gave keys and values alone reads again.
         */
        public int reread() {
            int depth = depth(0);
            return Math.min(shared(), readsTop(0, depth) ? depth : depth - 1);
        }

        /** Base layers from the first on that are shared, one after the other. */
        private int shared() {
            int count = 0;
            while (count < links.size() && inputWidths.get(count) == 0) {
                count++;
            }
            return count;
        }

        /** Auxiliary layers that run for the base's layers from one on. */
        private int depth(int exact) {
            return links.subList(exact, links.size()).stream()
                            .mapToInt(Integer::intValue)
                            .max()
                            .orElse(-1)
                    + 1;
        }

        /** Whether a map reads the output of the topmost of them. */
        private boolean readsTop(int exact, int depth) {
            for (int i = exact; i < links.size(); i++) {
                if (readsHidden && inputWidths.get(i) > 0 && links.get(i) == depth - 1) {
                    return true;
                }
            }
            return false;
        }

        /**
         * Of the maps to the base's layers from one on, for one token. Maps from one auxiliary layer are one product: what is executed has those to
         * layers below, too.
         */
        private long maps(int exact, Definition definition) {
            long sum = 0;
            for (int i = 0; i < links.size(); i++) {
                boolean along = definition == Definition.EXECUTED && feeds(links.get(i), exact);
                if (i >= exact || along) {
                    sum += 2L * 2 * inputWidths.get(i) * base.layers().get(i).kvDim();
                }
            }
            return sum;
        }

        /** Whether maps lead from an auxiliary layer to any of the base's layers from one on. */
        private boolean feeds(int auxiliaryLayer, int exact) {
            return IntStream.range(exact, links.size())
                    .anyMatch(i -> links.get(i) == auxiliaryLayer && inputWidths.get(i) > 0);
        }

        /** How many times more work the base's own prefill is. */
        public double gain(int tokens, Definition definition) {
            return (double) prefill(base, tokens, definition) / prefill(this, tokens, definition);
        }
    }

    private Flops() {}

    /** Of a model that reads a whole prompt itself, up to the logits after the last token. */
    public static long prefill(DecoderConfig config, int tokens, Definition definition) {
        return definition == Definition.PAPER
                ? 2 * config.parameters() * tokens
                : read(config, 0, tokens, definition) + head(config);
    }

    /**
     * Of a model that reads a prompt with tokens left out. What choosing them takes is not counted: a row of attention in some layers.
     *
     * @return by the paper's definition its own figure, {@link Pruning#paperShare}; by the others the work for the tokens that each layer reads
     */
    public static long prefill(DecoderConfig config, Pruning pruning, int tokens, Definition definition) {
        if (definition == Definition.PAPER) {
            return Math.round(prefill(config, tokens, definition) * pruning.paperShare());
        }
        int layers = config.layers().size();
        int[] kept = pruning.kept(layers, tokens);
        long sum = head(config);
        for (int i = 0; i < layers; i++) {
            int rows = definition == Definition.EXECUTED && i == layers - 1 ? 1 : kept[i];
            sum += layer(config, config.layers().get(i), 0, kept[i], rows);
        }
        return sum;
    }

    /** Of a prediction, from the prompt to the base's logits after the last token. */
    public static long prefill(Prediction p, int tokens, Definition definition) {
        return prefill(p, 0, 0, tokens, definition);
    }

    /**
     * Of a prediction of the upper layers only, the lower ones being the base's own; layers that base and auxiliary have in common count once.
     *
     * @param exact of the base's layers that are its own, from the first on
     * @param common of the auxiliary's first layers that are the base's
     */
    public static long prefill(Prediction p, int exact, int common, int tokens, Definition definition) {
        if (exact == p.links().size()) {
            return prefill(p.base(), tokens, definition);
        }
        int first = Math.min(exact, common);
        if (definition == Definition.PAPER) {
            long own = 0;
            for (int i = first; i < exact; i++) {
                own += p.base().parameters(i);
            }
            // the tail's other tokens: the paper's auxiliary is charged with the one that the base's step reads
            long further = p.tail() - 1L;
            return tokens <= p.tail()
                    ? prefill(p.base(), tokens, definition)
                    : 2
                            * ((p.auxiliary().parameters() + own) * (tokens - further)
                                    + p.base().parameters() * further);
        }
        int predicted = Math.max(0, tokens - p.tail());
        long base = read(p.base(), predicted, tokens - predicted, definition) + head(p.base());
        if (predicted == 0) {
            return base;
        }
        int depth = Math.max(first, p.depth(exact));
        boolean top = p.readsTop(exact, depth) || (exact > common && depth == common);
        long auxiliary = definition == Definition.EXACT
                ? prefill(p.auxiliary(), predicted, Definition.EXACT)
                : layers(p.auxiliary(), 0, predicted, depth, top ? predicted : 0);
        for (int i = first; i < exact; i++) {
            int rows = definition == Definition.EXECUTED && i == exact - 1 ? 0 : predicted;
            base += layer(p.base(), p.base().layers().get(i), 0, predicted, rows);
        }
        return auxiliary + p.maps(exact, definition) * predicted + base;
    }

    /**
     * Of making a predicted cache exact behind the first token: the base's layers that aren't shared read what was predicted, then all of them the tail
     * and the answer so far. With {@link #prefill(Prediction, int, Definition)} it is the whole work.
     *
     * @param tokens of the prompt
     * @param answered tokens before the swap
     */
    public static long refinement(Prediction p, int tokens, int answered, Definition definition) {
        int predicted = Math.max(0, tokens - p.tail());
        if (predicted == 0) {
            return 0;
        }
        DecoderConfig base = p.base();
        int layers = base.layers().size();
        if (definition == Definition.PAPER) {
            long parameters = 0;
            for (int i = p.shared(); i < layers; i++) {
                parameters += base.parameters(i);
            }
            long further = p.tail() - 1L; // of which the shared layers, too, read again
            return 2 * (parameters * (tokens - further) + base.parameters() * further);
        }
        boolean executed = definition == Definition.EXECUTED;
        long sum = read(base, predicted, tokens - predicted + answered, definition) + head(base);
        // the exact definition has the auxiliary's top layer whole, so it goes on from there
        for (int i = executed ? p.reread() : p.shared(); i < layers; i++) {
            sum += layer(base, base.layers().get(i), 0, predicted, executed && i == layers - 1 ? 0 : predicted);
        }
        return sum;
    }

    /** All layers read {@code tokens} tokens, the first at position {@code start}. */
    private static long read(DecoderConfig config, int start, int tokens, Definition definition) {
        return layers(config, start, tokens, config.layers().size(), definition == Definition.EXACT ? tokens : 1);
    }

    /** The first {@code depth} layers, the last of them giving its output for the last {@code rows} tokens only. */
    private static long layers(DecoderConfig config, int start, int tokens, int depth, int rows) {
        long sum = 0;
        for (int i = 0; i < depth; i++) {
            sum += layer(config, config.layers().get(i), start, tokens, i == depth - 1 ? rows : tokens);
        }
        return sum;
    }

    private static long layer(DecoderConfig config, LayerShape s, int start, int tokens, int rows) {
        long width = config.width();
        long keysAndValues = 2L * tokens * width * 2 * s.kvDim();
        long queriesAndOut = 2L * rows * 2 * width * s.queryDim();
        long feedForward = 2L * rows * 3 * width * s.ffnDim();
        // the query at position p sees p + 1 positions, once in q·kᵀ and once in the sum of values
        long first = (long) start + tokens - rows;
        long pairs = rows * first + (long) rows * (rows + 1) / 2;
        return keysAndValues + queriesAndOut + feedForward + 2 * 2 * pairs * s.queryDim();
    }

    /** Logits of one token. */
    private static long head(DecoderConfig config) {
        return 2L * config.vocabulary() * config.width();
    }
}
