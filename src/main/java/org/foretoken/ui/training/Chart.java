package org.foretoken.ui.training;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.foretoken.figure.Colour;
import org.foretoken.figure.Ink;
import org.foretoken.figure.Marker;
import org.foretoken.figure.Palette;
import org.foretoken.figure.Pen.Spot;
import org.foretoken.train.CurvePoint;
import org.foretoken.workbench.Train.Aim;
import org.jspecify.annotations.Nullable;

/**
 * Lines over one axis.
 *
 * @param title what they are, with unit
 * @param across what the axis counts
 * @param least at its beginning
 * @param most at its end
 * @param series the lines, later ones on top; numbers that aren't finite are left out
 */
record Chart(String title, String across, double least, double most, List<Series> series) {
    /** A line and how it looks: arms keep the colour and marker that they have everywhere. */
    record Series(String name, Look look, List<Spot> spots) {}

    /** How a line looks. */
    enum Look {
        STEP(null, Marker.NONE, 1, 0),
        REFERENCE(Ink.BLUE, Marker.NONE, 1.5, 5),
        PREDICTED(Ink.VERMILION, Marker.DIAMOND, 1.5, 0),
        AUXILIARY(Ink.GREEN, Marker.TRIANGLE, 1.5, 0),
        BEFORE(null, Marker.SQUARE, 1, 0);

        private final @Nullable Ink ink;
        private final Marker marker;
        private final double thickness;
        private final double dash;

        /** @param ink null for the palette's quiet colour */
        Look(@Nullable Ink ink, Marker marker, double thickness, double dash) {
            this.ink = ink;
            this.marker = marker;
            this.thickness = thickness;
            this.dash = dash;
        }

        Colour colour(Palette palette) {
            return ink == null ? palette.bar() : ink.colour();
        }

        Marker marker() {
            return marker;
        }

        double thickness() {
            return thickness;
        }

        double dash() {
            return dash;
        }
    }

    /** The four charts of a training: what it goes down, perplexity, and the errors of keys and values by layer. */
    static List<Chart> of(CurveFacts facts) {
        return List.of(
                loss(facts),
                perplexity(facts),
                layers(facts, "Key error by layer, L1", point -> point.losses().keys()),
                layers(
                        facts,
                        "Value error by layer, L1",
                        point -> point.losses().values()));
    }

    private static Chart loss(CurveFacts facts) {
        boolean distilled = facts.request().aim() == Aim.DISTILL;
        ToDoubleFunction<CurvePoint> goal = point ->
                distilled ? point.losses().divergence() : point.losses().base();
        List<Series> series = new ArrayList<>();
        series.add(over("each step", Look.STEP, facts.steps(), goal));
        if (facts.looks().stream().anyMatch(look -> look.losses().auxiliary() > 0)) {
            series.add(over(
                    "auxiliary",
                    Look.AUXILIARY,
                    facts.looks(),
                    point -> point.losses().auxiliary()));
        }
        series.add(over("held out", Look.PREDICTED, facts.looks(), goal));
        if (!distilled) {
            series.add(reference(facts, point -> point.losses().reference()));
        }
        String title = distilled ? "KL to the base, nats" : "Cross-entropy, nats";
        return new Chart(title, "Step", 0, facts.stepsInAll(), series);
    }

    private static Chart perplexity(CurveFacts facts) {
        return new Chart(
                "Perplexity of held-out text",
                "Step",
                0,
                facts.stepsInAll(),
                List.of(
                        over("predicted cache", Look.PREDICTED, facts.looks(), CurveFacts::perplexity),
                        reference(facts, CurveFacts::basePerplexity)));
    }

    private static Series over(String name, Look look, List<CurvePoint> points, ToDoubleFunction<CurvePoint> value) {
        return new Series(
                name,
                look,
                points.stream()
                        .map(point -> new Spot(point.step(), value.applyAsDouble(point)))
                        .toList());
    }

    /** The base by itself: a line right across. */
    private static Series reference(CurveFacts facts, ToDoubleFunction<CurvePoint> value) {
        return new Series(
                "base alone",
                Look.REFERENCE,
                facts.lastLook()
                        .map(value::applyAsDouble)
                        .map(y -> List.of(new Spot(0, y), new Spot(facts.stepsInAll(), y)))
                        .orElse(List.of()));
    }

    /** Which errors of a look. */
    private interface Errors {
        List<Double> of(CurvePoint look);
    }

    private static Chart layers(CurveFacts facts, String title, Errors errors) {
        List<Series> series = new ArrayList<>();
        facts.firstLook().ifPresent(look -> series.add(layers("before", Look.BEFORE, errors.of(look))));
        facts.lastLook()
                .filter(look -> look.step() > 0)
                .ifPresent(look -> series.add(layers("after step " + look.step(), Look.PREDICTED, errors.of(look))));
        int layers = facts.firstLook().map(look -> errors.of(look).size()).orElse(1);
        return new Chart(title, "Base layer", 0, Math.max(1, layers - 1), series);
    }

    /** Layers that nothing is predicted for are left out. */
    private static Series layers(String name, Look look, List<Double> errors) {
        return new Series(
                name,
                look,
                IntStream.range(0, errors.size())
                        .filter(layer -> errors.get(layer) > 0)
                        .mapToObj(layer -> new Spot(layer, errors.get(layer)))
                        .toList());
    }
}
