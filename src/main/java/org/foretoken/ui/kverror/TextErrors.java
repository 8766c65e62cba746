package org.foretoken.ui.kverror;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.foretoken.calibrate.KvError.Metric;
import org.foretoken.calibrate.KvErrorProfile;
import org.foretoken.calibrate.KvErrorProfile.Layer;
import org.foretoken.calibrate.KvErrorProfile.Means;
import org.foretoken.ui.fx.Numbers;
import org.foretoken.ui.kverror.SheetMaker.Choice;
import org.foretoken.ui.kverror.SheetMaker.Columns;
import org.foretoken.ui.kverror.SheetMaker.Side;
import org.foretoken.workbench.KvErrorTable;
import org.foretoken.workbench.MeasureKvError.OfText;

/**
 * A text, measured: a column is the mean over a window.
 *
 * @param measured by one setup or two; never empty
 */
record TextErrors(List<OfText> measured) implements Measured {
    TextErrors {
        measured = List.copyOf(measured);
    }

    private record Windows(OfText of) implements Columns {
        @Override
        public String setup() {
            return SheetMaker.name(of.setup());
        }

        @Override
        public int layers() {
            return of.profile().layers().size();
        }

        @Override
        public int count() {
            return of.windows().size();
        }

        @Override
        public double value(Choice choice, int layer, int window) {
            Layer means = of.windows().get(window).layers().get(layer);
            if (choice.side() == Side.ATTENTION) {
                return SheetMaker.distance(means.attention());
            }
            double value = (choice.side() == Side.KEYS ? means.keys() : means.values()).value(choice.metric());
            return choice.metric() == Metric.COSINE ? SheetMaker.distance(value) : value;
        }

        @Override
        public double kl(int window) {
            return of.windows().get(window).kl();
        }

        @Override
        public double changes(int window) {
            return 1 - of.windows().get(window).topOne();
        }
    }

    @Override
    public int setups() {
        return measured.size();
    }

    @Override
    public int heads() {
        return 0;
    }

    @Override
    public HeatSheet sheet(Choice choice) {
        return SheetMaker.sheet(measured.stream().map(Windows::new).toList(), choice, "window");
    }

    @Override
    public String words(int layer, int window, Optional<Integer> head) {
        if (window >= measured.get(0).windows().size()) {
            return "";
        }
        StringBuilder words = new StringBuilder("Layer " + layer + ", window " + window + ", mean over "
                + Numbers.count(measured.get(0).windows().get(window).positions(), "position"));
        for (OfText each : measured) {
            KvErrorProfile profile = each.windows().get(window);
            Layer means = profile.layers().get(layer);
            words.append(measured.size() > 1 ? "\n" + SheetMaker.name(each.setup()) + ": " : "\n")
                    .append("K ")
                    .append(side(means.keys()))
                    .append(" \u00b7 V ")
                    .append(side(means.values()))
                    .append(" \u00b7 attention cosine ")
                    .append(Numbers.significant(means.attention()))
                    .append(" \u00b7 KL ")
                    .append(Numbers.significant(profile.kl()))
                    .append(", top-1 ")
                    .append(Numbers.percent(profile.topOne()));
        }
        return words.toString();
    }

    private static String side(Means means) {
        return Arrays.stream(Metric.values())
                .map(metric -> metric.label() + " " + Numbers.significant(means.value(metric)))
                .collect(Collectors.joining(", "));
    }

    @Override
    public String summary() {
        return measured.stream()
                .map(each -> (measured.size() > 1 ? SheetMaker.name(each.setup()) + ": " : "")
                        + SheetMaker.summary(each.profile()) + " \u00b7 perplexity "
                        + Numbers.significant(each.profile().perplexity()) + ", the base's "
                        + Numbers.significant(each.profile().basePerplexity()))
                .collect(Collectors.joining("\n"));
    }

    @Override
    public String table(boolean byHead) {
        return KvErrorTable.ofTexts(measured);
    }
}
