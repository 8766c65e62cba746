package org.foretoken.runs;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.foretoken.eval.Metric;
import org.foretoken.figure.Axis;
import org.foretoken.figure.Colour;
import org.foretoken.figure.Drawing;
import org.foretoken.figure.FigureFiles;
import org.foretoken.figure.Palette;
import org.foretoken.figure.Pen;
import org.foretoken.figure.Pen.Align;
import org.foretoken.figure.Pen.Spot;
import org.foretoken.figure.Plot;

/**
 * The chart of a sweep: points with 95% intervals in both directions, at each prompt length the frontier.
 *
 * @param hidden names in the legend whose points are left out
 * @param tokens the one prompt length whose points are shown, and published ones; 0 for all
 * @param printed whether it stands for itself: with legend and caption
 */
public record ParetoFigure(Pareto pareto, Set<String> hidden, int tokens, boolean printed) implements Drawing {
    private static final double LEFT = 56;
    private static final double TOP = 36;
    private static final double RIGHT = 24;
    private static final double AXIS = 36;
    private static final double TICK_ROOM = 40;
    private static final double RADIUS = 4.5;
    private static final double LONGER = 1.2; // of the radius, for each longer prompt
    private static final double CAP = 3;
    private static final double WIDE = 10;
    private static final double TOO_WIDE = 100;

    private static final String LOG = ", log scale";

    /** A point and where it stands. */
    public record Placed(ParetoPoint point, Spot at) {}

    public ParetoFigure {
        hidden = Set.copyOf(hidden);
    }

    /** All points, with legend and caption, as files have them. */
    static ParetoFigure of(Pareto pareto) {
        return new ParetoFigure(pareto, Set.of(), 0, true);
    }

    /** The same as files have it: standing for itself. */
    public ParetoFigure forPrint() {
        return new ParetoFigure(pareto, hidden, tokens, true);
    }

    /** What those read who can't see it. */
    public String title() {
        return pareto.yLabel() + ", by " + pareto.axes().xLabel();
    }

    /**
     * As the content of a file: a picture in light colours, or all points.
     *
     * @param format one of {@link Pareto#FORMATS}
     */
    public byte[] as(String format) {
        return FigureFiles.FORMATS.contains(format) ? FigureFiles.of(title(), this, format) : pareto.as(format);
    }

    /** The points that are drawn, at their places; published ones come first, for they lie under the others. */
    public List<Placed> placed(double width, double height) {
        List<ParetoPoint> shown = shown();
        return placed(shown, plot(shown, width, height));
    }

    private List<Placed> placed(List<ParetoPoint> shown, Plot plot) {
        return shown.stream().map(point -> new Placed(point, spot(plot, point))).toList();
    }

    private Spot spot(Plot plot, ParetoPoint point) {
        return new Spot(plot.x(x(point).value()), plot.y(y(point).value()));
    }

    /** The axis from left to right. */
    Axis across() {
        return across(shown());
    }

    /** The axis from below to above. */
    Axis up() {
        return up(shown());
    }

    private Axis up(List<ParetoPoint> shown) {
        return Axis.around(ends(shown, this::y), wide(shown));
    }

    private Axis across(List<ParetoPoint> shown) {
        return Axis.around(ends(shown, this::x), pareto.axes().log());
    }

    /** With the frontier of those that are shown: what is hidden bounds nothing. */
    List<ParetoPoint> shown() {
        List<ParetoPoint> visible = pareto.points().stream()
                .filter(point -> pareto.axes().x(point) != null && pareto.axes().y(point) != null)
                .filter(point -> tokens == 0 || !point.measured() || point.tokens() == tokens)
                .filter(point -> !hidden.contains(SeriesLook.name(point)))
                .toList();
        return pareto.axes().marked(visible, pareto.higherIsBetter()).stream()
                .sorted(Comparator.comparing(ParetoPoint::measured))
                .toList();
    }

    private Estimate x(ParetoPoint point) {
        return Objects.requireNonNull(pareto.axes().x(point));
    }

    private Estimate y(ParetoPoint point) {
        return Objects.requireNonNull(pareto.axes().y(point));
    }

