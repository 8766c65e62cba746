package org.foretoken.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import org.foretoken.Digits;
import org.foretoken.calibrate.KvErrorProfile;
import org.foretoken.calibrate.KvErrorProfile.Layer;
import org.foretoken.calibrate.ReferenceProtocol.Figures;
import org.foretoken.calibrate.ReferenceProtocol.TailRow;
import org.foretoken.workbench.MeasureKvError.OfPrompt;
import org.foretoken.workbench.MeasureKvError.OfReference;
import org.foretoken.workbench.MeasureKvError.OfText;

/** KV error as tables: one setup, or two and the second minus the first. */
final class ErrorText {
    private ErrorText() {}

    static List<String> ofPrompts(List<OfPrompt> measured) {
        List<String> lines = new ArrayList<>();
        for (OfPrompt each : measured) {
            lines.add(each.setup() + ": " + Digits.count(each.ids().size()) + " positions, kernel " + each.kernel());
        }
        addProfiles(lines, measured.stream().map(OfPrompt::profile).toList());
        return lines;
    }

    static List<String> ofTexts(List<OfText> measured) {
        List<String> lines = new ArrayList<>();
        for (OfText each : measured) {
            lines.add(each.setup() + ": " + Digits.count(each.windows().size()) + " windows, "
                    + Digits.count(each.profile().positions()) + " positions, kernel " + each.kernel());
        }
        addProfiles(lines, measured.stream().map(OfText::profile).toList());
        addTails(lines, measured.stream().map(OfText::tails).toList());
        return lines;
    }

    static List<String> ofReferences(List<OfReference> measured) {
        List<String> lines = new ArrayList<>();
        lines.add(String.format(
                Locale.ROOT,
                "%-7s %8s %8s %8s %8s %11s %9s  %s",
                "source",
                "K error",
                "V error",
                "KL",
                "top-1",
                "perplexity",
                "base's",
                "setup"));
        for (OfReference each : measured) {
            Figures figures = each.figures();
            lines.add(String.format(
                    Locale.ROOT,
                    "%-7s %8s %8s %8s %8s %11s %9s  %s, kernel %s",
                    each.source().label(),
                    Units.three(figures.keyError()),
                    Units.three(figures.valueError()),
                    Units.three(figures.quality().kl()),
                    Units.three(figures.quality().topOne()),
                    Units.three(figures.quality().perplexity()),
                    Units.three(figures.quality().basePerplexity()),
                    each.setup(),
                    each.kernel()));
        }
        addTails(lines, measured.stream().map(each -> each.figures().tails()).toList());
        lines.add("");
        lines.add(
                "Errors: of the predicted entries over the exact ones' distance from the calibration mean, all layers,"
                        + " keys before k_norm and RoPE.");
        return lines;
    }

    private static void addProfiles(List<String> lines, List<KvErrorProfile> profiles) {
        lines.add("");
        lines.add(row(profiles.size(), "layer", "K", "V", "attention cosine"));
        int layers = profiles.get(0).layers().size();
        for (int i = 0; i < layers; i++) {
            int layer = i;
            lines.add(cells(
                    String.valueOf(i), profiles, profile -> profile.layers().get(layer)));
        }
        lines.add(cells("mean", profiles, KvErrorProfile::mean));
        lines.add("");
        add(lines, "next-token KL", profiles, KvErrorProfile::kl);
        add(lines, "top-1 agreement", profiles, KvErrorProfile::topOne);
        add(lines, "perplexity", profiles, KvErrorProfile::perplexity);
        lines.add(String.format("%-17s", "base's own")
                + Units.three(profiles.get(0).basePerplexity()));
        lines.add("");
        lines.add("K, V: relative L2 error of an entry, mean over positions. KL in nats."
                + (profiles.size() > 1 ? " Of two setups: first, second, second minus first." : ""));
    }

    private static void add(
            List<String> lines, String name, List<KvErrorProfile> profiles, ToDoubleFunction<KvErrorProfile> of) {
        lines.add(String.format("%-17s", name) + compared(profiles, of));
    }

    /** One number, or two and their difference. */
    private static <T> String compared(List<T> profiles, ToDoubleFunction<T> of) {
        double first = of.applyAsDouble(profiles.get(0));
        if (profiles.size() == 1) {
            return Units.three(first);
        }
        double second = of.applyAsDouble(profiles.get(1));
        return String.format(
                "%-8s %-8s %s%s",
                Units.three(first), Units.three(second), second > first ? "+" : "", Units.three(second - first));
    }

    private interface OfProfile {
        Layer of(KvErrorProfile profile);
    }

    private static String cells(String name, List<KvErrorProfile> profiles, OfProfile of) {
        List<Layer> layers = profiles.stream().map(of::of).toList();
        return row(
                profiles.size(),
                name,
                compared(layers, layer -> layer.keys().relativeL2()),
                compared(layers, layer -> layer.values().relativeL2()),
                compared(layers, Layer::attention));
    }

    private static String row(int setups, String name, String keys, String values, String attention) {
        String format = setups == 1 ? "%5s  %-8s  %-8s  %s" : "%5s  %-27s  %-27s  %s";
        return String.format(format, name, keys, values, attention).stripTrailing();
    }

    private static void addTails(List<String> lines, List<List<TailRow>> tails) {
        if (tails.get(0).isEmpty()) {
            return;
        }
        lines.add("");
        String format = tails.size() == 1 ? "%5s  %-8s  %s" : "%5s  %-27s  %s";
        lines.add(String.format(format, "tail", "KL", "top-1") + ", first token after "
                + Digits.count(tails.get(0).get(0).prompts()) + " prompts");
        for (int i = 0; i < tails.get(0).size(); i++) {
            int at = i;
            List<TailRow> rows = tails.stream().map(each -> each.get(at)).toList();
            lines.add(String.format(
                    format, rows.get(0).tail(), compared(rows, TailRow::kl), compared(rows, TailRow::topOne)));
        }
    }
}
