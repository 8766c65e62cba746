package org.foretoken.text.corpus;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.foretoken.ForetokenException;

/**
 * A corpus as an endless row of sequences of one length to train on, and some held out. What comes n-th depends on n alone (and on what the
 * stream was made of), so training resumes from a number.
 *
 * <p>The parts are dealt in proportion to their weights, never a few sequences off. Each part is cut into sequences as {@link Packing} says, which come
 * in another order each time that the part begins again. The last ones are held out.
 */
public final class TokenStream {
    private final int length;
    private final long seed;
    private final List<Lane> lanes;

    /**
     * Tokens that are read together.
     *
     * <p>Two arrays of {@link #length} numbers, or of fewer where documents are padded: {@code tokens}, and {@code documents}, which are equal where
     * tokens are of one document and ascend by one at each border.
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
     * @param cuts where each begins and ends
     * @param toTrain how many there are to train on, at the part's beginning
     * @param heldOut how many, at its end
     * @param share the part's weight among its own and those of the parts after it
     */
    private record Lane(Corpus.Part part, Cuts cuts, int toTrain, int heldOut, double share) {}

    /** Where sequences begin and end, the held-out ones last. */
    private static final class Cuts {
        final int[] from;
        final int[] to;

        private Cuts(int[] from, int[] to) {
            this.from = from;
            this.to = to;
        }

        int size() {
            return from.length;
        }

        /** As many whole ones as there are, the held-out ones up to the end of the text. */
        static Cuts packed(Corpus.Part part, int length, double heldOutFraction) {
            int size = part.tokens().length / length;
            int heldOut = heldOut(size, heldOutFraction);
            int[] from = IntStream.range(0, size)
                    .map(i -> i < size - heldOut ? i * length : part.tokens().length - (size - i) * length)
                    .toArray();
            return new Cuts(
                    from, Arrays.stream(from).map(start -> start + length).toArray());
        }

        /** Documents, cut where they're longer than a sequence; a single token teaches nothing. */
        static Cuts padded(Corpus.Part part, int length) {
            IntStream.Builder from = IntStream.builder();
            IntStream.Builder to = IntStream.builder();
            int[] starts = part.starts();
            for (int i = 0; i < starts.length; i++) {
                int end = i + 1 < starts.length ? starts[i + 1] : part.tokens().length;
                for (int at = starts[i]; at + 1 < end; at += length) {
                    from.add(at);
                    to.add(Math.min(end, at + length));
                }
            }
            return new Cuts(from.build().toArray(), to.build().toArray());
        }
    }

    /**
     * A stream over a corpus.
     *
     * @param length most tokens in a sequence, from 2 on
     * @param packing how documents become sequences
     * @param heldOutFraction of each part's sequences, 0 to below 1; where it is above 0, one sequence of a part at least
     * @param seed of the order
     * @throws ForetokenException when a part is too short
     */
    public TokenStream(Corpus corpus, int length, Packing packing, double heldOutFraction, long seed)
            throws ForetokenException {
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
            Cuts cuts =
                    packing == Packing.PADDED ? Cuts.padded(part, length) : Cuts.packed(part, length, heldOutFraction);
            int heldOut = heldOut(cuts.size(), heldOutFraction);
            if (cuts.size() - heldOut < 1) {
                throw new ForetokenException(
                        packing == Packing.PADDED ? tooFew(part, cuts.size()) : tooShort(part, length, heldOut));
            }
            double rest = corpus.parts().stream()
                    .skip(i)
                    .mapToDouble(each -> each.source().weight())
                    .sum();
            lanes.add(new Lane(
                    part, cuts, cuts.size() - heldOut, heldOut, part.source().weight() / rest));
        }
    }

    private static int heldOut(int sequences, double fraction) {
        return fraction == 0 ? 0 : (int) Math.max(1, sequences * fraction);
    }

    private static String tooShort(Corpus.Part part, int length, int heldOut) {
        return String.format(
                Locale.ROOT,
                "%s has %,d tokens, but training on sequences of %,d needs %,d%s: give more text or shorter sequences.",
                part.source().path(),
                part.tokens().length,
                length,
                (heldOut + 1) * (long) length,
                heldOut > 0 ? ", one sequence held out" : "");
    }

    private static String tooFew(Corpus.Part part, int documents) {
        return part.source().path() + " has " + documents
                + " documents of two tokens or more, but one must be held out and one trained on: give more of them or"
                + " pack them.";
    }

    /** Most tokens in a sequence. */
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
        return sequence(lane, (int) shuffled(k % lane.toTrain(), lane.toTrain(), key));
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
            sequences.add(sequence(lane, lane.toTrain() + which));
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

    private static Sequence sequence(Lane lane, int which) {
        int from = lane.cuts().from[which];
        int[] tokens = Arrays.copyOfRange(lane.part().tokens(), from, lane.cuts().to[which]);
        int[] starts = lane.part().starts();
        int found = Arrays.binarySearch(starts, from);
        int document = found >= 0 ? found : -found - 2; // the last one that starts at or before
        int[] documents = new int[tokens.length];
        for (int i = 0; i < tokens.length; i++) {
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
