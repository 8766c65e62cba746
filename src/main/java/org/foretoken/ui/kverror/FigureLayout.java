package org.foretoken.ui.kverror;

import java.util.Optional;

/**
 * Where the figure's parts are: title and legend above, layers down the left, positions below, the profile at the right, strips of the next token
 * under the cells.
 *
 * @param width of the whole figure
 * @param height of the whole figure
 */
record FigureLayout(double width, double height, int layers, int positions) {
    static final double TOP = 56;
    static final double LEFT = 64;
    static final double PROFILE = 120;
    static final double GAP = 16;
    static final double KL = 40;
    static final double TOP_ONE = 10;
    static final double AXIS = 32;

    /** A cell. */
    record Cell(int layer, int position) {}

    double plotWidth() {
        return Math.max(1, width - LEFT - GAP - PROFILE - GAP);
    }

    double plotHeight() {
        return Math.max(1, height - TOP - 8 - KL - 4 - TOP_ONE - AXIS);
    }

    double plotRight() {
        return LEFT + plotWidth();
    }

    double plotBottom() {
        return TOP + plotHeight();
    }

    double klTop() {
        return plotBottom() + 8;
    }

    double topOneTop() {
        return klTop() + KL + 4;
    }

    double axisTop() {
        return topOneTop() + TOP_ONE;
    }

    double cellWidth() {
        return plotWidth() / positions;
    }

    double cellHeight() {
        return plotHeight() / layers;
    }

    double x(double position) {
        return LEFT + position * cellWidth();
    }

    double y(double layer) {
        return TOP + layer * cellHeight();
    }

    /** Columns that are drawn: no more than there are pixels. */
    int columns() {
        return (int) Math.min(positions, Math.max(1, Math.floor(plotWidth())));
    }

    /** The cell at a point; under the cells the column counts, in the lowest layer. */
    Optional<Cell> at(double x, double y) {
        if (x < LEFT || x >= plotRight() || y < TOP || y >= axisTop()) {
            return Optional.empty();
        }
        int position = Math.min(positions - 1, (int) ((x - LEFT) / cellWidth()));
        return Optional.of(new Cell(Math.min(layers - 1, (int) ((y - TOP) / cellHeight())), position));
    }

    /** A round step, 1, 2 or 5 of a power of ten, at which labels stand at least {@code room} apart. */
    static int step(int count, double length, double room) {
        double least = Math.max(1, room * count / length);
        double power = Math.pow(10, Math.floor(Math.log10(least)));
        for (double factor : new double[] {1, 2, 5}) {
            if (factor * power >= least) {
                return (int) Math.round(factor * power);
            }
        }
        return (int) Math.round(10 * power);
    }
}
