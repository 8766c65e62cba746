package org.foretoken.ui.training;

import java.util.List;
import java.util.Optional;
import javafx.geometry.Orientation;
import javafx.scene.canvas.GraphicsContext;
import javafx.scene.input.KeyCode;
import org.foretoken.figure.Palette;
import org.foretoken.train.CurvePoint;
import org.foretoken.ui.figure.CanvasPen;
import org.foretoken.ui.figure.FigureView;
import org.foretoken.ui.training.CurveView.Place;

/** The charts on the screen; a place is a step or a layer. */
final class CurveView extends FigureView<Place> {
    private static final int PAGE = 10;

    private Optional<CurveFacts> facts = Optional.empty();
    private List<Chart> charts = List.of();

    /**
     * What is looked at.
     *
     * @param ofLayers whether it is a layer of the lower charts or a step of the upper
     */
    record Place(boolean ofLayers, long number) {}

    CurveView() {
        super(
                "curves",
                "Training curves; left and right move from step to step, down goes to the layers",
                280,
                USE_COMPUTED_SIZE);
    }

    @Override
    public Orientation getContentBias() {
        return Orientation.HORIZONTAL;
    }

    @Override
    protected double computeMinHeight(double width) {
        return ChartFrame.leastHeight(width < 0 ? getWidth() : width);
    }

    /** Shows a training. */
    void show(Optional<CurveFacts> shown) {
        facts = shown;
        charts = shown.map(Chart::of).orElse(List.of());
        changed(place -> shown.isPresent() && place.number() <= last(place.ofLayers()));
    }

    @Override
    protected Optional<Place> at(double x, double y) {
        for (int i = 0; i < charts.size(); i++) {
            ChartFrame at = ChartFrame.of(i, getWidth(), getHeight());
            if (at.near(x, y)) {
                Chart chart = charts.get(i);
                double share = Math.clamp((x - at.left()) / at.width(), 0, 1);
                boolean ofLayers = i > 1;
                long number = Math.round(chart.least() + share * (chart.most() - chart.least()));
                return Optional.of(new Place(ofLayers, Math.min(number, last(ofLayers))))
                        .filter(place -> place.number() >= 0);
            }
        }
        return Optional.empty();
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

    @Override
    protected Optional<Place> to(KeyCode key, Optional<Place> chosen) {
        if (facts.isEmpty() || facts.get().curve().isEmpty()) {
            return Optional.empty();
        }
        Place from = chosen.orElse(new Place(false, last(false)));
        return Optional.ofNullable(
                switch (key) {
                    case LEFT -> step(from, -1);
                    case RIGHT -> step(from, 1);
                    case PAGE_UP -> step(from, -PAGE);
                    case PAGE_DOWN -> step(from, PAGE);
                    case HOME -> new Place(from.ofLayers(), 0);
                    case END -> new Place(from.ofLayers(), last(from.ofLayers()));
                    case UP -> from.ofLayers() ? new Place(false, last(false)) : from;
                    case DOWN -> from.ofLayers() || layers() == 0 ? from : new Place(true, last(true));
                    default -> null;
                });
    }

    private Place step(Place from, int by) {
        return new Place(from.ofLayers(), Math.clamp(from.number() + by, 0, last(from.ofLayers())));
    }

    @Override
    protected String words(Place place) {
        return facts.map(shown -> place.ofLayers()
                        ? TrainingWords.layer(shown, (int) place.number())
                        : TrainingWords.step(shown, place.number()))
                .orElse("");
    }

    @Override
    protected void draw(GraphicsContext graphics, Optional<Place> chosen) {
        if (charts.isEmpty()) {
            return;
        }
        Palette palette = palette();
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
