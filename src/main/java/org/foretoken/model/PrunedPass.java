package org.foretoken.model;

import java.util.Arrays;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.foretoken.model.DecoderLayer.Rows;
import org.foretoken.torch.Tensors;

/**
 * A prompt's way through a decoder that drops tokens between layers. Unlike a plain prefill it finishes a layer for the whole prompt before the next
 * begins, for what goes on follows from the last token; within a layer it goes by chunks all the same.
 */
final class PrunedPass implements LayerTap {
    private final Decoder decoder;
    private final KvCache cache;

    /** The last token's queries in the latest layer [heads·headDim]. */
    private float[] query = {};

    /** @param cache empty */
    PrunedPass(Decoder decoder, KvCache cache) {
        this.decoder = decoder;
        this.cache = cache;
    }

    @Override
    public void queries(int layer, int start, Tensor q_THd) {
        query = Tensors.floats(q_THd.narrow(0, q_THd.size(0) - 1, 1));
    }

    /**
     * Reads a prompt.
     *
     * @return the last token's residual stream [1, width]
     */
    Tensor read(int[] tokens, TokenChoice choice) {
        int layers = decoder.config().layers().size();
        int[] positions = IntStream.range(0, tokens.length).toArray();
        int[] entries = new int[layers];
        Tensor x = kept(() -> decoder.embed(tokens));
        for (int i = 0; i < layers; i++) {
            int below = i - 1;
            int rows = positions.length;
            int[] chosen = choice.into(i, rows, () -> attention(below, rows));
            if (chosen.length < rows) {
                positions = selected(positions, chosen);
                Tensor all = x;
                x = kept(() -> all.index_select(0, Tensors.of(chosen)));
                all.close();
            }
            entries[i] = positions.length;
            layer(i, x, positions);
        }
        cache.setPruned(tokens.length, entries);
        Tensor last = x.narrow(0, positions.length - 1, 1).clone();
        x.close();
        return last;
    }

    /** Outlives the scope, so that a long prompt's residual stream is in memory once, not once for every layer that drops some. */
    private static Tensor kept(Supplier<Tensor> made) {
        try (PointerScope scope = new PointerScope()) {
            return Tensors.keep(made.get());
        }
    }

    private static int[] selected(int[] positions, int[] chosen) {
        boolean rising = chosen.length > 0 && chosen[chosen.length - 1] == positions.length - 1;
        for (int i = 1; i < chosen.length; i++) {
            rising &= chosen[i - 1] < chosen[i];
        }
        if (!rising) {
            throw new IllegalArgumentException(Arrays.toString(chosen) + " of " + positions.length
                    + " tokens: the choice must rise and hold the last");
        }
        return Arrays.stream(chosen).map(row -> positions[row]).toArray();
    }

    /** Writes into x; of the top layer's output into the last row alone. */
    private void layer(int index, Tensor x_TD, int[] positions) {
        int rows = positions.length;
        boolean top = index == decoder.config().layers().size() - 1;
        for (int from = 0; from < rows; from += Decoder.CHUNK) {
            int to = Math.min(rows, from + Decoder.CHUNK);
            Rows wanted = !top ? Rows.ALL : to == rows ? Rows.LAST : Rows.NONE;
            try (PointerScope scope = new PointerScope()) {
                Tensor chunk = x_TD.narrow(0, from, to - from);
                Tensor residual = wanted == Rows.LAST ? x_TD.narrow(0, rows - 1, 1) : chunk;
                decoder.layer(index, chunk, residual, span(positions, from, to), cache, true, wanted, this);
            }
        }
    }

    private static Span span(int[] positions, int from, int to) {
        int first = positions[from];
        int end = positions[to - 1] + 1;
        return end - first == to - from
                ? Span.of(from, first, to - from)
                : new Span(from, first, end, Tensors.of(Arrays.copyOfRange(positions, from, to)));
    }

    /** softmax(q Kᵀ / √headDim) of the last token, the mean over its heads [rows]. */
    private float[] attention(int layer, int rows) {
        if (layer < 0) {
            throw new IllegalStateException("before the first layer there is no attention");
        }
        LayerShape s = decoder.config().layers().get(layer);
        try (PointerScope scope = new PointerScope()) {
            Tensor q = Tensors.of(query, s.kvHeads(), s.heads() / s.kvHeads(), s.headDim());
            Tensor keys = cache.layer(layer).keys().narrow(1, 0, rows).to(ScalarType.Float);
            Tensor scores = q.mul(new Scalar(1 / Math.sqrt(s.headDim()))).bmm(keys.transpose(1, 2));
            float[] ofHeads = Tensors.floats(torch.softmax(scores, 2)); // [heads, rows]
            float[] mean = new float[rows];
            for (int i = 0; i < ofHeads.length; i++) {
                mean[i % rows] += ofHeads[i] / s.heads();
            }
            return mean;
        }
    }
}
