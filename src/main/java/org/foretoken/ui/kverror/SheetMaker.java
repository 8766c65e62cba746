package org.foretoken.ui.kverror;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.foretoken.calibrate.KvError;
import org.foretoken.calibrate.KvError.Answer;
import org.foretoken.calibrate.KvError.Entries;
import org.foretoken.calibrate.KvError.Metric;
import org.foretoken.calibrate.KvErrorProfile;
import org.foretoken.ui.fx.Numbers;
import org.foretoken.workbench.MeasureKvError.OfPrompt;

/** Puts measurements into sheets and words. Cosines are shown as 1 - cosine, so that larger is worse in every metric. */
final class SheetMaker {
    private SheetMaker() {}

    /** What is compared. */
    enum Side {
        KEYS("Keys"),
        VALUES("Values"),
        ATTENTION("Attention output");

        private final String label;

        Side(String label) {
            this.label = label;
        }

        String label() {
            return label;
        }
    }

    /** Whose errors are shown where there are two setups. */
    enum Which {
        THIS("This setup"),
        OTHER("Other setup"),
        DIFFERENCE("Difference");

        private final String label;

        Which(String label) {
            this.label = label;
        }

        String label() {
            return label;
        }
    }

    /**
     * How measurements are looked at.
     *
     * @param metric of keys and values; attention outputs are compared by cosine
     * @param head the kv head; empty for whole entries, and without meaning for attention
     */
    record Choice(Side side, Metric metric, Optional<Integer> head, Which which, boolean log) {}

    /** @param measured one setup, or two */
    static HeatSheet sheet(List<OfPrompt> measured, Choice choice) {
        boolean both = measured.size() > 1;
        boolean difference = both && choice.which() == Which.DIFFERENCE;
        OfPrompt shown = measured.get(both && choice.which() == Which.OTHER ? 1 : 0);
        List<double[]> cells = cells(shown.error(), choice);
        List<Double> kl = kl(shown.error());
        List<Integer> topOne = changes(shown.error());
        if (difference) {
            OfPrompt second = measured.get(1);
            cells = minus(cells(second.error(), choice), cells);
            List<Double> first = kl;
            List<Double> seconds = kl(second.error());
            kl = IntStream.range(0, Math.min(first.size(), seconds.size()))
                    .mapToObj(i -> seconds.get(i) - first.get(i))
                    .toList();
            List<Integer> before = topOne;
            List<Integer> after = changes(second.error());
            topOne = IntStream.range(0, kl.size())
                    .mapToObj(i -> after.get(i) - before.get(i))
                    .toList();
        }
        List<double[]> shownCells = cells;
        return new HeatSheet(
                title(measured, shown, choice, difference),
                unit(choice) + (difference ? ", difference" : ""),
                shownCells,
                shownCells.stream()
                        .map(row -> HeatScale.mean(row, 0, row.length))
                        .toList(),
                kl,
                topOne,
                shown.pieces(),
                HeatScale.of(shownCells, choice.log(), difference));
    }

    private static String title(List<OfPrompt> measured, OfPrompt shown, Choice choice, boolean difference) {
        boolean byHead = choice.head().isPresent() && choice.side() != Side.ATTENTION;
        String what =
                choice.side().label() + (byHead ? ", head " + choice.head().get() : "");
        String whose = difference ? name(measured.get(1)) + " minus " + name(measured.get(0)) : name(shown);
        return what + ": " + whose + ", " + Numbers.count(shown.ids().size(), "position");
    }

    private static String name(OfPrompt measured) {
        return String.valueOf(measured.setup().getFileName());
    }

    private static String unit(Choice choice) {
        Metric metric = choice.side() == Side.ATTENTION ? Metric.COSINE : choice.metric();
        return metric == Metric.COSINE ? "1 \u2212 cosine" : metric.label();
    }

    private static List<double[]> cells(KvError error, Choice choice) {
        List<double[]> cells = new ArrayList<>();
        for (int i = 0; i < error.layers(); i++) {
            int layer = i;
            cells.add(IntStream.range(0, error.positions())
                    .mapToDouble(position -> value(error, choice, layer, position))
                    .toArray());
        }
        return cells;
    }

