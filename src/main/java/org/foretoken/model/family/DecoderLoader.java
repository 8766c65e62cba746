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
            Tensor embedding = kept(table(stored.embedding()));
            Tensor head = stored.config().tiedEmbeddings()
                    ? embedding
                    : kept(table(stored.head().tensor()));
            PackedMatrix packedHead = stored.head().packed(null, kernel);
            undo.add(packedHead::close);
            return new Decoder(
                    stored.config(), kernel, layers, embedding, vector(stored.finalNorm()), head, packedHead);
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

    /** Reads a layer once more, from a file that was found sound when it was read before, and packs it for single tokens. */
    private DecodeWeights.Layer decodeLayer(
            int i, Tensor attnNorm, @Nullable Tensor qNorm, @Nullable Tensor kNorm, Tensor ffnNorm) {
        try (Inference mode = Inference.begin()) {
            return new DecodeWeights.Layer(
                    attnNorm,
                    stored.qkv(i).packed(stored.qkvBias(i), kernel),
                    qNorm,
                    kNorm,
                    stored.out(i).packed(stored.outBias(i), kernel),
                    ffnNorm,
                    stored.gateUp(i).packed(null, kernel),
                    stored.down(i).packed(null, kernel));
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

    /** A half-precision table stays on disk, mapped; what had to be unpacked is kept in the kernel's dtype. */
    private Tensor table(Tensor values) {
        return values.element_size() == 2 ? values : values.to(kernel.dtype());
    }
}
