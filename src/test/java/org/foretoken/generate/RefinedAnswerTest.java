package org.foretoken.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CancellationException;
import org.foretoken.Progress;
import org.foretoken.generate.GenerationResult.Stop;
import org.foretoken.kvp.LayerMap;
import org.foretoken.kvp.Setup;
import org.foretoken.kvp.Source;
import org.foretoken.model.Decoder;
import org.foretoken.model.Flops;
import org.foretoken.model.family.StoredModel;
import org.foretoken.torch.Inference;
import org.foretoken.torch.Kernel;
import org.foretoken.torch.Kernels;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Answers that go over to the exact cache, by tiny OpenELMs with a context of 256. */
class RefinedAnswerTest {
    private static final Path PAIR = Path.of("src/test/resources/golden/openelm-kvp-c");
    private static final int[] PROMPT = new Random(3).ints(40, 3, 120).toArray();

    private StoredModel storedBase;
    private StoredModel storedAuxiliary;
    private Decoder base;
    private Decoder auxiliary;
    private Setup setup;
    private Inference mode;

    @BeforeEach
    void load() throws Exception {
        Kernels.here(Kernel.F32);
        storedBase = StoredModel.open(PAIR.resolve("base"));
        storedAuxiliary = StoredModel.open(PAIR.resolve("auxiliary"));
        base = storedBase.load(Kernel.F32, Progress.NONE);
        auxiliary = storedAuxiliary.load(Kernel.F32, Progress.NONE);
        setup = new Setup(base, auxiliary, null, new LayerMap(List.of(0, 0, 1, 1)), Source.KV);
        setup.readPredictor(PAIR.resolve("predictor.safetensors"));
        mode = Inference.begin();
    }

    @AfterEach
    void close() {
        mode.close();
        setup.close();
        auxiliary.close();
        base.close();
        storedAuxiliary.close();
        storedBase.close();
    }

    private GenerationResult run(
            Arm arm, int[] prompt, int refine, int maxTokens, Set<Integer> ends, Runnable cancelled) throws Exception {
        Generator.Listener silent = new Generator.Listener() {
            @Override
            public void onFirst(PhaseTimes times) {}

            @Override
            public void onToken(int id, String text) {}

            @Override
            public void onText(String text) {}
        };
        return new Generator(arm, base, arm.prefill(base, setup, 1), null, refine)
                .run(
                        () -> prompt,
                        Sampling.GREEDY,
                        new Generator.Limits(maxTokens, ends, List.of()),
                        silent,
                        cancelled,
                        2);
    }

    private GenerationResult refined(int refine, int maxTokens) throws Exception {
        return run(Arm.KV_PREDICTION, PROMPT, refine, maxTokens, Set.of(), () -> {});
    }

    private List<Integer> continued(List<Integer> answer, int count) throws Exception {
        int[] prompt = new int[PROMPT.length + answer.size()];
        System.arraycopy(PROMPT, 0, prompt, 0, PROMPT.length);
        for (int i = 0; i < answer.size(); i++) {
            prompt[PROMPT.length + i] = answer.get(i);
        }
        return run(Arm.BASE, prompt, 0, count, Set.of(), () -> {}).ids();
    }

    @Test
    void beforeTheSwapItIsThePredictionAndAfterItTheBase() throws Exception {
        List<Integer> plain = refined(0, 24).ids();
        List<List<Integer>> all = new ArrayList<>();
        for (int refine : new int[] {1, 4, 9, 23}) {
            GenerationResult result = refined(refine, 24);
            List<Integer> before = result.ids().subList(0, refine);
            assertThat(before).isEqualTo(plain.subList(0, refine));
            assertThat(result.ids().subList(refine, 24)).isEqualTo(continued(before, 24 - refine));
            Refined refined = result.refined().orElseThrow();
            assertThat(refined.token()).isEqualTo(refine + 1);
            assertThat(refined.atMillis()).isGreaterThan(result.times().ttft());
            assertThat(refined.millis()).isPositive().isLessThan(result.times().decode());
            assertThat(refined(refine, 24).ids()).as("once more").isEqualTo(result.ids());
            all.add(result.ids());
        }
        assertThat(all).as("the comparison could see a difference").doesNotContain(plain);
    }