    private static double value(KvError error, Choice choice, int layer, int position) {
        if (choice.side() == Side.ATTENTION) {
            return distance(error.attention().get(layer)[position]);
        }
        Entries entries = choice.side() == Side.KEYS ? error.keys() : error.values();
        double value;
        if (choice.head().isEmpty()) {
            value = entries.value(choice.metric(), layer, position);
        } else {
            int head = choice.head().get();
            value = head < entries.kvHeads().get(layer)
                    ? entries.value(choice.metric(), layer, position, head)
                    : Double.NaN;
        }
        return choice.metric() == Metric.COSINE ? distance(value) : value;
    }

    /** 1 - cosine without the dust of rounding below 0. */
    private static double distance(double cosine) {
        return Math.max(0, 1 - cosine);
    }

    private static List<Double> kl(KvError error) {
        return error.answers().stream().map(answer -> (double) answer.kl()).toList();
    }

    private static List<Integer> changes(KvError error) {
        return error.answers().stream()
                .map(answer -> answer.sameTopOne() ? 0 : 1)
                .toList();
    }

    private static List<double[]> minus(List<double[]> one, List<double[]> other) {
        List<double[]> difference = new ArrayList<>();
        for (int layer = 0; layer < Math.min(one.size(), other.size()); layer++) {
            double[] a = one.get(layer);
            double[] b = other.get(layer);
            difference.add(IntStream.range(0, Math.min(a.length, b.length))
                    .mapToDouble(i -> a[i] - b[i])
                    .toArray());
        }
        return difference;
    }

    /** Everything that is known of a cell, a line for each setup. */
    static String words(List<OfPrompt> measured, int layer, int position, Optional<Integer> head) {
        if (measured.isEmpty() || position >= measured.get(0).ids().size()) {
            return "";
        }
        OfPrompt first = measured.get(0);
        StringBuilder words = new StringBuilder("Layer " + layer + ", position " + position + ", token "
                + quoted(first.pieces().get(position)) + " (" + first.ids().get(position) + ")");
        for (OfPrompt each : measured) {
            KvError error = each.error();
            Answer answer = error.answers().get(position);
            words.append(measured.size() > 1 ? "\n" + name(each) + ": " : "\n")
                    .append("K ")
                    .append(side(error.keys(), layer, position, head))
                    .append(" \u00b7 V ")
                    .append(side(error.values(), layer, position, head))
                    .append(" \u00b7 attention cosine ")
                    .append(Numbers.significant(error.attention().get(layer)[position]))
                    .append(" \u00b7 KL ")
                    .append(Numbers.significant(answer.kl()))
                    .append(answer.sameTopOne() ? ", same top-1" : ", another top-1");
        }
        return words.toString();
    }

    private static String side(Entries entries, int layer, int position, Optional<Integer> head) {
        List<String> numbers = new ArrayList<>();
        for (Metric metric : Metric.values()) {
            boolean there = head.isEmpty() || head.get() < entries.kvHeads().get(layer);
            double value = !there
                    ? Double.NaN
                    : head.map(h -> entries.value(metric, layer, position, h))
                            .orElseGet(() -> entries.value(metric, layer, position));
            numbers.add(metric.label() + " " + Numbers.significant(value));
        }
        return String.join(", ", numbers);
    }

    private static String quoted(String piece) {
        return "\u201c" + piece.replace("\n", "\u21b5").replace("\t", "\u21e5") + "\u201d";
    }

    /** The mean figures of each setup, a line each. */
    static String summary(List<OfPrompt> measured) {
        List<String> lines = new ArrayList<>();
        for (OfPrompt each : measured) {
            KvErrorProfile profile = each.profile();
            KvErrorProfile.Layer mean = profile.mean();
            lines.add((measured.size() > 1 ? name(each) + ": " : "") + "mean K "
                    + Numbers.significant(mean.keys().relativeL2()) + ", V "
                    + Numbers.significant(mean.values().relativeL2()) + " relative L2 \u00b7 attention cosine "
                    + Numbers.significant(mean.attention()) + " \u00b7 KL " + Numbers.significant(profile.kl())
                    + " nats \u00b7 top-1 " + Numbers.percent(profile.topOne()));
        }
        return String.join("\n", lines);
    }
}
