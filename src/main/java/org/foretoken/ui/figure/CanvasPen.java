package org.foretoken.ui.figure;

import java.util.List;
import javafx.scene.canvas.GraphicsContext;
import javafx.scene.paint.Color;
import javafx.scene.shape.StrokeLineCap;
import javafx.scene.shape.StrokeLineJoin;
import javafx.scene.text.Font;
import javafx.scene.text.TextAlignment;
import org.foretoken.figure.Colour;
import org.foretoken.figure.Pen;

/** Draws on the screen. */
public record CanvasPen(GraphicsContext graphics) implements Pen {
    @Override
    public void fill(double x, double y, double width, double height, Colour colour) {
        graphics.setFill(fx(colour));
        graphics.fillRect(x, y, width, height);
    }

    @Override
    public void fill(List<Spot> outline, Colour colour) {
        graphics.setFill(fx(colour));
        path(outline);
        graphics.closePath();
        graphics.fill();
    }

    @Override
    public void line(List<Spot> spots, double thickness, double dash, Colour colour) {
        graphics.setStroke(fx(colour));
        graphics.setLineWidth(thickness);
        graphics.setLineCap(StrokeLineCap.BUTT);
        graphics.setLineJoin(StrokeLineJoin.ROUND);
        if (dash > 0) {
            graphics.setLineDashes(dash);
        } else {
            graphics.setLineDashes();
        }
        path(spots);
        graphics.stroke();
    }

    /** A colour as JavaFX has it. */
    public static Color fx(Colour colour) {
        return Color.color(colour.red(), colour.green(), colour.blue(), colour.opacity());
    }

    /** A colour of JavaFX as figures have it. */
    public static Colour colour(Color fx) {
        return new Colour(fx.getRed(), fx.getGreen(), fx.getBlue(), fx.getOpacity());
    }

    private void path(List<Spot> spots) {
        graphics.beginPath();
        for (int i = 0; i < spots.size(); i++) {
            if (i == 0) {
                graphics.moveTo(spots.get(i).x(), spots.get(i).y());
            } else {
                graphics.lineTo(spots.get(i).x(), spots.get(i).y());
            }
        }
    }

    @Override
    public void text(String text, double x, double baseline, Align align, double size, Colour colour) {
        graphics.setFill(fx(colour));
        graphics.setFont(Font.font(size));
        graphics.setTextAlign(
                switch (align) {
                    case LEFT -> TextAlignment.LEFT;
                    case CENTRE -> TextAlignment.CENTER;
                    case RIGHT -> TextAlignment.RIGHT;
                });
        graphics.fillText(text, x, baseline);
    }
}
