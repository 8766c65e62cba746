package org.foretoken.ui.layermap;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;
import javafx.beans.property.ReadOnlyIntegerProperty;
import javafx.beans.property.ReadOnlyIntegerWrapper;
import javafx.scene.Node;
import javafx.scene.control.Label;
import javafx.scene.layout.Pane;
import javafx.scene.layout.Region;
import javafx.scene.paint.Color;
import javafx.scene.shape.Rectangle;
import org.foretoken.ui.fx.ColourScale;
import org.foretoken.workbench.LayerMapSheet;
import org.jspecify.annotations.Nullable;

/** The drawing: two columns of layers, a curve a link, errors along the right edge. */
final class MapView extends Pane {
    private final LayerMapViewModel model;
    private final List<LayerNode> auxiliaries = new ArrayList<>();
    private final List<LayerNode> bases = new ArrayList<>();
    private final List<LinkCurve> curves = new ArrayList<>();
    private final List<Region> errors = new ArrayList<>();
    private final Label auxiliaryTitle = title("Auxiliary layers");
    private final Label baseTitle = title("Base layers");
    private final Label errorTitle = title("Error");
    private final LinkCurve rubber = new LinkCurve("rubber-link");
    private final Rectangle box = new Rectangle();
    private @Nullable LayerMapSheet drawn;
    private ColourScale scale = new ColourScale(0, 1);
    private final ReadOnlyIntegerWrapper focus = new ReadOnlyIntegerWrapper();
    private final ReadOnlyIntegerWrapper told = new ReadOnlyIntegerWrapper();
    private Set<Integer> pointed = Set.of();

    MapView(LayerMapViewModel model) {
        this.model = model;
        getStyleClass().add("map-view");
        setId("layer-map");
        rubber.setVisible(false);
        rubber.setMouseTransparent(true);
        box.getStyleClass().add("selection-box");
        box.setVisible(false);
        box.setMouseTransparent(true);
        box.setManaged(false);
        setMinWidth(400);
        focus.subscribe(() -> told.set(focus.get()));
        model.stateProperty().addListener((o, old, now) -> show(now));
        // The ground says which theme it is, and so which colours can be seen.
        backgroundProperty()
                .addListener((o, old, now) -> show(model.stateProperty().get()));
        show(model.stateProperty().get());
    }

    Optional<MapState> state() {
        return model.stateProperty().get();
    }

    /** Where everything is now. */
    MapLayout place() {
        return new MapLayout(getWidth(), getHeight(), Math.max(1, auxiliaries.size()), Math.max(1, bases.size()));
    }

    LayerNode base(int layer) {
        return bases.get(layer);
    }

    /** The base layer that keys go to. */
    int focusedLayer() {
        return focus.get();
    }

    ReadOnlyIntegerProperty focusedLayerProperty() {
        return focus.getReadOnlyProperty();
    }

    /** The base layer whose link is told of: what a dragged link would go to, otherwise the one that keys go to. */
    ReadOnlyIntegerProperty toldLayerProperty() {
        return told.getReadOnlyProperty();
    }

    /** Gives a base layer the keys: one stop of the tab key for the whole column. */
    void focus(int layer) {
        focus.set(Math.clamp(layer, 0, Math.max(0, bases.size() - 1)));
        for (LayerNode node : bases) {
            node.setFocusTraversable(node.layer() == focus.get());
        }
        if (!bases.isEmpty()) {
            bases.get(focus.get()).requestFocus();
        }
    }

    private void show(Optional<MapState> now) {
        if (now.isEmpty()) {
            return;
        }
        MapState state = now.get();
        if (drawn == null
                || bases.size() != state.sheet().baseLayers()
                || auxiliaries.size() != state.sheet().auxiliaryLayers()
                || !drawn.setup().folder().equals(state.sheet().setup().folder())) {
            build(state.sheet());
        }
        drawn = state.sheet();
        scale = state.scale();
        for (LayerNode node : auxiliaries) {
            boolean skipped = node.layer() > state.shown().highest();
            node.show(LinkWords.auxiliary(state, node.layer()), false, skipped, false);
        }
        for (int b = 0; b < bases.size(); b++) {
            boolean selected = state.selection().contains(b);
            bases.get(b).show(LinkWords.base(state, b), selected, false, state.isShared(b));
            colour(errors.get(b), line(state.price(b)));
        }
        showLinks(state);
        requestLayout();
    }

    private void showLinks(MapState state) {
        Set<Integer> lit = pointed.isEmpty() ? state.selection() : pointed;
        double mean = IntStream.range(0, curves.size())
                        .mapToDouble(state::price)
                        .filter(price -> !Double.isNaN(price))
                        .sum()
                / Math.max(1, curves.size());
        for (int b = 0; b < curves.size(); b++) {
            curves.get(b).show(state, b, mean, line(state.price(b)), lit);
        }
    }

    /** Has the links of those base layers stand out; with none, the selection's do. */
    void point(Set<Integer> baseLayers) {
        if (!baseLayers.equals(pointed)) {
            pointed = baseLayers;
            state().ifPresent(this::showLinks);
        }
    }

    private static void colour(Region region, Color colour) {
        region.setStyle(String.format(
                java.util.Locale.ROOT,
                "-fx-background-color: rgb(%d, %d, %d);",
                (int) Math.round(colour.getRed() * 255),
                (int) Math.round(colour.getGreen() * 255),
                (int) Math.round(colour.getBlue() * 255)));
    }

