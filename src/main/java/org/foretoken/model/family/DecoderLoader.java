package org.foretoken.model.family;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.foretoken.ForetokenException;
import org.foretoken.Progress;
import org.foretoken.model.DecodeForm;
import org.foretoken.model.DecodeWeights;
import org.foretoken.model.Decoder;
import org.foretoken.model.DecoderLayer;
import org.foretoken.model.Embedding;
import org.foretoken.model.Head;
import org.foretoken.torch.Inference;
import org.foretoken.torch.Kernel;
import org.foretoken.torch.Linear;
import org.foretoken.torch.PackedMatrix;
import org.foretoken.torch.ProductWarmUp;
import org.foretoken.torch.Tensors;
import org.jspecify.annotations.Nullable;

/** Packs the weights of a stored model for a kernel, once. */
final class DecoderLoader {
    private final StoredModel stored;
    private final Kernel kernel;

    /** Lets go of what was made, for a load that doesn't come to its end. */
    private final List<Runnable> undo = new ArrayList<>();

    DecoderLoader(StoredModel stored, Kernel kernel) {
        this.stored = stored;
        this.kernel = kernel;
    }

    Decoder load(Progress progress) throws ForetokenException {
        int count = stored.config().layers().size();
        List<DecoderLayer> layers = new ArrayList<>();
        ProductWarmUp.start(stored.head().packedDtype(kernel));
        try (Inference mode = Inference.begin()) {
            for (int i = 0; i < count; i++) {
                progress.report("Loading " + stored.path().getFileName(), i, count);
                try (PointerScope scope = new PointerScope()) {
                    layers.add(layer(i));
                }
            }
            Embedding embedding = stored.lookUp(kernel);
            undo.add(embedding::close);
            PackedMatrix head = stored.head().packed(null, kernel);
            undo.add(head::close);
            return new Decoder(
                    stored.config(),
                    kernel,
                    layers,
                    embedding,
                    new Head(kernel, stored.config().normEps(), vector(stored.finalNorm()), head, this::headOfMany));
        } catch (ForetokenException | RuntimeException | Error e) {
            // stopped by whoever waits, or out of memory: no collector frees what libtorch holds
            undo.forEach(Runnable::run);
            throw e;
        }
    }

    private DecoderLayer layer(int i) throws ForetokenException {
        Tensor attnNorm = vector(stored.attnNorm(i));
        Tensor ffnNorm = vector(stored.ffnNorm(i));
        Tensor qNorm = headVector(stored.qNorm(i));
        Tensor kNorm = headVector(stored.kNorm(i));
        DecodeForm decode = kernel == Kernel.F32_PLAIN
                ? null
                : new DecodeForm(
                        stored.gateUp(i).packedDtype(kernel), () -> decodeLayer(i, attnNorm, qNorm, kNorm, ffnNorm));
        return new DecoderLayer(
                stored.config().layers().get(i),
                stored.config().normEps(),
                attnNorm,
                linear(stored.qkv(i).tensor(), stored.qkvBias(i)),
                qNorm,
                kNorm,
                linear(stored.out(i).tensor(), stored.outBias(i)),
                ffnNorm,
                linear(stored.gateUp(i).tensor(), null),
                linear(stored.down(i).tensor(), null),
                decode);
    }

    private Linear linear(Tensor weight, @Nullable Tensor bias) {
        Linear packed = Linear.pack(kernel, weight, bias);
        undo.add(packed::close);
        return packed;
    }

    /** Packs a layer for single tokens. */
    private DecodeWeights.Layer decodeLayer(
            int i, Tensor attnNorm, @Nullable Tensor qNorm, @Nullable Tensor kNorm, Tensor ffnNorm) {
        return again(() -> new DecodeWeights.Layer(
                attnNorm,
                stored.qkv(i).packed(stored.qkvBias(i), kernel),
                qNorm,
                kNorm,
                stored.out(i).packed(stored.outBias(i), kernel),
                ffnNorm,
                stored.gateUp(i).packed(null, kernel),
                stored.down(i).packed(null, kernel)));
    }

    /** Packs the head for logits at every position. */
    private Linear headOfMany() {
        return again(() -> Linear.pack(kernel, stored.head().tensor(), null));
    }

    private interface Reading<T> {
        T read() throws ForetokenException;
    }

    /** Reads once more, from a file that was found sound when it was read before. */
    private static <T> T again(Reading<T> reading) {
        try (Inference mode = Inference.begin();
                PointerScope scope = new PointerScope()) {
            return reading.read();
        } catch (ForetokenException e) {
            throw new IllegalStateException(e.getMessage(), e);
        }
    }

    /** float32 values of a norm, kept. */
    private Tensor vector(Tensor values) {
        return kept(values.to(ScalarType.Float));
    }

    private @Nullable Tensor headVector(@Nullable Tensor values) {
        return values == null ? null : vector(values);
    }

    private Tensor kept(Tensor tensor) {
        Tensor kept = Tensors.keep(tensor);
        undo.add(kept::close);
        return kept;
    }
}
