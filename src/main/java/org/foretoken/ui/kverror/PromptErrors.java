package org.foretoken.ui.kverror;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.foretoken.calibrate.KvError;
import org.foretoken.calibrate.KvError.Answer;
import org.foretoken.calibrate.KvError.Entries;
import org.foretoken.calibrate.KvError.Metric;
import org.foretoken.ui.fx.Numbers;
import org.foretoken.ui.kverror.SheetMaker.Choice;
import org.foretoken.ui.kverror.SheetMaker.Columns;
import org.foretoken.ui.kverror.SheetMaker.Side;
import org.foretoken.workbench.KvErrorTable;
import org.foretoken.workbench.MeasureKvError.OfPrompt;

/**
 * A prompt, measured: a column is a position.
 *
 * @param measured by one setup or two; never empty
 */
record PromptErrors(List<OfPrompt> measured) implements Measured {
    PromptErrors {
        measured = List.copyOf(measured);
    }

    private record Positions(OfPrompt of) implements Columns {
        @Override
        public String setup() {
            return SheetMaker.name(of.setup());
        }

        @Override
        public int layers() {
            return of.error().layers();
        }

        @Override
        public int count() {
            return of.error().positions();
        }

        @Override
        public double value(Choice choice, int layer, int position) {
            KvError error = of.error();
            if (choice.side() == Side.ATTENTION) {
                return SheetMaker.distance(error.attention().get(layer)[position]);
            }
            Entries entries = choice.side() == Side.KEYS ? error.keys() : error.values();
            double value = entry(entries, choice.metric(), layer, position, choice.head());
            return choice.metric() == Metric.COSINE ? SheetMaker.distance(value) : value;
        }

        @Override
        public double kl(int position) {
            return of.error().answers().get(position).kl();
        }

        @Override
        public double changes(int position) {
            return of.error().answers().get(position).sameTopOne() ? 0 : 1;
        }
    }

    /** Of a head, or of the whole entry; NaN for a head that the layer doesn't have. */
    private static double entry(Entries entries, Metric metric, int layer, int position, Optional<Integer> head) {
        if (head.isEmpty()) {
            return entries.value(metric, layer, position);
        }
        return head.get() < entries.kvHeads().get(layer)
                ? entries.value(metric, layer, position, head.get())
                : Double.NaN;
    }

    @Override
    public int setups() {
        return measured.size();
    }

    @Override
    public int heads() {
        return measured.get(0).error().keys().kvHeads().stream()
                .mapToInt(Integer::intValue)
                .max()
                .orElse(0);
    }

    @Override
    public HeatSheet sheet(Choice choice) {
        return SheetMaker.sheet(measured.stream().map(Positions::new).toList(), choice, "position");
    }

    @Override
    public String words(int layer, int position, Optional<Integer> head) {
        OfPrompt first = measured.get(0);
        if (position >= first.ids().size()) {
            return "";
        }
        StringBuilder words = new StringBuilder("Layer " + layer + ", position " + position + ", token "
                + quoted(first.pieces().get(position)) + " (" + first.ids().get(position) + ")");
        for (OfPrompt each : measured) {
            KvError error = each.error();
            Answer answer = error.answers().get(position);
            words.append(measured.size() > 1 ? "\n" + SheetMaker.name(each.setup()) + ": " : "\n")
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
            numbers.add(metric.label() + " " + Numbers.significant(entry(entries, metric, layer, position, head)));
        }
        return String.join(", ", numbers);
    }

    private static String quoted(String piece) {
        return "\u201c" + piece.replace("\n", "\u21b5").replace("\t", "\u21e5") + "\u201d";
    }

    @Override
    public String summary() {
        return measured.stream()
                .map(each -> (measured.size() > 1 ? SheetMaker.name(each.setup()) + ": " : "")
                        + SheetMaker.summary(each.profile()))
                .collect(Collectors.joining("\n"));
    }

    @Override
    public String table(boolean byHead) {
        return KvErrorTable.ofPrompts(measured, byHead);
    }
}
