package org.foretoken.prefill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.foretoken.prefill.TinyPair.early;
import static org.foretoken.prefill.TinyPair.foreign;
import static org.foretoken.prefill.TinyPair.tokens;
import static org.foretoken.prefill.TinyPair.tolerance;
import static org.foretoken.prefill.TinyPair.with;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.foretoken.Progress;
import org.foretoken.Shared;
import org.foretoken.kvp.LayerMap;
import org.foretoken.kvp.PredictedReading;
import org.foretoken.kvp.Setup;
import org.foretoken.kvp.Source;
import org.foretoken.model.Decoder;
import org.foretoken.model.KvCache;
import org.foretoken.model.LayerTap;
import org.foretoken.model.family.StoredModel;
import org.foretoken.torch.Inference;
import org.foretoken.torch.Kernel;
import org.foretoken.torch.Kernels;
import org.foretoken.torch.Tensors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The exact cache behind the first token, on tiny OpenELMs (a base of 4 layers, an auxiliary of 2) and on SmolLM2. */
class RefinementTest {
    /** Whatever a predicted cache would say, so that only the caches are compared. */
    private static final List<Integer> ANSWER = List.of(9, 40, 7, 99, 12, 55, 23, 8);

    /** Logits after the prompt and after each token of the answer that the base read: refined after {@code parts} tokens, or never for 0. */
    private static List<float[]> answer(KvPredictionPrefill prefill, int[] prompt, int parts) {
        Decoder base = prefill.setup().base();
        List<float[]> logits = new ArrayList<>();
        try (KvCache cache = base.newCache(prompt.length + ANSWER.size());
                Refinement refinement = prefill.refinement(prompt, cache, Math.max(1, parts))) {
            assertThat(refinement).isNotNull();
            Objects.requireNonNull(refinement);
            logits.add((parts == 0 ? prefill.fill(prompt, cache, new PhaseClock()) : refinement.fill(new PhaseClock()))
                    .clone());
            KvCache read = cache;
            for (int i = 0; i < ANSWER.size(); i++) {
                boolean complete = i < parts && refinement.advance(() -> {});
                assertThat(complete).isEqualTo(i == parts - 1);
                if (complete) {
                    logits.add(refinement.swap(ANSWER.subList(0, i + 1)).clone());
                    read = refinement.exact();
                } else {
                    logits.add(base.prefill(new int[] {ANSWER.get(i)}, read).clone());
                }
                assertThat(read.length()).isEqualTo(prompt.length + i + 1);
            }
        }
        return logits;
    }

    /** The base's own logits after the prompt and after each token of the answer, from one pass. */
    private static List<float[]> own(Decoder base, int[] prompt) {
        int[] all = Arrays.copyOf(prompt, prompt.length + ANSWER.size());
        for (int i = 0; i < ANSWER.size(); i++) {
            all[prompt.length + i] = ANSWER.get(i);
        }
        try (PointerScope scope = new PointerScope();
                KvCache cache = base.newCache(all.length)) {
            Tensor logits = base.prefillAll(all, cache, LayerTap.NONE);
            return IntStream.range(prompt.length - 1, all.length)
                    .mapToObj(row -> Tensors.floats(logits.narrow(0, row, 1)))
                    .toList();
        }
    }

    private static void assertExactFromTheSwap(Setup setup, int[] prompt, int tail, int parts, float tolerance) {
        KvPredictionPrefill prefill = new KvPredictionPrefill(setup, tail);
        List<float[]> plain = answer(prefill, prompt, 0);
        List<float[]> own = own(setup.base(), prompt);
        List<float[]> refined = answer(prefill, prompt, parts);
        for (int i = 0; i <= ANSWER.size(); i++) {
            String what = setup.source() + ", " + setup.base().kernel() + ", " + prompt.length + " tokens, tail " + tail
                    + ", parts " + parts + ", answered " + i;
            if (i < parts) {
                assertThat(refined.get(i)).as(what).isEqualTo(plain.get(i));
            } else {
                assertThat(refined.get(i)).as(what).containsExactly(own.get(i), within(tolerance));
            }
        }
        // and the comparison could see a difference, even at the end
        assertThat(distance(plain.getLast(), own.getLast())).isGreaterThan(2 * tolerance);
    }

