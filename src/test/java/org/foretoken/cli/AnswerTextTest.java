package org.foretoken.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.foretoken.generate.Arm;
import org.foretoken.generate.GenerationResult;
import org.foretoken.generate.GenerationResult.Stop;
import org.foretoken.generate.PhaseTimes;
import org.foretoken.generate.Refined;
import org.junit.jupiter.api.Test;

class AnswerTextTest {
    private static GenerationResult result(Arm arm, String text, PhaseTimes times) {
        return result(arm, text, times, Optional.empty());
    }

    private static GenerationResult result(Arm arm, String text, PhaseTimes times, Optional<Refined> refined) {
        return new GenerationResult(
                arm, List.of(1, 2, 3), List.of(7, 8), text, times, Stop.MAX_TOKENS, "bf16", 2, refined);
    }

    private static final GenerationResult BASE = result(Arm.BASE, "a \"b\"", new PhaseTimes(0.5, 0, 0, 99.5, 10, 1));
    private static final GenerationResult PREDICTED =
            result(Arm.KV_PREDICTION, "", new PhaseTimes(0.5, 30, 2, 7.5, 0, 0));

    @Test
    void oneObjectWithEverything() {
        assertThat(AnswerText.json(BASE))
                .hasToString(
                        "{\"arm\":\"base\",\"prompt_ids\":[1,2,3],\"ids\":[7,8],\"text\":\"a \\\"b\\\"\",\"times\":{"
                                + "\"tokenise_ms\":0.5,\"auxiliary_ms\":0.0,\"predict_ms\":0.0,\"first_step_ms\":99.5,"
                                + "\"ttft_ms\":100.0,\"decode_ms\":10.0,\"tokens_per_second\":100.0},"
                                + "\"kernel\":\"bf16\",\"threads\":2,\"stop\":\"max_tokens\"}");
        assertThat(AnswerText.json(PREDICTED).at("/times/tokens_per_second").isNull())
                .as("JSON has no NaN")
                .isTrue();
    }

    @Test
    void comparedArmsHaveTheirGain() {
        assertThat(AnswerText.json(List.of(BASE, PREDICTED))
                        .at("/arms/1/ttft_gain")
                        .doubleValue())
                .isEqualTo(2.5);
        assertThat(AnswerText.comparison(BASE, BASE))
                .isEqualTo("[TTFT 100 ms, 100 tokens/s; kernel bf16, 2 threads; 3 prompt tokens]");
        assertThat(AnswerText.comparison(PREDICTED, BASE))
                .isEqualTo("[TTFT 40.0 ms; first token 2.50 times as fast as the base's]");
    }

    @Test
    void theExactCachesMomentIsTold() {
        PhaseTimes times = new PhaseTimes(0.5, 30, 2, 7.5, 200, 1);
        GenerationResult swapped =
                result(Arm.KV_PREDICTION, "", times, Optional.of(new Refined(5, 233.4, 120.2, 1.04)));
        assertThat(AnswerText.json(swapped).get("refined"))
                .hasToString("{\"token\":5,\"at_ms\":233.4,\"refine_ms\":120.2,\"flops_of_base\":1.04}");
        assertThat(AnswerText.summary(swapped))
                .contains(
                        "; exact cache from token 5 on, at 233 ms, for 120 ms of work: 1.04 times the base's prefill in"
                                + " FLOPs, prediction and all; kernel");
        assertThat(AnswerText.comparison(swapped, BASE)).contains("exact cache from token 5 on, at 233 ms");
        GenerationResult ended = result(Arm.KV_PREDICTION, "", times, Optional.of(new Refined(0, 0, 60, Double.NaN)));
        assertThat(AnswerText.json(ended).get("refined"))
                .hasToString("{\"token\":null,\"at_ms\":null,\"refine_ms\":60.0,\"flops_of_base\":null}");
        assertThat(AnswerText.summary(ended)).contains("; the answer ended before the exact cache was there; kernel");
        GenerationResult exact = result(Arm.KV_PREDICTION, "", times, Optional.of(new Refined(1, 0, 0, 1)));
        assertThat(AnswerText.summary(exact)).contains("; the cache is exact as it is; kernel");
        assertThat(AnswerText.json(BASE).has("refined")).isFalse();
    }

    @Test
    void theSummaryNamesTheKernel() {
        assertThat(AnswerText.summary(BASE))
                .isEqualTo("TTFT 100 ms, 100 tokens/s; kernel bf16, 2 threads; 3 prompt tokens, 2 answered; "
                        + "ended at --max-tokens");
    }

    @Test
    void withoutATokenizerTheIdsAreTheAnswer() {
        assertThat(AnswerText.rest(PREDICTED)).isEqualTo("7,8");
        assertThat(AnswerText.rest(BASE)).isEmpty();
    }
}
