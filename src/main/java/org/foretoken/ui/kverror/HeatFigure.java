package org.foretoken.ui.kverror;

import org.foretoken.figure.Colour;
import org.foretoken.figure.Drawing;
import org.foretoken.figure.Ink;
import org.foretoken.figure.Palette;
import org.foretoken.figure.Pen;
import org.foretoken.figure.Pen.Align;
import org.foretoken.ui.fx.Numbers;

/** Draws a sheet: cells by layer and position, the legend, the profile by layer, and the strips of the next token. */
final class HeatFigure {
    static final Colour WORSE = Ink.VERMILION.colour();
    static final Colour BETTER = Ink.BLUE.colour();

    private static final double SMALL = 11;
    private static final double LEGEND = 200;
    private static final int LEGEND_STEPS = 100;

    private final Pen pen;
    private final HeatSheet sheet;
    private final Palette palette;
    private final FigureLayout at;

    private HeatFigure(Pen pen, HeatSheet sheet, Palette palette, double width, double height) {
        this.pen = pen;
        this.sheet = sheet;
        this.palette = palette;
        this.at = new FigureLayout(width, height, sheet.layers(), sheet.positions());
    }

    static Drawing of(HeatSheet sheet) {
        return (pen, palette, width, height) -> new HeatFigure(pen, sheet, palette, width, height).paint();
    }

    private void paint() {
        title();
        cells();
        profile();
        kl();
        topOne();
        axes();
    }

    private void title() {
        pen.text(sheet.title(), FigureLayout.LEFT, 20, Align.LEFT, 13, palette.text());
        double left = Math.max(FigureLayout.LEFT, at.width() - FigureLayout.GAP - LEGEND);
        for (int i = 0; i < LEGEND_STEPS; i++) {
            double value = sheet.scale().value((i + 0.5) / LEGEND_STEPS);
            pen.fill(
                    left + i * LEGEND / LEGEND_STEPS,
                    8,
                    LEGEND / LEGEND_STEPS + 0.5,
                    8,
                    sheet.scale().fill(value));
        }
        pen.text(Numbers.significant(sheet.scale().least()), left, 30, Align.LEFT, SMALL, palette.muted());
        pen.text(
                sheet.unit() + (sheet.scale().log() ? ", log" : ""),
                left + LEGEND / 2,
                30,
                Align.CENTRE,
                SMALL,
                palette.muted());
        pen.text(Numbers.significant(sheet.scale().most()), left + LEGEND, 30, Align.RIGHT, SMALL, palette.muted());
    }

    private void cells() {
        int columns = at.columns();
        double width = at.plotWidth() / columns;
        for (int layer = 0; layer < sheet.layers(); layer++) {
            double[] row = sheet.cells().get(layer);
            // edges on whole pixels, so that no ground shines through between two cells
            double top = Math.rint(at.y(layer));
            double bottom = Math.rint(at.y(layer + 1.0));
            for (int column = 0; column < columns; column++) {
                int from = (int) ((long) column * row.length / columns);
                int to = (int) ((column + 1L) * row.length / columns);
                double left = Math.rint(FigureLayout.LEFT + column * width);
                double right = Math.rint(FigureLayout.LEFT + (column + 1) * width);
                pen.fill(left, top, right - left, bottom - top, sheet.scale().fill(HeatScale.mean(row, from, to)));
            }
        }
    }

    private void profile() {
        double left = at.plotRight() + FigureLayout.GAP;
        double most = sheet.profile().stream()
                .filter(Double::isFinite)
                .mapToDouble(Math::abs)
                .max()
                .orElse(0);
        boolean signed = sheet.scale().signed();
        double zero = signed ? left + FigureLayout.PROFILE / 2 : left;
        double room = signed ? FigureLayout.PROFILE / 2 : FigureLayout.PROFILE;
        pen.fill(zero, FigureLayout.TOP, 1, at.plotHeight(), palette.line());
        for (int layer = 0; layer < sheet.layers(); layer++) {
            double value = sheet.profile().get(layer);
            double length = most > 0 && Double.isFinite(value) ? Math.abs(value) / most * room : 0;
            double gap = at.cellHeight() > 4 ? 1 : 0;
            pen.fill(
                    value < 0 ? zero - length : zero,
                    at.y(layer) + gap / 2,
                    length,
                    at.cellHeight() - gap,
                    bar(value, signed));
        }
        pen.text("mean by layer", left, FigureLayout.TOP - 6, Align.LEFT, SMALL, palette.muted());
        pen.text("0", zero, at.plotBottom() + 14, Align.CENTRE, SMALL, palette.muted());
        pen.text(
                Numbers.significant(most),
                left + FigureLayout.PROFILE,
                at.plotBottom() + 14,
                Align.RIGHT,
                SMALL,
                palette.muted());
    }

