package org.foretoken.figure;

/**
 * A colour, each part 0 to 1.
 *
 * @param opacity 0 for what isn't drawn
 */
public record Colour(double red, double green, double blue, double opacity) {
    /** No colour: what has it isn't drawn. */
    public static final Colour NONE = new Colour(0, 0, 0, 0);

    /** As the web writes it: #0072b2. */
    public static Colour web(String hex) {
        int rgb = Integer.parseInt(hex.substring(1), 16);
        return new Colour((rgb >> 16) / 255.0, (rgb >> 8 & 0xff) / 255.0, (rgb & 0xff) / 255.0, 1);
    }

    /** As the web writes it, without opacity. */
    public String web() {
        return String.format("#%02x%02x%02x", Math.round(red * 255), Math.round(green * 255), Math.round(blue * 255));
    }

    /** What lies between the two, at 0 this one. */
    public Colour interpolate(Colour other, double share) {
        return new Colour(
                red + (other.red - red) * share,
                green + (other.green - green) * share,
                blue + (other.blue - blue) * share,
                opacity + (other.opacity - opacity) * share);
    }
}
