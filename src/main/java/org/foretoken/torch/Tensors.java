package org.foretoken.torch;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** The lifetimes and the memory of libtorch's tensors, which Java must mind by hand. */
public final class Tensors {
    private Tensors() {}

    /**
     * A new handle on the same tensor that no scope closes: for weights and caches, which live until their owner closes them.
     *
     * @return to be closed by the caller
     */
    public static Tensor keep(Tensor tensor) {
        try (PointerScope scope = new PointerScope()) {
            return retained(new Tensor(tensor));
        }
    }

    /** The same pointer, which now outlives the scope it was made in and is closed by the caller. */
    public static <P extends Pointer> P retained(P pointer) {
        // a scope holds a reference of its own and gives it back at its end
        pointer.retainReference();
        return pointer;
    }

    /**
     * A leaf of its own in the same memory, with a gradient of its own where the tensor has one.
     *
     * @return to be closed by the caller
     */
    public static Tensor twin(Tensor tensor) {
        try (PointerScope scope = new PointerScope()) {
            return keep(tensor.detach().set_requires_grad(tensor.requires_grad()));
        }
    }

    /** A number as libtorch's operators take it, for static fields: no scope closes it. */
    public static Scalar constant(double value) {
        try (PointerScope scope = new PointerScope()) {
            return retained(new Scalar(value));
        }
    }

    /** Whether none of its numbers is infinite or not a number; of floating point. */
    public static boolean isFinite(Tensor tensor) {
        try (PointerScope scope = new PointerScope()) {
            // in doubles, where no sum of finite floats overflows
            return Double.isFinite(
                    tensor.abs().sum(new ScalarTypeOptional(ScalarType.Double)).item_double());
        }
    }

    /** A new float32 tensor of that shape, filled row by row. */
    public static Tensor of(float[] values, long... shape) {
        Tensor tensor = torch.empty(shape, new TensorOptions(ScalarType.Float), new MemoryFormatOptional());
        memory(tensor).copyFrom(MemorySegment.ofArray(values));
        return tensor;
    }

    /** A new int64 tensor [ids]. */
    public static Tensor of(int[] ids) {
        Tensor tensor =
                torch.empty(new long[] {ids.length}, new TensorOptions(ScalarType.Long), new MemoryFormatOptional());
        memory(tensor)
                .copyFrom(
                        MemorySegment.ofArray(Arrays.stream(ids).asLongStream().toArray()));
        return tensor;
    }

    /** A list of tensors as libtorch's operators take it. */
    public static TensorVector vector(Tensor... tensors) {
        return new TensorVector(tensors);
    }

    /** All values of a tensor, row by row, as float32. */
    public static float[] floats(Tensor tensor) {
        try (PointerScope scope = new PointerScope()) {
            return memory(tensor.to(ScalarType.Float).contiguous()).toArray(ValueLayout.JAVA_FLOAT);
        }
    }

    /** An uninitialised tensor. */
    public static Tensor empty(ScalarType dtype, long... shape) {
        return torch.empty(shape, new TensorOptions(dtype), new MemoryFormatOptional());
    }

    /**
     * A contiguous CPU tensor's memory. It is valid only while the tensor lives: the caller holds it.
     */
    public static MemorySegment memory(Tensor tensor) {
        if (!tensor.is_contiguous()) {
            throw new IllegalArgumentException("not contiguous");
        }
        Pointer data = tensor.data_ptr();
        return MemorySegment.ofAddress(data.address()).reinterpret(tensor.nbytes());
    }
}
