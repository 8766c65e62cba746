package org.foretoken.model.family;

import org.bytedeco.pytorch.Tensor;
import org.foretoken.ForetokenException;
import org.foretoken.checkpoint.WeightSource;
import org.foretoken.model.Embedding;
import org.foretoken.torch.Tensors;

/** A table of a quantised type, row by row from its file: as float32 it would be several times larger, for a few rows of it that a text needs. */
record QuantisedEmbedding(WeightSource weights, String name, int width) implements Embedding {
    @Override
    public Tensor rows(int[] tokens) {
        float[] rows = new float[Math.multiplyExact(tokens.length, width)];
        for (int i = 0; i < tokens.length; i++) {
            read(tokens[i], rows, i * width);
        }
        return Tensors.of(rows, tokens.length, width);
    }

    @Override
    public void read(int token, float[] x) {
        read(token, x, 0);
    }

    private void read(int token, float[] into, int at) {
        try {
            weights.row(name, token, into, at);
        } catch (ForetokenException e) {
            throw new IllegalStateException(e.getMessage(), e); // it was found sound when the model was opened
        }
    }

    @Override
    public long bytes() {
        return 0;
    }

    @Override
    public void close() {}
}
