package org.foretoken.ui.layermap;

import java.util.Objects;
import java.util.Optional;
import javafx.scene.control.Label;
import javafx.scene.control.ScrollPane;
import javafx.scene.input.KeyEvent;
import javafx.scene.layout.BorderPane;
import javafx.scene.layout.StackPane;
import org.foretoken.ui.fx.EmptyState;
import org.kordamp.ikonli.feather.Feather;

/** The layer map, drawn and edited: tools above, figures beside it. */
public final class LayerMapPanel extends StackPane {
    private final LayerMapViewModel model;
    private final MapView view;
    private final MapFigures figures;
    private final MapToolbar toolbar;
    private final ScrollPane scroll = new ScrollPane();
    private final BorderPane editor = new BorderPane();
    private final EmptyState empty;
    private final Label message = new Label();

    /** @param openModels shows the models panel */
    public LayerMapPanel(LayerMapViewModel model, Runnable openModels) {
        this.model = model;
        view = new MapView(model);
        figures = new MapFigures(model.fit().wordsProperty());
        toolbar = new MapToolbar(model);
        new MapKeys(model, view, new MapGestures(model, view));
        getStyleClass().add("layer-map-panel");
        getStylesheets()
                .add(Objects.requireNonNull(LayerMapPanel.class.getResource("layermap.css"))
                        .toExternalForm());
        empty = new EmptyState(
                Feather.GIT_MERGE,
                "Make or open a setup to draw which auxiliary layer feeds each base layer, and to see what every link"
                        + " costs.",
                "Choose a _setup",
                openModels);
        message.getStyleClass().add("hint");
        message.setWrapText(true);
        message.textProperty().bind(model.messageProperty());
        scroll.setContent(view);
        scroll.setFitToWidth(true);
        scroll.setFitToHeight(true);
        scroll.setFocusTraversable(false);
        ScrollPane side = new ScrollPane(figures);
        side.setFitToWidth(true);
        side.setHbarPolicy(ScrollPane.ScrollBarPolicy.NEVER);
        side.setFocusTraversable(false);
        side.getStyleClass().add("map-side");
        editor.setTop(toolbar);
        editor.setCenter(scroll);
        editor.setRight(side);
        getChildren().addAll(editor, empty, message);
        model.stateProperty().addListener((o, old, now) -> refresh());
        model.messageProperty().addListener((o, old, now) -> refresh());
        model.current().setupProperty().addListener((o, old, now) -> refresh());
        model.current().ttftGainProperty().addListener((o, old, now) -> refresh());
        view.toldLayerProperty().addListener((o, old, now) -> refresh());
        view.focusedLayerProperty().addListener((o, old, now) -> reveal(now.intValue()));
        view.backgroundProperty().addListener((o, old, now) -> refresh());
        addEventHandler(KeyEvent.KEY_PRESSED, this::pressed);
        // Whenever the panel comes up, keys go to the map.
        visibleProperty().addListener((o, was, is) -> {
            if (is) {
                view.focus(view.focusedLayer());
            }
        });
        refresh();
    }

    /** Scrolls a small window to the base layer that keys go to. */
    private void reveal(int layer) {
        MapLayout place = view.place();
        double seen = scroll.getViewportBounds().getHeight();
        double hidden = view.getHeight() - seen;
        if (hidden > 0) {
            double least = place.baseY(layer) + place.basePitch() - seen;
            double most = place.baseY(layer) - place.basePitch();
            double top = Math.max(least, Math.min(most, scroll.getVvalue() * hidden));
            scroll.setVvalue(Math.clamp(top / hidden, 0, 1));
        }
    }

    private void refresh() {
        Optional<MapState> state = model.stateProperty().get();
        boolean setup = model.current().setupProperty().get().isPresent();
        editor.setVisible(state.isPresent());
        empty.setVisible(!setup && state.isEmpty());
        message.setVisible(setup && state.isEmpty());
        state.ifPresent(now -> figures.show(
                now,
                view.toldLayerProperty().get(),
                model.current().ttftGainProperty().get(),
                view.isDark()));
    }

    private void pressed(KeyEvent event) {
        if (!event.isShortcutDown() || model.stateProperty().get().isEmpty()) {
            return;
        }
        switch (event.getCode()) {
            case Z -> {
                if (event.isShiftDown()) {
                    model.redo();
                } else {
                    model.undo();
                }
            }
            case Y -> model.redo();
            case C -> toolbar.copy();
            case V -> toolbar.paste();
            case S -> model.save();
            case A -> model.selectAll();
            default -> {
                return;
            }
        }
        event.consume();
    }
}
