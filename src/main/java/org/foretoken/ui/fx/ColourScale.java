package org.foretoken.ui.fx;

import javafx.scene.paint.Color;

/**
 * Numbers as colours by viridis, which is perceptually even and can be told by the colour-blind (Smith and van der Walt, public domain).
 *
 * @param least the value at the low end
 * @param most the value at the high end; what lies outside takes the colour of the end
 */
public record ColourScale(double least, double most) {
    private static final int[] ANCHORS = {
        0x440154, 0x472d7b, 0x3b528b, 0x2c728e, 0x21918c, 0x28ae80, 0x5ec962, 0xaddc30, 0xfde725
    };

    /** The colour of an area; transparent where there is no number. */
    public Color fill(double value) {
        return Double.isNaN(value) ? Color.TRANSPARENT : viridis(share(value));
    }

    /**
     * The colour of a thin mark: only the part of the scale that can be told from the ground, the high end standing out most.
     *
     * @param darkGround whether it is drawn on a dark ground
     */
    public Color line(double value, boolean darkGround) {
        if (Double.isNaN(value)) {
            return Color.TRANSPARENT;
        }
        return darkGround ? viridis(0.3 + 0.7 * share(value)) : viridis(0.7 * (1 - share(value)));
    }

    /** How far a value lies from the low end to the high, 0 to 1. */
    public double share(double value) {
        return most > least ? Math.clamp((value - least) / (most - least), 0, 1) : 0;
    }

    private static Color viridis(double share) {
        double place = share * (ANCHORS.length - 1);
        int below = Math.min((int) place, ANCHORS.length - 2);
        return colour(ANCHORS[below]).interpolate(colour(ANCHORS[below + 1]), place - below);
    }

    private static Color colour(int rgb) {
        return Color.rgb(rgb >> 16, rgb >> 8 & 0xff, rgb & 0xff);
    }
}
