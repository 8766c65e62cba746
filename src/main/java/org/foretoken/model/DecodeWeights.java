package org.foretoken.model;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.foretoken.torch.PackedMatrix;
import org.jspecify.annotations.Nullable;

/**
 * A decoder's weights as {@link DecodeStep} reads them. Packed matrices hold copies; tensors stay the model's and must outlive the step.
 *
 * @param embedding [vocabulary, width]
 * @param layers first to last; decoders made of the same layers may share them
 * @param finalNorm [width]
 * @param head [vocabulary, width]
 */
public record DecodeWeights(Embedding embedding, List<Layer> layers, Tensor finalNorm, PackedMatrix head)
        implements AutoCloseable {
    public DecodeWeights {
        layers = List.copyOf(layers);
    }

    /**
     * Of zeros, in the caller's scope but for the packed matrices, for the JIT to learn from. Without norms of queries and keys.
     *
     * @param dtype of the matrices, see {@link PackedMatrix#dtype}
     * @param table of the embedding
     */
    static DecodeWeights zeros(DecoderConfig config, ScalarType dtype, ScalarType table) {
        int width = config.width();
        Tensor norm = torch.zeros(new long[] {width}, new TensorOptions(ScalarType.Float));
        List<Layer> layers = new ArrayList<>();
        for (LayerShape shape : config.layers()) {
            layers.add(new Layer(
                    norm,
                    PackedMatrix.zeros(shape.queryDim() + 2 * shape.kvDim(), width, dtype),
                    null,
                    null,
                    PackedMatrix.zeros(width, shape.queryDim(), dtype),
                    norm,
                    PackedMatrix.zeros(2 * shape.ffnDim(), width, dtype),
                    PackedMatrix.zeros(width, shape.ffnDim(), dtype)));
        }
        Tensor embedding = torch.zeros(new long[] {config.vocabulary(), width}, new TensorOptions(table));
        return new DecodeWeights(
                Embedding.of(embedding), layers, norm, PackedMatrix.zeros(config.vocabulary(), width, dtype));
    }

    /** Frees the packed matrices, the head too. */
    @Override
    public void close() {
        layers.forEach(Layer::close);
        head.close();
    }

    /** Bytes of all matrices, the head's included: what one token reads. */
    long bytes() {
        return layers.stream().mapToLong(Layer::bytes).sum() + head.bytes();
    }

    /** Throws an IllegalArgumentException unless these are the shapes of that decoder. */
    void requireFit(DecoderConfig config) {
        int width = config.width();
        requireFit("The head", head, config.vocabulary(), width);
        if (layers.size() != config.layers().size()) {
            throw new IllegalArgumentException(layers.size() + " layers for a decoder of "
                    + config.layers().size());
        }
        for (int i = 0; i < layers.size(); i++) {
            LayerShape shape = config.layers().get(i);
            Layer layer = layers.get(i);
            String of = " of layer " + i;
            requireFit("qkv" + of, layer.qkv, shape.queryDim() + 2 * shape.kvDim(), width);
            requireFit("out" + of, layer.out, width, shape.queryDim());
            requireFit("gateUp" + of, layer.gateUp, 2 * shape.ffnDim(), width);
            requireFit("down" + of, layer.down, width, shape.ffnDim());
            if ((layer.qNorm != null) != shape.qkNorm() || (layer.kNorm != null) != shape.qkNorm()) {
                throw new IllegalArgumentException("The norm of queries and keys" + of + " doesn't fit " + shape);
            }
        }
    }

    private static void requireFit(String name, PackedMatrix matrix, int out, int in) {
        if (matrix.out() != out || matrix.in() != in) {
            throw new IllegalArgumentException(
                    name + " is [" + matrix.out() + ", " + matrix.in() + "], not [" + out + ", " + in + "]");
        }
    }

    /**
     * One layer.
     *
     * @param attnNorm [width]
     * @param qkv [queryDim + 2 kvDim, width]: queries, keys, values stacked, with their biases if the family has them
     * @param qNorm [headDim], or null where the layer has no norm of queries and keys
     * @param kNorm [headDim], or null as {@code qNorm}
     * @param out [width, queryDim], with its bias if the family has one
     * @param ffnNorm [width]
     * @param gateUp [2 ffnDim, width]: gate above up
     * @param down [width, ffnDim]
     */
    public record Layer(
            Tensor attnNorm,
            PackedMatrix qkv,
            @Nullable Tensor qNorm,
            @Nullable Tensor kNorm,
            PackedMatrix out,
            Tensor ffnNorm,
            PackedMatrix gateUp,
            PackedMatrix down)
            implements AutoCloseable {
        /** Bytes that one token reads of this layer's matrices. */
        long bytes() {
            return qkv.bytes() + out.bytes() + gateUp.bytes() + down.bytes();
        }

        /** Frees the packed matrices. */
        @Override
        public void close() {
            qkv.close();
            out.close();
            gateUp.close();
            down.close();
        }
    }
}
