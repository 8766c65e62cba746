package org.foretoken.generate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.foretoken.kvp.PredictedReading;
import org.foretoken.kvp.Setup;
import org.foretoken.model.Decoder;
import org.foretoken.model.KvCache;
import org.foretoken.model.LayerTap;
import org.foretoken.torch.Tensors;
import org.jspecify.annotations.Nullable;

/**
 * How likely a model finds a text. With a setup every position is predicted, the text's own among them, as the paper measures likelihoods.
 *
 * @param decoder whose probabilities are wanted
 * @param setup of which the decoder is the base; null for a model that reads for itself
 */
public record Likelihood(Decoder decoder, @Nullable Setup setup) {
    /** Rows of logits in memory at a time, [ROWS, vocabulary]. */
    private static final int ROWS = 128;

    /**
     * The logarithm of a continuation's probability, nats.
     *
     * @param context at least one token
     * @param continuation at least one token
     * @param cancelled asked now and then; throws to stop
     */
    public double log(int[] context, int[] continuation, Runnable cancelled) {
        return logs(context, List.of(continuation), cancelled).get(0);
    }

    /**
     * The same of several continuations of one context, which is read once.
     *
     * @return in their order
     */
    public List<Double> logs(int[] context, List<int[]> continuations, Runnable cancelled) {
        int first = context.length - 1;
        int[] before = Arrays.copyOf(context, first);
        int longest = continuations.stream().mapToInt(each -> each.length).max().orElse(0);
        List<Double> logs = new ArrayList<>();
        try (KvCache cache = decoder.newCache(first + longest);
                PredictedReading predicted = setup == null ? null : setup.read(cache, first + longest)) {
            if (first > 0 && predicted != null) {
                predicted.read(before);
            } else if (first > 0) {
                decoder.read(before, cache, decoder.config().layers().size(), false, LayerTap.NONE);
            }
            for (int[] continuation : continuations) {
                int[] rest = Arrays.copyOfRange(read(context, continuation), first, first + continuation.length);
                if (predicted != null) {
                    predicted.setLength(first);
                    predicted.read(rest);
                } else {
                    cache.setLength(first);
                }
                double sum = 0;
                for (int start = 0; start < rest.length; start += ROWS) {
                    cancelled.run();
                    int end = Math.min(rest.length, start + ROWS);
                    sum += sum(
                            Arrays.copyOfRange(rest, start, end),
                            first + start,
                            Arrays.copyOfRange(continuation, start, end),
                            cache);
                }
                logs.add(sum);
            }
        }
        return logs;
    }

    /** The tokens that {@link #log} has the model read: all but the last. */
    public static int[] read(int[] context, int[] continuation) {
        int[] read = Arrays.copyOf(context, context.length + continuation.length - 1);
        System.arraycopy(continuation, 0, read, context.length, continuation.length - 1);
        return read;
    }

    private double sum(int[] rows, int start, int[] next, KvCache cache) {
        try (PointerScope scope = new PointerScope()) {
            Tensor logits = setup != null
                    ? decoder.readOnly(rows, start, cache)
                    : decoder.prefillAll(rows, cache, LayerTap.NONE);
            return torch.log_softmax(logits, 1)
                    .gather(1, Tensors.of(next).unsqueeze(1))
                    .sum(new ScalarTypeOptional(ScalarType.Double))
                    .item_double();
        }
    }
}
