package org.foretoken.figure;

import java.awt.BasicStroke;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.util.List;

/** Draws into an image. */
record AwtPen(Graphics2D graphics) implements Pen {
    @Override
    public void fill(double x, double y, double width, double height, Colour colour) {
        smooth(false);
        graphics.setColor(awt(colour));
        graphics.fill(new Rectangle2D.Double(x, y, width, height));
    }

    @Override
    public void fill(List<Spot> outline, Colour colour) {
        Path2D path = path(outline);
        path.closePath();
        smooth(true);
        graphics.setColor(awt(colour));
        graphics.fill(path);
    }

    @Override
    public void line(List<Spot> spots, double thickness, double dash, Colour colour) {
        smooth(true);
        graphics.setColor(awt(colour));
        graphics.setStroke(new BasicStroke(
                (float) thickness,
                BasicStroke.CAP_BUTT,
                BasicStroke.JOIN_ROUND,
                1,
                dash > 0 ? new float[] {(float) dash} : null,
                0));
        graphics.draw(path(spots));
    }

    /** Slanted edges are smoothed; rectangles are not, or the ground would shine through between neighbours. */
    private void smooth(boolean edges) {
        graphics.setRenderingHint(
                RenderingHints.KEY_ANTIALIASING,
                edges ? RenderingHints.VALUE_ANTIALIAS_ON : RenderingHints.VALUE_ANTIALIAS_OFF);
    }

    private static Path2D path(List<Spot> spots) {
        Path2D path = new Path2D.Double();
        for (int i = 0; i < spots.size(); i++) {
            if (i == 0) {
                path.moveTo(spots.get(i).x(), spots.get(i).y());
            } else {
                path.lineTo(spots.get(i).x(), spots.get(i).y());
            }
        }
        return path;
    }

    @Override
    public void text(String text, double x, double baseline, Align align, double size, Colour colour) {
        graphics.setColor(awt(colour));
        graphics.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, 1).deriveFont((float) size));
        double width = graphics.getFontMetrics().getStringBounds(text, graphics).getWidth();
        double left = x - width * align.before();
        graphics.drawString(text, (float) left, (float) baseline);
    }

    private static java.awt.Color awt(Colour colour) {
        return new java.awt.Color(
                (float) colour.red(), (float) colour.green(), (float) colour.blue(), (float) colour.opacity());
    }
}
