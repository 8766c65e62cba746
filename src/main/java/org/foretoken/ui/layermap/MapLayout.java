package org.foretoken.ui.layermap;

import java.util.List;
import java.util.OptionalInt;

/**
 * Where everything of the drawing is: from left to right an auxiliary layer's number and bar, the links, a base layer's bar and number, its error. Both
 * columns take the whole height.
 */
record MapLayout(double width, double height, int auxiliaryLayers, int baseLayers) {
    static final double NUMBER = 28;
    private static final double TOP = 32;
    private static final double BOTTOM = 12;
    private static final double EDGE = 16;
    /** Least distance of two layers: a row of 10-pixel numbers. */
    private static final double LEAST_PITCH = 12;

    private static final double MOST_PITCH = 36;

    /** Height below which rows would overlap. */
    static double leastHeight(int auxiliaryLayers, int baseLayers) {
        return TOP + BOTTOM + LEAST_PITCH * Math.max(auxiliaryLayers, baseLayers);
    }

    /** Width of the bar of the largest layer. */
    double bar() {
        return Math.clamp(width * 0.11, 48, 144);
    }

    /** Width of the error of 1. */
    double histogram() {
        return Math.clamp(width * 0.12, 56, 160);
    }

    /** Where the column of errors starts. */
    double histogramLeft() {
        return width - EDGE - histogram();
    }

    double auxiliaryLeft() {
        return EDGE;
    }

    /** Where links start. */
    double linksLeft() {
        return EDGE + NUMBER + bar();
    }

    /** Where links end. */
    double linksRight() {
        return histogramLeft() - 8 - NUMBER - bar();
    }

    private double span() {
        double all = Math.max(0, height - TOP - BOTTOM);
        return Math.min(all, MOST_PITCH * Math.max(auxiliaryLayers, baseLayers));
    }

    double auxiliaryPitch() {
        return span() / auxiliaryLayers;
    }

    double basePitch() {
        return span() / baseLayers;
    }

    /** Height of a bar: 18 pixels or what fits. */
    static double barHeight(double pitch) {
        return Math.max(2, Math.min(18, pitch - 3));
    }

    /** The middle of an auxiliary layer's bar. */
    double auxiliaryY(int layer) {
        return TOP + (layer + 0.5) * auxiliaryPitch();
    }

    /** The middle of a base layer's bar. */
    double baseY(int layer) {
        return TOP + (layer + 0.5) * basePitch();
    }

    /** The auxiliary layer at a point; {@code slack} widens the column on both sides. */
    OptionalInt auxiliaryAt(double x, double y, double slack) {
        return x >= auxiliaryLeft() - slack && x <= linksLeft() + slack
                ? row(y, auxiliaryPitch(), auxiliaryLayers)
                : OptionalInt.empty();
    }

    /** The base layer at a point, likewise. */
    OptionalInt baseAt(double x, double y, double slack) {
        boolean inside = x >= linksRight() - slack && x < linksRight() + bar() + NUMBER + slack;
        return inside ? row(y, basePitch(), baseLayers) : OptionalInt.empty();
    }

    /** The base layer whose error is drawn at a point. */
    OptionalInt errorAt(double x, double y) {
        return x >= histogramLeft() ? row(y, basePitch(), baseLayers) : OptionalInt.empty();
    }

    private static OptionalInt row(double y, double pitch, int layers) {
        int row = (int) Math.floor((y - TOP) / pitch);
        return row >= 0 && row < layers ? OptionalInt.of(row) : OptionalInt.empty();
    }

    /** The base layer whose link is the nearest to a point, within {@code reach} pixels. */
    OptionalInt linkAt(List<Integer> links, double x, double y, double reach) {
        int nearest = -1;
        double least = reach;
        if (x > linksLeft() && x < linksRight()) {
            double along = along((x - linksLeft()) / (linksRight() - linksLeft()));
            // A curve's height is a smoothstep of its parameter; its slope turns the vertical distance into the
            // nearest.
            double step = along * along * (3 - 2 * along);
            double steepness = 6 * along * (1 - along) / slope(along) / (linksRight() - linksLeft());
            for (int b = 0; b < links.size(); b++) {
                double from = auxiliaryY(links.get(b));
                double rise = baseY(b) - from;
                double distance = Math.abs(y - from - rise * step) / Math.hypot(1, rise * steepness);
                if (distance < least) {
                    least = distance;
                    nearest = b;
                }
            }
        }
        return nearest < 0 ? OptionalInt.empty() : OptionalInt.of(nearest);
    }

    /** The parameter at which the curve with both control points in the middle has gone that share of its way across. */
    private static double along(double share) {
        double low = 0;
        double high = 1;
        for (int i = 0; i < 30; i++) {
            double t = (low + high) / 2;
            double x = 1.5 * t * (1 - t) + t * t * t;
            if (x < share) {
                low = t;
            } else {
                high = t;
            }
        }
        return (low + high) / 2;
    }

    /** How fast that share grows with the parameter. */
    private static double slope(double t) {
        return 1.5 - 3 * t + 3 * t * t;
    }
}
