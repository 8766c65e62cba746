package org.foretoken.ui.runs;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javafx.scene.canvas.GraphicsContext;
import javafx.scene.input.KeyCode;
import org.foretoken.figure.Axis;
import org.foretoken.figure.Colour;
import org.foretoken.figure.Ink;
import org.foretoken.figure.Palette;
import org.foretoken.figure.Pen;
import org.foretoken.figure.Pen.Align;
import org.foretoken.figure.Pen.Spot;
import org.foretoken.figure.Plot;
import org.foretoken.runs.Estimate;
import org.foretoken.ui.figure.CanvasPen;
import org.foretoken.ui.figure.FigureView;

/** Raw samples in the order they were taken; a place is a sample. */
final class SampleView extends FigureView<Integer> {
    private static final Colour DATA = Ink.VERMILION.colour();
    private static final double LEFT = 56;
    private static final double RIGHT = 12;
    private static final double TOP = 24;
    private static final double BOTTOM = 36;
    private static final double DOT = 2.5;
    private static final int TICKS = 4;

    /** Between two numbers of the axis across. */
    private static final double ROOM = 70;

    private Optional<Samples> samples = Optional.empty();

    SampleView() {
        super("samples", "Raw samples; left and right move from sample to sample", 220, 120);
    }

    void show(Optional<Samples> shown) {
        samples = shown;
        changed(place -> false);
    }

    private Optional<Plot> plot() {
        return samples.map(shown -> {
            List<Spot> all = Stream.concat(shown.line().stream(), shown.dots().stream())
                    .filter(spot -> Double.isFinite(spot.y()))
                    .toList();
            double last = all.stream().mapToDouble(Spot::x).max().orElse(1);
            double first =
                    Math.min(last - 1, all.stream().mapToDouble(Spot::x).min().orElse(0));
            return new Plot(
                    LEFT,
                    TOP,
                    getWidth() - LEFT - RIGHT,
                    getHeight() - TOP - BOTTOM,
                    new Axis(first, last, false),
                    Axis.around(all.stream().map(Spot::y).toList(), false));
        });
    }

    @Override
    protected Optional<Integer> at(double x, double y) {
        if (samples.isEmpty()) {
            return Optional.empty();
        }
        Plot plot = plot().orElseThrow();
        List<Spot> dots = samples.get().dots();
        int nearest = 0;
        for (int i = 1; i < dots.size(); i++) {
            if (Math.abs(plot.x(dots.get(i).x()) - x)
                    < Math.abs(plot.x(dots.get(nearest).x()) - x)) {
                nearest = i;
            }
        }
        return Optional.of(nearest);
    }

    @Override
    protected Optional<Integer> to(KeyCode key, Optional<Integer> from) {
        if (samples.isEmpty()) {
            return Optional.empty();
        }
        int last = samples.get().dots().size() - 1;
        int at = from.orElse(-1);
        return switch (key) {
            case LEFT -> Optional.of(Math.max(0, at - 1));
            case RIGHT -> Optional.of(Math.min(last, at + 1));
            case HOME -> Optional.of(0);
            case END -> Optional.of(last);
            default -> Optional.empty();
        };
    }

    @Override
    protected String words(Integer place) {
        return samples.map(shown -> shown.words().get(place)).orElse("");
    }

    @Override
    protected void draw(GraphicsContext graphics, Optional<Integer> chosen) {
        if (samples.isEmpty()) {
            return;
        }
        Samples shown = samples.get();
        Plot plot = plot().orElseThrow();
        Palette palette = palette();
        Pen pen = new CanvasPen(graphics);
        pen.text(shown.title(), LEFT, TOP - 10, Align.LEFT, Plot.SMALL, palette.text());
        plot.rows(pen, palette, TICKS);
        plot.columns(pen, palette, tick -> tick == Math.rint(tick), ROOM, shown.across());
        shown.middle().ifPresent(middle -> middle(pen, palette, plot, middle));
        List<Spot> line = shown.line().stream()
                .filter(spot -> Double.isFinite(spot.y()))
                .map(spot -> new Spot(plot.x(spot.x()), plot.y(spot.y())))
                .toList();
        if (line.size() > 1) {
            pen.line(line, 1, 0, palette.bar());
        }
        for (int i = 0; i < shown.dots().size(); i++) {
            Spot spot = shown.dots().get(i);
            double size = chosen.equals(Optional.of(i)) ? 2 * DOT : DOT;
            dot(pen, plot.x(spot.x()), plot.y(spot.y()), size);
        }
        if (isFocused()) {
            pen.fill(LEFT, TOP + plot.height() + 1, plot.width(), 1, palette.text());
        }
    }

    /** The median as a line, its interval as a band. */
    private static void middle(Pen pen, Palette palette, Plot plot, Estimate middle) {
        Double low = middle.low();
        Double high = middle.high();
        if (low != null && high != null) {
            double top = plot.y(high);
            pen.fill(LEFT, top, plot.width(), Math.max(1, plot.y(low) - top), palette.line());
        }
        double y = plot.y(middle.value());
        pen.line(List.of(new Spot(LEFT, y), new Spot(LEFT + plot.width(), y)), 1.5, 5, palette.text());
    }

    private static void dot(Pen pen, double x, double y, double size) {
        pen.fill(
                List.of(new Spot(x, y - size), new Spot(x + size, y), new Spot(x, y + size), new Spot(x - size, y)),
                DATA);
    }
}