    private Plot plot(List<ParetoPoint> shown, double width, double height) {
        double below = AXIS + (printed ? ParetoLegend.height(looks(shown), width - LEFT - RIGHT) : 0);
        return new Plot(
                LEFT,
                TOP,
                Math.max(1, width - LEFT - RIGHT),
                Math.max(1, height - TOP - below),
                across(shown),
                up(shown));
    }

    /** Whether perplexities are so far apart that on a linear axis all but the worst would lie on the floor. */
    private boolean wide(List<ParetoPoint> shown) {
        return !above(WIDE, pareto, shown).isEmpty();
    }

    /** Names in the legend of perplexities that are so high that in a document's figure they would press all others together. */
    static Set<String> outliers(Pareto pareto) {
        return above(TOO_WIDE, pareto, pareto.points());
    }

    /** The sentence that names {@link #outliers}, up to where they are elsewhere; empty where all are drawn. */
    static String notDrawn(Pareto pareto, String elsewhere) {
        Set<String> outliers = outliers(pareto);
        return outliers.isEmpty()
                ? ""
                : "Not drawn, being more than 100 times the best" + elsewhere + ": " + String.join("; ", outliers)
                        + ".";
    }

    /** Names of perplexities that are more than so many times the best. */
    private static Set<String> above(double times, Pareto pareto, List<ParetoPoint> points) {
        if (!pareto.metric().equals(Metric.LOSS.shown()) || pareto.axes().y() != Axes.Y.SCORE) {
            return Set.of();
        }
        double best = points.stream()
                .mapToDouble(point -> point.score().value())
                .min()
                .orElse(0);
        return points.stream()
                .filter(point -> point.score().value() > times * best)
                .map(SeriesLook::name)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** As a document has it: with legend and caption, and without {@link #outliers}. */
    public static ParetoFigure inDocument(Pareto pareto) {
        return new ParetoFigure(pareto, outliers(pareto), 0, true);
    }

    private static List<Double> ends(List<ParetoPoint> points, Function<ParetoPoint, Estimate> along) {
        return points.stream()
                .map(along)
                .flatMap(estimate -> Stream.of(
                        estimate.value(),
                        Objects.requireNonNullElse(estimate.low(), estimate.value()),
                        Objects.requireNonNullElse(estimate.high(), estimate.value())))
                .toList();
    }

    /** Looks of the series that are drawn, as they are among all. */
    private List<SeriesLook> looks(List<ParetoPoint> shown) {
        Set<String> names = new TreeSet<>(shown.stream().map(SeriesLook::name).toList());
        return SeriesLook.of(pareto.points()).values().stream()
                .filter(look -> names.contains(look.name()))
                .toList();
    }

    @Override
    public void paint(Pen pen, Palette palette, double width, double height) {
        List<ParetoPoint> shown = shown();
        Plot plot = plot(shown, width, height);
        Axes axes = pareto.axes();
        pen.text(pareto.yLabel() + (plot.up().log() ? LOG : ""), LEFT, 20, Align.LEFT, 12, palette.text());
        plot.rows(pen, palette, (int) Math.clamp(plot.height() / TICK_ROOM, 2, 10));
        String unit = axes.x() == Axes.X.TTFT ? "" : ", \u00d7";
        plot.columns(
                pen,
                palette,
                tick -> true,
                64,
                axes.xLabel() + unit + (plot.across().log() ? LOG : ""));
        if (shown.isEmpty()) {
            String why = pareto.points().isEmpty() ? "nothing measured yet" : "nothing to show on these axes";
            pen.text(why, plot.left() + plot.width() / 2, TOP + plot.height() / 2, Align.CENTRE, 12, palette.muted());
        }
        Map<String, SeriesLook> looks = SeriesLook.of(pareto.points());
        List<Integer> lengths = Pareto.lengths(shown);
        List<Placed> placed = placed(shown, plot);
        lengths.forEach(length -> frontier(pen, palette, placed, length));
        for (List<ParetoPoint> tails : tails(shown)) {
            List<Spot> joined = tails.stream().map(point -> spot(plot, point)).toList();
            pen.line(joined, 1, 3, look(looks, tails.get(0)).colour(palette));
        }
        for (Placed each : placed) {
            bars(pen, palette, plot, each, look(looks, each.point()));
        }
        PointLabels labels = new PointLabels(pen, palette, plot, placed);
        for (Placed each : placed) {
            SeriesLook look = look(looks, each.point());
            double radius =
                    RADIUS + LONGER * Math.max(0, lengths.indexOf(each.point().tokens()));
            look.marker()
                    .paint(
                            pen,
                            palette,
                            each.at(),
                            each.point().measured() ? radius : RADIUS - 1,
                            look.colour(palette),
                            look.hollow());
        }
        labels.write(lengths);
        if (printed) {
            new ParetoLegend(pen, palette)
                    .write(
                            looks(shown),
                            List.of(pareto.conditions(lengths), Pareto.reading(shown)),
                            LEFT,
                            plot.bottom() + AXIS,
                            plot.width());
        }
    }

    private static SeriesLook look(Map<String, SeriesLook> looks, ParetoPoint point) {
        return Objects.requireNonNull(looks.get(SeriesLook.name(point)));
    }

    /** Points of one arm at one length that differ in their tails, the shortest first: what a line joins. */
    static List<List<ParetoPoint>> tails(List<ParetoPoint> points) {
        Map<List<Object>, List<ParetoPoint>> arms = new LinkedHashMap<>();
        for (ParetoPoint point : points) {
            if (point.tail() != null) {
                arms.computeIfAbsent(
                                List.of(SeriesLook.name(point), point.arm(), point.tokens()), arm -> new ArrayList<>())
                        .add(point);
            }
        }
        return arms.values().stream()
                .filter(tails -> tails.size() > 1)
                .map(tails -> tails.stream()
                        .sorted(Comparator.comparingInt(point -> Objects.requireNonNull(point.tail())))
                        .toList())
                .toList();
    }

    /** In steps: nothing was measured between two points, and the corner that joins them is what both beat. */
    private void frontier(Pen pen, Palette palette, List<Placed> placed, int length) {
        List<Spot> spots = placed.stream()
                .filter(each -> each.point().onFrontier() && each.point().tokens() == length)
                .map(Placed::at)
                .sorted(Comparator.comparingDouble(Spot::x))
                .toList();
        if (spots.size() > 1) {
            List<Spot> steps = new ArrayList<>(List.of(spots.get(0)));
            for (Spot next : spots.subList(1, spots.size())) {
                Spot before = steps.get(steps.size() - 1);
                steps.add(
                        pareto.axes().soonerIsLeft() ? new Spot(next.x(), before.y()) : new Spot(before.x(), next.y()));
                steps.add(next);
            }
            pen.line(steps, 1.25, 0, palette.bar());
        }
    }

    private void bars(Pen pen, Palette palette, Plot plot, Placed placed, SeriesLook look) {
        Estimate x = x(placed.point());
        Estimate y = y(placed.point());
        // paler than the markers, which must be told apart where bars cross
        Colour colour = look.colour(palette).interpolate(palette.ground(), 0.35);
        Spot at = placed.at();
        if (isBar(x)) {
            double low = plot.x(Objects.requireNonNull(x.low()));
            double high = plot.x(Objects.requireNonNull(x.high()));
            pen.line(List.of(new Spot(low, at.y()), new Spot(high, at.y())), 1.25, 0, colour);
            for (double end : List.of(low, high)) {
                pen.line(List.of(new Spot(end, at.y() - CAP), new Spot(end, at.y() + CAP)), 1.25, 0, colour);
            }
        }
        if (isBar(y)) {
            double low = plot.y(Objects.requireNonNull(y.low()));
            double high = plot.y(Objects.requireNonNull(y.high()));
            pen.line(List.of(new Spot(at.x(), low), new Spot(at.x(), high)), 1.25, 0, colour);
            for (double end : List.of(low, high)) {
                pen.line(List.of(new Spot(at.x() - CAP, end), new Spot(at.x() + CAP, end)), 1.25, 0, colour);
            }
        }
    }

    private static boolean isBar(Estimate estimate) {
        Double low = estimate.low();
        Double high = estimate.high();
        return low != null && high != null && high > low;
    }
}
