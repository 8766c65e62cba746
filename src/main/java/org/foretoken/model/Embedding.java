package org.foretoken.model;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.foretoken.torch.FloatMemory;
import org.foretoken.torch.Tensors;

/** The table [vocabulary, width] that tokens are looked up in. Decoders may share it. */
public interface Embedding extends AutoCloseable {
    /** The rows of tokens, [T, width], float32, in the caller's scope. */
    Tensor rows(int[] tokens);

    /** One token's row into the start of {@code x}, without a call into libtorch. */
    void read(int token, float[] x);

    /** Bytes that it takes, mapped ones included. */
    long bytes();

    @Override
    void close();

    /** Takes over a contiguous F32, BF16 or F16 table, which it closes. */
    static Embedding of(Tensor table) {
        FloatMemory memory = FloatMemory.of(table);
        int width = (int) table.size(1);
        return new Embedding() {
            @Override
            public Tensor rows(int[] tokens) {
                return torch.embedding(table, Tensors.of(tokens)).to(ScalarType.Float);
            }

            @Override
            public void read(int token, float[] x) {
                memory.read((long) token * width, x, width);
            }

            @Override
            public long bytes() {
                return table.nbytes();
            }

            @Override
            public void close() {
                table.close();
            }
        };
    }
}
