package org.foretoken.ui.figure;

import java.util.List;
import javafx.scene.canvas.GraphicsContext;
import javafx.scene.paint.Color;
import javafx.scene.shape.StrokeLineCap;
import javafx.scene.shape.StrokeLineJoin;
import javafx.scene.text.Font;
import javafx.scene.text.TextAlignment;

/** Draws on the screen. */
public record CanvasPen(GraphicsContext graphics) implements Pen {
    @Override
    public void fill(double x, double y, double width, double height, Color colour) {
        graphics.setFill(colour);
        graphics.fillRect(x, y, width, height);
    }

    @Override
    public void fill(List<Spot> outline, Color colour) {
        graphics.setFill(colour);
        path(outline);
        graphics.closePath();
        graphics.fill();
    }

    @Override
    public void line(List<Spot> spots, double thickness, double dash, Color colour) {
        graphics.setStroke(colour);
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
    public void text(String text, double x, double baseline, Align align, double size, Color colour) {
        graphics.setFill(colour);
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
