package org.foretoken.generate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.foretoken.model.LayerTap;
import org.foretoken.prefill.KeptPrompt;
import org.foretoken.torch.Tensors;

/**
 * How likely a model finds a text. Where a prompt is predicted every position is, the text's own among them, as the paper measures likelihoods.
 *
 * @param prompt reads the contexts, by the decoder itself or predicted; with room for a context and what follows it
 */
public record Likelihood(KeptPrompt prompt) {
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
        prompt.read(Arrays.copyOf(context, first));
        List<Double> logs = new ArrayList<>();
        for (int[] continuation : continuations) {
            int[] rest = Arrays.copyOfRange(read(context, continuation), first, first + continuation.length);
            prompt.setLength(first);
            if (prompt.predicts()) {
                prompt.append(rest);
            }
            double sum = 0;
            for (int start = 0; start < rest.length; start += ROWS) {
                cancelled.run();
                int end = Math.min(rest.length, start + ROWS);
                sum += sum(
                        Arrays.copyOfRange(rest, start, end),
                        first + start,
                        Arrays.copyOfRange(continuation, start, end));
            }
            logs.add(sum);
        }
        return logs;
    }

    /** The tokens that {@link #log} has the model read: all but the last. */
    public static int[] read(int[] context, int[] continuation) {
        int[] read = Arrays.copyOf(context, context.length + continuation.length - 1);
        System.arraycopy(continuation, 0, read, context.length, continuation.length - 1);
        return read;
    }

    private double sum(int[] rows, int start, int[] next) {
        try (PointerScope scope = new PointerScope()) {
            Tensor logits = prompt.predicts()
                    ? prompt.decoder().readOnly(rows, start, prompt.cache())
                    : prompt.decoder().prefillAll(rows, prompt.cache(), LayerTap.NONE);
            return torch.log_softmax(logits, 1)
                    .gather(1, Tensors.of(next).unsqueeze(1))
                    .sum(new ScalarTypeOptional(ScalarType.Double))
                    .item_double();
        }
    }
}
