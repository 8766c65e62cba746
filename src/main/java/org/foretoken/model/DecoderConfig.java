package org.foretoken.model;

import java.util.List;

/**
 * Everything that decides a decoder's numbers besides its weights.
 *
 * @param family the architecture's name as users know it, such as "Llama"
 * @param vocabulary rows of the embedding
 * @param width of the residual stream
 * @param contextLength most positions that the model was made for
 * @param normEps epsilon of every RMSNorm
 * @param rope rotary position embedding
 * @param tiedEmbeddings whether the embedding is the output head as well
 * @param qkvBias whether the query, key and value projections add a bias
 * @param outBias whether the attention's output projection adds one
 * @param layers from first to last; widths may differ (OpenELM)
 */
public record DecoderConfig(
        String family,
        int vocabulary,
        int width,
        int contextLength,
        double normEps,
        Rope rope,
        boolean tiedEmbeddings,
        boolean qkvBias,
        boolean outBias,
        List<LayerShape> layers) {
    public DecoderConfig {
        layers = List.copyOf(layers);
    }

    /** The same decoder with only the layers named, in that order. */
    public DecoderConfig select(List<Integer> keep) {
        return new DecoderConfig(
                family,
                vocabulary,
                width,
                contextLength,
                normEps,
                rope,
                tiedEmbeddings,
                qkvBias,
                outBias,
                keep.stream().map(layers::get).toList());
    }

    /** Parameters of one layer: projections, biases, feed-forward, norms. */
    public long parameters(int layer) {
        LayerShape s = layers.get(layer);
        long qkv = s.queryDim() + 2L * s.kvDim();
        long biases = (qkvBias ? qkv : 0) + (outBias ? width : 0);
        long norms = 2L * width + (s.qkNorm() ? 2L * s.headDim() : 0);
        return width * qkv + (long) s.queryDim() * width + 3L * width * s.ffnDim() + biases + norms;
    }

    /** All parameters: layers, embedding, output head where it isn't tied, last norm. */
    public long parameters() {
        long sum = (long) vocabulary * width * (tiedEmbeddings ? 1 : 2) + width;
        for (int i = 0; i < layers.size(); i++) {
            sum += parameters(i);
        }
        return sum;
    }
}
