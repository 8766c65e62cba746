package org.foretoken.prefill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.foretoken.prefill.TinyPair.foreign;
import static org.foretoken.prefill.TinyPair.randomMaps;
import static org.foretoken.prefill.TinyPair.tolerance;
import static org.foretoken.prefill.TinyPair.with;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.foretoken.kvp.KvPredictor;
import org.foretoken.kvp.LayerMap;
import org.foretoken.kvp.PredictorWeights;
import org.foretoken.kvp.Setup;
import org.foretoken.kvp.Source;
import org.foretoken.model.Decoder;
import org.foretoken.model.KvCache;
import org.foretoken.model.LayerTap;
import org.foretoken.model.Pruning;
import org.foretoken.model.TokenChoice;
import org.foretoken.torch.Kernel;
import org.foretoken.torch.Tensors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Baselines against the plain passes that they are made of, on tiny OpenELMs: a base of 4 layers, an auxiliary of 2. */
class BaselinesTest {
    private static final int[] PROMPT = new Random(3).ints(40, 3, 120).toArray();

    private static float[] fill(Prefill prefill, Decoder base, int[] prompt) {
        try (KvCache cache = base.newCache(prompt.length)) {
            return prefill.fill(prompt, cache, new PhaseClock()).clone();
        }
    }

    @ParameterizedTest
    @EnumSource(Kernel.class)
    void keepingAllIsTheBase(Kernel kernel) throws Exception {
        with(kernel, (base, auxiliary) -> {
            for (int[] prompt : List.of(PROMPT, new int[] {7})) {
                float[] expected = fill(new FullPrefill(base), base, prompt);
                for (Pruning all : List.of(new Pruning.Random(1, 5), new Pruning.Static(1), new Pruning.Lazy(1, 1))) {
                    assertThat(fill(new PruningPrefill(base, all), base, prompt))
                            .isEqualTo(expected);
                }
            }
            // and the comparison could see a difference
            assertThat(fill(new PruningPrefill(base, new Pruning.Static(0.5)), base, PROMPT))
                    .isNotEqualTo(fill(new FullPrefill(base), base, PROMPT));
        });
    }

    /** RoPE makes attention a matter of distances: the last 30 tokens at their positions answer as a prompt of these 30. */
    @ParameterizedTest
    @EnumSource(Kernel.class)
    void theEndOfAPromptAnswersAsAPromptOfItsOwn(Kernel kernel) throws Exception {
        with(kernel, (base, auxiliary) -> {
            try (KvCache pruned = base.newCache(42)) {
                int[] end = IntStream.range(10, 40).toArray();
                float[] found = base.prefill(
                                PROMPT,
                                pruned,
                                (layer, rows, attention) -> layer == 0
                                        ? end
                                        : IntStream.range(0, rows).toArray())
                        .clone();
                int[] alone = Arrays.copyOfRange(PROMPT, 10, 40);
                assertThat(found).containsExactly(fill(new FullPrefill(base), base, alone), within(tolerance(kernel)));
                int[] longer = Arrays.copyOf(alone, 31);
                longer[30] = 9;
                assertThat(base.prefill(new int[] {9}, pruned).clone())
                        .containsExactly(fill(new FullPrefill(base), base, longer), within(tolerance(kernel)));
            }
        });
    }

