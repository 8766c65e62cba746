package org.foretoken.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jspecify.annotations.Nullable;

/** A decoder in plain loops over doubles. A bfloat16 cache's rounding may tip either way, so its entries are checked, then taken over. */
final class PlainLoops {
    private final RandomDecoder decoder;
    private final KvCache cache;
    private final List<List<double[]>> keys = new ArrayList<>();
    private final List<List<double[]>> values = new ArrayList<>();
    /** Of the latest token, by layer: the mean over the heads of its attention to each entry. */
    final List<double[]> attention = new ArrayList<>();

    private final List<double[][]> matrices = new ArrayList<>();

    PlainLoops(RandomDecoder decoder, KvCache cache) {
        this.decoder = decoder;
        this.cache = cache;
        for (RandomDecoder.Layer l : decoder.layers) {
            keys.add(new ArrayList<>());
            values.add(new ArrayList<>());
            matrices.add(Stream.of(l.q(), l.k(), l.v(), l.out(), l.gate(), l.up(), l.down())
                    .map(PlainLoops::doubles)
                    .toArray(double[][]::new));
        }
    }

    double[] logits(int token, int position) {
        return logits(token, position, decoder.config.layers().size());
    }

    /**
     * Lets a token go through the first layers only: those above neither read it nor see it.
     *
     * @return its logits, as if these layers were all
     */
    double[] logits(int token, int position, int depth) {
        DecoderConfig c = decoder.config;
        double[] x = new double[c.width()];
        attention.clear();
        System.arraycopy(doubles(decoder.embedding), token * c.width(), x, 0, c.width());
        for (int i = 0; i < depth; i++) {
            LayerShape s = c.layers().get(i);
            RandomDecoder.Layer l = decoder.layers.get(i);
            double[][] m = matrices.get(i);
            double[] h = norm(x, 0, c.width(), l.attnNorm());
            double[] q = linear(m[0], h, bias(l.qkvBiases(), 0));
            double[] k = linear(m[1], h, bias(l.qkvBiases(), 1));
            double[] v = linear(m[2], h, bias(l.qkvBiases(), 2));
            turn(q, s.heads(), s.headDim(), l.qNorm(), position);
            turn(k, s.kvHeads(), s.headDim(), l.kNorm(), position);
            keys.get(i).add(asStored(cache.layer(i).keys(), s, k, keys.get(i).size()));
            values.get(i)
                    .add(asStored(cache.layer(i).values(), s, v, values.get(i).size()));
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

    private double[] attend(LayerShape s, double[] q, List<double[]> keys, List<double[]> values) {
        double[] y = new double[q.length];
        double[] mean = new double[keys.size()];
        attention.add(mean);
        int dim = s.headDim();
        for (int head = 0; head < s.heads(); head++) {
            int kv = head / (s.heads() / s.kvHeads()) * dim;
            double sum = 0;
            double[] weights = new double[keys.size()];
            for (int t = 0; t < keys.size(); t++) {
                double score = 0;
                for (int d = 0; d < dim; d++) {
                    score += q[head * dim + d] * keys.get(t)[kv + d] / Math.sqrt(dim);
                }
                weights[t] = Math.exp(score);
                sum += weights[t];
                for (int d = 0; d < dim; d++) {
                    y[head * dim + d] += weights[t] * values.get(t)[kv + d];
                }
            }
            for (int d = 0; d < dim; d++) {
                y[head * dim + d] /= sum;
            }
            for (int t = 0; t < mean.length; t++) {
                mean[t] += weights[t] / sum / s.heads();
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
