package org.foretoken.ui.training;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.foretoken.text.corpus.Packing;
import org.foretoken.text.corpus.TextPart;
import org.foretoken.train.CurvePoint;
import org.foretoken.train.Losses;
import org.foretoken.train.TrainingSettings;
import org.foretoken.ui.fx.FactGrid.Fact;
import org.foretoken.ui.fx.Numbers;
import org.foretoken.workbench.Train;

/** A training in words. */
final class TrainingWords {
    private TrainingWords() {}

    static String aim(Train.Aim aim) {
        return switch (aim) {
            case DISTILL -> "distil: KL from the base at every position";
            case PAPER -> "the paper's: cross-entropy, z-loss, K and V errors";
        };
    }

    static String part(Train.Request request) {
        return switch (request.part()) {
            case PREDICTOR -> "the predictor alone";
            case LOW_RANK -> "the predictor, and the auxiliary by updates of rank " + request.rank();
            case AUXILIARY -> "the predictor and the whole auxiliary";
        };
    }

    /** How many steps it is, and of what. */
    static String steps(long steps, int batch, int length) {
        return Numbers.count(steps, "step") + " of " + Numbers.count(batch, "sequence") + " of "
                + Numbers.count(length, "token");
    }

    /** How documents become sequences, in a word or three. */
    static String packing(Packing packing) {
        return switch (packing) {
            case PACKED -> "packed as one text";
            case BOUNDED -> "packed, kept apart";
            case PADDED -> "one a sequence, padded";
        };
    }

    /** What was asked for, for those who come back later. */
    static List<Fact> facts(Train.Request request) {
        TrainingSettings settings = request.settings();
        List<Fact> facts = new ArrayList<>();
        facts.add(new Fact("From", String.valueOf(request.setup().getFileName())));
        facts.add(new Fact("To", request.out().toString()));
        request.text()
                .forEach(part ->
                        facts.add(new Fact("Text", text(part, request.text().size() > 1))));
        facts.add(new Fact("Aim", aim(request.aim())));
        facts.add(new Fact("What changes", part(request)));
        facts.add(new Fact("Begins", request.scratch() ? "with maps at random" : "with the setup's predictor"));
        facts.add(new Fact("Length", steps(settings.steps(), settings.batch(), settings.length())));
        facts.add(new Fact(
                "At once", Numbers.count(settings.microBatch(), "sequence") + ", " + packing(settings.packing())));
        facts.add(new Fact(
                "Learning rate",
                Numbers.plain(settings.learningRate())
                        + (settings.warmUp() > 0 ? ", reached in " + Numbers.count(settings.warmUp(), "step") : "")));
        facts.add(new Fact("Decay, clip", Numbers.plain(settings.decay()) + ", " + Numbers.plain(settings.clip())));
        facts.add(new Fact(
                "Held out",
                Numbers.percent(settings.heldOutFraction()) + " of each text; "
                        + Numbers.count(settings.heldOutSequences(), "sequence") + " looked at every "
                        + Numbers.count(settings.validateEvery(), "step")));
        facts.add(new Fact(
                "Patience", settings.patience() == 0 ? "to the end" : Numbers.count(settings.patience(), "look")));
        Optional.ofNullable(request.kvWeight())
                .ifPresent(weight -> facts.add(new Fact("K and V weight", Numbers.plain(weight))));
        Optional.ofNullable(request.ceWeight())
                .ifPresent(weight -> facts.add(new Fact("Cross-entropy weight", Numbers.plain(weight))));
        facts.add(new Fact("Seed", String.valueOf(settings.seed())));
        return facts;
    }

    private static String text(TextPart part, boolean several) {
        String template = part.template();
        return part.path().getFileName()
                + (several ? ", weight " + Numbers.plain(part.weight()) : "")
                + (template == null ? "" : ", template " + template.replace("\n", "\\n"));
    }

    /** What came of it, in a sentence. */
    static String outcome(CurveFacts facts) {
        StringBuilder words =
                new StringBuilder("Trained " + Numbers.count(facts.stepsDone(), "step") + " in " + time(facts.taken()));
        Optional<CurvePoint> first = facts.firstLook();
        Optional<CurvePoint> best = facts.bestLook();
        if (first.isPresent() && best.isPresent()) {
            words.append(": held-out KL ")
                    .append(Numbers.significant(first.get().losses().divergence()))
                    .append(" before, ")
                    .append(Numbers.significant(best.get().losses().divergence()))
                    .append(" now; perplexity ")
                    .append(Numbers.significant(CurveFacts.perplexity(first.get())))
                    .append(" before, ")
                    .append(Numbers.significant(CurveFacts.perplexity(best.get())))
                    .append(" now, base ")
                    .append(Numbers.significant(CurveFacts.basePerplexity(best.get())));
        }
        return words + ".";
    }

    static String time(Duration duration) {
        return Numbers.millis((double) duration.toMillis());
    }

    /** Everything that is known of a step and the look at held-out text after it. */
    static String step(CurveFacts facts, long step) {
        StringBuilder words = new StringBuilder("Step " + Numbers.count(step));
        facts.steps().stream()
                .filter(point -> point.step() == step)
                .findFirst()
                .ifPresent(point -> words.append(" · ")
                        .append(Numbers.count(point.tokens(), "token"))
                        .append(" · loss ")
                        .append(Numbers.significant(point.loss()))
                        .append(" · learning rate ")
                        .append(Numbers.significant(point.learningRate()))
                        .append(" · gradient ")
                        .append(Numbers.significant(point.gradientNorm())));
        facts.looks().stream()
                .filter(point -> point.step() == step)
                .findFirst()
                .ifPresent(look -> words.append("\nHeld out: KL ")
                        .append(Numbers.significant(look.losses().divergence()))
                        .append(" · top-1 ")
                        .append(Numbers.percent(look.losses().topOne()))
                        .append(" · perplexity ")
                        .append(Numbers.significant(CurveFacts.perplexity(look)))
                        .append(" (base ")
                        .append(Numbers.significant(CurveFacts.basePerplexity(look)))
                        .append(")")
                        .append(auxiliary(look.losses())));
        return words.toString();
    }

    private static String auxiliary(Losses losses) {
        return losses.auxiliary() > 0 ? " · auxiliary's cross-entropy " + Numbers.significant(losses.auxiliary()) : "";
    }

    /** Everything that is known of a layer. */
    static String layer(CurveFacts facts, int layer) {
        StringBuilder words = new StringBuilder("Base layer " + layer);
        Optional<CurvePoint> first = facts.firstLook();
        if (first.isPresent() && !(first.get().losses().keys().get(layer) > 0)) {
            return words + " · nothing is predicted: it reads the auxiliary's own keys and values";
        }
        first.ifPresent(look -> words.append(" · before: ").append(errors(look, layer)));
        facts.lastLook()
                .filter(look -> look.step() > 0)
                .ifPresent(look -> words.append("\nAfter step ")
                        .append(Numbers.count(look.step()))
                        .append(": ")
                        .append(errors(look, layer)));
        return words.toString();
    }

    private static String errors(CurvePoint look, int layer) {
        return "K " + Numbers.significant(look.losses().keys().get(layer)) + ", V "
                + Numbers.significant(look.losses().values().get(layer)) + " mean absolute error";
    }
}