    /** Positions 30 to 38 are dropped: the others' keys are those of the whole prompt in the first layer, the 40th token's in the 31st entry. */
    @ParameterizedTest
    @EnumSource(Kernel.class)
    void keptTokensKeepTheirPositionsAndSoDoesWhatFollows(Kernel kernel) throws Exception {
        int[] kept = IntStream.concat(IntStream.range(0, 30), IntStream.of(39)).toArray();
        TokenChoice choice = (layer, rows, attention) ->
                layer == 0 ? kept : IntStream.range(0, rows).toArray();
        with(kernel, (base, auxiliary) -> {
            try (KvCache pruned = base.newCache(50);
                    KvCache byHand = base.newCache(50)) {
                float[] found = base.prefill(PROMPT, pruned, choice).clone();
                base.read(Arrays.copyOf(PROMPT, 30), byHand, 4, false, LayerTap.NONE);
                try (KvCache whole = base.newCache(40)) {
                    base.read(PROMPT, whole, 4, false, LayerTap.NONE);
                    assertThat(Tensors.floats(pruned.layer(0).keys().narrow(1, 30, 1)))
                            .containsExactly(
                                    Tensors.floats(whole.layer(0).keys().narrow(1, 39, 1)), within(tolerance(kernel)));
                }
                assertThat(pruned.length()).isEqualTo(40);
                assertThat(pruned.entries(3)).isEqualTo(31);
                for (int layer = 0; layer < 4; layer++) {
                    assertThat(Tensors.floats(pruned.layer(layer).keys().narrow(1, 0, 30)))
                            .containsExactly(
                                    Tensors.floats(byHand.layer(layer).keys().narrow(1, 0, 30)),
                                    within(tolerance(kernel)));
                }
                // one step after it stands at position 40, alone or with others
                float[] alone = base.prefill(new int[] {9}, pruned).clone();
                assertThat(pruned.length()).isEqualTo(41);
                pruned.setLength(40);
                float[] many = Tensors.floats(base.prefillAll(new int[] {9, 11}, pruned, LayerTap.NONE)
                        .narrow(0, 0, 1));
                assertThat(alone).containsExactly(many, within(tolerance(kernel)));
                assertThat(alone).isNotEqualTo(found);
                assertThatThrownBy(() -> pruned.setLength(39)).isInstanceOf(IllegalArgumentException.class);
            }
            assertThatThrownBy(() -> base.prefill(PROMPT, base.newCache(40), (l, rows, a) -> new int[] {0, 1}))
                    .isInstanceOf(IllegalArgumentException.class);
        });
    }

    @ParameterizedTest
    @EnumSource(Kernel.class)
    void aHybridOfNoLayersIsThePredictionAndOfAllTheBase(Kernel kernel) throws Exception {
        with(kernel, (base, auxiliary) -> {
            try (Setup setup = foreign(base, auxiliary)) {
                float[] predicted = fill(new KvPredictionPrefill(setup, 2), base, PROMPT);
                float[] own = fill(new FullPrefill(base), base, PROMPT);
                assertThat(fill(new KvPredictionPrefill(setup, 0, 2), base, PROMPT))
                        .isEqualTo(predicted);
                assertThat(fill(new KvPredictionPrefill(setup, 4, 2), base, PROMPT))
                        .isEqualTo(own);
                float[] half = fill(new KvPredictionPrefill(setup, 2, 2), base, PROMPT);
                assertThat(half).isNotEqualTo(predicted).isNotEqualTo(own);
                // by hand: predicted, then the first layers overwritten by the base's own
                try (KvCache cache = base.newCache(PROMPT.length)) {
                    int[] read = Arrays.copyOf(PROMPT, 38);
                    setup.predict(read, cache, nanos -> {});
                    cache.setLength(0);
                    base.read(read, cache, 2, false, LayerTap.NONE);
                    float[] expected = base.prefill(Arrays.copyOfRange(PROMPT, 38, 40), cache);
                    assertThat(half).containsExactly(expected, within(tolerance(kernel)));
                }
            }
        });
    }

