package org.foretoken.checkpoint;

import java.util.List;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * Rows of a quantised weight without the packing of its type. An element is scale · code + offset in float32, rounded after the product and after the sum:
 * the float32 that {@link WeightSource#tensor} makes of it, to the bit.
 *
 * @param codes [out, in], int8
 * @param scales [out, groups], float32: one for in / groups neighbours of a row
 * @param offsets [out, groups], float32
 */
public record QuantisedTensor(Tensor codes, Tensor scales, Tensor offsets) {
    /** Of a group's scale and offset. */
    public static final int BYTES_OF_GROUP = 2 * Float.BYTES;

    /** Several on top of each other, of the same width; where their groups differ, in groups of the smallest size. */
    public static QuantisedTensor stack(List<QuantisedTensor> parts) {
        if (parts.size() == 1) {
            return parts.getFirst();
        }
        long groups =
                parts.stream().mapToLong(part -> part.scales.size(1)).max().orElseThrow();
        TensorVector codes = new TensorVector();
        TensorVector scales = new TensorVector();
        TensorVector offsets = new TensorVector();
        for (QuantisedTensor part : parts) {
            long times = groups / part.scales.size(1);
            codes.push_back(part.codes);
            scales.push_back(repeated(part.scales, times));
            offsets.push_back(repeated(part.offsets, times));
        }
        return new QuantisedTensor(torch.cat(codes, 0), torch.cat(scales, 0), torch.cat(offsets, 0));
    }

    /** Each entry that many times in a row. */
    private static Tensor repeated(Tensor values, long times) {
        long out = values.size(0);
        long groups = values.size(1);
        return values.unsqueeze(2).expand(out, groups, times).reshape(out, groups * times);
    }

    /** With its rows in another order. */
    public QuantisedTensor rows(UnaryOperator<Tensor> order) {
        return new QuantisedTensor(order.apply(codes), order.apply(scales), order.apply(offsets));
    }
}
