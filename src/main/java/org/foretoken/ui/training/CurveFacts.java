package org.foretoken.ui.training;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.foretoken.train.CurvePoint;
import org.foretoken.train.TrainingSettings;
import org.foretoken.workbench.Train;
import org.foretoken.workbench.Train.Aim;

/**
 * What follows from a training's points so far.
 *
 * @param curve all of them, in the order that they came in
 * @param steps of training, without the looks at held-out text
 * @param looks at held-out text
 */
record CurveFacts(Train.Request request, List<CurvePoint> curve, List<CurvePoint> steps, List<CurvePoint> looks) {
    /** Steps that speed is measured over: the last few, as a machine gets warm and other work comes and goes. */
    private static final int RECENT = 20;

    static CurveFacts of(Train.Request request, List<CurvePoint> curve) {
        return new CurveFacts(
                request,
                curve,
                curve.stream().filter(point -> !point.heldOut()).toList(),
                curve.stream().filter(CurvePoint::heldOut).toList());
    }

    private TrainingSettings settings() {
        return request.settings();
    }

    long stepsDone() {
        return steps.isEmpty() ? 0 : steps.get(steps.size() - 1).step();
    }

    long stepsInAll() {
        return settings().steps();
    }

    Optional<CurvePoint> firstLook() {
        return looks.stream().findFirst();
    }

    Optional<CurvePoint> lastLook() {
        return looks.isEmpty() ? Optional.empty() : Optional.of(looks.get(looks.size() - 1));
    }

    /** The look that went best, whose weights the trained setup has. */
    Optional<CurvePoint> bestLook() {
        return looks.stream().min(Comparator.comparingDouble(this::score));
    }

    private double score(CurvePoint look) {
        return request.aim() == Aim.DISTILL
                ? look.losses().divergence()
                : look.losses().base();
    }

    /** Whether training went to its end. */
    boolean finished() {
        boolean looked = lastLook().filter(look -> look.step() == stepsDone()).isPresent();
        if (!looked || stepsDone() == 0) {
            return false;
        }
        return stepsDone() >= stepsInAll() || gaveUp();
    }

    /** Whether that many looks after the best one were no better. */
    private boolean gaveUp() {
        return settings().patience() > 0
                && bestLook()
                        .map(best -> looks.stream()
                                        .filter(look -> look.step() > best.step())
                                        .count()
                                >= settings().patience())
                        .orElse(false);
    }

    /** Tokens a second of the last steps. */
    OptionalDouble tokensPerSecond() {
        if (steps.isEmpty()) {
            return OptionalDouble.empty();
        }
        CurvePoint last = steps.get(steps.size() - 1);
        long tokens = last.tokens();
        double seconds = last.seconds();
        if (steps.size() > RECENT) {
            CurvePoint before = steps.get(steps.size() - 1 - RECENT);
            tokens -= before.tokens();
            seconds -= before.seconds();
        }
        return seconds > 0 ? OptionalDouble.of(tokens / seconds) : OptionalDouble.empty();
    }

    /** Time that the steps still to come take, looks left out. */
    Optional<Duration> left() {
        OptionalDouble speed = tokensPerSecond();
        long tokens =
                (stepsInAll() - stepsDone()) * settings().batch() * settings().length();
        return speed.isEmpty() || tokens <= 0
                ? Optional.empty()
                : Optional.of(Duration.ofMillis((long) (1e3 * tokens / speed.getAsDouble())));
    }

    /** Time that the steps so far took. */
    Duration taken() {
        return steps.isEmpty()
                ? Duration.ZERO
                : Duration.ofMillis((long) (1e3 * steps.get(steps.size() - 1).seconds()));
    }

    static double perplexity(CurvePoint look) {
        return Math.exp(look.losses().base());
    }

    static double basePerplexity(CurvePoint look) {
        return Math.exp(look.losses().reference());
    }
}
