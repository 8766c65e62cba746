package org.foretoken.runs;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.foretoken.model.Flops.Definition;
import org.jspecify.annotations.Nullable;

/**
 * What a chart of points shows in either direction.
 *
 * @param flops the definition that FLOPs are counted by
 * @param log whether equal ratios take equal room from left to right
 */
public record Axes(X x, Y y, Definition flops, boolean log) {
    /** How soon an arm answers. */
    public enum X {
        TTFT,
        GAIN,
        FLOPS
    }

    /** How well. */
    public enum Y {
        SCORE,
        RETAINED
    }

    /** Where a point lies from left to right; null where that is not known. */
    public @Nullable Estimate x(ParetoPoint point) {
        Double fewer = point.flops().of(flops);
        return switch (x) {
            case TTFT -> point.ttft();
            case GAIN -> point.gain();
            case FLOPS -> fewer == null ? null : Estimate.of(fewer);
        };
    }

    /** Whether who answers sooner lies to the left. */
    boolean soonerIsLeft() {
        return x == X.TTFT;
    }

    /** Where a point lies from bottom to top; null where that is not known. */
    public @Nullable Estimate y(ParetoPoint point) {
        return y == Y.SCORE ? point.score() : point.retained();
    }

    /** Words for the axis from left to right. */
    public String xLabel() {
        return switch (x) {
            case TTFT -> "time to first token (ms)";
            case GAIN -> "TTFT gain";
            case FLOPS -> "FLOPs gain (" + flopsLabel() + " definition)";
        };
    }

    /**
     * Whether points of other models on another machine can stand beside: gains and
     * shares can, times and scores can't, and FLOPs were published by one definition.
     */
    public boolean takesPublished() {
        return y == Y.RETAINED && (x == X.GAIN || (x == X.FLOPS && flops == Definition.PAPER));
    }

    /** The definition's name. */
    public String flopsLabel() {
        return flops.name().toLowerCase(Locale.ROOT);
    }

    /**
     * Marks who is on the frontier: at each prompt length, the measured arms that no other beats in one direction while it is as good in the other.
     *
     * @param higherIsBetter of the score
     */
    public List<ParetoPoint> marked(List<ParetoPoint> points, boolean higherIsBetter) {
        List<ParetoPoint> marked = new ArrayList<>();
        for (ParetoPoint point : points) {
            boolean placed = point.measured() && x(point) != null && y(point) != null;
            marked.add(point.marked(placed && points.stream().noneMatch(other -> beats(other, point, higherIsBetter))));
        }
        return List.copyOf(marked);
    }

    private boolean beats(ParetoPoint other, ParetoPoint point, boolean higherIsBetter) {
        Estimate otherX = x(other);
        Estimate otherY = y(other);
        Estimate pointX = x(point);
        Estimate pointY = y(point);
        if (!other.measured()
                || other.tokens() != point.tokens()
                || otherX == null
                || otherY == null
                || pointX == null
                || pointY == null) {
            return false;
        }
        int sooner = Double.compare(otherX.value(), pointX.value()) * (soonerIsLeft() ? -1 : 1);
        int better = Double.compare(otherY.value(), pointY.value()) * (higherIsBetter ? 1 : -1);
        return sooner >= 0 && better >= 0 && (sooner > 0 || better > 0);
    }
}
