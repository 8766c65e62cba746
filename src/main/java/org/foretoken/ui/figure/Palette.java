package org.foretoken.ui.figure;

import javafx.scene.layout.Region;
import javafx.scene.paint.Color;

/** A figure's colours of everything but the data. */
public record Palette(Color ground, Color text, Color muted, Color line, Color bar) {
    /** Colours for paper, and for the light theme. */
    public static final Palette LIGHT = new Palette(
            Color.WHITE, Color.web("#1f2328"), Color.web("#59636e"), Color.web("#d1d9e0"), Color.web("#818b98"));

    public static final Palette DARK = new Palette(
            Color.web("#0d1117"),
            Color.web("#e6edf3"),
            Color.web("#9198a1"),
            Color.web("#3d444d"),
            Color.web("#7d8590"));

    /** The colours that can be seen on a region: its own ground says which theme it is. */
    public static Palette on(Region region) {
        boolean dark = region.getBackground() != null
                && !region.getBackground().getFills().isEmpty()
                && region.getBackground().getFills().get(0).getFill() instanceof Color ground
                && ground.getBrightness() < 0.5;
        return dark ? DARK : LIGHT;
    }
}
