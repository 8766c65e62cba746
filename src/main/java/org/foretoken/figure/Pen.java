package org.foretoken.figure;

import java.util.List;

/** What a figure is drawn with, on the screen or into a file: points of 1/96 inch from the top left. */
public interface Pen {
    /** A point of a line or an outline. */
    record Spot(double x, double y) {}

    /** Which end of a text is at its place. */
    enum Align {
        LEFT(0),
        CENTRE(0.5),
        RIGHT(1);

        private final double before;

        Align(double before) {
            this.before = before;
        }

        /** The share of the text that lies left of its place. */
        double before() {
            return before;
        }
    }

    /** Fills a rectangle. */
    void fill(double x, double y, double width, double height, Colour colour);

    /** Fills what a closed outline encloses. */
    void fill(List<Spot> outline, Colour colour);

    /**
     * Draws a line from spot to spot.
     *
     * @param dash length of its dashes and the gaps between them; 0 for none
     */
    void line(List<Spot> spots, double thickness, double dash, Colour colour);

    /** Writes one line of text on a baseline. */
    void text(String text, double x, double baseline, Align align, double size, Colour colour);
}
