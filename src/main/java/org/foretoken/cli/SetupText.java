package org.foretoken.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.foretoken.Digits;
import org.foretoken.workbench.Calibrate;
import org.foretoken.workbench.LayerMapSheet.MapError;
import org.foretoken.workbench.RankLayers.Ranking;
import org.foretoken.workbench.SetupSummary;

/** A setup in words and in JSON. */
final class SetupText {
    private SetupText() {}

    static List<String> lines(SetupSummary setup) {
        List<String> lines = new ArrayList<>();
        lines.add(setup.folder().toString());
        add(lines, "base", setup.baseName() + " (" + setup.base() + ")");
        add(
                lines,
                "auxiliary",
                setup.selectLayers()
                        .map(layers -> "the base's layers " + Units.list(layers))
                        .orElseGet(() -> setup.auxiliaryName()
                                + setup.auxiliary()
                                        .map(path -> " (" + path + ")")
                                        .orElse("")));
        add(lines, "layer map", Units.list(setup.layerMap()));
        add(lines, "shared", setup.sharedLayers() + " of " + setup.layerMap().size() + " base layers, exact");
        add(lines, "source", setup.source().label() + ", tail " + setup.tail());
        if (Double.isFinite(setup.flopsGain())) {
            add(
                    lines,
                    "cost",
                    Units.three(setup.flopsGain()) + " times fewer executed FLOPs to the first token at 512 tokens");
        }
        add(
                lines,
                "predictor",
                setup.trainedSteps()
                        .map(steps -> "trained, " + Digits.count(steps) + " steps")
                        .or(() -> setup.calibratedTokens()
                                .map(tokens -> "calibrated on " + Digits.count(tokens) + " tokens"))
                        .orElse(
                                setup.hasPredictor()
                                        ? "ready"
                                        : "none yet; next: foretoken calibrate --setup " + setup.folder()));
        setup.made().ifPresent(made -> {
            add(lines, "made", made.words() + (made.program() == null ? "" : ", by Foretoken " + made.program()));
            if (made.from() != null) {
                add(lines, "began with", made.from().words());
            }
        });
        return lines;
    }

    /** The layers of a base, those that matter least first, and which of them stayed. */
    static List<String> ranking(Ranking ranking, SetupSummary setup) {
        List<Integer> kept = setup.selectLayers().orElse(List.of());
        List<String> lines = new ArrayList<>();
        lines.add("Mean next-token KL, base to base without the layer, over " + Digits.count(ranking.tokens())
                + " tokens, nats:");
        lines.add("layer       KL");
        for (int layer : ranking.order()) {
            lines.add(String.format(
                    Locale.ROOT,
                    "%5d  %7s  %s",
                    layer,
                    Units.three(ranking.kl().get(layer)),
                    kept.contains(layer) ? "kept" : "dropped"));
        }
        lines.add("");
        return lines;
    }

    /** How well a predictor fits, over the layers that it predicts. */
    static List<String> fit(Calibrate.Result result) {
        List<String> lines = new ArrayList<>();
        lines.add("Calibrated " + result.setup().folder() + " on " + Digits.count(result.tokens()) + " tokens in "
                + Units.millis(result.seconds() * 1e3) + ".");
        String of = result.heldOut() > 0
                ? "Relative error on " + Digits.count(result.heldOut()) + " of them held out, lambda " + result.lambda()
                : "Relative error on that text, lambda " + result.lambda();
        MapError error = MapError.of(result.keyErrors(), result.valueErrors());
        lines.add(of + ", mean over all layers: keys " + Units.three(error.keys())
                + ", values " + Units.three(error.values()) + " ("
                + result.setup().sharedLayers() + " of "
                + result.setup().layerMap().size() + " layers are exact).");
        lines.addAll(result.notes());
        lines.add("Next: foretoken generate --setup " + result.setup().folder() + " --compare --prompt \"...\"");
        return lines;
    }

    static ObjectNode json(Calibrate.Result result) {
        SetupSummary setup = result.setup();
        ObjectNode json = Json.object()
                .put("setup", setup.folder().toString())
                .put("source", setup.source().label())
                .put("tokens", result.tokens())
                .put("held_out", result.heldOut())
                .put("lambda", result.lambda())
                .put("seconds", result.seconds())
                .put("shared_layers", setup.sharedLayers())
                .put("flops_gain", setup.flopsGain());
        json.set("layer_map", Json.integers(setup.layerMap()));
        json.set("key_errors", Json.numbers(result.keyErrors()));
        json.set("value_errors", Json.numbers(result.valueErrors()));
        return json;
    }

    private static void add(List<String> lines, String key, String value) {
        lines.add(String.format("%-12s", key) + value);
    }
}
