package org.foretoken.calibrate;

import java.util.List;
import java.util.stream.IntStream;
import org.foretoken.kvp.LayerMap;
import org.foretoken.kvp.Source;

/**
 * What every link would cost: the relative error ‖predicted - exact‖ / ‖exact - mean‖ that its best map makes on tokens it wasn't fitted on, keys before
 * k_norm and RoPE. A base layer's maps depend on its own link alone, so the errors of a layer map are looked up here, link by link.
 *
 * @param tokens that the maps were fitted on for pricing
 * @param heldOut tokens that they were priced on
 * @param lambda ridge weight
 * @param keys [base layer][auxiliary layer]; 0 where shared, NaN where there is none
 * @param values likewise
 */
public record LinkPrices(
        Source source, long tokens, long heldOut, double lambda, List<List<Double>> keys, List<List<Double>> values) {
    public LinkPrices {
        keys = keys.stream().map(List::copyOf).toList();
        values = values.stream().map(List::copyOf).toList();
    }

    /** What a search adds up: the mean of both errors. NaN without statistics. */
    public double price(int baseLayer, int auxiliaryLayer) {
        return (keys.get(baseLayer).get(auxiliaryLayer) + values.get(baseLayer).get(auxiliaryLayer)) / 2;
    }

    /** The keys' errors of a layer map, by base layer. */
    public List<Double> keysOf(LayerMap map) {
        return along(keys, map);
    }

    /** The values' errors of a layer map, by base layer. */
    public List<Double> valuesOf(LayerMap map) {
        return along(values, map);
    }

    private static List<Double> along(List<List<Double>> prices, LayerMap map) {
        return IntStream.range(0, map.size())
                .mapToObj(i -> prices.get(i).get(map.of(i)))
                .toList();
    }

    public int baseLayers() {
        return keys.size();
    }

    public int auxiliaryLayers() {
        return keys.get(0).size();
    }
}
