package org.foretoken.calibrate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.foretoken.ForetokenException;
import org.foretoken.Progress;
import org.foretoken.kvp.Setup;
import org.foretoken.model.Decoder;
import org.foretoken.model.KvCache;
import org.foretoken.model.LayerShape;
import org.foretoken.model.LayerTap;
import org.foretoken.torch.Inference;
import org.foretoken.torch.Tensors;

/** One measurement of {@link KvError}, piece by piece so that memory doesn't grow with the prompt beyond its caches. */
final class KvErrorPass {
    private final Setup setup;
    private final Decoder base;
    private final int[] tokens;
    private final Progress progress;
    private final List<LayerShape> shapes;
    private final List<float[]> attention;
    private final long steps;
    private long done;

    KvErrorPass(Setup setup, int[] tokens, Progress progress) {
        this.setup = setup;
        this.base = setup.base();
        this.tokens = tokens;
        this.progress = progress;
        this.shapes = base.config().layers();
        this.attention = shapes.stream().map(s -> new float[tokens.length]).toList();
        int chunks = (tokens.length + Decoder.CHUNK - 1) / Decoder.CHUNK;
        int pieces = (tokens.length + NextTokens.ROWS - 1) / NextTokens.ROWS;
        this.steps = (long) shapes.size() * (chunks + 1) + 2L * pieces;
    }

    KvError run() throws ForetokenException {
        try (Inference mode = Inference.begin();
                KvCache exact = base.newCache(tokens.length);
                KvCache predicted = base.newCache(tokens.length)) {
            report("Predicting the cache", 0);
            setup.predict(tokens, predicted, nanos -> report("Predicting the cache", 0));
            base.read(tokens, exact, shapes.size(), true, new AttentionTap(exact, predicted));
            List<float[]> keys = new ArrayList<>();
            List<float[]> values = new ArrayList<>();
            for (int i = 0; i < shapes.size(); i++) {
                report("Comparing keys and values", 1);
                keys.add(sums(exact.layer(i).keys(), predicted.layer(i).keys(), true));
                values.add(sums(exact.layer(i).values(), predicted.layer(i).values(), false));
            }
            List<KvError.Answer> answers = answers(exact, predicted);
            List<Integer> kvHeads = shapes.stream().map(LayerShape::kvHeads).toList();
            List<Integer> headDims = shapes.stream().map(LayerShape::headDim).toList();
            return new KvError(
                    new KvError.Entries(kvHeads, headDims, keys),
                    new KvError.Entries(kvHeads, headDims, values),
                    attention,
                    answers);
        }
    }

    private void report(String what, int more) {
        progress.report(what, done, steps);
        done += more;
    }

    /** The base's own queries over both caches, layer by layer, while the base reads. */
    private final class AttentionTap implements LayerTap {
        private final KvCache exact;
        private final KvCache predicted;

        AttentionTap(KvCache exact, KvCache predicted) {
            this.exact = exact;
            this.predicted = predicted;
        }

        @Override
        public void queries(int layer, int start, Tensor q_THd) {
            report("Reading the prompt", 1);
            try (PointerScope scope = new PointerScope()) {
                Tensor e = base.attend(layer, q_THd, start, exact).to(ScalarType.Float);
                Tensor p = base.attend(layer, q_THd, start, predicted).to(ScalarType.Float);
                float[] product = Tensors.floats(overRow(e.mul(p), 1));
                float[] exactSquared = Tensors.floats(overRow(e.square(), 1));
                float[] predictedSquared = Tensors.floats(overRow(p.square(), 1));
                for (int i = 0; i < product.length; i++) {
                    attention.get(layer)[start + i] =
                            (float) KvError.cosine(product[i], exactSquared[i], predictedSquared[i]);
                }
            }
        }
    }

    private static Tensor overRow(Tensor x, long dimension) {
        return x.sum(dimension);
    }

    /**
     * The sums of one layer, [positions, kvHeads, 5].
     *
     * @param exact [kvHeads, capacity, headDim]
     * @param rotated whether differences are to be turned back before their sizes are summed up; squares and products don't mind
     */
    private float[] sums(Tensor exact, Tensor predicted, boolean rotated) {
        int perPosition = (int) exact.size(0) * KvError.SUMS;
        float[] sums = new float[tokens.length * perPosition];
        for (int start = 0; start < tokens.length; start += Decoder.CHUNK) {
            int rows = Math.min(Decoder.CHUNK, tokens.length - start);
            try (PointerScope scope = new PointerScope()) {
                Tensor e = exact.narrow(1, start, rows).to(ScalarType.Float).transpose(0, 1);
                Tensor p = predicted.narrow(1, start, rows).to(ScalarType.Float).transpose(0, 1);
                Tensor difference = p.sub(e).contiguous(); // [T, kvHeads, headDim]
                Tensor turned = rotated ? base.unrotate(difference, start) : difference;
                Tensor five = torch.stack(
                        Tensors.vector(
                                overRow(difference.square(), 2),
                                overRow(e.square(), 2),
                                overRow(p.square(), 2),
                                overRow(p.mul(e), 2),
                                overRow(turned.abs(), 2)),
                        2);
                System.arraycopy(Tensors.floats(five), 0, sums, start * perPosition, rows * perPosition);
            }
        }
        return sums;
    }

    /** Both caches are read in the same way, so that equal entries give equal logits to the last bit. */
    private List<KvError.Answer> answers(KvCache exact, KvCache predicted) throws ForetokenException {
        List<KvError.Answer> answers = new ArrayList<>();
        for (int start = 0; start < tokens.length; start += NextTokens.ROWS) {
            int[] rows = Arrays.copyOfRange(tokens, start, Math.min(tokens.length, start + NextTokens.ROWS));
            try (PointerScope scope = new PointerScope()) {
                report("Reading both caches", 1);
                Tensor p = torch.log_softmax(base.readOnly(rows, start, exact), 1);
                report("Reading both caches", 1);
                Tensor q = torch.log_softmax(base.readOnly(rows, start, predicted), 1);
                NextTokens next = new NextTokens(p, q);
                float[] kl = next.kl();
                float[] same = next.sameTopOne();
                // the last position has no next token
                int targets = Math.min(rows.length, tokens.length - 1 - start);
                int[] came = Arrays.copyOfRange(tokens, start + 1, start + 1 + targets);
                float[] loss = NextTokens.losses(q, came);
                float[] baseLoss = NextTokens.losses(p, came);
                for (int i = 0; i < rows.length; i++) {
                    if (!Float.isFinite(kl[i])) {
                        throw new ForetokenException(
                                "The models give numbers that aren't finite on this prompt: weights"
                                        + " are damaged or overflow in this kernel. Try another kernel, calibrate again, or"
                                        + " download the models again.");
                    }
                    answers.add(new KvError.Answer(
                            Math.max(0, kl[i]), // rounding can leave less than nothing
                            same[i] != 0,
                            i < targets ? loss[i] : Float.NaN,
                            i < targets ? baseLoss[i] : Float.NaN));
                }
            }
        }
        return answers;
    }
}
