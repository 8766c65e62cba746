package org.foretoken.figure;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Numbers along one side of a chart.
 *
 * @param least at the axis's beginning
 * @param most at its end
 * @param log whether equal ratios take equal room; then both ends are above 0
 */
public record Axis(double least, double most, boolean log) {
    private static final double[] ROUND = {1, 2, 5};

    /** Ratio of ends from which an axis is logarithmic: on a linear one the lower half of the data would be a line on the floor. */
    private static final double WIDE = 12;

    private static final double DECADE = 10;

    /** Beyond it a logarithmic axis's numbers would be cut off at the figure's edge. */
    private static final double GREAT = 99_999;

    /** Part of the data's height that is left free over it. */
    private static final double ABOVE = 0.06;

    /**
     * An axis for losses: with a little room beyond the data; logarithmic where they go over more than a power of ten.
     *
     * @param below part of the data's height to be left free under it
     */
    public static Axis of(List<Double> values, double below) {
        double low = values.stream()
                .filter(Double::isFinite)
                .mapToDouble(v -> v)
                .min()
                .orElse(0);
        double high = values.stream()
                .filter(Double::isFinite)
                .mapToDouble(v -> v)
                .max()
                .orElse(1);
        if (low > 0 && high / low > WIDE) {
            double range = high / low;
            return new Axis(low / Math.pow(range, below), high * Math.pow(range, ABOVE), true);
        }
        double range = high > low ? high - low : Math.max(Math.abs(high), 1e-6);
        double floor = low - range * below;
        return new Axis(low >= 0 ? Math.max(0, floor) : floor, high + range * ABOVE, false);
    }

    /**
     * An axis for points: the same room on both sides of them.
     *
     * @param log whether equal ratios shall take equal room, which numbers of 0 and below can't
     */
    public static Axis around(List<Double> values, boolean log) {
        double low = values.stream().mapToDouble(v -> v).min().orElse(0);
        double high = values.stream().mapToDouble(v -> v).max().orElse(1);
        if (log && low > 0) {
            double range = high > low ? high / low : 2;
            double room = Math.pow(range, ABOVE);
            return high > low ? new Axis(low / room, high * room, true) : new Axis(low / range, high * range, true);
        }
        double range = high > low ? high - low : Math.max(Math.abs(high), 1e-6);
        double floor = low - range * ABOVE;
        return new Axis(low >= 0 ? Math.max(0, floor) : floor, high + range * ABOVE, false);
    }

    /** How far a number lies from the beginning to the end, 0 to 1. */
    public double share(double value) {
        double share = log
                ? Math.log(Math.max(value, least) / least) / Math.log(most / least)
                : (value - least) / (most - least);
        return Math.clamp(share, 0, 1);
    }

    /** The number that lies so far from the beginning to the end. */
    public double value(double share) {
        return log ? least * Math.pow(most / least, share) : least + share * (most - least);
    }

    /** Round numbers to be written along the axis, at most that many. */
    public List<Double> ticks(int atMost) {
        return decades() ? logTicks(atMost) : linearTicks(atMost);
    }

    /** Whether its numbers go by powers of ten: a short logarithmic axis would have one or two of those. */
    private boolean decades() {
        return log && most / least >= DECADE;
    }

    private List<Double> linearTicks(int atMost) {
        double step = step(atMost);
        List<Double> ticks = new ArrayList<>();
        for (long i = (long) Math.ceil(least / step - 1e-9); i * step <= most + step * 1e-9; i++) {
            ticks.add(i * step);
        }
        return ticks;
    }

    /** A round step; a finer one where a single number would stand on the axis, which tells no distance. */
    private double step(int atMost) {
        double step = roundStep(atMost);
        double ticks = Math.floor(most / step + 1e-9) - Math.ceil(least / step - 1e-9) + 1;
        return ticks < 2 ? roundStep(2 * Math.max(1, atMost)) : step;
    }

    private double roundStep(int atMost) {
        double rough = (most - least) / Math.max(1, atMost);
        double power = Math.pow(10, Math.floor(Math.log10(rough)));
        for (double factor : ROUND) {
            if (factor * power >= rough * (1 - 1e-9)) {
                return factor * power;
            }
        }
        return 10 * power;
    }

    private List<Double> logTicks(int atMost) {
        List<Double> ticks = new ArrayList<>();
        List<Double> powers = new ArrayList<>();
        for (int power = (int) Math.floor(Math.log10(least)); Math.pow(10, power) <= most; power++) {
            for (double factor : ROUND) {
                double tick = factor * Math.pow(10, power);
                if (tick >= least && tick <= most) {
                    ticks.add(tick);
                    if (factor == 1) {
                        powers.add(tick);
                    }
                }
            }
        }
        return ticks.size() <= atMost || powers.size() < 2 ? ticks : powers;
    }

    /** A tick's number, all of an axis with as many decimals; those of a logarithmic axis with as few as each needs, great ones as 1e5. */
    public String label(double tick, int atMost) {
        if (decades() && tick > GREAT) {
            return String.format(Locale.ROOT, "%.0e", tick).replaceFirst("e\\+0?", "e");
        }
        double step = decades() ? tick : step(atMost);
        int decimals = Math.max(0, (int) Math.ceil(-Math.log10(step) - 1e-9));
        return String.format(Locale.ROOT, "%,." + decimals + "f", tick);
    }
}
