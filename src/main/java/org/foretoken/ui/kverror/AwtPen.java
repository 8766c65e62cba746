package org.foretoken.ui.kverror;

import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.geom.Rectangle2D;
import javafx.scene.paint.Color;

/** Draws into an image. */
record AwtPen(Graphics2D graphics) implements Pen {
    @Override
    public void fill(double x, double y, double width, double height, Color colour) {
        graphics.setColor(awt(colour));
        graphics.fill(new Rectangle2D.Double(x, y, width, height));
    }

    @Override
    public void text(String text, double x, double baseline, Align align, double size, Color colour) {
        graphics.setColor(awt(colour));
        graphics.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, 1).deriveFont((float) size));
        double width = graphics.getFontMetrics().getStringBounds(text, graphics).getWidth();
        double left = x - width * align.before();
        graphics.drawString(text, (float) left, (float) baseline);
    }

    private static java.awt.Color awt(Color colour) {
        return new java.awt.Color((float) colour.getRed(), (float) colour.getGreen(), (float) colour.getBlue(), (float)
                colour.getOpacity());
    }
}
