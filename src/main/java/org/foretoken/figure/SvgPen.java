package org.foretoken.figure;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Writes SVG. */
final class SvgPen implements Pen {
    private final StringBuilder svg = new StringBuilder();

    SvgPen(double width, double height, String title) {
        svg.append(String.format(
                Locale.ROOT,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%1$.0f\" height=\"%2$.0f\" viewBox=\"0 0 %1$.0f %2$.0f\""
                        + " font-family=\"sans-serif\" shape-rendering=\"crispEdges\">%n<title>%3$s</title>%n",
                width,
                height,
                escaped(title)));
    }

    @Override
    public void fill(double x, double y, double width, double height, Colour colour) {
        if (colour.opacity() > 0) {
            svg.append(String.format(
                    Locale.ROOT,
                    "<rect x=\"%.2f\" y=\"%.2f\" width=\"%.2f\" height=\"%.2f\" fill=\"%s\"/>%n",
                    x,
                    y,
                    width,
                    height,
                    hex(colour)));
        }
    }

    @Override
    public void fill(List<Spot> outline, Colour colour) {
        svg.append(String.format(
                Locale.ROOT,
                "<polygon points=\"%s\" fill=\"%s\" shape-rendering=\"auto\"/>%n",
                points(outline),
                hex(colour)));
    }

    @Override
    public void line(List<Spot> spots, double thickness, double dash, Colour colour) {
        svg.append(String.format(
                Locale.ROOT,
                "<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"%.2f\" stroke-linejoin=\"round\"%s"
                        + " shape-rendering=\"auto\"/>%n",
                points(spots),
                hex(colour),
                thickness,
                dash > 0 ? String.format(Locale.ROOT, " stroke-dasharray=\"%.1f\"", dash) : ""));
    }

    private static String points(List<Spot> spots) {
        return spots.stream()
                .map(spot -> String.format(Locale.ROOT, "%.2f,%.2f", spot.x(), spot.y()))
                .collect(Collectors.joining(" "));
    }

    @Override
    public void text(String text, double x, double baseline, Align align, double size, Colour colour) {
        String anchor =
                switch (align) {
                    case LEFT -> "start";
                    case CENTRE -> "middle";
                    case RIGHT -> "end";
                };
        svg.append(String.format(
                Locale.ROOT,
                "<text x=\"%.2f\" y=\"%.2f\" font-size=\"%.1f\" text-anchor=\"%s\" fill=\"%s\">%s</text>%n",
                x,
                baseline,
                size,
                anchor,
                hex(colour),
                escaped(text)));
    }

    /** The whole file. */
    String file() {
        return svg + "</svg>\n";
    }

    private static String hex(Colour colour) {
        return String.format(
                "#%02x%02x%02x",
                Math.round(colour.red() * 255), Math.round(colour.green() * 255), Math.round(colour.blue() * 255));
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
