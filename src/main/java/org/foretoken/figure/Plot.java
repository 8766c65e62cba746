package org.foretoken.figure;

import java.util.function.DoublePredicate;
import org.foretoken.figure.Pen.Align;

/** Where numbers stand in a chart: its lines are inside, the axes' numbers to the left and below. */
public record Plot(double left, double top, double width, double height, Axis across, Axis up) {
    /** The size of the axes' numbers and words. */
    public static final double SMALL = 11;

    public double right() {
        return left + width;
    }

    public double bottom() {
        return top + height;
    }

    /** The place of a number on the axis across. */
    public double x(double value) {
        return left + across.share(value) * width;
    }

    /** The place of a number on the axis up. */
    public double y(double value) {
        return bottom() - up.share(value) * height;
    }

    /**
     * Lines right across, with their numbers.
     *
     * @param rows of them at most
     */
    public void rows(Pen pen, Palette palette, int rows) {
        for (double tick : up.ticks(rows)) {
            double y = Math.rint(y(tick));
            pen.fill(left, y, width, 1, palette.line());
            pen.text(up.label(tick, rows), left - 6, y + 4, Align.RIGHT, SMALL, palette.muted());
        }
    }

    /**
     * The axis across with its numbers and, below them, what they are.
     *
     * @param wanted which of the numbers are written
     * @param room for one of them
     */
    public void columns(Pen pen, Palette palette, DoublePredicate wanted, double room, String words) {
        int columns = (int) Math.clamp(width / room, 2, 8);
        across.ticks(columns).stream().filter(wanted::test).forEach(tick -> {
            double x = Math.rint(x(tick));
            pen.fill(x, bottom(), 1, 4, palette.muted());
            pen.text(across.label(tick, columns), x, bottom() + 15, Align.CENTRE, SMALL, palette.muted());
        });
        pen.fill(left, bottom(), width, 1, palette.muted());
        pen.text(words, left + width / 2, bottom() + 28, Align.CENTRE, SMALL, palette.muted());
    }
}
