package org.foretoken.ui.layermap;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.foretoken.kvp.Source;

/**
 * What is edited.
 *
 * @param links for each base layer the auxiliary layer that feeds it
 * @param tail prompt tokens that the base reads itself
 */
record MapDraft(List<Integer> links, Source source, int tail) {
    MapDraft {
        links = List.copyOf(links);
    }

    /** The same with other links. */
    MapDraft withLinks(List<Integer> others) {
        return new MapDraft(others, source, tail);
    }

    /** The same with those base layers fed by that auxiliary layer. */
    MapDraft fed(Collection<Integer> baseLayers, int auxiliaryLayer) {
        List<Integer> changed = new ArrayList<>(links);
        baseLayers.forEach(layer -> changed.set(layer, auxiliaryLayer));
        return withLinks(changed);
    }

    /** The same with those base layers fed from so many layers below the one that each has, as far as there are any. */
    MapDraft stepped(Collection<Integer> baseLayers, int layers, int auxiliaryLayers) {
        List<Integer> changed = new ArrayList<>(links);
        baseLayers.forEach(layer -> changed.set(layer, Math.clamp(links.get(layer) + layers, 0, auxiliaryLayers - 1)));
        return withLinks(changed);
    }

    /** The highest auxiliary layer in use: those above it never run. */
    int highest() {
        return links.stream().mapToInt(Integer::intValue).max().orElse(0);
    }
}