    /** The auxiliary is the base's layers 0 and 1, and layer 1 feeds the others by maps: three exact layers need the base's layer 2 beside it. */
    @ParameterizedTest
    @EnumSource(Kernel.class)
    void aHybridGoesOnFromTheLayersInCommon(Kernel kernel) throws Exception {
        with(kernel, (base, auxiliary) -> {
            List<Integer> all = List.of(0, 1, 2, 3);
            try (Decoder first = base.select(all);
                    Setup whole = new Setup(base, first, all, LayerMap.identity(4), Source.KV);
                    Setup two = new Setup(base, first, List.of(0, 1, 3, 2), LayerMap.identity(4), Source.KV);
                    KvCache exact = base.newCache(40);
                    KvCache cache = base.newCache(40)) {
                base.read(PROMPT, exact, 4, false, LayerTap.NONE);
                assertThat(fill(new KvPredictionPrefill(whole, 3, 1), base, PROMPT))
                        .containsExactly(fill(new FullPrefill(base), base, PROMPT), within(tolerance(kernel)));
                assertThat(two.commonLayers()).isEqualTo(2);
                base.read(PROMPT, cache, 2, true, new LayerTap() {
                    @Override
                    public void after(int layer, int start, Tensor hidden) {
                        if (layer == 1) {
                            base.readOn(hidden, start, 2, 4, cache);
                        }
                    }
                });
                for (int layer = 0; layer < 4; layer++) {
                    assertThat(Tensors.floats(cache.layer(layer).values()))
                            .containsExactly(Tensors.floats(exact.layer(layer).values()), within(tolerance(kernel)));
                }
            }
        });
    }

    /** The auxiliary is the base's layers 0 and 1; layer 1 feeds 2 and 3 by maps. What isn't predicted is the base's, whatever the number of layers. */
    @ParameterizedTest
    @EnumSource(Source.class)
    void aHybridPredictsOnlyWhatLiesAboveIt(Source source) throws Exception {
        with(Kernel.F32, (base, auxiliary) -> {
            List<Integer> two = List.of(0, 1);
            int[] read = Arrays.copyOf(PROMPT, 38);
            int[] tail = Arrays.copyOfRange(PROMPT, 38, 40);
            try (Decoder first = base.select(two);
                    Setup setup = new Setup(base, first, two, new LayerMap(List.of(0, 1, 1, 1)), source);
                    PredictorWeights weights = randomMaps(setup)) {
                assertThat(setup.predictedLayers()).containsExactly(2, 3);
                setup.use(weights);
                float[] all = fill(new KvPredictionPrefill(setup, 2), base, PROMPT);
                for (int exact = 0; exact < 4; exact++) {
                    int own = Math.max(exact, 2);
                    try (KvCache cache = base.newCache(40)) {
                        List<Tensor> seen = new ArrayList<>(); // keys and values as projected, hidden state, of layer 1
                        base.read(read, cache, 4, true, new LayerTap() {
                            @Override
                            public void projected(int layer, int start, Tensor k, Tensor v) {
                                if (layer == 1) {
                                    seen.add(Tensors.keep(k.clone()));
                                    seen.add(Tensors.keep(v.clone()));
                                }
                            }

                            @Override
                            public void after(int layer, int start, Tensor hidden) {
                                if (layer == 1) {
                                    seen.add(Tensors.keep(hidden.clone()));
                                }
                            }
                        });
                        KvPredictor.Input input = source == Source.HIDDEN
                                ? KvPredictor.hiddenInput(seen.get(2))
                                : KvPredictor.kvInput(source, seen.get(0), seen.get(1));
                        for (int layer = own; layer < 4; layer++) {
                            base.write(
                                    layer,
                                    product(input.forKeys(), weights.keys(layer)),
                                    product(input.forValues(), weights.values(layer)),
                                    cache,
                                    0);
                        }
                        seen.forEach(Tensor::close);
                        float[] expected = base.prefill(tail, cache).clone();
                        float[] found = fill(new KvPredictionPrefill(setup, exact, 2), base, PROMPT);
                        assertThat(found).containsExactly(expected, within(2e-5f));
                        if (exact < 3) {
                            assertThat(found).containsExactly(all, within(2e-5f));
                        } else {
                            assertThat(found).isNotEqualTo(all);
                        }
                    }
                }
            }
        });
    }

    private static Tensor product(Tensor x_TD, PredictorWeights.Affine map) {
        return torch.linear(x_TD, map.weight(), new TensorOptional(map.bias()));
    }
}
