package org.foretoken.ui.layermap;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javafx.scene.control.Tooltip;
import javafx.scene.input.MouseButton;
import javafx.scene.input.MouseEvent;
import javafx.util.Duration;

/** What the mouse does to the drawing: clicks, drags from either column, a box that selects. */
final class MapGestures {
    /** How far the mouse may tremble in a click. */
    private static final double CLICK = 4;
    /** How far from its column a link may be dropped. */
    private static final double SLACK = 40;

    private static final double REACH = 5;

    /** What was pressed. */
    private enum Grip {
        NOTHING,
        BASE,
        AUXILIARY,
        GROUND
    }

    private final LayerMapViewModel model;
    private final MapView view;
    private final Tooltip tooltip = new Tooltip();
    private Grip grip = Grip.NOTHING;
    private int gripped;
    private double startX;
    private double startY;
    private boolean dragging;

    MapGestures(LayerMapViewModel model, MapView view) {
        this.model = model;
        this.view = view;
        tooltip.setShowDelay(Duration.millis(250));
        tooltip.setWrapText(true);
        tooltip.setMaxWidth(320);
        view.setOnMousePressed(this::pressed);
        view.setOnMouseDragged(this::dragged);
        view.setOnMouseReleased(this::released);
        view.setOnMouseMoved(this::moved);
        view.setOnMouseExited(e -> view.point(Set.of()));
    }

    /** Whether something hangs on the mouse. */
    boolean isDragging() {
        return dragging;
    }

    /** Lets go without doing anything. */
    void cancel() {
        grip = Grip.NOTHING;
        dragging = false;
        view.calm();
        model.endPreview();
    }

    private Optional<MapState> state() {
        return model.stateProperty().get();
    }

    private void pressed(MouseEvent event) {
        if (event.getButton() != MouseButton.PRIMARY || state().isEmpty()) {
            return;
        }
        startX = event.getX();
        startY = event.getY();
        dragging = false;
        MapLayout place = view.place();
        OptionalInt base = place.baseAt(startX, startY, 0);
        OptionalInt auxiliary = place.auxiliaryAt(startX, startY, 0);
        OptionalInt link = place.linkAt(state().get().shown().links(), startX, startY, REACH);
        grip = auxiliary.isPresent() ? Grip.AUXILIARY : base.isPresent() || link.isPresent() ? Grip.BASE : Grip.GROUND;
        gripped = auxiliary.orElse(base.orElse(link.orElse(0)));
    }

    private void dragged(MouseEvent event) {
        if (grip == Grip.NOTHING || state().isEmpty()) {
            return;
        }
        double x = event.getX();
        double y = event.getY();
        if (!dragging && Math.hypot(x - startX, y - startY) < CLICK) {
            return;
        }
        if (!dragging) {
            begin();
        }
        MapLayout place = view.place();
        if (grip == Grip.BASE) {
            OptionalInt target = place.auxiliaryAt(x, y, SLACK);
            view.lightAuxiliaries(state().get().selection(), target);
            view.stretch(place.linksRight(), place.baseY(gripped), x, y);
            target.ifPresentOrElse(a -> model.preview(state().get().selection(), a), model::endPreview);
        } else if (grip == Grip.AUXILIARY) {
            OptionalInt target = baseTarget(place, x, y);
            view.lightBases(gripped, target);
            view.stretch(place.linksLeft(), place.auxiliaryY(gripped), x, y);
            target.ifPresentOrElse(b -> model.preview(together(b), gripped), model::endPreview);
        } else if (grip == Grip.GROUND) {
            view.frame(startX, startY, x, y);
            model.select(boxed(place, x, y));
        }
    }

    private void begin() {
        dragging = true;
        view.point(Set.of());
        Tooltip.uninstall(view, tooltip);
        MapState now = state().orElseThrow();
        if (grip == Grip.BASE && now.isFixed(gripped)) {
            cancel();
        } else if (grip == Grip.BASE) {
            view.focus(gripped);
            if (!now.selection().contains(gripped)) {
                model.select(Set.of(gripped));
            }
        }
    }

    private OptionalInt baseTarget(MapLayout place, double x, double y) {
        OptionalInt at = place.baseAt(x, y, SLACK);
        return at.isPresent() && state().orElseThrow().isFixed(at.getAsInt()) ? OptionalInt.empty() : at;
    }

