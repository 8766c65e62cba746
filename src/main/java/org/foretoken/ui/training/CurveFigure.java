package org.foretoken.ui.training;

import java.util.ArrayList;
import java.util.List;
import org.foretoken.figure.Axis;
import org.foretoken.figure.Drawing;
import org.foretoken.figure.Marker;
import org.foretoken.figure.Palette;
import org.foretoken.figure.Pen;
import org.foretoken.figure.Pen.Align;
import org.foretoken.figure.Pen.Spot;
import org.foretoken.figure.Plot;
import org.foretoken.ui.fx.Numbers;
import org.foretoken.ui.training.Chart.Look;
import org.foretoken.ui.training.Chart.Series;

/** Draws one chart: its title, legend, grid, lines and markers. */
final class CurveFigure {
    private static final double SMALL = Plot.SMALL;
    private static final double TICK_ROOM = 26;
    private static final double RADIUS = 3.5;
    private static final double BELOW = 0.06; // of the data's height
    private static final double LETTER = 6.2; // of the legend's size, on average

    private final Pen pen;
    private final Palette palette;
    private final Chart chart;
    private final Plot at;

    private CurveFigure(Pen pen, Palette palette, Chart chart, ChartFrame frame) {
        this.pen = pen;
        this.palette = palette;
        this.chart = chart;
        Axis up = Axis.of(
                chart.series().stream()
                        .flatMap(series -> series.spots().stream())
                        .map(Spot::y)
                        .toList(),
                hasReference() ? Math.max(BELOW, 20 / frame.height()) : BELOW);
        at = new Plot(
                frame.left(),
                frame.top(),
                frame.width(),
                frame.height(),
                new Axis(chart.least(), chart.most(), false),
                up);
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
        if (chart.series().stream().allMatch(series -> series.spots().isEmpty())) {
            pen.text(
                    "nothing measured yet",
                    at.left() + at.width() / 2,
                    at.top() + at.height() / 2,
                    Align.CENTRE,
                    SMALL,
                    palette.muted());
            return; // without axes: they would say numbers that nothing has
        }
        legend();
        grid();
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
        at.rows(pen, palette, (int) Math.clamp(at.height() / TICK_ROOM, 2, 6));
        // steps and layers are whole
        at.columns(
                pen,
                palette,
                tick -> tick == Math.rint(tick),
                44,
                chart.across() + (at.up().log() ? "; log scale up" : ""));
    }

    private void line(Series series) {
        List<Spot> spots = series.spots().stream()
                .filter(spot -> Double.isFinite(spot.y()))
                .map(spot -> new Spot(at.x(spot.x()), at.y(spot.y())))
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
            String words = series.name() + " " + Numbers.significant(value);
            // on ground of their own, for the line under the mouse goes through here
            pen.fill(at.left() + 2, at.y(value) + 4, words.length() * LETTER, 13, palette.ground());
            pen.text(words, at.left() + 4, at.y(value) + 14, Align.LEFT, SMALL, palette.muted());
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

    private void mark(Series series, Spot spot) {
        Look look = series.look();
        look.marker().paint(pen, palette, spot, RADIUS, look.colour(palette), look == Look.BEFORE);
    }
}
