package org.foretoken.ui.kverror;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.foretoken.calibrate.KvError.Metric;
import org.foretoken.calibrate.KvErrorProfile;
import org.foretoken.ui.fx.Numbers;

/** Puts measurements into sheets. Cosines are shown as 1 - cosine, so that larger is worse in every metric. */
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

    /** One setup's errors, column by column. */
    interface Columns {
        /** The setup's name. */
        String setup();

        int layers();

        /** How many columns. */
        int count();

        /** Larger is worse; NaN where there is nothing. */
        double value(Choice choice, int layer, int column);

        /** Next-token KL. */
        double kl(int column);

        /** Share of positions whose most likely token changes. */
        double changes(int column);
    }

    /**
     * The sheet of one setup, or of two.
     *
     * @param column what a column is, such as "position"
     */
    static HeatSheet sheet(List<? extends Columns> measured, Choice choice, String column) {
        boolean both = measured.size() > 1;
        boolean difference = both && choice.which() == Which.DIFFERENCE;
        Columns shown = measured.get(both && choice.which() != Which.THIS ? 1 : 0);
        Columns less = measured.get(0);
        int columns = both ? Math.min(shown.count(), less.count()) : shown.count();
        List<double[]> cells = new ArrayList<>();
        for (int i = 0; i < (both ? Math.min(shown.layers(), less.layers()) : shown.layers()); i++) {
            int layer = i;
            cells.add(
                    row(columns, c -> shown.value(choice, layer, c) - (difference ? less.value(choice, layer, c) : 0)));
        }
        return new HeatSheet(
                title(measured, shown, choice, difference) + ", " + Numbers.count(columns, column),
                column,
                unit(choice) + (difference ? ", difference" : ""),
                cells,
                cells.stream().map(row -> HeatScale.mean(row, 0, row.length)).toList(),
                boxed(row(columns, c -> shown.kl(c) - (difference ? less.kl(c) : 0))),
                boxed(row(columns, c -> shown.changes(c) - (difference ? less.changes(c) : 0))),
                HeatScale.of(cells, choice.log(), difference));
    }

    private static double[] row(int columns, IntToDoubleFunction of) {
        return IntStream.range(0, columns).mapToDouble(of).toArray();
    }

    private static List<Double> boxed(double[] row) {
        return Arrays.stream(row).boxed().toList();
    }

    private static String title(List<? extends Columns> measured, Columns shown, Choice choice, boolean difference) {
        boolean byHead = choice.head().isPresent() && choice.side() != Side.ATTENTION;
        String what =
                choice.side().label() + (byHead ? ", head " + choice.head().get() : "");
        return what + ": " + shown.setup()
                + (difference ? " minus " + measured.get(0).setup() : "");
    }

    /** A setup's name. */
    static String name(Path setup) {
        return String.valueOf(setup.getFileName());
    }

    private static String unit(Choice choice) {
        Metric metric = choice.side() == Side.ATTENTION ? Metric.COSINE : choice.metric();
        return metric == Metric.COSINE ? "1 \u2212 cosine" : metric.label();
    }

    /** 1 - cosine without the dust of rounding below 0. */
    static double distance(double cosine) {
        return Math.max(0, 1 - cosine);
    }

    /** The mean figures of a setup, in a line. */
    static String summary(KvErrorProfile profile) {
        KvErrorProfile.Layer mean = profile.mean();
        return "mean K " + Numbers.significant(mean.keys().relativeL2()) + ", V "
                + Numbers.significant(mean.values().relativeL2()) + " relative L2 \u00b7 attention cosine "
                + Numbers.significant(mean.attention()) + " \u00b7 KL " + Numbers.significant(profile.kl())
                + " nats \u00b7 top-1 " + Numbers.percent(profile.topOne());
    }
}
