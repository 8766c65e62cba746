package org.foretoken.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.foretoken.Digits;
import org.foretoken.train.CurvePoint;
import org.foretoken.train.Losses;
import org.foretoken.train.TrainingSettings;
import org.foretoken.workbench.Pretrain;
import org.foretoken.workbench.Train;

/** Training in words and as JSON. */
final class TrainingText {
    /** Lines of steps in all, so that a long training doesn't fill the screen. */
    private static final long LINES = 50;

    private TrainingText() {}

    /** A line for a validation of a predictor and for some of its steps. */
    static Optional<String> point(CurvePoint point, TrainingSettings settings) {
        return line(point, settings, quality(point.losses()));
    }

    /** Likewise of a language model. */
    static Optional<String> modelPoint(CurvePoint point, TrainingSettings settings) {
        return line(point, settings, perplexity(point));
    }

    private static Optional<String> line(CurvePoint point, TrainingSettings settings, String heldOut) {
        long every = Math.max(1, settings.steps() / LINES);
        if (!point.heldOut()) {
            return point.step() % every == 0 ? Optional.of(step(point, settings)) : Optional.empty();
        }
        return Optional.of(String.format(Locale.ROOT, "step %,d, held out: %s", point.step(), heldOut));
    }

    private static String perplexity(CurvePoint point) {
        return String.format(
                Locale.ROOT, "perplexity %.3f", Math.exp(point.losses().base()));
    }

    private static String step(CurvePoint point, TrainingSettings settings) {
        return String.format(
                Locale.ROOT,
                "step %,d of %,d: loss %.4f, gradient %.3f, %,.0f tokens/s",
                point.step(),
                settings.steps(),
                point.loss(),
                point.gradientNorm(),
                point.tokens() / point.seconds());
    }

    private static String quality(Losses losses) {
        return String.format(
                Locale.ROOT,
                "KL %.4f, top-1 %.3f, perplexity %.2f (base %.2f)",
                losses.divergence(),
                losses.topOne(),
                Math.exp(losses.base()),
                Math.exp(losses.reference()));
    }

    static List<String> result(Train.Result result) {
        List<String> lines = new ArrayList<>();
        lines.add("Held-out text before: " + quality(result.first().losses()));
        lines.add("After step " + Digits.count(result.best().step()) + ", the best: "
                + quality(result.best().losses()));
        lines.add("The trained setup is " + result.setup().folder() + ". Next: foretoken generate --setup "
                + result.setup().folder() + " --compare --prompt \"...\"");
        return lines;
    }

    static List<String> result(Pretrain.Result result) {
        return List.of(
                "After step " + Digits.count(result.best().step()) + ", the best: " + perplexity(result.best()),
                "The model, of " + Digits.count(result.parameters()) + " parameters, is " + result.model()
                        + ". Next: foretoken generate --base " + result.model() + " --prompt \"...\"");
    }

    static ObjectNode json(Pretrain.Result result) {
        ObjectNode json = Json.object()
                .put("model", result.model().toString())
                .put("parameters", result.parameters())
                .put("steps", result.steps())
                .put("best_step", result.best().step());
        addCurve(json, result.curve());
        return json;
    }

    static ObjectNode json(Train.Result result) {
        ObjectNode json = Json.object()
                .put("setup", result.setup().folder().toString())
                .put("steps", result.steps())
                .put("best_step", result.best().step());
        addCurve(json, result.curve());
        return json;
    }

    private static void addCurve(ObjectNode json, List<CurvePoint> points) {
        ArrayNode curve = json.putArray("curve");
        points.forEach(point -> curve.add(json(point)));
    }

    private static ObjectNode json(CurvePoint point) {
        Losses losses = point.losses();
        ObjectNode json = Json.object()
                .put("step", point.step())
                .put("held_out", point.heldOut())
                .put("tokens", point.tokens())
                .put("seconds", point.seconds())
                .put("loss", point.loss())
                .put("kl", losses.divergence())
                .put("base", losses.base())
                .put("auxiliary", losses.auxiliary());
        if (point.heldOut()) {
            json.put("top_1", losses.topOne()).put("reference", losses.reference());
        }
        json.set("key_l1", Json.numbers(losses.keys()));
        json.set("value_l1", Json.numbers(losses.values()));
        return json;
    }
}
