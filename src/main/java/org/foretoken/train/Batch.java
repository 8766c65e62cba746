package org.foretoken.train;

import java.util.Arrays;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.foretoken.text.corpus.TokenStream.Sequence;
import org.foretoken.torch.Tensors;

/**
 * Sequences of one length, side by side; all arrays are [rows·length], row by row.
 */
final class Batch {
    private final int rows;
    private final int length;
    private final int[] tokens;
    private final int[] targets;
    private final int[] documents;
    private final int from;

    /**
     * As they are.
     *
     * @param targets the token that comes next; -1 where there's none to predict
     * @param documents which document of its row a token belongs to; -1 of padding
     * @param from first position of each row that counts
     */
    Batch(int rows, int length, int[] tokens, int[] targets, int[] documents, int from) {
        this.rows = rows;
        this.length = length;
        this.tokens = tokens;
        this.targets = targets;
        this.documents = documents;
        this.from = from;
    }

    /**
     * Puts sequences side by side, shorter ones padded at the end.
     *
     * @param bounded whether documents of a sequence are kept apart: none is read or predicted from another
     */
    static Batch of(List<Sequence> sequences, boolean bounded) {
        int length = sequences.stream().mapToInt(s -> s.tokens().length).max().orElse(0);
        int all = sequences.size() * length;
        Batch batch = new Batch(sequences.size(), length, new int[all], new int[all], new int[all], 0);
        for (int row = 0; row < sequences.size(); row++) {
            Sequence sequence = sequences.get(row);
            for (int i = 0; i < length; i++) {
                batch.set(row * length + i, i, sequence, bounded);
            }
        }
        return batch;
    }

    private void set(int at, int i, Sequence sequence, boolean bounded) {
        boolean real = i < sequence.tokens().length;
        tokens[at] = real ? sequence.tokens()[i] : 0;
        documents[at] = real ? (bounded ? sequence.documentOfToken()[i] : 0) : -1;
        boolean next = i + 1 < sequence.tokens().length
                && (!bounded || sequence.documentOfToken()[i + 1] == sequence.documentOfToken()[i]);
        targets[at] = next ? sequence.tokens()[i + 1] : -1;
    }

    int rows() {
        return rows;
    }

    int length() {
        return length;
    }

    /** [rows·length], like all arrays here; not to be changed. */
    int[] tokens() {
        return tokens;
    }

    int[] targets() {
        return targets;
    }

    int[] documents() {
        return documents;
    }

    /** The same, of which only positions from that one on count. */
    Batch from(int first) {
        int[] later = targets.clone();
        for (int i = 0; i < later.length; i++) {
            if (i % length < first) {
                later[i] = -1;
            }
        }
        return new Batch(rows, length, tokens, later, documents, first);
    }

    /** [rows·length, n] → [rows, length, n]. */
    Tensor rows(Tensor all) {
        return all.reshape(rows, length, all.size(1));
    }

    /** One row alone. */
    Batch row(int row) {
        int begin = row * length;
        int end = begin + length;
        return new Batch(
                1,
                length,
                Arrays.copyOfRange(tokens, begin, end),
                Arrays.copyOfRange(targets, begin, end),
                Arrays.copyOfRange(documents, begin, end),
                from);
    }

    /** [rows, length]. */
    Tensor ids() {
        return Tensors.of(tokens).view(rows, length);
    }

    /** Positions that have a token to predict. */
    int predicted() {
        int count = 0;
        for (int target : targets) {
            count += target >= 0 ? 1 : 0;
        }
        return count;
    }

    /** Whether each position counts: a token, not padding. */
    boolean[] counts() {
        boolean[] counts = new boolean[documents.length];
        for (int i = 0; i < counts.length; i++) {
            counts[i] = documents[i] >= 0 && i % length >= from;
        }
        return counts;
    }

    /** How many positions count. */
    int counted() {
        int count = 0;
        for (boolean counts : counts()) {
            count += counts ? 1 : 0;
        }
        return count;
    }

    /** [rows, length, 1] of 1 where there's a token to predict, 0 elsewhere. */
    Tensor predictedMask() {
        float[] mask = new float[targets.length];
        for (int i = 0; i < mask.length; i++) {
            mask[i] = targets[i] >= 0 ? 1 : 0;
        }
        return Tensors.of(mask, rows, length, 1);
    }

    /**
     * What attention adds to the scores, [rows, 1, length, length] of 0 and -∞; undefined where the causal order is all there is. Padding comes last
     * and is seen by nothing real.
     */
    TensorOptional mask() {
        boolean plain = true;
        for (int i = 0; i < documents.length; i++) {
            plain &= documents[i] <= 0;
        }
        if (plain) {
            return new TensorOptional();
        }
        float[] mask = new float[rows * length * length];
        for (int row = 0; row < rows; row++) {
            for (int i = 0; i < length; i++) {
                for (int j = 0; j < length; j++) {
                    boolean seen = j <= i && documents[row * length + j] == documents[row * length + i];
                    mask[(row * length + i) * length + j] = seen ? 0 : Float.NEGATIVE_INFINITY;
                }
            }
        }
        return new TensorOptional(Tensors.of(mask, rows, 1, length, length));
    }
}
