package org.foretoken.ui.pareto;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import javafx.scene.canvas.GraphicsContext;
import javafx.scene.input.KeyCode;
import org.foretoken.figure.Palette;
import org.foretoken.figure.Pen.Spot;
import org.foretoken.runs.ParetoFigure;
import org.foretoken.runs.ParetoFigure.Placed;
import org.foretoken.runs.ParetoPoint;
import org.foretoken.ui.figure.CanvasPen;
import org.foretoken.ui.figure.FigureView;
import org.foretoken.ui.pareto.ParetoView.Place;

/** The chart on the screen; a place is a point. */
final class ParetoView extends FigureView<Place> {
    /** How near the mouse must be, in pixels. */
    private static final double NEAR = 16;

    private static final double RING = 9;

    private final Consumer<ParetoPoint> open;
    private Optional<ParetoFigure> figure = Optional.empty();

    /** A point, known by what doesn't change while others are measured. */
    record Place(String origin, String label, int tokens) {
        static Place of(ParetoPoint point) {
            return new Place(point.origin(), point.label(), point.tokens());
        }
    }

    /** @param open hears of a point whose records are to be shown */
    ParetoView(Consumer<ParetoPoint> open) {
        super(
                "pareto-chart",
                "Chart of time to first token against accuracy; arrow keys move from point to point, Enter opens its runs",
                280,
                240);
        this.open = open;
    }

    void show(Optional<ParetoFigure> shown) {
        figure = shown;
        changed(place ->
                placed().stream().anyMatch(each -> Place.of(each.point()).equals(place)));
    }

    /** The points and where they stand now. */
    List<Placed> placed() {
        return figure.map(shown -> shown.placed(getWidth(), getHeight())).orElse(List.of());
    }

    private Optional<Placed> find(Place place) {
        return placed().stream()
                .filter(each -> Place.of(each.point()).equals(place))
                .findFirst();
    }

    @Override
    protected Optional<Place> at(double x, double y) {
        return placed().stream()
                .filter(each -> distance(each.at(), x, y) <= NEAR)
                .min(Comparator.comparingDouble(each -> distance(each.at(), x, y)))
                .map(each -> Place.of(each.point()));
    }

    private static double distance(Spot spot, double x, double y) {
        return Math.hypot(spot.x() - x, spot.y() - y);
    }

    @Override
    protected Optional<Place> to(KeyCode key, Optional<Place> from) {
        return switch (key) {
            case LEFT, RIGHT ->
                next(from, Comparator.comparingDouble(each -> each.at().x()), key == KeyCode.RIGHT);
            case UP, DOWN ->
                next(from, Comparator.comparingDouble(each -> each.at().y()), key == KeyCode.DOWN);
            case HOME ->
                next(
                        Optional.empty(),
                        Comparator.comparingDouble(each -> each.at().x()),
                        true);
            case END ->
                next(
                        Optional.empty(),
                        Comparator.comparingDouble(each -> each.at().x()),
                        false);
            default -> Optional.empty();
        };
    }

    /** The next point in an order: from none the first, or the last; from the last, or the first, itself. */
    private Optional<Place> next(Optional<Place> from, Comparator<Placed> order, boolean onward) {
        List<Place> places = placed().stream()
                .sorted(order)
                .map(each -> Place.of(each.point()))
                .toList();
        if (places.isEmpty()) {
            return Optional.empty();
        }
        int last = places.size() - 1;
        int at = from.map(places::indexOf).orElse(-1);
        if (at < 0) {
            return Optional.of(places.get(onward ? 0 : last));
        }
        return Optional.of(places.get(Math.clamp(at + (onward ? 1 : -1), 0, last)));
    }

    @Override
    protected void open(Place place) {
        find(place).ifPresent(each -> open.accept(each.point()));
    }

    @Override
    protected String words(Place place) {
        return figure.flatMap(shown -> find(place).map(each -> PointWords.of(each.point(), shown.pareto())))
                .orElse("");
    }

    @Override
    protected void draw(GraphicsContext graphics, Optional<Place> chosen) {
        Palette palette = palette();
        CanvasPen pen = new CanvasPen(graphics);
        figure.ifPresent(shown -> shown.paint(pen, palette, getWidth(), getHeight()));
        chosen.flatMap(this::find).ifPresent(each -> {
            graphics.setStroke(CanvasPen.fx(palette.text()));
            graphics.setLineWidth(isFocused() ? 2 : 1);
            graphics.setLineDashes();
            graphics.strokeOval(each.at().x() - RING, each.at().y() - RING, 2 * RING, 2 * RING);
        });
    }
}
