package org.foretoken.runs;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.foretoken.figure.Colour;
import org.foretoken.figure.Ink;
import org.foretoken.figure.Marker;
import org.foretoken.figure.Palette;
import org.foretoken.generate.Arm;

/**
 * How the points of a series look, the same in every figure: the base and baselines as everywhere, a setup as its name has it, an auxiliary alone as
 * its setup but hollow, what was published hollow and grey.
 *
 * @param name in the legend
 * @param ink empty for the palette's quiet colour
 * @param hollow whether the ground shows inside the marker
 */
public record SeriesLook(String name, Optional<Ink> ink, Marker marker, boolean hollow) {
    private static final Set<String> BASELINES = Set.of("random", "static", "lazy");

    private static final List<Ink> SETUP_INKS = List.of(Ink.SKY, Ink.GREEN, Ink.VERMILION, Ink.ORANGE);

    /** Seven, which has no factor in common with the inks, so that no two of twenty-eight setups look alike. */
    private static final List<Marker> SETUP_MARKERS = List.of(
            Marker.TIP_DOWN,
            Marker.SQUARE,
            Marker.DIAMOND,
            Marker.TRIANGLE,
            Marker.PENTAGON,
            Marker.STAR,
            Marker.TIP_RIGHT);

    private static final int SETUP_LOOKS = SETUP_INKS.size() * SETUP_MARKERS.size();

    /** The factor that gives the setups which come with the program four colours. */
    private static final int SPREAD = 7;

    private static final List<Marker> BASELINE_MARKERS = List.of(Marker.SQUARE, Marker.STAR, Marker.PENTAGON);

    private static final List<Marker> PUBLISHED_MARKERS = List.of(
            Marker.DISC,
            Marker.TRIANGLE,
            Marker.TIP_DOWN,
            Marker.DIAMOND,
            Marker.PENTAGON,
            Marker.SQUARE,
            Marker.STAR,
            Marker.TIP_RIGHT);

    /** The name of a point's series in the legend. */
    public static String name(ParetoPoint point) {
        return alone(point) ? point.label() : point.series();
    }

    private static boolean alone(ParetoPoint point) {
        return point.measured() && point.arm().equals(Arm.AUXILIARY.key());
    }

    /** The looks of all series of some points, by name, in the order in which they come. */
    public static Map<String, SeriesLook> of(List<ParetoPoint> points) {
        Map<String, Integer> setups = setups(points);
        Map<String, Integer> baselines = new LinkedHashMap<>();
        Map<String, Integer> published = new LinkedHashMap<>();
        Map<String, SeriesLook> looks = new LinkedHashMap<>();
        for (ParetoPoint point : points) {
            String name = name(point);
            SeriesLook look;
            if (!point.measured()) {
                int number = number(published, point);
                look = new SeriesLook(
                        name, Optional.empty(), PUBLISHED_MARKERS.get(number % PUBLISHED_MARKERS.size()), true);
            } else if (point.arm().equals(Arm.BASE.key())) {
                look = new SeriesLook(name, Optional.of(Ink.BLUE), Marker.DISC, false);
            } else if (baseline(point)) {
                int number = number(baselines, point);
                look = new SeriesLook(
                        name, Optional.of(Ink.PURPLE), BASELINE_MARKERS.get(number % BASELINE_MARKERS.size()), false);
            } else {
                look = setup(name, Objects.requireNonNull(setups.get(point.series())), alone(point));
            }
            looks.putIfAbsent(name, look);
        }
        return looks;
    }

    private static boolean baseline(ParetoPoint point) {
        return BASELINES.contains(point.arm().split(":", -1)[0]);
    }

    /** The number of each setup's look. It follows from its name, so that it stays in whatever company the setup is; where two names have the same, the later one by the alphabet has the next that is free. */
    private static Map<String, Integer> setups(List<ParetoPoint> points) {
        Set<String> names = new TreeSet<>();
        for (ParetoPoint point : points) {
            if (point.measured() && !point.arm().equals(Arm.BASE.key()) && !baseline(point)) {
                names.add(point.series());
            }
        }
        Map<String, Integer> numbers = new HashMap<>();
        for (String name : names) {
            int hash = name.hashCode();
            int number = Math.floorMod(((hash ^ (hash >>> 16)) * SPREAD) >>> 3, SETUP_LOOKS);
            while (numbers.size() < SETUP_LOOKS && numbers.containsValue(number)) {
                number = (number + 1) % SETUP_LOOKS;
            }
            numbers.put(name, number);
        }
        return numbers;
    }

    private static SeriesLook setup(String name, int number, boolean alone) {
        Ink ink = SETUP_INKS.get(number % SETUP_INKS.size());
        Marker marker = SETUP_MARKERS.get(number % SETUP_MARKERS.size());
        // a green triangle is an auxiliary alone everywhere else
        boolean taken = ink == Ink.GREEN && marker == Marker.TRIANGLE;
        return new SeriesLook(name, Optional.of(ink), taken ? Marker.DISC : marker, alone);
    }

    private static int number(Map<String, Integer> numbers, ParetoPoint point) {
        return numbers.computeIfAbsent(point.series(), series -> numbers.size());
    }

    /** The colour on a ground. */
    public Colour colour(Palette palette) {
        return ink.map(Ink::colour).orElse(palette.bar());
    }
}
