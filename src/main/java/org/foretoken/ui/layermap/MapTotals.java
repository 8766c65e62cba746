package org.foretoken.ui.layermap;

import java.util.Optional;
import org.foretoken.calibrate.LinkPrices;
import org.foretoken.workbench.LayerMapSheet;
import org.foretoken.workbench.LayerMapSheet.Cost;

/**
 * What a draft breaks and costs.
 *
 * @param keys mean over the base layers of the keys' error on held-out tokens; NaN unless all links have statistics
 * @param values likewise of the values
 * @param unpriced links without statistics
 */
record MapTotals(double keys, double values, int unpriced, Cost cost) {
    static MapTotals of(LayerMapSheet sheet, MapDraft draft) {
        Optional<LinkPrices> prices = sheet.prices(draft.source());
        int layers = draft.links().size();
        double keys = 0;
        double values = 0;
        int unpriced = 0;
        for (int i = 0; i < layers; i++) {
            int link = draft.links().get(i);
            double key = prices.isPresent() ? prices.get().keys().get(i).get(link) : Double.NaN;
            double value = prices.isPresent() ? prices.get().values().get(i).get(link) : Double.NaN;
            keys += key;
            values += value;
            unpriced += Double.isNaN(key + value) ? 1 : 0;
        }
        return new MapTotals(
                keys / layers, values / layers, unpriced, sheet.cost(draft.links(), draft.source(), draft.tail()));
    }

    /** The mean of both errors: what a search makes small. */
    double error() {
        return (keys + values) / 2;
    }
}
