package org.foretoken.ui.runs;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import javafx.scene.canvas.GraphicsContext;
import javafx.scene.input.KeyCode;
import javafx.scene.paint.Color;
import org.foretoken.runs.Estimate;
import org.foretoken.ui.figure.CanvasPen;
import org.foretoken.ui.figure.FigureView;
import org.foretoken.ui.figure.Palette;
import org.foretoken.ui.figure.Pen;
import org.foretoken.ui.figure.Pen.Align;
import org.foretoken.ui.figure.Pen.Spot;

/** Raw samples in the order they were taken; a place is a sample. */
final class SampleView extends FigureView<Integer> {
    private static final Color DATA = Color.web("#d55e00");
    private static final double LEFT = 56;
    private static final double RIGHT = 12;
    private static final double TOP = 24;
    private static final double BOTTOM = 36;
    private static final double SMALL = 11;
    private static final double DOT = 2.5;
    private static final int TICKS = 4;

    private Optional<Samples> samples = Optional.empty();

    SampleView() {
        super("samples", "Raw samples; left and right move from sample to sample", 220, 120);
    }

    void show(Optional<Samples> shown) {
        samples = shown;
        changed(place -> false);
    }

    /** Where a value is drawn, from the ends of the axes. */
    private record Frame(double width, double height, double first, double last, double low, double high) {
        static Frame of(Samples samples, double width, double height) {
            List<Spot> all = Stream.concat(samples.line().stream(), samples.dots().stream())
                    .filter(spot -> Double.isFinite(spot.y()))
                    .toList();
            double low = all.stream().mapToDouble(Spot::y).min().orElse(0);
            double high = all.stream().mapToDouble(Spot::y).max().orElse(1);
            double room = high > low ? 0.05 * (high - low) : Math.max(1e-9, Math.abs(high) * 0.05);
            double last = all.stream().mapToDouble(Spot::x).max().orElse(1);
            double first =
                    Math.min(last - 1, all.stream().mapToDouble(Spot::x).min().orElse(0));
            return new Frame(width - LEFT - RIGHT, height - TOP - BOTTOM, first, last, low - room, high + room);
        }

        double x(double value) {
            return LEFT + (value - first) / (last - first) * width;
        }

        double y(double value) {
            return TOP + (high - value) / (high - low) * height;
        }

        /** A round step between ticks: 1, 2 or 5 times a power of ten. */
        double step() {
            double rough = (high - low) / TICKS;
            double power = Math.pow(10, Math.floor(Math.log10(rough)));
            for (double factor : new double[] {1, 2, 5}) {
                if (factor * power >= rough) {
                    return factor * power;
                }
            }
            return 10 * power;
        }
    }

    private Optional<Frame> frame() {
        return samples.map(shown -> Frame.of(shown, getWidth(), getHeight()));
    }

    @Override
    protected Optional<Integer> at(double x, double y) {
        if (samples.isEmpty()) {
            return Optional.empty();
        }
        Frame frame = frame().orElseThrow();
        List<Spot> dots = samples.get().dots();
        int nearest = 0;
        for (int i = 1; i < dots.size(); i++) {
            if (Math.abs(frame.x(dots.get(i).x()) - x)
                    < Math.abs(frame.x(dots.get(nearest).x()) - x)) {
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
        Frame frame = frame().orElseThrow();
        Palette palette = Palette.on(this);
        Pen pen = new CanvasPen(graphics);
        pen.text(shown.title(), LEFT, TOP - 10, Align.LEFT, SMALL, palette.text());
        axes(pen, palette, frame, shown.across());
        shown.middle().ifPresent(middle -> middle(pen, palette, frame, middle));
        List<Spot> line = shown.line().stream()
                .filter(spot -> Double.isFinite(spot.y()))
                .map(spot -> new Spot(frame.x(spot.x()), frame.y(spot.y())))
                .toList();
        if (line.size() > 1) {
            pen.line(line, 1, 0, palette.bar());
        }
        for (int i = 0; i < shown.dots().size(); i++) {
            Spot spot = shown.dots().get(i);
            double size = chosen.equals(Optional.of(i)) ? 2 * DOT : DOT;
            dot(pen, frame.x(spot.x()), frame.y(spot.y()), size);
        }
        if (isFocused()) {
            pen.fill(LEFT, TOP + frame.height() + 1, frame.width(), 1, palette.text());
        }
    }

    private static void axes(Pen pen, Palette palette, Frame frame, String across) {
        double step = frame.step();
        int digits = (int) Math.max(0, -Math.floor(Math.log10(step)));
        for (double tick = Math.ceil(frame.low() / step) * step; tick <= frame.high(); tick += step) {
            double y = Math.rint(frame.y(tick));
            pen.fill(LEFT, y, frame.width(), 1, palette.line());
            String label = String.format(Locale.ROOT, "%,." + digits + "f", tick);
            pen.text(label, LEFT - 6, y + 4, Align.RIGHT, SMALL, palette.muted());
        }
        double bottom = TOP + frame.height();
        pen.fill(LEFT, bottom, frame.width(), 1, palette.muted());
        pen.text(
                String.format(Locale.ROOT, "%,.0f", frame.first()),
                LEFT,
                bottom + 15,
                Align.LEFT,
                SMALL,
                palette.muted());
        pen.text(
                String.format(Locale.ROOT, "%,.0f", frame.last()),
                LEFT + frame.width(),
                bottom + 15,
                Align.RIGHT,
                SMALL,
                palette.muted());
        pen.text(across, LEFT + frame.width() / 2, bottom + 28, Align.CENTRE, SMALL, palette.muted());
    }

    /** The median as a line, its interval as a band. */
    private static void middle(Pen pen, Palette palette, Frame frame, Estimate middle) {
        Double low = middle.low();
        Double high = middle.high();
        if (low != null && high != null) {
            double top = frame.y(high);
            pen.fill(LEFT, top, frame.width(), Math.max(1, frame.y(low) - top), palette.line());
        }
        double y = frame.y(middle.value());
        pen.line(List.of(new Spot(LEFT, y), new Spot(LEFT + frame.width(), y)), 1.5, 5, palette.text());
    }

    private static void dot(Pen pen, double x, double y, double size) {
        pen.fill(
                List.of(new Spot(x, y - size), new Spot(x + size, y), new Spot(x, y + size), new Spot(x - size, y)),
                DATA);
    }
}
