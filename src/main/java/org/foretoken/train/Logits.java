package org.foretoken.train;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.foretoken.torch.FloatMemory;

/** Logits of some positions, cut into parts of the vocabulary. Valid as long as the tensors are. */
record Logits(List<Part> parts) {
    /**
     * Some of the vocabulary.
     *
     * @param first token
     * @param size how many tokens
     * @param memory [positions, size]
     */
    record Part(int first, int size, FloatMemory memory) {}

    /** Of tensors [positions, some of the vocabulary], in order. */
    static Logits of(List<Tensor> tensors) {
        List<Part> parts = new ArrayList<>();
        int first = 0;
        for (Tensor tensor : tensors) {
            int size = (int) tensor.size(1);
            parts.add(new Part(first, size, FloatMemory.of(tensor)));
            first += size;
        }
        return new Logits(parts);
    }

    int vocabulary() {
        Part last = parts.getLast();
        return last.first + last.size;
    }

    /** A position's, over the whole vocabulary. */
    void read(int position, float[] into) {
        parts.forEach(part -> part.memory.read((long) position * part.size, into, part.first, part.size));
    }

    void write(int position, float[] from) {
        parts.forEach(part -> part.memory.write((long) position * part.size, from, part.first, part.size));
    }
}
