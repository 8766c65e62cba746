package org.foretoken.train;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.foretoken.model.CausalAttention;
import org.foretoken.model.CausalAttention.Heads;
import org.foretoken.model.CausalAttention.Operands;
import org.foretoken.model.LayerShape;
import org.foretoken.torch.Sgemm.Matrix;
import org.foretoken.torch.Tensors;

/** {@link CausalAttention} of a batch of sequences, forth and back by the calling thread. */
final class FrozenAttention {
    private final LayerShape shape;
    private final int length;
    private final Tensor attended; // [B·T, queryDim]
    private final List<CausalAttention> sequences = new ArrayList<>();

    /**
     * The way up. Its tensors, float32 and contiguous, must live and stay as they are until {@link #back}.
     *
     * @param queries [B, T, heads, headDim], after RoPE
     * @param keys [B, T, kvHeads, headDim], after RoPE
     * @param values [B, T, kvDim]
     * @param mask as {@link Layer#after} has it
     */
    FrozenAttention(LayerShape shape, Tensor queries, Tensor keys, Tensor values, TensorOptional mask) {
        this.shape = shape;
        this.length = (int) values.size(1);
        this.attended = Tensors.empty(ScalarType.Float, values.size(0) * length, shape.queryDim());
        Matrix masks = mask.has_value() ? Matrix.of(mask.get().contiguous(), length) : null;
        for (int i = 0; i < values.size(0); i++) {
            long from = mask.has_value() && mask.get().size(0) > 1 ? (long) i * length * length : 0;
            CausalAttention attention = new CausalAttention(
                    shape,
                    0,
                    length,
                    operands(queries, keys, values, i),
                    heads(attended, i),
                    masks == null ? null : masks.from(from));
            attention.up();
            sequences.add(attention);
        }
    }

    private Heads heads(Tensor queryLike, int sequence) {
        return Heads.of(queryLike, sequence, length, shape.queryDim(), shape.headDim());
    }

    private Operands operands(Tensor queries, Tensor keys, Tensor values, int sequence) {
        return new Operands(
                heads(queries, sequence),
                Heads.of(keys, sequence, length, shape.kvDim(), shape.headDim()),
                Heads.of(values, sequence, length, shape.kvDim(), shape.headDim()));
    }

    /** What came out, [B·T, queryDim]. */
    Tensor attended() {
        return attended;
    }

    /**
     * Gradients.
     *
     * @param queries [B, T, heads, headDim]
     * @param keys [B, T, kvHeads, headDim]
     * @param values [B, T, kvDim]
     */
    record Gradients(Tensor queries, Tensor keys, Tensor values) {}

    /** @param gradient by {@link #attended}, float32 and contiguous */
    Gradients back(Tensor gradient) {
        int rows = sequences.size();
        Tensor queries = Tensors.empty(ScalarType.Float, rows, length, shape.heads(), shape.headDim());
        Tensor keys = Tensors.empty(ScalarType.Float, rows, length, shape.kvHeads(), shape.headDim());
        Tensor values = Tensors.empty(ScalarType.Float, rows, length, shape.kvDim());
        keys.zero_();
        values.zero_();
        for (int i = 0; i < rows; i++) {
            sequences.get(i).back(heads(gradient, i), operands(queries, keys, values, i));
        }
        return new Gradients(queries, keys, values);
    }
}