    private Colour bar(double value, boolean signed) {
        if (!signed) {
            return palette.bar();
        }
        return value < 0 ? BETTER : WORSE;
    }

    private void kl() {
        boolean signed = sheet.scale().signed();
        double most = sheet.kl().stream().mapToDouble(Math::abs).max().orElse(0);
        double zero = signed ? at.klTop() + FigureLayout.KL / 2 : at.klTop() + FigureLayout.KL;
        double room = signed ? FigureLayout.KL / 2 : FigureLayout.KL;
        pen.fill(FigureLayout.LEFT, zero - 0.5, at.plotWidth(), 1, palette.line());
        double width = Math.max(1, at.cellWidth() - (at.cellWidth() > 4 ? 1 : 0));
        for (int position = 0; position < sheet.positions(); position++) {
            double value = sheet.kl().get(position);
            double length = most > 0 ? Math.abs(value) / most * room : 0;
            pen.fill(at.x(position), value < 0 ? zero : zero - length, width, length, bar(value, signed));
        }
        pen.text("KL", FigureLayout.LEFT - 8, at.klTop() + 26, Align.RIGHT, SMALL, palette.muted());
        pen.text(Numbers.significant(most), FigureLayout.LEFT - 8, at.klTop() + 9, Align.RIGHT, SMALL, palette.muted());
        pen.text(
                "next-token KL, nats",
                at.plotRight() + FigureLayout.GAP,
                at.klTop() + FigureLayout.KL / 2 + 4,
                Align.LEFT,
                SMALL,
                palette.muted());
    }

    private void topOne() {
        for (int position = 0; position < sheet.positions(); position++) {
            double change = sheet.changes().get(position);
            double height = Math.min(1, Math.abs(change)) * FigureLayout.TOP_ONE;
            if (height > 0) {
                pen.fill(
                        at.x(position),
                        at.topOneTop() + FigureLayout.TOP_ONE - height,
                        Math.max(1, at.cellWidth() - (at.cellWidth() > 4 ? 1 : 0)),
                        height,
                        change < 0 ? BETTER : WORSE);
            }
        }
        pen.text("top-1", FigureLayout.LEFT - 8, at.topOneTop() + 9, Align.RIGHT, SMALL, palette.muted());
        pen.text(
                "where it changes",
                at.plotRight() + FigureLayout.GAP,
                at.topOneTop() + 9,
                Align.LEFT,
                SMALL,
                palette.muted());
    }

    private void axes() {
        pen.text("base layer", FigureLayout.LEFT - 8, FigureLayout.TOP - 6, Align.RIGHT, SMALL, palette.muted());
        int step = FigureLayout.step(sheet.layers(), at.plotHeight(), 14);
        for (int layer = 0; layer < sheet.layers(); layer += step) {
            pen.text(
                    String.valueOf(layer),
                    FigureLayout.LEFT - 8,
                    at.y(layer + 0.5) + 4,
                    Align.RIGHT,
                    SMALL,
                    palette.muted());
        }
        int stride = FigureLayout.step(sheet.positions(), at.plotWidth(), 40);
        for (int position = 0; position < sheet.positions(); position += stride) {
            pen.text(
                    String.valueOf(position),
                    at.x(position + 0.5),
                    at.axisTop() + 14,
                    Align.CENTRE,
                    SMALL,
                    palette.muted());
        }
        pen.text(sheet.column(), at.plotRight(), at.axisTop() + 28, Align.RIGHT, SMALL, palette.muted());
    }
}
