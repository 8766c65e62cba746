package org.foretoken.kvp;

import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import org.foretoken.ForetokenException;

/**
 * Which auxiliary layer feeds each base layer.
 *
 * @param links the auxiliary layer for base layer 0, 1, …
 */
public record LayerMap(List<Integer> links) {
    public LayerMap {
        links = List.copyOf(links);
    }

    /** The paper's rule for a smaller model of the family (KVP-C): the first auxiliary layers feed one base layer more than the others. */
    public static LayerMap spread(int baseLayers, int auxiliaryLayers) {
        int each = baseLayers / auxiliaryLayers;
        int more = baseLayers % auxiliaryLayers;
        List<Integer> links = new ArrayList<>();
        for (int a = 0; a < auxiliaryLayers; a++) {
            int repeats = a < more ? each + 1 : each;
            for (int r = 0; r < repeats; r++) {
                links.add(a);
            }
        }
        return new LayerMap(links);
    }

    /**
     * The paper's rule for a layer-pruned base (KVP-LP): a base layer is fed by the last retained layer up to it. For the base's first m layers that is
     * the identity below m and layer m - 1 above.
     *
     * @param selectLayers the retained base layers, ascending
     */
    public static LayerMap lastRetained(List<Integer> selectLayers, int baseLayers) {
        List<Integer> links = new ArrayList<>();
        int last = 0;
        for (int i = 0; i < baseLayers; i++) {
            while (last + 1 < selectLayers.size() && selectLayers.get(last + 1) <= i) {
                last++;
            }
            links.add(last);
        }
        return new LayerMap(links);
    }

    /** Base layer i of b is fed from auxiliary layer ⌊i·a/b⌋ of a: the same depth in both. */
    public static LayerMap uniform(int baseLayers, int auxiliaryLayers) {
        return new LayerMap(IntStream.range(0, baseLayers)
                .mapToObj(i -> i * auxiliaryLayers / baseLayers)
                .toList());
    }

    /** The first auxiliary layers feed more base layers than the last: at a depth of x the layer at depth x². */
    public static LayerMap firstHeavy(int baseLayers, int auxiliaryLayers) {
        return curved(baseLayers, auxiliaryLayers, depth -> depth * depth);
    }

    /** The last auxiliary layers feed more base layers than the first: at a depth of x the layer at depth 1 - (1 - x)². */
    public static LayerMap lastHeavy(int baseLayers, int auxiliaryLayers) {
        return curved(baseLayers, auxiliaryLayers, depth -> 1 - (1 - depth) * (1 - depth));
    }

    private static LayerMap curved(int baseLayers, int auxiliaryLayers, DoubleUnaryOperator depth) {
        return new LayerMap(IntStream.range(0, baseLayers)
                .mapToObj(i -> (int) (auxiliaryLayers * depth.applyAsDouble((double) i / baseLayers)))
                .toList());
    }

    /** Every layer feeds itself. */
    public static LayerMap identity(int layers) {
        return new LayerMap(IntStream.range(0, layers).boxed().toList());
    }

    /** Refuses a map that doesn't fit two models. */
    public void check(int baseLayers, int auxiliaryLayers) throws ForetokenException {
        if (links.size() != baseLayers) {
            throw new ForetokenException("The layer map has " + links.size() + " entries, the base " + baseLayers
                    + " layers: give one auxiliary layer for each base layer.");
        }
        for (int i = 0; i < links.size(); i++) {
            int link = links.get(i);
            if (link < 0 || link >= auxiliaryLayers) {
                throw new ForetokenException("The layer map feeds base layer " + i + " from auxiliary layer " + link
                        + ", but the auxiliary has layers 0 to " + (auxiliaryLayers - 1) + ".");
            }
        }
    }

    /** The highest auxiliary layer in use: those above it never run. */
    public int highest() {
        return links.stream().mapToInt(Integer::intValue).max().orElseThrow();
    }

    public int of(int baseLayer) {
        return links.get(baseLayer);
    }

    public int size() {
        return links.size();
    }
}
