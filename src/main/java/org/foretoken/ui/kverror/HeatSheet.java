package org.foretoken.ui.kverror;

import java.util.List;

/**
 * What the figure shows: errors by base layer and column, and what they do to the next token.
 *
 * @param title what is shown, of which setup
 * @param column what a column is, such as "position"
 * @param unit of the cells
 * @param cells for each base layer [columns], larger is worse; NaN where there is nothing, such as a head that a layer doesn't have
 * @param profile mean of each layer's cells
 * @param kl next-token KL of each column, or its difference
 * @param changes for each column the share of positions where the most likely token changes, 0 or 1 of a single one; or its difference
 * @param scale of the cells
 */
record HeatSheet(
        String title,
        String column,
        String unit,
        List<double[]> cells,
        List<Double> profile,
        List<Double> kl,
        List<Double> changes,
        HeatScale scale) {
    HeatSheet {
        cells = List.copyOf(cells);
        profile = List.copyOf(profile);
        kl = List.copyOf(kl);
        changes = List.copyOf(changes);
    }

    int layers() {
        return cells.size();
    }

    int positions() {
        return kl.size();
    }
}
