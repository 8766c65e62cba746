package org.foretoken.figure;

import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import javax.imageio.ImageIO;

/** Figures in files, in light colours and of one size whatever the window's. */
public final class FigureFiles {
    /** The formats, by their usual extensions. */
    public static final List<String> FORMATS = List.of("png", "svg", "pdf");

    static final int WIDTH = 1000;
    static final int HEIGHT = 600;
    private static final int PIXELS = 2; // a point, in images

    private FigureFiles() {}

    /**
     * The figure as a file's content.
     *
     * @param title for those who can't see it
     * @param format one of {@link #FORMATS}
     */
    public static byte[] of(String title, Drawing figure, String format) {
        return switch (format) {
            case "png" -> png(figure);
            case "svg" -> {
                SvgPen pen = new SvgPen(WIDTH, HEIGHT, title);
                paint(pen, figure);
                yield pen.file().getBytes(StandardCharsets.UTF_8);
            }
            case "pdf" -> {
                PdfPen pen = new PdfPen(WIDTH, HEIGHT);
                paint(pen, figure);
                yield pen.file();
            }
            default -> throw new IllegalArgumentException(format);
        };
    }

    private static void paint(Pen pen, Drawing figure) {
        pen.fill(0, 0, WIDTH, HEIGHT, Palette.LIGHT.ground());
        figure.paint(pen, Palette.LIGHT, WIDTH, HEIGHT);
    }

    private static byte[] png(Drawing figure) {
        BufferedImage image = new BufferedImage(WIDTH * PIXELS, HEIGHT * PIXELS, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
        graphics.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
        graphics.scale(PIXELS, PIXELS);
        paint(new AwtPen(graphics), figure);
        graphics.dispose();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            ImageIO.write(image, "png", bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // in memory there is nothing to fail
        }
        return bytes.toByteArray();
    }
}
