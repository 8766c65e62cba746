package org.foretoken.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import org.foretoken.Digits;
import org.foretoken.generate.Arm;
import org.foretoken.generate.GenerationResult;
import org.foretoken.generate.PhaseTimes;
import org.foretoken.generate.Refined;

/** An answer in words and in JSON. */
final class AnswerText {
    private AnswerText() {}

    /** What is left to print after the text has streamed: the ids where the model has no tokenizer to make text of them. */
    static String rest(GenerationResult result) {
        return result.text().isEmpty() ? Units.list(result.ids()) : "";
    }

    /** One line: TTFT, speed, kernel, lengths, why it ended. */
    static String summary(GenerationResult result) {
        return speeds(result) + refined(result) + "; kernel " + result.kernel() + ", " + result.threads() + " threads; "
                + Digits.count(result.promptIds().size()) + " prompt tokens, "
                + Digits.count(result.ids().size()) + " answered; " + stop(result);
    }

    /** One line: TTFT, its ratio to the base's, speed. */
    static String comparison(GenerationResult result, GenerationResult base) {
        return "[" + speeds(result)
                + (result.arm().equals(Arm.BASE)
                        ? "; kernel " + result.kernel() + ", " + result.threads() + " threads; "
                                + Digits.count(result.promptIds().size()) + " prompt tokens"
                        : "; first token " + Units.three(gain(result, base)) + " times as fast as the base's"
                                + refined(result))
                + "]";
    }

    private static String speeds(GenerationResult result) {
        PhaseTimes times = result.times();
        double speed = times.tokensPerSecond();
        return "TTFT " + Units.millis(times.ttft())
                + (Double.isFinite(speed) ? ", " + Units.three(speed) + " tokens/s" : "");
    }

    /** When the exact cache was there; empty where it wasn't asked for. */
    private static String refined(GenerationResult result) {
        return result.refined()
                .map(r -> r.swapped()
                        ? "; exact cache from token " + Digits.count(r.token()) + " on, at "
                                + Units.millis(r.atMillis())
                                + ", for " + Units.millis(r.millis()) + " of work: "
                                + Units.three(r.work()) + " times the base's prefill in FLOPs, prediction and all"
                        : r.token() == 1
                                ? "; the cache is exact as it is"
                                : "; the answer ended before the exact cache was there")
                .orElse("");
    }

    private static double gain(GenerationResult result, GenerationResult base) {
        return base.times().ttft() / result.times().ttft();
    }

    private static String stop(GenerationResult result) {
        return switch (result.stop()) {
            case END_OF_TEXT -> "ended by itself";
            case STOP_STRING -> "ended at a stop text";
            case MAX_TOKENS -> "ended at --max-tokens";
            case CONTEXT_FULL -> "ended at the model's context length";
        };
    }

    static ObjectNode json(GenerationResult result) {
        ObjectNode json = Json.object().put("arm", result.arm().key());
        json.set("prompt_ids", Json.integers(result.promptIds()));
        json.set("ids", Json.integers(result.ids()));
        json.put("text", result.text());
        PhaseTimes times = result.times();
        ObjectNode t = json.putObject("times")
                .put("tokenise_ms", times.tokenise())
                .put("auxiliary_ms", times.auxiliary())
                .put("predict_ms", times.predict())
                .put("first_step_ms", times.firstStep())
                .put("ttft_ms", times.ttft())
                .put("decode_ms", times.decode());
        double speed = times.tokensPerSecond();
        t.put("tokens_per_second", Double.isFinite(speed) ? (Double) speed : null);
        result.refined().ifPresent(r -> json.set("refined", refined(r)));
        return json.put("kernel", result.kernel())
                .put("threads", result.threads())
                .put("stop", result.stop().name().toLowerCase(Locale.ROOT));
    }

    /** {@code token}, {@code at_ms} and {@code work} are null for an answer that ended before. */
    private static ObjectNode refined(Refined refined) {
        boolean ended = refined.token() == 0;
        return Json.object()
                .put("token", ended ? null : (Integer) refined.token())
                .put("at_ms", ended ? null : (Double) refined.atMillis())
                .put("refine_ms", refined.millis())
                .put("flops_of_base", ended ? null : (Double) refined.work());
    }

    /** All arms; {@code ttft_gain} is the base's TTFT over the arm's. */
    static ObjectNode json(List<GenerationResult> results) {
        ObjectNode json = Json.object();
        ArrayNode arms = json.putArray("arms");
        for (GenerationResult result : results) {
            arms.add(json(result).put("ttft_gain", gain(result, results.getFirst())));
        }
        return json;
    }
}
