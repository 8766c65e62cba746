package org.foretoken.ui.kverror;

import java.util.Arrays;
import java.util.List;
import org.foretoken.figure.Colour;
import org.foretoken.ui.figure.CanvasPen;
import org.foretoken.ui.fx.ColourScale;

/**
 * Errors as colours: 0 or the least to the most by viridis, or differences around 0 by blue and vermilion.
 *
 * @param least value at the low end; above 0 if logarithmic
 * @param most value at the high end
 * @param log whether equal ratios take equal parts of the scale
 * @param signed whether it is of differences, from -most to most
 */
record HeatScale(double least, double most, boolean log, boolean signed) {
    /** A logarithmic scale reaches down this far at most: what is smaller is as good as exact. */
    private static final double DECADES = 1e-4;

    private static final ColourScale SEQUENTIAL = new ColourScale(0, 1);
    private static final Colour EVEN = Colour.web("#e4e4e4");

    /** The scale that all numbers of some rows fit into. */
    static HeatScale of(List<double[]> rows, boolean log, boolean signed) {
        double most = 0;
        double smallest = Double.POSITIVE_INFINITY;
        for (double[] row : rows) {
            for (double value : row) {
                double size = Math.abs(value);
                most = size > most ? size : most;
                smallest = size > 0 && size < smallest ? size : smallest;
            }
        }
        if (signed) {
            return new HeatScale(-most, most, false, true);
        }
        boolean usable = log && most > 0;
        return new HeatScale(usable ? Math.min(Math.max(smallest, most * DECADES), most) : 0, most, usable, false);
    }

    /** The place of a value on the scale, 0 to 1. */
    double share(double value) {
        if (!(most > least)) {
            return signed ? 0.5 : 0;
        }
        double share = log
                ? (Math.log(Math.max(value, least)) - Math.log(least)) / (Math.log(most) - Math.log(least))
                : (value - least) / (most - least);
        return Math.clamp(share, 0, 1);
    }

    /** The value at a place. */
    double value(double share) {
        return log ? least * Math.pow(most / least, share) : least + share * (most - least);
    }

    /** The colour of a value; transparent where there is none. */
    Colour fill(double value) {
        if (Double.isNaN(value)) {
            return Colour.NONE;
        }
        double share = share(value);
        if (!signed) {
            return CanvasPen.colour(SEQUENTIAL.fill(share));
        }
        return share < 0.5
                ? HeatFigure.BETTER.interpolate(EVEN, 2 * share)
                : EVEN.interpolate(HeatFigure.WORSE, 2 * share - 1);
    }

    /** The mean over some of the values, as one cell shows that stands for many positions; what isn't there doesn't count. */
    static double mean(double[] row, int from, int to) {
        return Arrays.stream(row, from, to)
                .filter(value -> !Double.isNaN(value))
                .average()
                .orElse(Double.NaN);
    }
}
