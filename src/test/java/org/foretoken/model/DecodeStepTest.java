package org.foretoken.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.foretoken.torch.WorkerTeam;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class DecodeStepTest {
    private static final WorkerTeam TEAM = new WorkerTeam(2);
    private static final Rope ROPE = new Rope(10_000, null, List.of());

    /** Widths that differ per layer, grouped heads, heads of 24, 16, 64 and 6, feed-forward widths that fill no vector. */
    private static final List<LayerShape> UNEVEN = List.of(
            new LayerShape(6, 2, 24, 52, false),
            new LayerShape(3, 3, 16, 31, true),
            new LayerShape(4, 1, 64, 96, true),
            new LayerShape(8, 4, 6, 17, false));

    private static final DecoderConfig PLAIN =
            new DecoderConfig("Test", 101, 50, 512, 1e-5, ROPE, true, false, false, UNEVEN);
    private static final DecoderConfig BIASED = new DecoderConfig(
            "Test",
            77,
            47,
            512,
            1e-6,
            new Rope(500, new Rope.Llama3Scaling(8, 1, 4, 64), List.of()),
            false,
            true,
            true,
            UNEVEN);

    @AfterAll
    static void closeTeam() {
        TEAM.close();
    }

    static Stream<Arguments> decoders() {
        return Stream.of(
                Arguments.of(PLAIN, ScalarType.Float),
                Arguments.of(PLAIN, ScalarType.BFloat16),
                Arguments.of(BIASED, ScalarType.Float),
                Arguments.of(BIASED, ScalarType.BFloat16));
    }

    /** Over more positions than a piece of attention has, so that pieces are joined. */
    @ParameterizedTest
    @MethodSource("decoders")
    void givesTheLogitsOfPlainLoops(DecoderConfig config, ScalarType dtype) {
        try (RandomDecoder decoder = new RandomDecoder(config, dtype);
                KvCache cache = KvCache.allocate(config, 2 * DecodeAttention.BLOCK + 20, dtype)) {
            DecodeStep step = new DecodeStep(config, decoder.weights, TEAM);
            PlainLoops reference = new PlainLoops(decoder, cache);
            for (int position = 0; position < 2 * DecodeAttention.BLOCK + 9; position++) {
                int token = position * 31 % config.vocabulary();
                float[] logits = step.logits(token, cache, position);
                assertThat(cache.length()).isEqualTo(position + 1);
                assertClose(logits, reference.logits(token, position));
            }
        }
    }

    @Test
    void keepsTruePositionsWhereSomeAreLeftOut() {
        try (RandomDecoder decoder = new RandomDecoder(PLAIN, ScalarType.Float);
                KvCache cache = KvCache.allocate(PLAIN, 8, ScalarType.Float)) {
            DecodeStep step = new DecodeStep(PLAIN, decoder.weights, TEAM);
            PlainLoops reference = new PlainLoops(decoder, cache);
            for (int position : new int[] {0, 3, 4, 40}) {
                assertClose(step.logits(9, cache, position), reference.logits(9, position));
            }
            assertThat(cache.length()).isEqualTo(4);
        }
    }

    @Test
    void givesTheSameBitsWithAnyNumberOfThreadsOnAnyThread() throws InterruptedException {
        List<float[]> results = new ArrayList<>();
        try (RandomDecoder decoder = new RandomDecoder(PLAIN, ScalarType.BFloat16)) {
            for (int threads = 1; threads <= 3; threads++) {
                try (WorkerTeam team = new WorkerTeam(threads);
                        KvCache cache = KvCache.allocate(PLAIN, 300, ScalarType.BFloat16)) {
                    DecodeStep step = new DecodeStep(PLAIN, decoder.weights, team);
                    Thread other = new Thread(() -> {
                        for (int i = 0; i < 290; i++) {
                            step.append(i % 101, cache, i);
                        }
                    });
                    other.start();
                    other.join();
                    results.add(step.logits(1, cache, 290).clone());
                }
            }
        }
        assertThat(results.get(1)).isEqualTo(results.get(0));
        assertThat(results.get(2)).isEqualTo(results.get(0));
    }

    @Test
    void followsTheCacheItIsGiven() {
        try (RandomDecoder decoder = new RandomDecoder(PLAIN, ScalarType.Float);
                KvCache one = KvCache.allocate(PLAIN, 4, ScalarType.Float);
                KvCache other = KvCache.allocate(PLAIN, 9, ScalarType.BFloat16)) {
            DecodeStep step = new DecodeStep(PLAIN, decoder.weights, TEAM);
            float[] first = step.logits(5, one, 0).clone();
            step.append(6, other, 0);
            float[] second = step.logits(7, one, 1).clone();
            one.setLength(0);
            assertThat(step.logits(5, one, 0)).isEqualTo(first);
            assertThat(step.logits(7, one, 1)).isEqualTo(second);
            assertThat(other.length()).isEqualTo(1);
        }
    }

    @Test
    void refusesWhatDoesNotFit() {
        try (RandomDecoder decoder = new RandomDecoder(PLAIN, ScalarType.Float);
                KvCache cache = KvCache.allocate(PLAIN, 1, ScalarType.Float)) {
            DecodeStep step = new DecodeStep(PLAIN, decoder.weights, TEAM);
            assertThatThrownBy(() -> step.append(101, cache, 0)).hasMessage("Token 101 of a vocabulary of 101");
            step.append(100, cache, 0);
            assertThatThrownBy(() -> step.append(0, cache, 1)).hasMessage("The cache for 1 positions is full");
            assertThatThrownBy(() -> new DecodeStep(PLAIN.select(List.of(0)), decoder.weights, TEAM))
                    .hasMessage("4 layers for a decoder of 1");
            assertThatThrownBy(() -> new DecodeStep(PLAIN.select(List.of(0, 1, 3, 2)), decoder.weights, TEAM))
                    .hasMessage("qkv of layer 2 is [384, 50], not [96, 50]");
            assertThatThrownBy(() -> new DecodeStep(BIASED, decoder.weights, TEAM))
                    .hasMessage("The head is [101, 50], not [77, 47]");
        }
    }

    private static void assertClose(float[] actual, double[] expected) {
        double largest = 0;
        for (double logit : expected) {
            largest = Math.max(largest, Math.abs(logit));
        }
        for (int i = 0; i < expected.length; i++) {
            assertThat((double) actual[i]).as("logit %d", i).isCloseTo(expected[i], within(1e-5 * largest));
        }
    }
}
