package org.foretoken.text.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.foretoken.ForetokenException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenStreamTest {
    private static final int LENGTH = 8;

    /** Tokens of part p are p·100,000 + 0, 1, 2, …, so that a token says where it was. */
    private static Corpus corpus(double[] weights, int[] tokens, int... starts) {
        List<Corpus.Part> parts = new ArrayList<>();
        for (int p = 0; p < weights.length; p++) {
            int first = p * 100_000;
            parts.add(new Corpus.Part(
                    new TextPart(Path.of("part" + p + ".txt"), weights[p], null),
                    IntStream.range(first, first + tokens[p]).toArray(),
                    starts.length == 0 ? new int[] {0} : starts,
                    ""));
        }
        return new Corpus(parts);
    }

    private static TokenStream stream(Corpus corpus, double heldOut) throws ForetokenException {
        return new TokenStream(corpus, LENGTH, Packing.PACKED, heldOut, 7);
    }

    private static int partOf(TokenStream.Sequence sequence) {
        return sequence.tokens()[0] / 100_000;
    }

    private static List<Integer> firsts(TokenStream stream, long from, long to) {
        return LongStream.range(from, to)
                .mapToObj(i -> stream.at(i).tokens()[0])
                .toList();
    }

    @Test
    void everySequenceComesOnceAnEpochEachTimeInAnotherOrder() throws Exception {
        TokenStream stream = stream(corpus(new double[] {1}, new int[] {1003}), 0);
        assertThat(stream.sequencesPerEpoch()).isEqualTo(125);
        List<Integer> inOrder =
                IntStream.range(0, 125).mapToObj(i -> i * LENGTH).toList();
        List<Integer> first = firsts(stream, 0, 125);
        List<Integer> second = firsts(stream, 125, 250);
        assertThat(first).containsExactlyInAnyOrderElementsOf(inOrder).isNotEqualTo(inOrder);
        assertThat(second).containsExactlyInAnyOrderElementsOf(inOrder).isNotEqualTo(first);
        assertThat(firsts(
                        new TokenStream(corpus(new double[] {1}, new int[] {1003}), LENGTH, Packing.PACKED, 0, 8),
                        0,
                        125))
                .isNotEqualTo(first);
        assertThat(stream.at(3).tokens())
                .isEqualTo(IntStream.range(first.get(3), first.get(3) + LENGTH).toArray());
    }

    /** Documents of 3, 1, 17 and 5 tokens in sequences of 8: one token teaches nothing, the long one takes three, and the last is held out. */
    @Test
    void paddedDocumentsBeginSequencesOfTheirOwn() throws Exception {
        Corpus corpus = corpus(new double[] {1}, new int[] {26}, 0, 3, 4, 21);
        TokenStream stream = new TokenStream(corpus, LENGTH, Packing.PADDED, 0.1, 7);
        assertThat(stream.sequencesPerEpoch()).isEqualTo(3);
        List<int[]> trained =
                LongStream.range(0, 3).mapToObj(i -> stream.at(i).tokens()).toList();
        assertThat(trained)
                .containsExactlyInAnyOrder(new int[] {0, 1, 2}, new int[] {4, 5, 6, 7, 8, 9, 10, 11}, new int[] {
                    12, 13, 14, 15, 16, 17, 18, 19
                });
        TokenStream.Sequence last = stream.heldOut(5).get(0);
        assertThat(stream.heldOut(5)).hasSize(1);
        assertThat(last.tokens()).containsExactly(21, 22, 23, 24, 25);
        assertThat(last.documentOfToken()).containsOnly(3);
        assertThatThrownBy(() ->
                        new TokenStream(corpus(new double[] {1}, new int[] {9}, 0, 8), LENGTH, Packing.PADDED, 0.1, 7))
                .isInstanceOf(ForetokenException.class)
                .hasMessage("part0.txt has 1 documents of two tokens or more, but one must be held out and one trained"
                        + " on: give more of them or pack them.");
    }

    @Test
    void whatComesDependsOnTheIndexAlone() throws Exception {
        Corpus corpus = corpus(new double[] {2, 1, 0.3}, new int[] {900, 400, 1000}, 0, 13, 50);
        TokenStream stream = stream(corpus, 0.1);
        List<Integer> order = new ArrayList<>(IntStream.range(0, 500).boxed().toList());
        List<Integer> straight = firsts(stream, 0, 500);
        Collections.shuffle(order, new Random(1));
        TokenStream other = stream(corpus, 0.1);
        for (int i : order) {
            assertThat(other.at(i).tokens()[0]).isEqualTo(straight.get(i));
            assertThat(other.at(i).documentOfToken()).isEqualTo(stream.at(i).documentOfToken());
        }
        assertThat(other.at(1_000_000_000_000L).tokens())
                .isEqualTo(stream.at(1_000_000_000_000L).tokens());
    }

    @Test
    void partsAreDealtByWeightAndNeverFarOff() throws Exception {
        double[] weights = {5, 1, 0.5, 3.5};
        TokenStream stream = stream(corpus(weights, new int[] {80, 800, 4000, 333}), 0);
        int[] counts = new int[4];
        for (int n = 0; n < 20_000; n++) {
            counts[partOf(stream.at(n))]++;
            for (int p = 0; p < 4; p++) {
                assertThat((double) counts[p]).isCloseTo((n + 1) * weights[p] / 10, within(1.5));
            }
        }
    }

    @Test
    void aPartsSequencesComeOnceBeforeAnyComesAgain() throws Exception {
        double[] weights = {5, 1, 0.5, 3.5};
        TokenStream stream = stream(corpus(weights, new int[] {80, 800, 4000, 333}), 0.25);
        int[] toTrain = {8, 75, 375, 31};
        List<Set<Integer>> seen = List.of(new HashSet<>(), new HashSet<>(), new HashSet<>(), new HashSet<>());
        for (int n = 0; n < 20_000; n++) {
            int[] tokens = stream.at(n).tokens();
            Set<Integer> ofPart = seen.get(tokens[0] / 100_000);
            assertThat(ofPart.add(tokens[0])).isTrue();
            if (ofPart.size() == toTrain[tokens[0] / 100_000]) {
                ofPart.clear();
            }
        }
    }

    @Test
    void whatIsHeldOutIsNeverTrainedOn() throws Exception {
        TokenStream stream = stream(corpus(new double[] {1, 3}, new int[] {807, 400}), 0.1);
        Set<Integer> trained = new HashSet<>();
        for (int n = 0; n < 2000; n++) {
            Arrays.stream(stream.at(n).tokens()).forEach(trained::add);
        }
        List<TokenStream.Sequence> heldOut = stream.heldOut(100);
        assertThat(heldOut).hasSize(10 + 5);
        assertThat(heldOut)
                .allSatisfy(sequence -> assertThat(trained)
                        .doesNotContainAnyElementsOf(
                                Arrays.stream(sequence.tokens()).boxed().toList()));
        assertThat(heldOut.stream().map(each -> each.tokens()[0]).distinct()).hasSize(15);
        assertThat(heldOut.stream().mapToInt(each -> each.tokens()[LENGTH - 1])).contains(806, 100_399);
        assertThat(stream.sequencesPerEpoch()).isEqualTo(90 + 45);
        assertThat(stream(corpus(new double[] {1}, new int[] {80}), 0).heldOut(5))
                .isEmpty();
        assertThat(stream(corpus(new double[] {1}, new int[] {80}), 0.001).heldOut(5))
                .hasSize(1);
    }

    @Test
    void heldOutSequencesAreInProportionAndSpread() throws Exception {
        TokenStream stream = stream(corpus(new double[] {1, 3}, new int[] {8000, 8000}), 0.1);
        List<TokenStream.Sequence> some = stream.heldOut(8);
        assertThat(some.stream().map(TokenStreamTest::partOf)).containsExactly(1, 0, 1, 1, 1, 0, 1, 1);
        assertThat(some.stream().filter(each -> partOf(each) == 0).map(each -> each.tokens()[0]))
                .containsExactly(7200, 7600);
        // the heavier part has no more than ten
        TokenStream small = stream(corpus(new double[] {1, 3}, new int[] {8000, 800}), 0.1);
        assertThat(small.heldOut(60).stream().filter(each -> partOf(each) == 1)).hasSize(10);
        assertThat(small.heldOut(60)).hasSize(60);
    }

    @Test
    void bordersOfDocumentsAreKept() throws Exception {
        TokenStream stream = stream(corpus(new double[] {1}, new int[] {40}, 0, 3, 8, 21, 22), 0);
        for (int n = 0; n < 5; n++) {
            TokenStream.Sequence sequence = stream.at(n);
            assertThat(sequence.documentOfToken())
                    .isEqualTo(Arrays.stream(sequence.tokens())
                            .map(token -> token < 3 ? 0 : token < 8 ? 1 : token < 21 ? 2 : token < 22 ? 3 : 4)
                            .toArray());
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 64, 65, 1000, 4097})
    void shufflingIsAPermutation(long count) {
        for (long key = 0; key < 5; key++) {
            long k = key;
            assertThat(LongStream.range(0, count)
                            .map(i -> TokenStream.shuffled(i, count, k))
                            .sorted())
                    .containsExactlyElementsOf(
                            LongStream.range(0, count).boxed().toList());
        }
    }

    @Test
    void shufflingIsEven() {
        // where the first of 16 goes, over 16,000 keys: 1,000 each, give or take five standard deviations
        int[] at = new int[16];
        for (long key = 0; key < 16_000; key++) {
            at[(int) TokenStream.shuffled(0, 16, key)]++;
        }
        assertThat(at)
                .satisfies(counts ->
                        Arrays.stream(counts).forEach(count -> assertThat(count).isBetween(840, 1160)));
    }

    @Test
    void aPartThatIsTooShortIsRefused() {
        Corpus corpus = corpus(new double[] {1, 1}, new int[] {800, 15});
        assertThatThrownBy(() -> stream(corpus, 0.1))
                .isInstanceOf(ForetokenException.class)
                .hasMessage("part1.txt has 15 tokens, but training on sequences of 8 needs 16, one sequence held out:"
                        + " give more text or shorter sequences.");
        assertThatThrownBy(() -> stream(corpus(new double[] {1}, new int[] {7}), 0))
                .hasMessageContaining("has 7 tokens, but training on sequences of 8 needs 8:");
    }
}
