package org.foretoken.model;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.foretoken.torch.PackedMatrix;
import org.jspecify.annotations.Nullable;

/** A decoder of random weights in a given shape, as tensors and packed. Lives in a scope of its own. */
final class RandomDecoder implements AutoCloseable {
    /** One layer's tensors: projections apart, biases empty tensors where there are none. */
    record Layer(
            Tensor attnNorm,
            Tensor q,
            Tensor k,
            Tensor v,
            List<Tensor> qkvBiases,
            @Nullable Tensor qNorm,
            @Nullable Tensor kNorm,
            Tensor out,
            List<Tensor> outBias,
            Tensor ffnNorm,
            Tensor gate,
            Tensor up,
            Tensor down) {}

    final DecoderConfig config;
    final Tensor embedding;
    final List<Layer> layers = new ArrayList<>();
    final Tensor finalNorm;
    final Tensor head;
    final DecodeWeights weights;

    private final PointerScope scope = new PointerScope();
    private final ScalarType dtype;

    /** Tensors of that type, as a checkpoint has them, packed as the same type. */
    RandomDecoder(DecoderConfig config, ScalarType dtype) {
        this.config = config;
        this.dtype = dtype;
        torch.manual_seed(5);
        embedding = matrix(config.vocabulary(), config.width());
        for (LayerShape s : config.layers()) {
            layers.add(layer(s));
        }
        finalNorm = norm(config.width());
        head = config.tiedEmbeddings() ? embedding : matrix(config.vocabulary(), config.width());
        List<DecodeWeights.Layer> packed = layers.stream().map(this::pack).toList();
        weights = new DecodeWeights(
                Embedding.of(embedding), packed, finalNorm, PackedMatrix.pack(List.of(head), List.of(), dtype));
    }

    private Layer layer(LayerShape s) {
        int d = config.width();
        boolean bias = config.qkvBias();
        return new Layer(
                norm(d),
                matrix(s.queryDim(), d),
                matrix(s.kvDim(), d),
                matrix(s.kvDim(), d),
                bias ? List.of(vector(s.queryDim()), vector(s.kvDim()), vector(s.kvDim())) : List.of(),
                s.qkNorm() ? norm(s.headDim()) : null,
                s.qkNorm() ? norm(s.headDim()) : null,
                matrix(d, s.queryDim()),
                config.outBias() ? List.of(vector(d)) : List.of(),
                norm(d),
                matrix(s.ffnDim(), d),
                matrix(s.ffnDim(), d),
                matrix(d, s.ffnDim()));
    }

    private DecodeWeights.Layer pack(Layer l) {
        return new DecodeWeights.Layer(
                l.attnNorm,
                PackedMatrix.pack(List.of(l.q, l.k, l.v), l.qkvBiases, dtype),
                l.qNorm,
                l.kNorm,
                PackedMatrix.pack(List.of(l.out), l.outBias, dtype),
                l.ffnNorm,
                PackedMatrix.pack(List.of(l.gate, l.up), List.of(), dtype),
                PackedMatrix.pack(List.of(l.down), List.of(), dtype));
    }

    private Tensor matrix(int out, int in) {
        return torch.randn(out, in).mul(new Scalar(1 / Math.sqrt(in))).to(dtype);
    }

    private Tensor vector(int n) {
        return torch.randn(n).mul(new Scalar(0.5)).to(dtype);
    }

    private Tensor norm(int n) {
        return torch.rand(n).add(new Scalar(0.5)).to(dtype);
    }

    @Override
    public void close() {
        weights.close();
        scope.close();
    }
}
