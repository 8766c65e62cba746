package org.foretoken.ui.layermap;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.foretoken.workbench.LayerMapSheet;
import org.jspecify.annotations.Nullable;

/** The drafts of all setups that were looked at, by folder. */
final class Drafts {
    private final Map<Path, DraftHistory> histories = new HashMap<>();

    /**
     * The draft of a setup that was read, again or for the first time.
     *
     * @param before the same setup as it was read before, if it still is on the screen
     */
    DraftHistory of(LayerMapSheet sheet, @Nullable LayerMapSheet before) {
        MapDraft saved = MapState.saved(sheet);
        DraftHistory history = histories.get(sheet.setup().folder());
        if (history == null || !fits(history.now(), sheet)) {
            history = new DraftHistory(saved);
            histories.put(sheet.setup().folder(), history);
        } else if (before != null && history.now().equals(MapState.saved(before))) {
            // Nothing was being edited: the draft follows what calibrating or saving has written.
            history.edit(saved);
        }
        return history;
    }

    private static boolean fits(MapDraft draft, LayerMapSheet sheet) {
        return draft.links().size() == sheet.baseLayers() && draft.highest() < sheet.auxiliaryLayers();
    }
}
