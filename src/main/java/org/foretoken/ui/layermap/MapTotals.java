package org.foretoken.ui.layermap;

import java.util.Optional;
import java.util.stream.IntStream;
import org.foretoken.calibrate.LinkPrices;
import org.foretoken.workbench.LayerMapSheet;
import org.foretoken.workbench.LayerMapSheet.Cost;
import org.foretoken.workbench.LayerMapSheet.MapError;

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
        long priced = prices.isEmpty()
                ? 0
                : IntStream.range(0, layers)
                        .filter(i -> !Double.isNaN(
                                prices.get().price(i, draft.links().get(i))))
                        .count();
        Optional<MapError> error = sheet.error(draft.links(), draft.source());
        return new MapTotals(
                error.map(MapError::keys).orElse(Double.NaN),
                error.map(MapError::values).orElse(Double.NaN),
                layers - (int) priced,
                sheet.cost(draft.links(), draft.source(), draft.tail()));
    }
}