    private static float distance(float[] a, float[] b) {
        float most = 0;
        for (int i = 0; i < a.length; i++) {
            most = Math.max(most, Math.abs(a[i] - b[i]));
        }
        return most;
    }

    @ParameterizedTest
    @EnumSource(Kernel.class)
    void fromTheSwapOnTheLogitsAreTheBases(Kernel kernel) throws Exception {
        with(kernel, (base, auxiliary) -> {
            try (Decoder first = base.select(List.of(0, 1));
                    Setup foreign = foreign(base, auxiliary);
                    Setup hidden = early(base, first, 2, Source.HIDDEN);
                    Setup kv = early(base, first, 2, Source.KV)) {
                assertThat(List.of(foreign, hidden, kv))
                        .extracting(setup -> setup.prediction(1).reread())
                        .containsExactly(0, 2, 1);
                for (Setup setup : List.of(foreign, hidden, kv)) {
                    for (int parts : new int[] {1, 3, 8}) {
                        assertExactFromTheSwap(setup, tokens(40), 1, parts, tolerance(kernel));
                    }
                    assertExactFromTheSwap(setup, tokens(40), 7, 2, tolerance(kernel));
                    assertExactFromTheSwap(setup, tokens(2), 1, 2, tolerance(kernel));
                }
            }
        });
    }

    /** Over the edges of what a decoder reads at once, which parts need not respect. */
    @Test
    void aLongPromptGoesByChunks() throws Exception {
        with(Kernel.F32, (base, auxiliary) -> {
            try (Decoder first = base.select(List.of(0, 1));
                    Setup foreign = foreign(base, auxiliary);
                    Setup hidden = early(base, first, 2, Source.HIDDEN)) {
                for (Setup setup : List.of(foreign, hidden)) {
                    assertExactFromTheSwap(setup, tokens(1200), 1, 4, 5e-5f);
                }
            }
        });
    }

    /** Their keys and values are spoilt before the work begins: who read them again would write them anew. */
    @Test
    void layersInCommonAreNotReadAgain() throws Exception {
        with(Kernel.F32, (base, auxiliary) -> {
            int[] prompt = tokens(30);
            try (Decoder first = base.select(List.of(0, 1));
                    Setup setup = early(base, first, 2, Source.HIDDEN);
                    KvCache cache = base.newCache(40);
                    KvCache own = base.newCache(40);
                    Refinement refinement =
                            Objects.requireNonNull(new KvPredictionPrefill(setup, 1).refinement(prompt, cache, 1))) {
                refinement.fill(new PhaseClock());
                base.prefill(prompt, own);
                for (int layer = 0; layer < 2; layer++) {
                    assertThat(values(cache, layer)).containsExactly(values(own, layer), within(2e-5f));
                    cache.layer(layer).keys().fill_(new Scalar(3));
                    cache.layer(layer).values().fill_(new Scalar(3));
                }
                assertThat(refinement.advance(() -> {})).isTrue();
                for (int layer = 0; layer < 2; layer++) {
                    assertThat(values(refinement.exact(), layer)).containsOnly(3);
                }
                for (int layer = 2; layer < 4; layer++) {
                    assertThat(values(refinement.exact(), layer)).containsExactly(values(own, layer), within(2e-5f));
                    assertThat(values(cache, layer)).as("still predicted").isNotEqualTo(values(own, layer));
                }
            }
        });
    }

    /** Of the first 29 positions. */
    private static float[] values(KvCache cache, int layer) {
        return Tensors.floats(cache.layer(layer).values().narrow(1, 0, 29));
    }

