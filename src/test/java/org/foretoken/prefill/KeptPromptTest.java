package org.foretoken.prefill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.foretoken.prefill.TinyPair.early;
import static org.foretoken.prefill.TinyPair.foreign;
import static org.foretoken.prefill.TinyPair.tokens;
import static org.foretoken.prefill.TinyPair.with;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.foretoken.kvp.Setup;
import org.foretoken.kvp.Source;
import org.foretoken.model.Decoder;
import org.foretoken.model.KvCache;
import org.foretoken.model.Pruning;
import org.foretoken.torch.Kernel;
import org.foretoken.torch.Tensors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is read from a kept beginning on is what is read whole. */
class KeptPromptTest {
    private static final int[] BEGINNING = tokens(17);

    /** Some that begin alike, one of them the beginning itself, one shorter, one a token longer. */
    private static List<int[]> prompts() {
        List<int[]> prompts = new ArrayList<>();
        for (int more : new int[] {12, 1, 20}) {
            prompts.add(IntStream.concat(Arrays.stream(BEGINNING), Arrays.stream(tokens(more)))
                    .toArray());
        }
        prompts.add(BEGINNING);
        prompts.add(Arrays.copyOf(BEGINNING, 6));
        prompts.add(new int[] {BEGINNING[0]});
        return prompts;
    }

    /** Logits, and the cache layer by layer. */
    private static List<float[]> read(Prefill prefill, Decoder base, int[] prompt) {
        try (KvCache cache = base.newCache(prompt.length + 3)) {
            List<float[]> found = new ArrayList<>();
            found.add(prefill.fill(prompt, cache, new PhaseClock()).clone());
            assertThat(cache.length()).isEqualTo(prompt.length);
            for (KvCache.Layer layer : cache.layers()) {
                found.add(Tensors.floats(layer.keys().narrow(1, 0, prompt.length)));
                found.add(Tensors.floats(layer.values().narrow(1, 0, prompt.length)));
            }
            return found;
        }
    }

    private static void check(Prefill prefill, Decoder base) {
        List<List<float[]>> forwards = new ArrayList<>();
        try (KeptPrompt kept = Objects.requireNonNull(prefill.keep(BEGINNING, 40))) {
            for (int[] prompt : prompts()) {
                List<float[]> whole = read(prefill, base, prompt);
                List<float[]> pieces = read(kept, base, prompt);
                for (int i = 0; i < whole.size(); i++) {
                    assertThat(pieces.get(i)).containsExactly(whole.get(i), within(1e-4f));
                }
                forwards.add(pieces);
            }
        }
        try (KeptPrompt kept = Objects.requireNonNull(prefill.keep(BEGINNING, 40))) {
            for (int i = forwards.size() - 1; i >= 0; i--) {
                List<float[]> backwards = read(kept, base, prompts().get(i));
                assertThat(backwards)
                        .as("whatever was read before")
                        .usingRecursiveComparison()
                        .isEqualTo(forwards.get(i));
            }
        }
    }

    @Test
    void theBaseGoesOnFromIt() throws Exception {
        with(Kernel.F32, (base, auxiliary) -> check(new FullPrefill(base), base));
    }

    @ParameterizedTest
    @EnumSource(Source.class)
    void predictionGoesOnFromItWithAnyTail(Source source) throws Exception {
        with(Kernel.F32, (base, auxiliary) -> {
            try (Decoder first = base.select(List.of(0, 1));
                    Setup setup = early(base, first, 2, source)) {
                check(new KvPredictionPrefill(setup, 1), base);
                check(new KvPredictionPrefill(setup, 9), base);
                for (int exact = 0; exact <= 4; exact++) {
                    check(new KvPredictionPrefill(setup, exact, 2), base);
                }
            }
        });
    }

    @Test
    void anAuxiliaryOfItsOwnDoesToo() throws Exception {
        with(Kernel.F32, (base, auxiliary) -> {
            try (Setup setup = foreign(base, auxiliary)) {
                check(new KvPredictionPrefill(setup, 1), base);
                check(new KvPredictionPrefill(setup, 2, 1), base);
            }
        });
    }

    /** What a prompt loses hangs on the whole of it. */
    @Test
    void aPrunedPromptIsReadWhole() throws Exception {
        with(
                Kernel.F32,
                (base, auxiliary) -> assertThat(
                                new PruningPrefill(base, new Pruning.Random(0.5, 0)).keep(BEGINNING, 40))
                        .isNull());
    }
}
