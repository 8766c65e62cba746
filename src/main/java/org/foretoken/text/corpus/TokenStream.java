package org.foretoken.text.corpus;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.foretoken.ForetokenException;

/**
 * A corpus as an endless row of sequences of one length to train on, and some held out. What comes n-th depends on n alone (and on what the
 * stream was made of), so training resumes from a number.
 *
 * <p>The parts are dealt in proportion to their weights, never a few sequences off. Each part is cut into sequences one after the other, which come in
 * another order each time that the part begins again. The last ones are held out.
 */
public final class TokenStream {
    private final int length;
    private final long seed;
    private final List<Lane> lanes;

    /**
     * Tokens that are read together.
     *
     * <p>Two arrays of {@link #length} numbers: {@code tokens}, and {@code documents}, which are equal where tokens are of one document and ascend by
     * one at each border.
     */
    public static final class Sequence {
        private final int[] tokens;
        private final int[] documents;

        private Sequence(int[] tokens, int[] documents) {
            this.tokens = tokens;
            this.documents = documents;
        }

        public int[] tokens() {
            return tokens;
        }

        public int[] documentOfToken() {
            return documents;
        }
    }

    /**
     * A part and its sequences.
     *
     * @param toTrain how many there are to train on, at the part's beginning
     * @param heldOut how many, at its end
     * @param share the part's weight among its own and those of the parts after it
     */
    private record Lane(Corpus.Part part, int toTrain, int heldOut, double share) {}

    /**
     * A stream over a corpus.
     *
     * @param length tokens in a sequence, from 2 on
     * @param heldOutFraction of each part's sequences, 0 to below 1; where it is above 0, one sequence of a part at least
     * @param seed of the order
     * @throws ForetokenException when a part is too short
     */
    public TokenStream(Corpus corpus, int length, double heldOutFraction, long seed) throws ForetokenException {
        if (length < 2
                || !(heldOutFraction >= 0 && heldOutFraction < 1)
                || corpus.parts().isEmpty()) {
            throw new IllegalArgumentException(
                    corpus.parts().size() + " parts, length " + length + ", held out " + heldOutFraction);
        }
        this.length = length;
        this.seed = seed;
        lanes = new ArrayList<>();
        for (int i = 0; i < corpus.parts().size(); i++) {
            Corpus.Part part = corpus.parts().get(i);
            int all = part.tokens().length / length;
            int heldOut = heldOutFraction == 0 ? 0 : (int) Math.max(1, all * heldOutFraction);
            if (all - heldOut < 1) {
                throw new ForetokenException(String.format(
                        Locale.ROOT,
                        "%s has %,d tokens, but training on sequences of %,d needs %,d%s: give more text or shorter"
                                + " sequences.",
                        part.source().path(),
                        part.tokens().length,
                        length,
                        (heldOut + 1) * (long) length,
                        heldOut > 0 ? ", one sequence held out" : ""));
            }
            double rest = corpus.parts().stream()
                    .skip(i)
                    .mapToDouble(each -> each.source().weight())
                    .sum();
            lanes.add(new Lane(part, all - heldOut, heldOut, part.source().weight() / rest));
        }
    }

    /** Tokens in a sequence. */
    public int length() {
        return length;
    }

    /**
     * How many sequences there are to train on. A stream over one part has dealt each of them once after so many; of several parts those of more weight
     * than size come round sooner.
     */
    public long sequencesPerEpoch() {
        return lanes.stream().mapToLong(Lane::toTrain).sum();
    }

    /** The sequence that is trained on after {@code index} others. */
    public Sequence at(long index) {
        // One part against all parts after it, then the next: of k sequences a part of share s takes round(k·s).
        long k = index;
        int i = 0;
        while (i < lanes.size() - 1) {
            double share = lanes.get(i).share();
            long before = Math.round(k * share);
            if (Math.round((k + 1) * share) > before) {
                k = before;
                break;
            }
            k -= before;
            i++;
        }
        Lane lane = lanes.get(i);
        long epoch = k / lane.toTrain();
        long key = mix(mix(seed + i) + epoch);
        return sequence(lane, length * (int) shuffled(k % lane.toTrain(), lane.toTrain(), key));
    }

    /**
     * Sequences that are never trained on: of each part in proportion to its weight as far as it has any, spread over what is held out.
     *
     * @param limit how many at most
     */
    public List<Sequence> heldOut(int limit) {
        int[] counts = new int[lanes.size()];
        List<Integer> order = new ArrayList<>();
        for (int next = next(counts); next >= 0 && order.size() < limit; next = next(counts)) {
            counts[next]++;
            order.add(next);
        }
        int[] dealt = new int[lanes.size()];
        List<Sequence> sequences = new ArrayList<>();
        for (int i : order) {
            Lane lane = lanes.get(i);
            int which = (int) ((long) dealt[i]++ * lane.heldOut() / counts[i]);
            sequences.add(sequence(lane, lane.part().tokens().length - (lane.heldOut() - which) * length));
        }
        return List.copyOf(sequences);
    }

    /** The part that is furthest behind its weight (Sainte-Laguë), -1 when all are used up. */
    private int next(int[] counts) {
        int best = -1;
        double least = Double.POSITIVE_INFINITY;
        for (int i = 0; i < counts.length; i++) {
            double quotient = (counts[i] + 0.5) / lanes.get(i).part().source().weight();
            if (counts[i] < lanes.get(i).heldOut() && quotient < least) {
                least = quotient;
                best = i;
            }
        }
        return best;
    }

    private Sequence sequence(Lane lane, int from) {
        int[] tokens = Arrays.copyOfRange(lane.part().tokens(), from, from + length);
        int[] starts = lane.part().starts();
        int found = Arrays.binarySearch(starts, from);
        int document = found >= 0 ? found : -found - 2; // the last one that starts at or before
        int[] documents = new int[length];
        for (int i = 0; i < length; i++) {
            if (document + 1 < starts.length && starts[document + 1] == from + i) {
                document++;
            }
            documents[i] = document;
        }
        return new Sequence(tokens, documents);
    }

    /**
     * Where {@code index} of {@code [0, count)} goes in a random order: a Feistel network on the next even number of bits, repeated until it falls
     * within the range, is a permutation that needs no table.
     */
    static long shuffled(long index, long count, long key) {
        int half = (Long.SIZE - Long.numberOfLeadingZeros(Math.max(1, count - 1)) + 1) / 2;
        long mask = (1L << half) - 1;
        long at = index;
        do {
            long left = at >>> half;
            long right = at & mask;
            for (int round = 0; round < 8; round++) {
                long mixed = left ^ (mix(key + round ^ mix(right)) & mask);
                left = right;
                right = mixed;
            }
            at = left << half | right;
        } while (at >= count);
        return at;
    }

    /** SplitMix64's output function. */
    private static long mix(long value) {
        long z = value + 0x9e3779b97f4a7c15L;
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }
}
