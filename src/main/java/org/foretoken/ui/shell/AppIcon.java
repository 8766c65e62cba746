package org.foretoken.ui.shell;

import java.util.List;
import java.util.stream.IntStream;
import javafx.scene.SnapshotParameters;
import javafx.scene.canvas.Canvas;
import javafx.scene.canvas.GraphicsContext;
import javafx.scene.image.Image;
import javafx.scene.paint.Color;

/** The program's icon: a short column of keys and values feeding a longer one, and the first token out of it. Drawn, so it is sharp at any size; assets/foretoken.svg is the same. */
public final class AppIcon {
    private AppIcon() {}

    /** The sizes that window systems ask for. For the FX thread. */
    public static List<Image> images() {
        return IntStream.of(16, 32, 48, 64, 128, 256)
                .mapToObj(AppIcon::image)
                .map(Image.class::cast)
                .toList();
    }

    private static Image image(int size) {
        Canvas canvas = new Canvas(size, size);
        GraphicsContext g = canvas.getGraphicsContext2D();
        g.scale(size / 64.0, size / 64.0);
        g.setFill(Color.web("#10233a"));
        g.fillRoundRect(0, 0, 64, 64, 28, 28);
        g.setStroke(Color.web("#5f7c9c"));
        g.setLineWidth(2);
        int[] from = {24, 24, 40, 40};
        int[] to = {16, 27, 38, 49};
        for (int i = 0; i < 4; i++) {
            g.beginPath();
            g.moveTo(22, from[i]);
            g.bezierCurveTo(29, from[i], 27, to[i], 34, to[i]);
            g.stroke();
        }
        g.setFill(Color.web("#009e73"));
        g.fillRoundRect(10, 20, 12, 8, 4, 4);
        g.fillRoundRect(10, 36, 12, 8, 4, 4);
        g.setFill(Color.web("#56b4e9"));
        for (int y : to) {
            g.fillRoundRect(34, y - 4, 12, 8, 4, 4);
        }
        g.setFill(Color.web("#e69f00"));
        g.fillOval(49, 44.5, 9, 9);
        SnapshotParameters clear = new SnapshotParameters();
        clear.setFill(Color.TRANSPARENT);
        return canvas.snapshot(clear, null);
    }
}
