package org.foretoken.torch;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.InferenceMode;

/**
 * While it is open, this thread computes without recording gradients. What libtorch hands out meanwhile and nobody keeps ({@link Tensors#keep}) ends with
 * it. All engine work but training goes on inside one.
 */
public final class Inference implements AutoCloseable {
    private final PointerScope scope = new PointerScope();
    private final InferenceMode mode = new InferenceMode(true);

    private Inference() {}

    /** Opens one; close it on the same thread. */
    public static Inference begin() {
        return new Inference();
    }

    @Override
    public void close() {
        mode.close();
        scope.close();
    }
}
