package org.foretoken.ui.prompt;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;
import org.foretoken.generate.Arm;
import org.foretoken.generate.GenerationResult;
import org.foretoken.generate.PhaseTimes;
import org.foretoken.ui.fx.Numbers;
import org.foretoken.ui.fx.UiThreads;
import org.foretoken.ui.prompt.Answer.Stage;
import org.foretoken.ui.prompt.ArmRun.Known;

/** One prompt on its way through the arms, one after the other, base first. For the FX thread. */
final class PromptRun {
    private final Map<Arm, ArmRun> runs = new LinkedHashMap<>();
    private final Function<Throwable, String> sentence;

    /** @param sentence puts a failure in words */
    PromptRun(List<Arm> arms, Runnable changed, Function<Throwable, String> sentence) {
        this.sentence = sentence;
        arms.forEach(arm -> runs.put(arm, new ArmRun(changed)));
    }

    Map<Arm, ArmRun> runs() {
        return runs;
    }

    void cancel() {
        runs.values().forEach(ArmRun::cancel);
    }

    boolean ended() {
        return runs.values().stream().allMatch(ArmRun::ended);
    }

    /** The base's TTFT over KV prediction's, once both have answered. */
    OptionalDouble gain() {
        ArmRun base = runs.get(Arm.BASE);
        ArmRun kvPrediction = runs.get(Arm.KV_PREDICTION);
        boolean both = base != null
                && kvPrediction != null
                && base.result().isPresent()
                && kvPrediction.result().isPresent();
        return both ? answer(Arm.KV_PREDICTION).gain() : OptionalDouble.empty();
    }

    /** What the card of an arm that takes part shows now. */
    Answer answer(Arm arm) {
        ArmRun run = runs.get(arm);
        ArmRun base = runs.get(Arm.BASE);
        if (run == null || base == null) {
            return Answer.IDLE;
        }
        Known known = run.known();
        Known baseKnown = base.known();
        Stage stage = stage(run, known);
        int at = arm.equals(Arm.BASE) ? -1 : MarkedText.divergence(baseKnown.tokens(), base.ended(), known.tokens());
        OptionalDouble gain = arm.equals(Arm.BASE)
                        || known.times().isEmpty()
                        || baseKnown.times().isEmpty()
                ? OptionalDouble.empty()
                : OptionalDouble.of(ttft(baseKnown) / ttft(known));
        String note = run.failure().isPresent() && stage == Stage.FAILED
                ? sentence.apply(run.failure().get())
                : stage == Stage.WAITING
                        ? run.waitsFor().map(other -> "Waits for: " + other).orElse("Waits for its turn.")
                        : arm.equals(Arm.BASE) ? ending(run, stage) : comparison(run, stage, at, known, baseKnown);
        return new Answer(
                stage,
                known.times(),
                known.tokensPerSecond(),
                gain,
                run.result().flatMap(GenerationResult::refined),
                MarkedText.of(known.tokens(), at),
                note);
    }

    private static Stage stage(ArmRun run, Known known) {
        if (run.result().isPresent()) {
            return Stage.DONE;
        }
        if (run.failure().isPresent()) {
            return UiThreads.isCancelled(run.failure().get()) ? Stage.STOPPED : Stage.FAILED;
        }
        return !known.begun() ? Stage.WAITING : known.times().isEmpty() ? Stage.READING : Stage.WRITING;
    }

    private String comparison(ArmRun run, Stage stage, int at, Known known, Known base) {
        if (at >= 0) {
            return "Leaves the base's text at token " + Numbers.count(at + 1) + " of "
                    + Numbers.count(known.tokens().size()) + ".";
        }
        if (stage != Stage.DONE) {
            return ending(run, stage);
        }
        return known.tokens().size() < base.tokens().size()
                ? "Ends after token " + Numbers.count(known.tokens().size()) + ", where the base goes on."
                : "The same " + Numbers.count(known.tokens().size(), "token") + " as the base.";
    }

    private String ending(ArmRun run, Stage stage) {
        if (stage == Stage.STOPPED) {
            return failed().map(other -> "Stopped because " + other.label() + " failed: its card says why.")
                    .orElse("Stopped.");
        }
        return run.result()
                .map(GenerationResult::stop)
                .map(stop -> switch (stop) {
                    case MAX_TOKENS -> "Ended at the most tokens that were asked for.";
                    case CONTEXT_FULL -> "Ended because the model's context is full.";
                    case STOP_STRING, END_OF_TEXT -> "";
                })
                .orElse("");
    }

    /** The arm whose failure ended the run. */
    private Optional<Arm> failed() {
        return runs.entrySet().stream()
                .filter(each -> each.getValue()
                        .failure()
                        .filter(failure -> !UiThreads.isCancelled(failure))
                        .isPresent())
                .map(Map.Entry::getKey)
                .findFirst();
    }

    private static double ttft(Known known) {
        return known.times().map(PhaseTimes::ttft).orElse(Double.NaN);
    }
}
