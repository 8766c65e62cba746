package org.foretoken.runs;

import java.util.List;
import org.foretoken.figure.Palette;
import org.foretoken.figure.Pen;
import org.foretoken.figure.Pen.Align;
import org.foretoken.figure.Pen.Spot;
import org.foretoken.figure.Plot;

/** What stands under a printed chart: which marker is whose, in columns, and on what it was measured. */
record ParetoLegend(Pen pen, Palette palette) {
    private static final double ROW = 18;
    private static final double MARK = 18;
    private static final double LETTER = 6.2; // of the size, on average
    private static final double GAP = 20;
    private static final double LINE = 14;
    private static final double CAPTION = 48;

    /** The room that it takes. */
    static double height(List<SeriesLook> looks, double width) {
        return ROW * rows(looks, width) + CAPTION;
    }

    private static int columns(List<SeriesLook> looks, double width) {
        return (int) Math.max(1, width / column(looks));
    }

    private static int rows(List<SeriesLook> looks, double width) {
        return Math.ceilDiv(looks.size(), columns(looks, width));
    }

    private static double column(List<SeriesLook> looks) {
        int letters =
                looks.stream().mapToInt(look -> look.name().length()).max().orElse(1);
        return MARK + letters * LETTER + GAP;
    }

    void write(List<SeriesLook> looks, List<String> caption, double left, double top, double width) {
        int columns = columns(looks, width);
        double across = column(looks);
        for (int i = 0; i < looks.size(); i++) {
            SeriesLook look = looks.get(i);
            double x = left + i % columns * across;
            int row = i / columns;
            double y = top + ROW * (row + 0.5);
            look.marker().paint(pen, palette, new Spot(x + 6, y), 4.5, look.colour(palette), look.hollow());
            pen.text(look.name(), x + MARK, y + 4, Align.LEFT, Plot.SMALL, palette.text());
        }
        double below = top + ROW * rows(looks, width) + 20;
        for (String line : caption) {
            pen.text(line, left, below, Align.LEFT, 10, palette.muted());
            below += LINE;
        }
    }
}
