package org.foretoken.ui.kverror;

import java.util.List;

/**
 * What the figure shows: errors by base layer and position, and what they do to the next token.
 *
 * @param title what is shown, of which setup
 * @param unit of the cells
 * @param cells for each base layer [positions], larger is worse; NaN where there is nothing, such as a head that a layer doesn't have
 * @param profile mean of each layer's cells
 * @param kl next-token KL at each position, or its difference
 * @param topOne at each position 0 where the most likely token stays, 1 where it changes; of a difference 1 where only the second changes it, -1 where
 *     only the first does
 * @param pieces the tokens' texts
 * @param scale of the cells
 */
record HeatSheet(
        String title,
        String unit,
        List<double[]> cells,
        List<Double> profile,
        List<Double> kl,
        List<Integer> topOne,
        List<String> pieces,
        HeatScale scale) {
    HeatSheet {
        cells = List.copyOf(cells);
        profile = List.copyOf(profile);
        kl = List.copyOf(kl);
        topOne = List.copyOf(topOne);
        pieces = List.copyOf(pieces);
    }

    int layers() {
        return cells.size();
    }

    int positions() {
        return kl.size();
    }
}
