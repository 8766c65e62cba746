package org.foretoken.ui.shell;

import java.util.List;
import java.util.stream.IntStream;
import org.foretoken.ui.fx.Numbers;
import org.foretoken.workbench.SetupSummary;

/** A setup in the words of chips and lists. */
public final class SetupWords {
    private SetupWords() {}

    /** The auxiliary, such as "first 15 layers" or another model's name. */
    public static String auxiliary(SetupSummary setup) {
        return setup.selectLayers().map(SetupWords::layers).orElse(setup.auxiliaryName());
    }

    /** A selection of layers, such as "first 15 layers", "every 2nd layer" or "layers 0–3, 8". */
    public static String layers(List<Integer> layers) {
        int size = layers.size();
        if (IntStream.range(0, size).allMatch(i -> layers.get(i) == i)) {
            return size == 1 ? "first layer" : "first " + size + " layers";
        }
        int step = size > 2 ? layers.get(1) : 0;
        if (step > 1 && IntStream.range(0, size).allMatch(i -> layers.get(i) == i * step)) {
            return "every " + ordinal(step) + " layer";
        }
        return (size == 1 ? "layer " : "layers ") + ranges(layers);
    }

    /** Numbers with runs drawn together, such as "0–3, 8, 10". */
    public static String ranges(List<Integer> sorted) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < sorted.size(); i++) {
            int start = i;
            while (i + 1 < sorted.size() && sorted.get(i + 1) == sorted.get(i) + 1) {
                i++;
            }
            text.append(text.isEmpty() ? "" : ", ").append(sorted.get(start));
            if (i > start) {
                text.append(i == start + 1 ? ", " : "–").append(sorted.get(i));
            }
        }
        return text.toString();
    }

    /** Whether it can predict, and from how much text. */
    public static String state(SetupSummary setup) {
        return setup.trainedSteps()
                .map(steps -> "trained, " + Numbers.count(steps, "step"))
                .or(() -> setup.calibratedTokens().map(tokens -> "calibrated, " + Numbers.count(tokens, "token")))
                .orElse(setup.hasPredictor() ? "predictor ready" : "not calibrated");
    }

    /** Which auxiliary layer feeds which base layers, such as "0–14 from the same layer, 15–29 from 14". */
    public static String layerMap(List<Integer> map) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < map.size(); ) {
            int end = i + 1;
            while (end < map.size() && map.get(end) == end && map.get(i) == i) {
                end++;
            }
            boolean identity = end > i + 1;
            while (!identity && end < map.size() && map.get(end).equals(map.get(i))) {
                end++;
            }
            text.append(text.isEmpty() ? "" : ", ")
                    .append(ranges(IntStream.range(i, end).boxed().toList()).replace(", ", " and "))
                    .append(" from ")
                    .append(identity ? "the same layer" : map.get(i).toString());
            i = end;
        }
        return text.toString();
    }

    private static String ordinal(int number) {
        return switch (number) {
            case 2 -> "2nd";
            case 3 -> "3rd";
            default -> number + "th";
        };
    }
}