    @Test
    void allWorkIsCounted() throws Exception {
        Refined refined = refined(3, 8).refined().orElseThrow();
        double own = Flops.prefill(base.config(), 40, Flops.Definition.EXACT);
        long predicted = Flops.prefill(setup.prediction(1), 40, Flops.Definition.EXACT);
        // 39 positions by the base, then the tail's one and the answer's three: 43 as one prefill
        long exact = Flops.prefill(base.config(), 43, Flops.Definition.EXACT);
        assertThat(refined.work()).isCloseTo((predicted + exact) / own, within(1e-9));
    }

    @Test
    void aShortAnswerIsExactForItsLastToken() throws Exception {
        GenerationResult three = refined(4, 3);
        assertThat(three.refined().orElseThrow().token()).isEqualTo(3);
        assertThat(three.ids().get(2))
                .isEqualTo(continued(three.ids().subList(0, 2), 1).getFirst());
        GenerationResult one = refined(4, 1);
        assertThat(one.ids()).isEqualTo(refined(0, 1).ids());
        assertThat(one.refined()).isEqualTo(Optional.of(new Refined(0, 0, 0, Double.NaN)));
    }

    @Test
    void anAnswerMayEndBefore() throws Exception {
        List<Integer> plain = refined(0, 8).ids();
        int second = plain.get(1);
        assertThat(second).isNotEqualTo(plain.get(0));
        GenerationResult ended = run(Arm.KV_PREDICTION, PROMPT, 4, 8, Set.of(second), () -> {});
        assertThat(ended.ids()).containsExactly(plain.getFirst());
        assertThat(ended.stop()).isEqualTo(Stop.END_OF_TEXT);
        assertThat(ended.times().decodedTokens()).as("the end took a step").isEqualTo(1);
        Refined refined = ended.refined().orElseThrow();
        assertThat(refined.token()).isZero();
        assertThat(refined.work()).isNaN();
        assertThat(refined.millis()).as("the first part was done").isPositive();
    }

    @Test
    void theContextMayEndTheAnswer() throws Exception {
        for (int length : new int[] {255, 254, 253}) {
            int[] prompt = new Random(length).ints(length, 3, 120).toArray();
            GenerationResult full = run(Arm.KV_PREDICTION, prompt, 4, 100, Set.of(), () -> {});
            assertThat(full.stop()).isEqualTo(Stop.CONTEXT_FULL);
            assertThat(full.ids()).hasSize(256 - length);
            assertThat(full.refined().orElseThrow().token()).isEqualTo(length == 255 ? 0 : 256 - length);
        }
    }

    @Test
    void aPromptOfOneTokenIsExactFromTheStart() throws Exception {
        int[] prompt = {7};
        GenerationResult one = run(Arm.KV_PREDICTION, prompt, 4, 8, Set.of(), () -> {});
        assertThat(one.ids())
                .isEqualTo(run(Arm.BASE, prompt, 0, 8, Set.of(), () -> {}).ids());
        assertThat(one.refined()).isEqualTo(Optional.of(new Refined(1, 0, 0, 1)));
        assertThat(run(Arm.KV_PREDICTION, prompt, 0, 8, Set.of(), () -> {}).refined())
                .as("not asked for")
                .isEmpty();
    }

    @Test
    void stoppingAnywhereLeavesNothingBehind() throws Exception {
        List<Integer> expected = refined(3, 8).ids();
        for (int calls = 0; calls < 12; calls++) {
            int[] left = {calls};
            assertThatThrownBy(() -> run(Arm.KV_PREDICTION, PROMPT, 3, 8, Set.of(), () -> {
                        if (left[0]-- == 0) {
                            throw new CancellationException();
                        }
                    }))
                    .isInstanceOf(CancellationException.class);
        }
        assertThat(refined(3, 8).ids()).isEqualTo(expected);
    }
}
