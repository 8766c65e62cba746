package org.foretoken.ui.training;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.foretoken.train.CurvePoint;
import org.foretoken.train.Losses;

/** A training's points as CSV: a row a step, a row a look at held-out text. */
final class CurveTable {
    private static final String COLUMNS =
            "step,held_out,tokens,seconds,loss,learning_rate,gradient_norm,kl,top_1,base,base_z,auxiliary,auxiliary_z,reference";

    private CurveTable() {}

    static String of(List<CurvePoint> curve) {
        int layers = curve.stream()
                .mapToInt(point -> point.losses().keys().size())
                .max()
                .orElse(0);
        StringBuilder table = new StringBuilder(COLUMNS);
        IntStream.range(0, layers).forEach(i -> table.append(",key_l1_").append(i));
        IntStream.range(0, layers).forEach(i -> table.append(",value_l1_").append(i));
        table.append("\n");
        curve.forEach(point -> table.append(row(point, layers)).append("\n"));
        return table.toString();
    }

    private static String row(CurvePoint point, int layers) {
        Losses losses = point.losses();
        boolean look = point.heldOut();
        List<String> cells = new ArrayList<>(List.of(
                String.valueOf(point.step()),
                String.valueOf(look),
                String.valueOf(point.tokens()),
                String.valueOf(point.seconds()),
                String.valueOf(point.loss()),
                look ? "" : String.valueOf(point.learningRate()),
                look ? "" : String.valueOf(point.gradientNorm()),
                measured(losses.divergence()),
                look ? String.valueOf(losses.topOne()) : "",
                measured(losses.base()),
                measured(losses.baseZ()),
                measured(losses.auxiliary()),
                measured(losses.auxiliaryZ()),
                look ? String.valueOf(losses.reference()) : ""));
        for (List<Double> errors : List.of(losses.keys(), losses.values())) {
            IntStream.range(0, layers)
                    .mapToObj(i -> i < errors.size() ? measured(errors.get(i)) : "")
                    .forEach(cells::add);
        }
        return cells.stream().collect(Collectors.joining(","));
    }

    /** Terms that nobody asked for are 0: a gap rather than a number that nobody measured. */
    private static String measured(double value) {
        return value == 0 ? "" : String.valueOf(value);
    }
}