    /** The colour of a price on this ground. */
    Color line(double price) {
        return scale.line(price, isDark());
    }

    boolean isDark() {
        return getBackground() != null
                && !getBackground().getFills().isEmpty()
                && getBackground().getFills().get(0).getFill() instanceof Color ground
                && ground.getBrightness() < 0.5;
    }

    private void build(LayerMapSheet sheet) {
        auxiliaries.clear();
        bases.clear();
        curves.clear();
        errors.clear();
        for (int a = 0; a < sheet.auxiliaryLayers(); a++) {
            auxiliaries.add(new LayerNode(false, a, sheet.auxiliaryShare(a)));
        }
        for (int b = 0; b < sheet.baseLayers(); b++) {
            LayerNode node = new LayerNode(true, b, sheet.baseShare(b));
            node.setAccessibleHelp(MapKeys.HELP);
            bases.add(node);
            curves.add(new LinkCurve("link"));
            Region error = new Region();
            error.getStyleClass().add("error-bar");
            error.setMouseTransparent(true);
            errors.add(error);
        }
        List<Node> all = new ArrayList<>(curves);
        all.addAll(errors);
        all.addAll(auxiliaries);
        all.addAll(bases);
        all.addAll(List.of(auxiliaryTitle, baseTitle, errorTitle, rubber, box));
        getChildren().setAll(all);
        setMinHeight(MapLayout.leastHeight(sheet.auxiliaryLayers(), sheet.baseLayers()));
        // Keys start where there is something to choose.
        focus.set(IntStream.range(0, bases.size())
                .filter(b -> sheet.sharedLink(b).isEmpty())
                .findFirst()
                .orElse(0));
        bases.get(focus.get()).setFocusTraversable(true);
    }

    /** Lights the layers that base layers may be dropped on, with the mean price of each. */
    void lightAuxiliaries(Set<Integer> moving, OptionalInt target) {
        state().ifPresent(now -> auxiliaries.forEach(node -> {
            double mean = moving.stream()
                    .mapToDouble(b -> now.price(b, node.layer()))
                    .average()
                    .orElse(Double.NaN);
            node.light(mean, line(mean), target.equals(OptionalInt.of(node.layer())));
        }));
    }

    /** Lights the base layers that an auxiliary layer may be dropped on. */
    void lightBases(int auxiliary, OptionalInt target) {
        told.set(target.orElse(focus.get()));
        state().ifPresent(now -> bases.stream()
                .filter(node -> !now.isFixed(node.layer()))
                .forEach(node -> {
                    double price = now.price(node.layer(), auxiliary);
                    node.light(price, line(price), target.equals(OptionalInt.of(node.layer())));
                }));
    }

    /** Draws the link that hangs on the mouse. */
    void stretch(double fromX, double fromY, double toX, double toY) {
        rubber.connect(fromX, fromY, toX, toY);
        rubber.setVisible(true);
    }

    /** Draws the box that selects. */
    void frame(double fromX, double fromY, double toX, double toY) {
        box.setX(Math.min(fromX, toX));
        box.setY(Math.min(fromY, toY));
        box.setWidth(Math.abs(toX - fromX));
        box.setHeight(Math.abs(toY - fromY));
        box.setVisible(true);
    }

    /** Nothing is dragged any more. */
    void calm() {
        auxiliaries.forEach(LayerNode::unlight);
        bases.forEach(LayerNode::unlight);
        rubber.setVisible(false);
        box.setVisible(false);
        told.set(focus.get());
    }

    @Override
    protected void layoutChildren() {
        if (bases.isEmpty()) {
            return;
        }
        MapLayout place = place();
        double width = MapLayout.NUMBER + place.bar();
        for (LayerNode node : auxiliaries) {
            rowAt(node, place.auxiliaryLeft(), place.auxiliaryY(node.layer()), width, place.auxiliaryPitch());
        }
        List<Integer> links = state().map(s -> s.shown().links()).orElse(List.of());
        for (int b = 0; b < bases.size() && b < links.size(); b++) {
            double y = place.baseY(b);
            rowAt(bases.get(b), place.linksRight(), y, width, place.basePitch());
            curves.get(b).connect(place.linksLeft() + 3, place.auxiliaryY(links.get(b)), place.linksRight() - 3, y);
            double thick = Math.min(10, MapLayout.barHeight(place.basePitch()));
            errors.get(b).resizeRelocate(place.histogramLeft(), y - thick / 2, errorLength(place, b), thick);
        }
        auxiliaryTitle.autosize();
        auxiliaryTitle.relocate(place.auxiliaryLeft(), 8);
        baseTitle.autosize();
        baseTitle.relocate(place.linksRight(), 8);
        errorTitle.autosize();
        errorTitle.relocate(place.histogramLeft(), 8);
    }

    private double errorLength(MapLayout place, int layer) {
        double price = state().map(s -> s.price(layer)).orElse(Double.NaN);
        return Double.isNaN(price) ? 0 : place.histogram() * scale.share(price);
    }

    private static void rowAt(LayerNode node, double x, double y, double width, double pitch) {
        double height = Math.min(pitch, 24);
        node.resizeRelocate(x, y - height / 2, width, height);
    }

    private static Label title(String words) {
        Label label = new Label(words);
        label.getStyleClass().add("caption");
        label.setMouseTransparent(true);
        return label;
    }
}
