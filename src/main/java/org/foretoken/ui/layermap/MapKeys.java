package org.foretoken.ui.layermap;

import java.util.Set;
import javafx.scene.input.KeyEvent;

/** What keys do to the base layer that has them, and to those selected with it. */
final class MapKeys {
    static final String HELP =
            "Drag a layer to one of the other column. By keys: ↑ ↓ choose the auxiliary layer, ← → another base layer, Shift"
                    + " selects, Space adds, Esc ends.";

    private final LayerMapViewModel model;
    private final MapView view;
    private final MapGestures gestures;
    private int anchor;

    MapKeys(LayerMapViewModel model, MapView view, MapGestures gestures) {
        this.model = model;
        this.view = view;
        this.gestures = gestures;
        view.addEventHandler(KeyEvent.KEY_PRESSED, this::pressed);
    }

    private void pressed(KeyEvent event) {
        if (model.stateProperty().get().isEmpty() || event.isShortcutDown() || event.isAltDown()) {
            return;
        }
        MapState state = model.stateProperty().get().get();
        int layer = view.focusedLayer();
        switch (event.getCode()) {
            case UP -> model.step(edited(state, layer), -1);
            case DOWN -> model.step(edited(state, layer), 1);
            case LEFT -> go(layer - 1, event.isShiftDown());
            case RIGHT -> go(layer + 1, event.isShiftDown());
            case HOME -> go(0, event.isShiftDown());
            case END -> go(state.sheet().baseLayers() - 1, event.isShiftDown());
            case SPACE -> model.toggle(layer);
            case ESCAPE -> {
                if (gestures.isDragging()) {
                    gestures.cancel();
                } else {
                    model.select(Set.of());
                }
            }
            default -> {
                return;
            }
        }
        event.consume();
    }

    private static Set<Integer> edited(MapState state, int layer) {
        return state.selection().contains(layer) ? state.selection() : Set.of(layer);
    }

    private void go(int layer, boolean selecting) {
        int from = view.focusedLayer();
        view.focus(layer);
        if (!selecting) {
            return;
        }
        if (model.stateProperty().get().map(s -> s.selection().isEmpty()).orElse(true)) {
            anchor = from;
        }
        model.select(MapGestures.range(anchor, view.focusedLayer()));
    }
}
