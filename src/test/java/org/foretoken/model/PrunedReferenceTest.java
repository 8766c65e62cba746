package org.foretoken.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.foretoken.ForetokenException;
import org.foretoken.torch.Inference;
import org.foretoken.torch.Kernel;
import org.foretoken.torch.LibTorch;
import org.foretoken.torch.Linear;
import org.foretoken.torch.Tensors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Pruned passes against plain loops over doubles in which a dropped token is not seen from its layer on. */
class PrunedReferenceTest {
    private static final DecoderConfig CONFIG = new DecoderConfig(
            "Test",
            101,
            48,
            512,
            1e-5,
            new Rope(100, null, List.of()),
            true,
            false,
            false,
            List.of(
                    new LayerShape(6, 2, 24, 52, false),
                    new LayerShape(3, 3, 16, 31, true),
                    new LayerShape(4, 1, 32, 96, true),
                    new LayerShape(8, 4, 6, 17, false),
                    new LayerShape(4, 2, 16, 40, true)));
    private static final int LAYERS = CONFIG.layers().size();
    private static final int[] PROMPT =
            IntStream.range(0, 24).map(i -> i * i * 31 % 101).toArray();

    /** What a choice was shown and what it took. */
    private static final class Watched implements TokenChoice {
        final List<float[]> attention = new ArrayList<>(); // by layer that it was taken in
        final List<int[]> positions = new ArrayList<>(); // that each layer reads
        private final TokenChoice choice;

        Watched(TokenChoice choice) {
            this.choice = choice;
        }

        @Override
        public int[] into(int layer, int rows, java.util.function.Supplier<float[]> shown) {
            int[] before = layer == 0 ? IntStream.range(0, rows).toArray() : positions.get(layer - 1);
            assertThat(before).hasSize(rows);
            if (layer > 0) {
                attention.add(shown.get());
            }
            int[] chosen = choice.into(layer, rows, shown);
            positions.add(Arrays.stream(chosen).map(row -> before[row]).toArray());
            return chosen;
        }

        /** Layers that read a position. */
        int depth(int position) {
            return (int) positions.stream()
                    .filter(read -> Arrays.stream(read).anyMatch(p -> p == position))
                    .count();
        }
    }

    private static Decoder decoder(RandomDecoder random, Kernel kernel) {
        List<DecoderLayer> layers = new ArrayList<>();
        for (int i = 0; i < LAYERS; i++) {
            RandomDecoder.Layer l = random.layers.get(i);
            DecodeWeights.Layer packed = random.weights.layers().get(i);
            layers.add(new DecoderLayer(
                    CONFIG.layers().get(i),
                    CONFIG.normEps(),
                    l.attnNorm(),
                    packed(kernel, l.q(), l.k(), l.v()),
                    l.qNorm(),
                    l.kNorm(),
                    packed(kernel, l.out()),
                    l.ffnNorm(),
                    packed(kernel, l.gate(), l.up()),
                    packed(kernel, l.down()),
                    new DecodeForm(kernel.dtype(), () -> packed)));
        }
        Head head = new Head(
                kernel,
                CONFIG.normEps(),
                random.finalNorm,
                random.weights.head(),
                () -> Linear.pack(kernel, random.head, null));
        return new Decoder(CONFIG, kernel, layers, Embedding.of(random.embedding), head);
    }

    private static Linear packed(Kernel kernel, Tensor... weights) {
        return Linear.pack(kernel, torch.cat(Tensors.vector(weights), 0), null);
    }

    /** A prompt by this choice, then two steps, each against the loops. */
    private static Watched check(TokenChoice choice, Kernel kernel) throws ForetokenException {
        LibTorch.start(2, notice -> {});
        Watched watched = new Watched(choice);
        try (Inference mode = Inference.begin();
                RandomDecoder random = new RandomDecoder(CONFIG, ScalarType.Float);
                PointerScope scope = new PointerScope();
                KvCache cache = KvCache.allocate(CONFIG, PROMPT.length + 2, ScalarType.Float)) {
            Decoder decoder = decoder(random, kernel); // the random one closes its weights
            float[] found = decoder.prefill(PROMPT, cache, watched).clone();
            for (int i = 0; i < LAYERS; i++) {
                assertThat(cache.entries(i)).isEqualTo(watched.positions.get(i).length);
            }
            PlainLoops loops = new PlainLoops(random, cache);
            double[] expected = {};
            for (int i = 0; i < PROMPT.length; i++) {
                expected = loops.logits(PROMPT[i], i, watched.depth(i));
            }
            assertClose(found, expected);
            for (int i = 0; i < LAYERS - 1; i++) {
                assertClose(watched.attention.get(i), loops.attention.get(i));
            }
            for (int step = 0; step < 2; step++) {
                float[] next = decoder.prefill(new int[] {77 + step}, cache).clone();
                assertClose(next, loops.logits(77 + step, PROMPT.length + step));
                for (int i = 0; i < LAYERS; i++) {
                    assertThat(cache.entries(i)).isEqualTo(watched.positions.get(i).length + step + 1);
                    assertThat(loops.attention.get(i)).hasSize(cache.entries(i));
                }
            }
        }
        return watched;
    }

    private static void assertClose(float[] found, double[] expected) {
        double[] doubles =
                IntStream.range(0, found.length).mapToDouble(i -> found[i]).toArray();
        assertThat(doubles).containsExactly(expected, within(1e-4));
    }

    @ParameterizedTest
    @EnumSource(names = {"F32", "F32_PLAIN"})
    void tokensOfTheMiddleAreUnseenFromTheirLayerOn(Kernel kernel) throws ForetokenException {
        List<List<Integer>> dropped =
                List.of(List.of(2, 9), List.of(), List.of(3, 4, 5, 11), List.of(0, 20), List.of(12, 13, 22));
        List<Integer> left =
                new ArrayList<>(IntStream.range(0, PROMPT.length).boxed().toList());
        Watched watched = check(
                (layer, rows, attention) -> {
                    List<Integer> before = List.copyOf(left);
                    left.removeAll(dropped.get(layer));
                    return left.stream().mapToInt(before::indexOf).toArray();
                },
                kernel);
        assertThat(watched.positions).extracting(read -> read.length).containsExactly(22, 22, 18, 16, 13);
    }

    /** Of 5 layers 2 read all, then shares of .7, .45, .2 of 24 tokens. */
    @Test
    void lazyKeepsWhatTheLastTokenAttendsTo() throws ForetokenException {
        Watched watched = check(new Pruning.Lazy(0.7, 0.2).choice(LAYERS, PROMPT.length), Kernel.F32);
        assertThat(watched.positions).extracting(read -> read.length).containsExactly(24, 24, 17, 11, 5);
        for (int layer = 1; layer < LAYERS; layer++) {
            int[] before = watched.positions.get(layer - 1);
            float[] scores = watched.attention.get(layer - 1);
            double least = 1;
            double most = 0;
            for (int row = 0; row < before.length - 1; row++) {
                int position = before[row];
                if (Arrays.stream(watched.positions.get(layer)).anyMatch(p -> p == position)) {
                    least = Math.min(least, scores[row]);
                } else {
                    most = Math.max(most, scores[row]);
                }
            }
            assertThat(least).isGreaterThanOrEqualTo(most);
        }
    }
}
