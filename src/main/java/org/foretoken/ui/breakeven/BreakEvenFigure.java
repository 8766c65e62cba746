package org.foretoken.ui.breakeven;

import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.foretoken.bench.TimeCurve;
import org.foretoken.figure.Axis;
import org.foretoken.figure.Colour;
import org.foretoken.figure.Drawing;
import org.foretoken.figure.FigureFiles;
import org.foretoken.figure.Ink;
import org.foretoken.figure.Marker;
import org.foretoken.figure.Palette;
import org.foretoken.figure.Pen;
import org.foretoken.figure.Pen.Align;
import org.foretoken.figure.Pen.Spot;
import org.foretoken.figure.Plot;
import org.foretoken.generate.Arm;
import org.foretoken.ui.fx.ArmMark;
import org.foretoken.workbench.BreakEven;
import org.foretoken.workbench.BreakEvenWords;

/**
 * Time to first token by the prompt's length, of base and KV prediction: timed points, the curves through them, and where the two cross. Both axes are
 * logarithmic: it pays from short prompts on, and is asked of long ones.
 *
 * @param setup its name
 * @param time when it was measured
 * @param printed whether it stands for itself: with a line that says what it is of
 */
record BreakEvenFigure(String setup, String time, BreakEven.Result result, boolean printed) implements Drawing {
    private static final double LEFT = 56;
    private static final double TOP = 64;
    private static final double RIGHT = 24;
    private static final double AXIS = 36;
    private static final double CAPTION = 24;
    private static final double TICK_ROOM = 36;
    private static final double RADIUS = 4;
    private static final double LETTER = 6.2; // of the legend's size, on average
    private static final double STEP = 3; // of a curve, in points

    /** One of the two: how it looks, what was timed, and what the curve through that tells. */
    private enum Line {
        BASE(ArmMark.title(Arm.BASE), Ink.BLUE, Marker.DISC),
        KV_PREDICTION(ArmMark.title(Arm.KV_PREDICTION), Ink.VERMILION, Marker.DIAMOND);

        private final String title;
        private final Ink ink;
        private final Marker marker;

        Line(String title, Ink ink, Marker marker) {
            this.title = title;
            this.ink = ink;
            this.marker = marker;
        }

        TimeCurve curve(BreakEven.Result result) {
            return this == BASE ? result.base() : result.predicted();
        }

        double ttft(BreakEven.Times times) {
            return this == BASE ? times.baseTtft() : times.ttft();
        }
    }

    /** As the content of a file, one of {@link FigureFiles#FORMATS}: in light colours, standing for itself. */
    byte[] as(String format) {
        return FigureFiles.of(
                "Time to first token by prompt length, " + title(),
                new BreakEvenFigure(setup, time, result, true),
                format);
    }

    /** What was measured. */
    String title() {
        return setup + ", tail " + result.tail();
    }

    /** Prompts that something is known of beside the curves: timed ones, those asked for, and the first that pays. */
    TreeSet<Integer> marked() {
        TreeSet<Integer> marked = new TreeSet<>();
        result.base().points().forEach(point -> marked.add(point.tokens()));
        result.rows().forEach(row -> marked.add(row.prompt()));
        if (result.from() != null) {
            marked.add(result.from());
        }
        return marked;
    }

    private static BreakEven.Times measured(BreakEven.Row checked) {
        return Objects.requireNonNull(checked.check()).measured();
    }

    private Stream<BreakEven.Row> checked() {
        return result.rows().stream().filter(row -> row.check() != null);
    }

    /** Where numbers stand. */
    Plot plot(double width, double height) {
        TreeSet<Integer> marked = marked();
        List<Double> up = Stream.of(Line.values())
                .flatMap(line -> Stream.of(
                                marked.stream().map(line.curve(result)::at),
                                line.curve(result).points().stream().map(TimeCurve.Point::millis),
                                checked().map(row -> line.ttft(measured(row))))
                        .flatMap(values -> values))
                .filter(millis -> millis > 0) // a curve that is foretold too far is 0
                .toList();
        return new Plot(
                LEFT,
                TOP,
                Math.max(1, width - LEFT - RIGHT),
                Math.max(1, height - TOP - AXIS - (printed ? CAPTION : 0)),
                Axis.around(marked.stream().map(Integer::doubleValue).toList(), true),
                Axis.around(up, true));
    }

