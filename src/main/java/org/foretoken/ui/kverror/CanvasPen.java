package org.foretoken.ui.kverror;

import javafx.scene.canvas.GraphicsContext;
import javafx.scene.paint.Color;
import javafx.scene.text.Font;
import javafx.scene.text.TextAlignment;

/** Draws on the screen. */
record CanvasPen(GraphicsContext graphics) implements Pen {
    @Override
    public void fill(double x, double y, double width, double height, Color colour) {
        graphics.setFill(colour);
        graphics.fillRect(x, y, width, height);
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
