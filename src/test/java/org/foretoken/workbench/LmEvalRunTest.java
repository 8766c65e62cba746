package org.foretoken.workbench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.foretoken.Shared;
import org.foretoken.eval.Answered;
import org.foretoken.eval.Metric;
import org.foretoken.eval.Task;
import org.foretoken.generate.Arm;
import org.foretoken.workbench.Evaluate.Request;
import org.foretoken.workbench.Evaluate.Result;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The beginning of a whole evaluation by lm-evaluation-harness: SmolLM2 in float32, TriviaQA, 5 shots. All 145 questions take minutes. */
@Tag("shared")
class LmEvalRunTest {
    private static final int ROWS = 40;

    @TempDir
    Path home;

    @Test
    void theFirstQuestionsAreAskedAnsweredAndScoredAsLmEvalDid() throws Exception {
        JsonNode golden = new ObjectMapper()
                .readTree(Shared.path("golden/triviaqa-lm-eval-run.json").toFile());
        Request request = new Request(
                Shared.smollm2(),
                Task.of("triviaqa-lm-eval"),
                Shared.path("data/triviaqa-150.json"),
                List.of(Arm.BASE),
                ROWS,
                0,
                null);
        Result result;
        try (Workbench workbench = new Workbench(home, new Workbench.Options(Optional.of("f32"), 2, notice -> {}))) {
            result = workbench
                    .jobs()
                    .submit(
                            "test",
                            progress -> new Evaluate(workbench)
                                    .run(request, (arm, number, questions, answer) -> {}, progress))
                    .await();
        }
        List<Answered> answers = result.arms().get(0).answers();
        assertThat(answers.get(0).prompt())
                .isEqualTo(golden.path("first_prompt").textValue());
        int right = 0;
        int alike = 0;
        for (int i = 0; i < ROWS; i++) {
            JsonNode row = golden.path("rows").get(i);
            assertThat(answers.get(i).id()).isEqualTo(row.path("qid").textValue());
            right += row.path("score").intValue();
            alike += answers.get(i).output().equals(row.path("output").textValue()) ? 1 : 0;
        }
        // rounding may turn a token here and there
        assertThat(alike).isGreaterThanOrEqualTo(ROWS - 2);
        assertThat(result.arms().get(0).score(Metric.LM_EVAL_TRIVIAQA).mean() * ROWS)
                .isCloseTo(right, within(2.0));
    }
}
