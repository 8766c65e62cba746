package org.foretoken.ui.pareto;

import javafx.scene.canvas.Canvas;
import org.foretoken.figure.Colour;
import org.foretoken.figure.Palette;
import org.foretoken.figure.Pen.Spot;
import org.foretoken.runs.SeriesLook;
import org.foretoken.ui.figure.CanvasPen;

/** A series' marker by itself, drawn by what draws it in figures. */
final class SeriesMark extends Canvas {
    private static final double SIZE = 14;
    private static final double RADIUS = 4.5;

    /** Hollow ones show what they stand on. */
    private static final Palette SEE_THROUGH = new Palette(
            Colour.NONE, Palette.LIGHT.text(), Palette.LIGHT.muted(), Palette.LIGHT.line(), Palette.LIGHT.bar());

    SeriesMark(SeriesLook look) {
        super(SIZE, SIZE);
        look.marker()
                .paint(
                        new CanvasPen(getGraphicsContext2D()),
                        SEE_THROUGH,
                        new Spot(SIZE / 2, SIZE / 2),
                        RADIUS,
                        look.colour(SEE_THROUGH),
                        look.hollow());
    }
}