    /** Piece by piece, and gone back from another ending, a prompt's predicted entries are those of the whole. */
    @ParameterizedTest
    @EnumSource(Source.class)
    void aPromptIsPredictedPieceByPiece(Source source) throws Exception {
        with(Kernel.F32, (base, auxiliary) -> {
            int[] prompt = tokens(29);
            try (Decoder first = base.select(List.of(0, 1));
                    Setup setup = early(base, first, 2, source);
                    KvCache whole = base.newCache(29);
                    KvCache pieces = base.newCache(29);
                    PredictedReading reading = setup.read(pieces, 29, 0)) {
                setup.predict(prompt, whole, nanos -> {});
                reading.read(Arrays.copyOf(prompt, 17));
                reading.read(new int[] {5, 6, 7, 8});
                assertThat(pieces.length()).isEqualTo(21);
                reading.setLength(17);
                reading.read(new int[] {prompt[17]});
                reading.read(Arrays.copyOfRange(prompt, 18, 29));
                assertThat(pieces.length()).isEqualTo(29);
                for (int layer = 0; layer < 4; layer++) {
                    assertThat(values(pieces, layer)).containsExactly(values(whole, layer), within(2e-5f));
                }
            }
        });
    }

    @Test
    void whatIsExactAnywayIsNotRefined() throws Exception {
        with(Kernel.F32, (base, auxiliary) -> {
            List<Integer> all = List.of(0, 1, 2, 3);
            try (Decoder whole = base.select(all);
                    Setup identity = new Setup(base, whole, all, LayerMap.identity(4), Source.KV);
                    Setup foreign = foreign(base, auxiliary);
                    KvCache cache = base.newCache(50)) {
                assertThat(new KvPredictionPrefill(identity, 1).refinement(tokens(40), cache, 2))
                        .isNull();
                assertThat(new KvPredictionPrefill(foreign, 1).refinement(new int[] {7}, cache, 2))
                        .isNull();
                assertThat(new KvPredictionPrefill(foreign, 8).refinement(tokens(8), cache, 2))
                        .isNull();
                assertThat(new FullPrefill(base).refinement(tokens(40), cache, 2))
                        .isNull();
            }
        });
    }

    @Test
    void aCancelledPartThrowsAndClosesCleanly() throws Exception {
        with(Kernel.F32, (base, auxiliary) -> {
            try (Setup foreign = foreign(base, auxiliary);
                    KvCache cache = base.newCache(50);
                    Refinement refinement = Objects.requireNonNull(
                            new KvPredictionPrefill(foreign, 1).refinement(tokens(40), cache, 2))) {
                refinement.fill(new PhaseClock());
                assertThat(refinement.advance(() -> {})).isFalse();
                assertThatThrownBy(() -> refinement.swap(List.of(1))).isInstanceOf(IllegalStateException.class);
                assertThatThrownBy(() -> refinement.advance(() -> {
                            throw new CancellationException();
                        }))
                        .isInstanceOf(CancellationException.class);
            }
        });
    }

    /** SmolLM2's first 15 layers, a prompt of two chunks. */
    @Tag("shared")
    @ParameterizedTest
    @EnumSource(names = {"F32", "BF16"})
    void smollm2GoesOnAsItself(Kernel kernel) throws Exception {
        Kernels.here(kernel);
        try (StoredModel stored = StoredModel.open(Shared.smollm2());
                Decoder base = stored.load(kernel, Progress.NONE);
                Decoder first = base.select(IntStream.range(0, 15).boxed().toList());
                Inference mode = Inference.begin();
                PointerScope scope = new PointerScope();
                Setup setup = early(base, first, 15, Source.HIDDEN)) {
            int[] prompt = new Random(1).ints(600, 100, 40_000).toArray();
            assertExactFromTheSwap(setup, prompt, 1, 4, kernel == Kernel.F32 ? 2e-3f : 1.5f);
        }
    }
}
