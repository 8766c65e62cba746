package org.foretoken.runs;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.foretoken.figure.Palette;
import org.foretoken.figure.Pen;
import org.foretoken.figure.Pen.Align;
import org.foretoken.figure.Plot;
import org.foretoken.runs.ParetoFigure.Placed;

/** Words beside measured points: what tells those of one series from each other, and prompt lengths. None stands on another; what has no room is left out. */
final class PointLabels {
    private static final double SIZE = 10;
    private static final double LETTER = 5.6;
    private static final double HEIGHT = 12;
    private static final double BESIDE = 10;

    private record Box(double left, double top, double right, double bottom) {
        boolean meets(Box other) {
            return left < other.right && other.left < right && top < other.bottom && other.top < bottom;
        }
    }

    private final Pen pen;
    private final Palette palette;
    private final Plot plot;
    private final List<Placed> placed;
    private final List<Box> taken = new ArrayList<>();

    PointLabels(Pen pen, Palette palette, Plot plot, List<Placed> placed) {
        this.pen = pen;
        this.palette = palette;
        this.plot = plot;
        this.placed = placed.stream().filter(each -> each.point().measured()).toList();
        for (Placed each : this.placed) {
            double x = each.at().x();
            double y = each.at().y();
            taken.add(new Box(x - 6, y - 6, x + 6, y + 6));
        }
    }

    /** @param lengths of prompts that are shown */
    void write(List<Integer> lengths) {
        if (lengths.size() > 1) {
            for (int length : lengths) {
                placed.stream()
                        .filter(each ->
                                each.point().onFrontier() && each.point().tokens() == length)
                        .max(Comparator.comparingDouble(each -> each.at().x()))
                        .ifPresent(each -> write(each, length + " tokens"));
            }
        }
        placed.forEach(each -> detail(each).ifPresent(words -> write(each, words)));
    }

    /** What tells a point from others of its series at its length. */
    private Optional<String> detail(Placed each) {
        ParetoPoint point = each.point();
        List<ParetoPoint> beside = placed.stream()
                .map(Placed::point)
                .filter(other ->
                        SeriesLook.name(other).equals(SeriesLook.name(point)) && other.tokens() == point.tokens())
                .toList();
        boolean arms = beside.stream().map(ParetoPoint::arm).distinct().count() > 1;
        boolean tails = beside.stream().map(ParetoPoint::tail).distinct().count() > 1;
        if (arms && point.arm().contains(":")) {
            boolean baseline = point.arm().startsWith(point.series() + ":");
            return Optional.of(
                    baseline
                            ? point.arm().substring(point.series().length() + 1)
                            : point.arm().replace(':', ' '));
        }
        return tails && point.tail() != null ? Optional.of("tail " + point.tail()) : Optional.empty();
    }

    private void write(Placed each, String words) {
        double width = words.length() * LETTER;
        double x = each.at().x();
        double y = each.at().y();
        List<Box> places = List.of(
                new Box(x + BESIDE, y - HEIGHT, x + BESIDE + width, y),
                new Box(x - BESIDE - width, y - HEIGHT, x - BESIDE, y),
                new Box(x + BESIDE, y, x + BESIDE + width, y + HEIGHT),
                new Box(x - BESIDE - width, y, x - BESIDE, y + HEIGHT));
        places.stream()
                .filter(box -> box.left() >= plot.left() && box.right() <= plot.right() + 20)
                .filter(box -> taken.stream().noneMatch(box::meets))
                .findFirst()
                .ifPresent(box -> {
                    taken.add(box);
                    pen.text(words, box.left(), box.bottom() - 3, Align.LEFT, SIZE, palette.muted());
                });
    }
}
