package org.foretoken.torch;

import java.lang.foreign.MemorySegment;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;

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
