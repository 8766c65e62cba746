package org.foretoken.calibrate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.foretoken.ForetokenException;
import org.foretoken.Progress;
import org.foretoken.model.Decoder;
import org.foretoken.model.KvCache;
import org.foretoken.model.LayerTap;
import org.foretoken.torch.Inference;
import org.foretoken.torch.Tensors;

/**
 * How much a decoder's answers change when it goes without a layer. The residual stream before every layer is kept for a window, so only the layers above
 * the one left out are computed again: a window costs half as many passes as the decoder has layers, and the head for each.
 */
public final class LayerImportance {
    private final Decoder decoder;
    private final Progress progress;
    private final double[] kl;
    private long done;
    private long total;

    private LayerImportance(Decoder decoder, Progress progress) {
        this.decoder = decoder;
        this.progress = progress;
        this.kl = new double[decoder.config().layers().size()];
    }

    /**
     * Measures a decoder on text, each layer left out alone. Engine thread. Memory beside the weights: the residual stream before each layer, log-probabilities
     * of a window, two caches.
     *
     * @param windows of tokens, each read from position 0; at least one token in all
     * @return for each layer the mean over all positions of KL(whole ‖ without it) of the next token, nats
     * @throws ForetokenException when the decoder gives numbers that aren't finite
     */
    public static List<Double> measure(Decoder decoder, List<int[]> windows, Progress progress)
            throws ForetokenException {
        LayerImportance importance = new LayerImportance(decoder, progress);
        long positions = windows.stream().mapToLong(w -> w.length).sum();
        for (int layer = 0; layer < importance.kl.length; layer++) {
            importance.total += windows.size() * importance.work(layer);
        }
        try (Inference mode = Inference.begin()) {
            for (int i = 0; i < windows.size(); i++) {
                importance.measure(
                        windows.get(i), String.format(Locale.ROOT, "window %d of %d", i + 1, windows.size()));
            }
        }
        if (!Double.isFinite(Arrays.stream(importance.kl).sum())) {
            throw new ForetokenException("The model gives numbers that aren't finite on this text: its weights are"
                    + " damaged or overflow in this kernel. Try another kernel, or download the model again.");
        }
        return Arrays.stream(importance.kl).mapToObj(sum -> sum / positions).toList();
    }

    /** Layers that are read when one is left out, and the head. */
    private long work(int layer) {
        return (long) kl.length - layer;
    }

    private void measure(int[] window, String which) {
        try (PointerScope scope = new PointerScope();
                KvCache whole = decoder.newCache(window.length);
                KvCache without = decoder.newCache(window.length)) {
            Tensor[] before = new Tensor[kl.length];
            for (int i = 0; i < before.length; i++) {
                before[i] = Tensors.empty(
                        ScalarType.Float, window.length, decoder.config().width());
            }
            before[0].copy_(decoder.embed(window));
            List<Tensor> exact = new ArrayList<>();
            for (int start = 0; start < window.length; start += NextTokens.ROWS) {
                int[] rows = Arrays.copyOfRange(window, start, end(start, window));
                exact.add(torch.log_softmax(decoder.prefillAll(rows, whole, keeping(before)), 1));
            }
            for (int layer = 0; layer < kl.length; layer++) {
                progress.report("Leaving out layer " + layer + ", " + which, done, total);
                for (int i = 0; i < exact.size(); i++) {
                    int start = i * NextTokens.ROWS;
                    try (PointerScope piece = new PointerScope()) {
                        Tensor x = before[layer].narrow(0, start, (long) end(start, window) - start);
                        Tensor logits = decoder.resume(x, start, layer + 1, without);
                        NextTokens next = new NextTokens(exact.get(i), torch.log_softmax(logits, 1));
                        kl[layer] += NextTokens.sum(next.kl());
                    }
                }
                done += work(layer);
            }
        }
    }

    private static int end(int start, int[] window) {
        return Math.min(window.length, start + NextTokens.ROWS);
    }

    /** What comes out of a layer goes into the next. */
    private static LayerTap keeping(Tensor[] before) {
        return new LayerTap() {
            @Override
            public void after(int layer, int start, Tensor hidden_TD) {
                if (layer + 1 < before.length) {
                    before[layer + 1].narrow(0, start, hidden_TD.size(0)).copy_(hidden_TD);
                }
            }
        };
    }
}
