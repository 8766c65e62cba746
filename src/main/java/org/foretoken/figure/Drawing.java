package org.foretoken.figure;

/** A figure that can be drawn at any size. */
@FunctionalInterface
public interface Drawing {
    /** Draws the whole of it, on a ground that is there already. */
    void paint(Pen pen, Palette palette, double width, double height);
}
