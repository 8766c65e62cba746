package org.foretoken.model.family;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.foretoken.ForetokenException;
import org.foretoken.checkpoint.DType;
import org.foretoken.checkpoint.QuantisedTensor;
import org.foretoken.checkpoint.TensorInfo;
import org.foretoken.checkpoint.WeightSource;
import org.foretoken.torch.Kernel;
import org.foretoken.torch.PackedMatrix;
import org.jspecify.annotations.Nullable;

/** A weight on disk that one product takes, [out, in]: the rows of a tensor, or of several on top of each other. What is read belongs to the caller's scope. */
public final class StoredMatrix {
    private final WeightSource source;
    private final List<Part> parts;

    /** @param order of the rows, from the file's to the decoder's */
    record Part(String name, UnaryOperator<Tensor> order) {}

    StoredMatrix(WeightSource source, List<Part> parts) {
        this.source = source;
        this.parts = List.copyOf(parts);
    }

    /** [out, in], or [out] where the parts are biases, as {@link WeightSource#tensor} has their type. */
    public Tensor tensor() throws ForetokenException {
        TensorVector tensors = new TensorVector();
        for (Part part : parts) {
            tensors.push_back(part.order.apply(source.tensor(part.name)));
        }
        return parts.size() == 1 ? tensors.get(0) : torch.cat(tensors, 0);
    }

    /** How single tokens read it with a kernel: as it is stored where that is narrower, else in the kernel's type. See {@link PackedMatrix#dtype}. */
    ScalarType packedDtype(Kernel kernel) throws ForetokenException {
        if (allAre(DType::quantised)) {
            return ScalarType.Char;
        }
        return allAre(type -> type == DType.BF16) ? ScalarType.BFloat16 : kernel.dtype();
    }

    /** Packs it for single tokens. */
    PackedMatrix packed(@Nullable Tensor bias, Kernel kernel) throws ForetokenException {
        List<Tensor> biases = bias == null ? List.of() : List.of(bias);
        if (packedDtype(kernel) != ScalarType.Char) {
            return PackedMatrix.pack(List.of(tensor()), biases, kernel.dtype());
        }
        List<QuantisedTensor> quantised = new ArrayList<>();
        for (Part part : parts) {
            quantised.add(source.quantised(part.name).rows(part.order));
        }
        QuantisedTensor rows = QuantisedTensor.stack(quantised);
        return PackedMatrix.packCodes(rows.codes(), rows.scales(), rows.offsets(), biases);
    }

    /** Bytes of {@link #packed}, but for rows that fill its last block. */
    public long packedBytes(Kernel kernel) throws ForetokenException {
        long elements = 0;
        int group = Integer.MAX_VALUE;
        for (Part part : parts) {
            TensorInfo info = source.info(part.name);
            elements += info.shape().get(0) * info.shape().get(1);
            group = Math.min(group, info.dtype().groupSize());
        }
        ScalarType dtype = packedDtype(kernel);
        if (dtype == ScalarType.Char) {
            return elements + elements / group * QuantisedTensor.BYTES_OF_GROUP;
        }
        return elements * (dtype == ScalarType.BFloat16 ? Kernel.BF16 : kernel).bytes();
    }

    private boolean allAre(Predicate<DType> type) throws ForetokenException {
        for (Part part : parts) {
            if (!type.test(source.info(part.name).dtype())) {
                return false;
            }
        }
        return true;
    }
}
