package org.foretoken.ui.layermap;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.foretoken.calibrate.LinkPrices;
import org.foretoken.ui.fx.ColourScale;
import org.foretoken.workbench.LayerMapSheet;

/**
 * All that the panel shows of a setup, at one moment.
 *
 * @param draft as edited so far
 * @param shown the draft, or what it would become by a drag that isn't over
 * @param selection base layers that are edited together
 */
record MapState(
        LayerMapSheet sheet,
        MapDraft draft,
        MapDraft shown,
        Set<Integer> selection,
        boolean canUndo,
        boolean canRedo,
        boolean saving) {
    /** The draft that the setup on disk makes. */
    static MapDraft saved(LayerMapSheet sheet) {
        return new MapDraft(
                sheet.setup().layerMap(),
                sheet.setup().source(),
                Math.max(1, sheet.setup().tail()));
    }

    MapDraft saved() {
        return saved(sheet);
    }

    /** Whether there is something to save. */
    boolean dirty() {
        return !draft.equals(saved());
    }

    /** Prices by the source that is shown. */
    Optional<LinkPrices> prices() {
        return sheet.prices(shown.source());
    }

    /** Mean of both errors of a link; NaN without statistics. */
    double price(int baseLayer, int auxiliaryLayer) {
        return prices().map(p -> p.price(baseLayer, auxiliaryLayer)).orElse(Double.NaN);
    }

    /** The price of the link that is shown. */
    double price(int baseLayer) {
        return price(baseLayer, shown.links().get(baseLayer));
    }

    /** Whether a base layer takes the auxiliary's own keys and values, exactly. */
    boolean isShared(int baseLayer) {
        OptionalInt own = sheet.sharedLink(baseLayer);
        return own.isPresent() && own.getAsInt() == shown.links().get(baseLayer);
    }

    /** Whether a link may not be changed by hand: nothing is better than one that is shared. */
    boolean isFixed(int baseLayer) {
        OptionalInt own = sheet.sharedLink(baseLayer);
        return own.isPresent() && own.getAsInt() == draft.links().get(baseLayer);
    }

    /** Base layers that an auxiliary layer feeds. */
    Set<Integer> fedBy(int auxiliaryLayer) {
        return IntStream.range(0, shown.links().size())
                .filter(i -> shown.links().get(i) == auxiliaryLayer)
                .boxed()
                .collect(Collectors.toSet());
    }

    /** The cheapest other auxiliary layer for a base layer; empty without prices or others. */
    OptionalInt nextBest(int baseLayer) {
        int best = -1;
        for (int a = 0; a < sheet.auxiliaryLayers(); a++) {
            double price = price(baseLayer, a);
            if (a != shown.links().get(baseLayer)
                    && !Double.isNaN(price)
                    && (best < 0 || price < price(baseLayer, best))) {
                best = a;
            }
        }
        return best < 0 ? OptionalInt.empty() : OptionalInt.of(best);
    }

    /** Base layers whose link in the draft has no statistics although its source has some. */
    Set<Integer> withoutStatistics() {
        Optional<LinkPrices> known = sheet.prices(draft.source());
        return known.isEmpty()
                ? Set.of()
                : IntStream.range(0, draft.links().size())
                        .filter(i ->
                                Double.isNaN(known.get().price(i, draft.links().get(i))))
                        .boxed()
                        .collect(Collectors.toSet());
    }

    /** From no error to the highest price of any link in tenths, but at most 1, where a prediction is no better than the mean. */
    ColourScale scale() {
        double most = 0;
        for (int b = 0; b < sheet.baseLayers(); b++) {
            for (int a = 0; a < sheet.auxiliaryLayers(); a++) {
                double price = price(b, a);
                most = Double.isNaN(price) ? most : Math.max(most, price);
            }
        }
        return new ColourScale(0, most == 0 ? 1 : Math.min(1, Math.ceil(most * 10) / 10));
    }

    MapTotals totals() {
        return MapTotals.of(sheet, shown);
    }
}
