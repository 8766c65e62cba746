package org.foretoken.figure;

import java.util.ArrayList;
import java.util.List;
import org.foretoken.figure.Pen.Spot;

/** What stands on a point of a figure. */
public enum Marker {
    NONE,
    DISC,
    DIAMOND,
    TRIANGLE,
    SQUARE,
    PENTAGON,
    /** A triangle on its tip. */
    TIP_DOWN,
    /** A triangle on its side. */
    TIP_RIGHT,
    STAR;

    private static final int ROUND = 24;

    /**
     * The closed outline around a place; empty for none.
     *
     * @param radius about half of its width
     */
    public List<Spot> outline(Spot at, double radius) {
        return switch (this) {
            case NONE -> List.of();
            case DISC -> ring(at, ROUND, 0, radius * 0.95, radius * 0.95);
            case DIAMOND -> ring(at, 4, 0, radius * 1.15, radius * 1.15);
            case TRIANGLE -> ring(new Spot(at.x(), at.y() + radius * 0.2), 3, 0, radius * 1.2, radius * 1.2);
            case SQUARE -> ring(at, 4, 0.5, radius * 1.2, radius * 1.2);
            case PENTAGON -> ring(at, 5, 0, radius * 1.1, radius * 1.1);
            case TIP_DOWN -> ring(new Spot(at.x(), at.y() - radius * 0.2), 3, 1.5, radius * 1.2, radius * 1.2);
            case TIP_RIGHT -> ring(new Spot(at.x() - radius * 0.2, at.y()), 3, 0.75, radius * 1.2, radius * 1.2);
            case STAR -> ring(at, 10, 0, radius * 1.35, radius * 0.6);
        };
    }

    /**
     * Corners around a place.
     *
     * @param turn of the first from the top, in corners
     * @param odd the radius of every second corner
     */
    private static List<Spot> ring(Spot at, int corners, double turn, double radius, double odd) {
        List<Spot> ring = new ArrayList<>();
        for (int i = 0; i < corners; i++) {
            double angle = 2 * Math.PI * (i + turn) / corners;
            double r = i % 2 == 0 ? radius : odd;
            ring.add(new Spot(at.x() + r * Math.sin(angle), at.y() - r * Math.cos(angle)));
        }
        return List.copyOf(ring);
    }

    /**
     * Draws it.
     *
     * @param hollow whether the ground shows inside
     */
    public void paint(Pen pen, Palette palette, Spot at, double radius, Colour colour, boolean hollow) {
        List<Spot> outline = outline(at, radius);
        if (outline.isEmpty()) {
            return;
        }
        pen.fill(outline, hollow ? palette.ground() : colour);
        if (hollow) {
            List<Spot> closed = new ArrayList<>(outline);
            closed.add(outline.get(0));
            pen.line(closed, Math.max(1, radius / 3), 0, colour);
        }
    }
}