    /** A base layer, and the others that are selected with it. */
    private Set<Integer> together(int base) {
        Set<Integer> selection = state().orElseThrow().selection();
        return selection.contains(base) ? selection : Set.of(base);
    }

    /** Base layers in the box, or those fed by auxiliary layers in it. */
    private Collection<Integer> boxed(MapLayout place, double x, double y) {
        double top = Math.min(startY, y);
        double bottom = Math.max(startY, y);
        MapState now = state().orElseThrow();
        if (Math.max(startX, x) >= place.linksRight()) {
            return IntStream.range(0, now.sheet().baseLayers())
                    .filter(b -> place.baseY(b) >= top && place.baseY(b) <= bottom)
                    .boxed()
                    .toList();
        }
        if (Math.min(startX, x) > place.linksLeft()) {
            return List.of();
        }
        return IntStream.range(0, now.sheet().auxiliaryLayers())
                .filter(a -> place.auxiliaryY(a) >= top && place.auxiliaryY(a) <= bottom)
                .boxed()
                .flatMap(a -> now.fedBy(a).stream())
                .collect(Collectors.toSet());
    }

    private void released(MouseEvent event) {
        if (grip == Grip.NOTHING || state().isEmpty()) {
            return;
        }
        Grip what = grip;
        boolean dropped = dragging;
        grip = Grip.NOTHING;
        dragging = false;
        view.calm();
        model.endPreview();
        if (!dropped) {
            clicked(what, event);
            return;
        }
        MapLayout place = view.place();
        if (what == Grip.BASE) {
            place.auxiliaryAt(event.getX(), event.getY(), SLACK)
                    .ifPresent(a -> model.connect(state().orElseThrow().selection(), a));
        } else if (what == Grip.AUXILIARY) {
            baseTarget(place, event.getX(), event.getY()).ifPresent(b -> {
                model.connect(together(b), gripped);
                view.focus(b);
            });
        }
    }

    private void clicked(Grip what, MouseEvent event) {
        MapState now = state().orElseThrow();
        OptionalInt error = view.place().errorAt(event.getX(), event.getY());
        if (what == Grip.GROUND && error.isPresent()) {
            gripped = error.getAsInt();
            clicked(Grip.BASE, event);
            return;
        }
        switch (what) {
            case BASE -> {
                if (event.isShortcutDown()) {
                    model.toggle(gripped);
                } else if (event.isShiftDown()) {
                    model.select(range(view.focusedLayer(), gripped));
                } else {
                    model.select(Set.of(gripped));
                }
                if (!event.isShiftDown()) {
                    view.focus(gripped);
                }
            }
            case AUXILIARY -> {
                if (now.selection().isEmpty()) {
                    model.select(now.fedBy(gripped));
                } else {
                    model.connect(now.selection(), gripped);
                }
            }
            default -> {
                model.select(Set.of());
                view.focus(view.focusedLayer());
            }
        }
    }

    /** All layers from one to another. */
    static Set<Integer> range(int one, int other) {
        return new TreeSet<>(IntStream.rangeClosed(Math.min(one, other), Math.max(one, other))
                .boxed()
                .toList());
    }

    private void moved(MouseEvent event) {
        if (state().isEmpty()) {
            return;
        }
        MapState now = state().get();
        MapLayout place = view.place();
        OptionalInt auxiliary = place.auxiliaryAt(event.getX(), event.getY(), 0);
        OptionalInt base = place.baseAt(event.getX(), event.getY(), 0);
        OptionalInt link =
                base.isPresent() ? base : place.linkAt(now.shown().links(), event.getX(), event.getY(), REACH);
        if (auxiliary.isPresent()) {
            point(now.fedBy(auxiliary.getAsInt()), LinkWords.auxiliary(now, auxiliary.getAsInt()));
        } else if (link.isPresent()) {
            point(Set.of(link.getAsInt()), LinkWords.details(now, link.getAsInt()));
        } else {
            view.point(Set.of());
            Tooltip.uninstall(view, tooltip);
        }
    }

    private void point(Set<Integer> baseLayers, String words) {
        view.point(baseLayers);
        tooltip.setText(words);
        Tooltip.install(view, tooltip);
    }
}
