package org.foretoken.ui.training;

import java.util.ArrayList;
import java.util.List;
import org.foretoken.ui.figure.Drawing;
import org.foretoken.ui.figure.Palette;
import org.foretoken.ui.figure.Pen;
import org.foretoken.ui.figure.Pen.Align;
import org.foretoken.ui.figure.Pen.Spot;
import org.foretoken.ui.fx.Numbers;
import org.foretoken.ui.training.Chart.Look;
import org.foretoken.ui.training.Chart.Marker;
import org.foretoken.ui.training.Chart.Series;

/** Draws one chart: its title, legend, grid, lines and markers. */
final class CurveFigure {
    private static final double SMALL = 11;
    private static final double TICK_ROOM = 26;
    private static final double BELOW = 0.06; // of the data's height
    private static final double LETTER = 6.2; // of the legend's size, on average

    private final Pen pen;
    private final Palette palette;
    private final Chart chart;
    private final ChartFrame at;
    private final Axis across;
    private final Axis up;

    private CurveFigure(Pen pen, Palette palette, Chart chart, ChartFrame at) {
        this.pen = pen;
        this.palette = palette;
        this.chart = chart;
        this.at = at;
        across = new Axis(chart.least(), chart.most(), false);
        up = Axis.of(
                chart.series().stream()
                        .flatMap(series -> series.spots().stream())
                        .map(Spot::y)
                        .toList(),
                hasReference() ? Math.max(BELOW, 20 / at.height()) : BELOW);
    }

    /** All four charts of a training. */
    static Drawing of(List<Chart> charts) {
        return (pen, palette, width, height) -> {
            for (int i = 0; i < charts.size(); i++) {
                new CurveFigure(pen, palette, charts.get(i), ChartFrame.of(i, width, height)).paint();
            }
        };
    }

    private void paint() {
        pen.text(chart.title(), at.left(), at.top() - 26, Align.LEFT, 12, palette.text());
        legend();
        grid();
        if (chart.series().stream().allMatch(series -> series.spots().isEmpty())) {
            pen.text(
                    "nothing measured yet",
                    at.left() + at.width() / 2,
                    at.top() + at.height() / 2,
                    Align.CENTRE,
                    SMALL,
                    palette.muted());
            return;
        }
        chart.series().forEach(this::line);
    }

    private boolean hasReference() {
        return chart.series().stream().anyMatch(series -> series.look() == Look.REFERENCE);
    }

    private void legend() {
        double x = at.left();
        double y = at.top() - 10;
        for (Series series : chart.series()) {
            if (!series.spots().isEmpty() && series.look() != Look.REFERENCE) {
                pen.line(
                        List.of(new Spot(x, y - 4), new Spot(x + 18, y - 4)),
                        series.look().thickness(),
                        series.look().dash(),
                        series.look().colour(palette));
                mark(series, new Spot(x + 9, y - 4));
                pen.text(series.name(), x + 22, y, Align.LEFT, SMALL, palette.muted());
                x += 22 + series.name().length() * LETTER + 12;
            }
        }
    }

    private void grid() {
        int rows = (int) Math.clamp(at.height() / TICK_ROOM, 2, 6);
        for (double tick : up.ticks(rows)) {
            double y = Math.rint(y(tick));
            pen.fill(at.left(), y, at.width(), 1, palette.line());
            pen.text(up.label(tick, rows), at.left() - 6, y + 4, Align.RIGHT, SMALL, palette.muted());
        }
        int columns = (int) Math.clamp(at.width() / 44, 2, 8);
        // steps and layers are whole
        across.ticks(columns).stream().filter(tick -> tick == Math.rint(tick)).forEach(tick -> {
            double x = Math.rint(x(tick));
            pen.fill(x, at.bottom(), 1, 4, palette.muted());
            pen.text(across.label(tick, columns), x, at.bottom() + 15, Align.CENTRE, SMALL, palette.muted());
        });
        pen.fill(at.left(), at.bottom(), at.width(), 1, palette.muted());
        pen.text(
                chart.across() + (up.log() ? "; log scale up" : ""),
                at.left() + at.width() / 2,
                at.bottom() + 28,
                Align.CENTRE,
                SMALL,
                palette.muted());
    }

    private void line(Series series) {
        List<Spot> spots = series.spots().stream()
                .filter(spot -> Double.isFinite(spot.y()))
                .map(spot -> new Spot(x(spot.x()), y(spot.y())))
                .toList();
        if (spots.size() > 1) {
            pen.line(
                    thinned(spots),
                    series.look().thickness(),
                    series.look().dash(),
                    series.look().colour(palette));
        } else if (series.look().marker() == Marker.NONE) {
            spots.forEach(spot ->
                    pen.fill(spot.x() - 1, spot.y() - 1, 2, 2, series.look().colour(palette)));
        }
        if (series.look() == Look.REFERENCE && !spots.isEmpty()) {
            // where a curve comes down from, there is room under the line that it goes to
            double value = series.spots().get(0).y();
            pen.text(
                    series.name() + " " + Numbers.significant(value),
                    at.left() + 4,
                    y(value) + 14,
                    Align.LEFT,
                    SMALL,
                    palette.muted());
        }
        // markers that would touch one another are a thick line
        if (spots.size() < at.width() / 6) {
            spots.forEach(spot -> mark(series, spot));
        }
    }

    /** No more spots than can be told apart: of each pixel's column the first, lowest, highest and last. */
    private List<Spot> thinned(List<Spot> spots) {
        if (spots.size() < 4 * at.width()) {
            return spots;
        }
        List<Spot> thinned = new ArrayList<>();
        for (int from = 0; from < spots.size(); ) {
            Spot first = spots.get(from);
            Spot low = first;
            Spot high = first;
            int to = from;
            while (to < spots.size() && Math.floor(spots.get(to).x()) == Math.floor(first.x())) {
                low = spots.get(to).y() > low.y() ? spots.get(to) : low;
                high = spots.get(to).y() < high.y() ? spots.get(to) : high;
                to++;
            }
            thinned.addAll(List.of(first, low, high, spots.get(to - 1)));
            from = to;
        }
        return thinned;
    }

    private void mark(Series series, Spot at) {
        double x = at.x();
        double y = at.y();
        switch (series.look().marker()) {
            case DIAMOND ->
                pen.fill(
                        List.of(new Spot(x, y - 4), new Spot(x + 4, y), new Spot(x, y + 4), new Spot(x - 4, y)),
                        series.look().colour(palette));
            case TRIANGLE ->
                pen.fill(
                        List.of(new Spot(x, y - 4), new Spot(x + 4, y + 3), new Spot(x - 4, y + 3)),
                        series.look().colour(palette));
            case SQUARE -> {
                List<Spot> square = List.of(
                        new Spot(x - 2.5, y - 2.5),
                        new Spot(x + 2.5, y - 2.5),
                        new Spot(x + 2.5, y + 2.5),
                        new Spot(x - 2.5, y + 2.5),
                        new Spot(x - 2.5, y - 2.5));
                pen.fill(square, palette.ground());
                pen.line(square, 1, 0, series.look().colour(palette));
            }
            case NONE -> {}
        }
    }

    private double x(double value) {
        return at.left() + across.share(value) * at.width();
    }

    private double y(double value) {
        return at.bottom() - up.share(value) * at.height();
    }
}