    @Override
    public void paint(Pen pen, Palette palette, double width, double height) {
        Plot plot = plot(width, height);
        pen.text("Time to first token, ms", LEFT, 18, Align.LEFT, 12, palette.text());
        legend(pen, palette);
        plot.rows(pen, palette, (int) Math.clamp(plot.height() / TICK_ROOM, 2, 10));
        plot.columns(pen, palette, tick -> tick == Math.rint(tick), 64, "Prompt, tokens (log scales)");
        breakEven(pen, palette, plot);
        for (Line line : Line.values()) {
            curve(pen, plot, line);
        }
        for (Line line : Line.values()) {
            marks(pen, palette, plot, line);
        }
        if (printed) {
            pen.text(
                    title() + "; " + BreakEvenWords.machine(result) + ". " + BreakEvenWords.from(result),
                    LEFT,
                    height - 10,
                    Align.LEFT,
                    Plot.SMALL,
                    palette.muted());
        }
    }

    private void legend(Pen pen, Palette palette) {
        double x = LEFT;
        double y = 36;
        for (Line line : Line.values()) {
            Colour colour = line.ink.colour();
            pen.line(List.of(new Spot(x, y - 4), new Spot(x + 22, y - 4)), 1.5, 0, colour);
            line.marker.paint(pen, palette, new Spot(x + 11, y - 4), RADIUS, colour, false);
            pen.text(line.title, x + 27, y, Align.LEFT, Plot.SMALL, palette.muted());
            x += 27 + line.title.length() * LETTER + 12;
        }
        if (checked().findAny().isPresent()) {
            Marker.DISC.paint(pen, palette, new Spot(x + 4, y - 4), RADIUS, palette.muted(), true);
            pen.text("checked", x + 12, y, Align.LEFT, Plot.SMALL, palette.muted());
        }
    }

    /** A line up from the first prompt that pays, its words over it, where no curve is. */
    private void breakEven(Pen pen, Palette palette, Plot plot) {
        Integer from = result.from();
        if (from == null) {
            return;
        }
        double x = plot.x(from);
        pen.line(List.of(new Spot(x, plot.top()), new Spot(x, plot.bottom())), 1, 4, palette.muted());
        String words = "break-even: " + (from.equals(result.timed().get(0)) ? "at most " : "")
                + BreakEvenWords.counts(List.of(from)) + " tokens";
        double half = words.length() * LETTER / 2;
        double middle = Math.clamp(x, plot.left() + half, Math.max(plot.left() + half, plot.right() - half));
        pen.text(words, middle, plot.top() - 6, Align.CENTRE, Plot.SMALL, palette.text());
    }

    private void curve(Pen pen, Plot plot, Line line) {
        TreeSet<Integer> marked = marked();
        double first = plot.x(marked.first());
        double last = plot.x(marked.last());
        int steps = Math.max(1, (int) ((last - first) / STEP));
        ToDoubleFunction<Double> tokens = x -> plot.across().value((x - plot.left()) / plot.width());
        List<Spot> spots = IntStream.rangeClosed(0, steps)
                .mapToObj(i -> first + (last - first) * i / steps)
                .map(x -> new Spot(x, plot.y(line.curve(result).at(tokens.applyAsDouble(x)))))
                .toList();
        pen.line(spots, 1.5, 0, line.ink.colour());
    }

    private void marks(Pen pen, Palette palette, Plot plot, Line line) {
        for (TimeCurve.Point point : line.curve(result).points()) {
            Spot at = new Spot(plot.x(point.tokens()), plot.y(point.millis()));
            line.marker.paint(pen, palette, at, RADIUS, line.ink.colour(), false);
        }
        checked()
                .map(row -> new Spot(plot.x(row.prompt()), plot.y(line.ttft(measured(row)))))
                .forEach(at -> line.marker.paint(pen, palette, at, RADIUS, line.ink.colour(), true));
    }
}
