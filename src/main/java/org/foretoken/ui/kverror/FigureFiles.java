package org.foretoken.ui.kverror;

import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import javafx.scene.paint.Color;
import javax.imageio.ImageIO;
import org.foretoken.ui.kverror.HeatFigure.Palette;

/** The figure in files, in light colours and of one size whatever the window's. */
final class FigureFiles {
    /** The formats, by their usual extensions. */
    static final List<String> FORMATS = List.of("png", "svg", "pdf");

    static final int WIDTH = 1000;
    static final int HEIGHT = 600;
    private static final int PIXELS = 2; // a point, in images

    private FigureFiles() {}

    /**
     * The figure as a file's content.
     *
     * @param format one of {@link #FORMATS}
     */
    static byte[] of(HeatSheet sheet, String format) throws IOException {
        return switch (format) {
            case "png" -> png(sheet);
            case "svg" -> {
                SvgPen pen = new SvgPen(WIDTH, HEIGHT, sheet.title());
                paint(pen, sheet);
                yield pen.file().getBytes(StandardCharsets.UTF_8);
            }
            case "pdf" -> {
                PdfPen pen = new PdfPen(WIDTH, HEIGHT);
                paint(pen, sheet);
                yield pen.file();
            }
            default -> throw new IllegalArgumentException(format);
        };
    }

    private static void paint(Pen pen, HeatSheet sheet) {
        pen.fill(0, 0, WIDTH, HEIGHT, Color.WHITE);
        HeatFigure.paint(pen, sheet, Palette.LIGHT, WIDTH, HEIGHT);
    }

    private static byte[] png(HeatSheet sheet) throws IOException {
        BufferedImage image = new BufferedImage(WIDTH * PIXELS, HEIGHT * PIXELS, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
        graphics.scale(PIXELS, PIXELS);
        paint(new AwtPen(graphics), sheet);
        graphics.dispose();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ImageIO.write(image, "png", bytes);
        return bytes.toByteArray();
    }
}
