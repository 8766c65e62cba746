package org.foretoken.calibrate;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.foretoken.kvp.LayerMap;

/** The layer map of least total price. The sum has one term a base layer, so a free map takes each layer's cheapest link and a monotone one is found exactly by dynamic programming. */
public final class MapSearch {
    private MapSearch() {}

    /**
     * Searches.
     *
     * @param monotone whether links may never go down from one base layer to the next
     * @param depth auxiliary layers that may be used: the first so many, at least 1
     */
    public static LayerMap best(LinkPrices prices, boolean monotone, int depth) {
        int most = Math.min(depth, prices.auxiliaryLayers());
        int layers = prices.baseLayers();
        // least[i][a]: the total up to base layer i when it is fed from a
        double[][] least = new double[layers][most];
        int[][] before = new int[layers][most];
        for (int i = 0; i < layers; i++) {
            int bestBefore = 0;
            for (int a = 0; a < most; a++) {
                if (i > 0) {
                    bestBefore = !monotone
                            ? cheapest(least[i - 1])
                            : least[i - 1][a] < least[i - 1][bestBefore] ? a : bestBefore;
                }
                before[i][a] = bestBefore;
                least[i][a] = cost(prices, i, a) + (i == 0 ? 0 : least[i - 1][bestBefore]);
            }
        }
        List<Integer> links = new ArrayList<>();
        int a = cheapest(least[layers - 1]);
        for (int i = layers - 1; i >= 0; i--) {
            links.add(a);
            a = before[i][a];
        }
        Collections.reverse(links);
        return new LayerMap(links);
    }

    /** A link without statistics is never taken while there is another. */
    private static double cost(LinkPrices prices, int baseLayer, int auxiliaryLayer) {
        double price = prices.price(baseLayer, auxiliaryLayer);
        return Double.isNaN(price) ? 1e9 : price;
    }

    private static int cheapest(double[] totals) {
        int best = 0;
        for (int i = 1; i < totals.length; i++) {
            if (totals[i] < totals[best]) {
                best = i;
            }
        }
        return best;
    }
}
