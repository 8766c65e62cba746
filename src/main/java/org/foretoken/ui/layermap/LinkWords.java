package org.foretoken.ui.layermap;

import java.util.Set;
import java.util.TreeSet;
import org.foretoken.calibrate.LinkPrices;
import org.foretoken.kvp.Source;
import org.foretoken.ui.fx.Numbers;
import org.foretoken.ui.shell.SetupWords;

/** Layers and links in words: for screen readers and for who points at them. */
final class LinkWords {
    private LinkWords() {}

    /** Such as "Base layer 3, fed by auxiliary layer 1, K error 0.210, V error 0.240". */
    static String base(MapState state, int layer) {
        int link = state.shown().links().get(layer);
        if (state.isShared(layer)) {
            return "Base layer " + layer + ", shared with auxiliary layer " + link + ", no error";
        }
        return "Base layer " + layer + ", fed by auxiliary layer " + link
                + errors(state, layer, link, ", K error ", ", V error ");
    }

    /** Such as "Auxiliary layer 1, feeds base layers 2–4". */
    static String auxiliary(MapState state, int layer) {
        Set<Integer> fed = state.fedBy(layer);
        String name = "Auxiliary layer " + layer;
        if (layer > state.shown().highest()) {
            return name + ", skipped: no layer from here on is in use";
        }
        return fed.isEmpty() ? name + ", feeds no base layer but those above it" : name + ", feeds " + layers(fed);
    }

    /** Base layers, such as "base layers 2–4". */
    static String layers(Set<Integer> layers) {
        return (layers.size() == 1 ? "base layer " : "base layers ")
                + SetupWords.ranges(new TreeSet<>(layers).stream().toList());
    }

    /** Why a map can't be saved. */
    static String unsaved(Set<Integer> withoutStatistics, Source source) {
        return "There are no statistics for the links of " + layers(withoutStatistics) + " by source " + source.label()
                + ", so nothing was saved: choose other links, or calibrate again.";
    }

    /** All about a base layer's link, a fact a line. */
    static String details(MapState state, int layer) {
        int link = state.shown().links().get(layer);
        if (state.isShared(layer)) {
            return "Base layer " + layer + " and auxiliary layer " + link
                    + " are the same layer reading the same states, so its keys and values are taken over exactly and"
                    + " for nothing. The link is fixed.";
        }
        String words = "Base layer " + layer + " ← auxiliary layer " + link;
        if (state.prices().isEmpty()) {
            return words;
        }
        words += errors(state, layer, link, "\nK error ", "   V error ");
        var next = state.nextBest(layer);
        if (next.isEmpty()) {
            return words;
        }
        int other = next.getAsInt();
        boolean better = state.price(layer, other) < state.price(layer);
        return words + (better ? "\nBetter: " : "\nNext best: ") + "auxiliary layer " + other
                + errors(state, layer, other, "\nK error ", "   V error ");
    }

    private static String errors(MapState state, int layer, int link, String beforeKeys, String beforeValues) {
        if (state.prices().isEmpty()) {
            return "";
        }
        LinkPrices prices = state.prices().get();
        double keys = prices.keys().get(layer).get(link);
        double values = prices.values().get(layer).get(link);
        if (Double.isNaN(keys + values)) {
            return beforeKeys.startsWith("\n") ? "\nNo statistics for this link" : ", no statistics for this link";
        }
        return beforeKeys + Numbers.significant(keys) + beforeValues + Numbers.significant(values);
    }
}
