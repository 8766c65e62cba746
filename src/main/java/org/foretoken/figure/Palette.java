package org.foretoken.figure;

/** A figure's colours of everything but the data. */
public record Palette(Colour ground, Colour text, Colour muted, Colour line, Colour bar) {
    /** Colours for paper, and for the light theme. */
    public static final Palette LIGHT = new Palette(
            Colour.web("#ffffff"),
            Colour.web("#1f2328"),
            Colour.web("#59636e"),
            Colour.web("#d1d9e0"),
            Colour.web("#818b98"));

    public static final Palette DARK = new Palette(
            Colour.web("#0d1117"),
            Colour.web("#e6edf3"),
            Colour.web("#9198a1"),
            Colour.web("#3d444d"),
            Colour.web("#7d8590"));
}
