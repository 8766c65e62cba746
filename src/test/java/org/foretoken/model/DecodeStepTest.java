package org.foretoken.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.foretoken.torch.WorkerTeam;
import org.jspecify.annotations.Nullable;
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
            Reference reference = new Reference(decoder, cache);
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
            Reference reference = new Reference(decoder, cache);
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

    /** The same decoder in plain loops over doubles. A bfloat16 cache's rounding may tip either way, so its entries are checked, then taken over. */
    private static final class Reference {
        private final RandomDecoder decoder;
        private final KvCache cache;
        private final List<List<double[]>> keys = new ArrayList<>();
        private final List<List<double[]>> values = new ArrayList<>();
        private final List<double[][]> matrices = new ArrayList<>();

        Reference(RandomDecoder decoder, KvCache cache) {
            this.decoder = decoder;
            this.cache = cache;
            for (RandomDecoder.Layer l : decoder.layers) {
                keys.add(new ArrayList<>());
                values.add(new ArrayList<>());
                matrices.add(Stream.of(l.q(), l.k(), l.v(), l.out(), l.gate(), l.up(), l.down())
                        .map(Reference::doubles)
                        .toArray(double[][]::new));
            }
        }

        double[] logits(int token, int position) {
            DecoderConfig c = decoder.config;
            double[] x = new double[c.width()];
            System.arraycopy(doubles(decoder.embedding), token * c.width(), x, 0, c.width());
            for (int i = 0; i < c.layers().size(); i++) {
                LayerShape s = c.layers().get(i);
                RandomDecoder.Layer l = decoder.layers.get(i);
                double[][] m = matrices.get(i);
                double[] h = norm(x, 0, c.width(), l.attnNorm());
                double[] q = linear(m[0], h, bias(l.qkvBiases(), 0));
                double[] k = linear(m[1], h, bias(l.qkvBiases(), 1));
                double[] v = linear(m[2], h, bias(l.qkvBiases(), 2));
                turn(q, s.heads(), s.headDim(), l.qNorm(), position);
                turn(k, s.kvHeads(), s.headDim(), l.kNorm(), position);
                keys.get(i)
                        .add(asStored(cache.layer(i).keys(), s, k, keys.get(i).size()));
                values.get(i)
                        .add(asStored(
                                cache.layer(i).values(), s, v, values.get(i).size()));
                add(x, linear(m[3], attend(s, q, keys.get(i), values.get(i)), bias(l.outBias(), 0)));
                h = norm(x, 0, c.width(), l.ffnNorm());
                double[] gate = linear(m[4], h, null);
                double[] up = linear(m[5], h, null);
                for (int j = 0; j < gate.length; j++) {
                    gate[j] = gate[j] / (1 + Math.exp(-gate[j])) * up[j];
                }
                add(x, linear(m[6], gate, null));
            }
            return linear(doubles(decoder.head), norm(x, 0, c.width(), decoder.finalNorm), null);
        }

        private double[] norm(double[] x, int from, int n, Tensor weight) {
            double sum = 0;
            for (int i = 0; i < n; i++) {
                sum += x[from + i] * x[from + i];
            }
            double[] w = doubles(weight);
            double[] y = new double[n];
            for (int i = 0; i < n; i++) {
                y[i] = x[from + i] / Math.sqrt(sum / n + decoder.config.normEps()) * w[i];
            }
            return y;
        }

        private static double[] linear(double[] w, double[] x, double @Nullable [] bias) {
            double[] y = new double[w.length / x.length];
            for (int r = 0; r < y.length; r++) {
                y[r] = bias == null ? 0 : bias[r];
                for (int k = 0; k < x.length; k++) {
                    y[r] += w[r * x.length + k] * x[k];
                }
            }
            return y;
        }

        private void turn(double[] x, int heads, int dim, @Nullable Tensor weight, int position) {
            double[] frequencies = decoder.config.rope().frequencies(dim);
            for (int head = 0; head < heads; head++) {
                int at = head * dim;
                if (weight != null) {
                    System.arraycopy(norm(x, at, dim, weight), 0, x, at, dim);
                }
                for (int d = 0; d < dim / 2; d++) {
                    double angle = position * (float) frequencies[d];
                    double u = x[at + d];
                    double v = x[at + d + dim / 2];
                    x[at + d] = u * Math.cos(angle) - v * Math.sin(angle);
                    x[at + d + dim / 2] = u * Math.sin(angle) + v * Math.cos(angle);
                }
            }
        }

        private static double[] attend(LayerShape s, double[] q, List<double[]> keys, List<double[]> values) {
            double[] y = new double[q.length];
            int dim = s.headDim();
            for (int head = 0; head < s.heads(); head++) {
                int kv = head / (s.heads() / s.kvHeads()) * dim;
                double sum = 0;
                for (int t = 0; t < keys.size(); t++) {
                    double score = 0;
                    for (int d = 0; d < dim; d++) {
                        score += q[head * dim + d] * keys.get(t)[kv + d] / Math.sqrt(dim);
                    }
                    sum += Math.exp(score);
                    for (int d = 0; d < dim; d++) {
                        y[head * dim + d] += Math.exp(score) * values.get(t)[kv + d];
                    }
                }
                for (int d = 0; d < dim; d++) {
                    y[head * dim + d] /= sum;
                }
            }
            return y;
        }

        /** The entry that the step wrote, [kvHeads, headDim]: within its type's rounding of ours. */
        private static double[] asStored(Tensor tensor, LayerShape s, double[] ours, int slot) {
            boolean rounded = tensor.scalar_type().intern() == ScalarType.BFloat16;
            double[] stored = doubles(tensor.select(1, slot).contiguous());
            assertThat(stored).hasSize(s.kvDim());
            for (int i = 0; i < stored.length; i++) {
                double error = rounded ? Math.abs(ours[i]) / 256 : 0;
                assertThat(stored[i]).isCloseTo(ours[i], within(error + 1e-5));
            }
            return rounded ? stored : ours;
        }

        private static double @Nullable [] bias(List<Tensor> biases, int index) {
            return biases.isEmpty() ? null : doubles(biases.get(index));
        }

        private static void add(double[] x, double[] y) {
            for (int i = 0; i < x.length; i++) {
                x[i] += y[i];
            }
        }

        /** Read through libtorch's own conversion. */
        private static double[] doubles(Tensor tensor) {
            double[] doubles = new double[(int) tensor.numel()];
            tensor.to(ScalarType.Double).contiguous().data_ptr_double().get(doubles);
            return doubles;
        }
    }
}
