package org.foretoken.ui.pareto;

import javafx.scene.canvas.Canvas;
import org.foretoken.figure.Palette;
import org.foretoken.figure.Pen.Spot;
import org.foretoken.runs.SeriesLook;
import org.foretoken.ui.figure.CanvasPen;

/** A series' marker by itself, drawn by what draws it in figures. */
final class SeriesMark extends Canvas {
    private static final double SIZE = 14;
    private static final double RADIUS = 4.5;

    SeriesMark(SeriesLook look) {
        super(SIZE, SIZE);
        // hollow ones show what they stand on: the palette is of no account to others
        look.marker()
                .paint(
                        new CanvasPen(getGraphicsContext2D()),
                        Palette.LIGHT,
                        new Spot(SIZE / 2, SIZE / 2),
                        RADIUS,
                        look.colour(Palette.LIGHT),
                        look.hollow());
    }
}
