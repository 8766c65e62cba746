package org.foretoken.ui.training;

import java.util.List;
import java.util.Optional;
import javafx.beans.property.ReadOnlyStringProperty;
import javafx.beans.property.ReadOnlyStringWrapper;
import javafx.scene.AccessibleRole;
import javafx.scene.canvas.Canvas;
import javafx.scene.canvas.GraphicsContext;
import javafx.scene.input.KeyEvent;
import javafx.scene.input.MouseEvent;
import javafx.scene.layout.Region;
import org.foretoken.train.CurvePoint;
import org.foretoken.ui.figure.CanvasPen;
import org.foretoken.ui.figure.Palette;

/** The charts on the screen, with a step or a layer that the mouse or the arrow keys choose. */
final class CurveView extends Region {
    private static final int PAGE = 10;

    private final Canvas canvas = new Canvas();
    private final ReadOnlyStringWrapper told = new ReadOnlyStringWrapper("");
    private Optional<CurveFacts> facts = Optional.empty();
    private List<Chart> charts = List.of();
    private Optional<Place> chosen = Optional.empty();

    /**
     * What is looked at.
     *
     * @param ofLayers whether it is a layer of the lower charts or a step of the upper
     */
    record Place(boolean ofLayers, long number) {}

    CurveView() {
        setId("curves");
        getStyleClass().add("curves");
        getChildren().add(canvas);
        setFocusTraversable(true);
        setAccessibleRole(AccessibleRole.IMAGE_VIEW);
        setAccessibleText("Training curves; left and right move from step to step, down goes to the layers");
        setMinSize(440, 320);
        setOnMouseMoved(this::point);
        setOnMousePressed(e -> {
            requestFocus();
            point(e);
        });
        setOnKeyPressed(this::key);
        focusedProperty().addListener((o, old, now) -> paint());
        backgroundProperty().addListener((o, old, now) -> paint());
    }

    /** What is told of the chosen step or layer. */
    ReadOnlyStringProperty toldProperty() {
        return told.getReadOnlyProperty();
    }

    Optional<Place> chosen() {
        return chosen;
    }

    /** Shows a training. */
    void show(Optional<CurveFacts> shown) {
        facts = shown;
        charts = shown.map(Chart::of).orElse(List.of());
        chosen = chosen.filter(place -> shown.isPresent() && place.number() <= last(place.ofLayers()));
        tell();
        paint();
    }

    @Override
    protected void layoutChildren() {
        canvas.setWidth(getWidth());
        canvas.setHeight(getHeight());
        paint();
    }

    private void point(MouseEvent event) {
        for (int i = 0; i < charts.size(); i++) {
            ChartFrame at = ChartFrame.of(i, getWidth(), getHeight());
            if (at.near(event.getX(), event.getY())) {
                Chart chart = charts.get(i);
                double share = Math.clamp((event.getX() - at.left()) / at.width(), 0, 1);
                boolean ofLayers = i > 1;
                long number = Math.round(chart.least() + share * (chart.most() - chart.least()));
                choose(new Place(ofLayers, Math.min(number, last(ofLayers))));
                return;
            }
        }
    }

    /** The last step that was done, or the last layer. */
    private long last(boolean ofLayers) {
        return ofLayers
                ? layers() - 1
                : facts.map(f -> f.curve().stream()
                                .mapToLong(CurvePoint::step)
                                .max()
                                .orElse(0))
                        .orElse(0L);
    }

    private int layers() {
        return facts.flatMap(CurveFacts::firstLook)
                .map(look -> look.losses().keys().size())
                .orElse(0);
    }

    private void key(KeyEvent event) {
        if (facts.isEmpty() || facts.get().curve().isEmpty()) {
            return;
        }
        Place from = chosen.orElse(new Place(false, last(false)));
        Place to =
                switch (event.getCode()) {
                    case LEFT -> step(from, -1);
                    case RIGHT -> step(from, 1);
                    case PAGE_UP -> step(from, -PAGE);
                    case PAGE_DOWN -> step(from, PAGE);
                    case HOME -> new Place(from.ofLayers(), 0);
                    case END -> new Place(from.ofLayers(), last(from.ofLayers()));
                    case UP -> from.ofLayers() ? new Place(false, last(false)) : from;
                    case DOWN -> from.ofLayers() || layers() == 0 ? from : new Place(true, last(true));
                    default -> null;
                };
        if (to != null) {
            event.consume();
            choose(to);
        }
    }

    private Place step(Place from, int by) {
        return new Place(from.ofLayers(), Math.clamp(from.number() + by, 0, last(from.ofLayers())));
    }

    private void choose(Place place) {
        if (place.number() >= 0 && !Optional.of(place).equals(chosen)) {
            chosen = Optional.of(place);
            tell();
            paint();
        }
    }

    private void tell() {
        told.set(
                facts.flatMap(shown -> chosen.map(place -> words(shown, place))).orElse(""));
        if (chosen.isPresent()) {
            setAccessibleText(told.get());
        }
    }

    private static String words(CurveFacts shown, Place place) {
        return place.ofLayers()
                ? TrainingWords.layer(shown, (int) place.number())
                : TrainingWords.step(shown, place.number());
    }

    private void paint() {
        GraphicsContext graphics = canvas.getGraphicsContext2D();
        graphics.clearRect(0, 0, canvas.getWidth(), canvas.getHeight());
        if (charts.isEmpty() || getWidth() <= 0) {
            return;
        }
        Palette palette = Palette.on(this);
        CanvasPen pen = new CanvasPen(graphics);
        chosen.ifPresent(place -> {
            for (int i = place.ofLayers() ? 2 : 0; i < (place.ofLayers() ? 4 : 2); i++) {
                ChartFrame at = ChartFrame.of(i, getWidth(), getHeight());
                Chart chart = charts.get(i);
                double x = at.left() + (place.number() - chart.least()) / (chart.most() - chart.least()) * at.width();
                pen.fill(Math.rint(x), at.top(), isFocused() ? 2 : 1, at.height(), palette.muted());
            }
        });
        CurveFigure.of(charts).paint(pen, palette, getWidth(), getHeight());
    }
}
