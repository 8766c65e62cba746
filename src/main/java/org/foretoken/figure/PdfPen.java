package org.foretoken.figure;

import java.awt.Font;
import java.awt.font.FontRenderContext;
import java.awt.font.TextLayout;
import java.awt.geom.AffineTransform;
import java.awt.geom.PathIterator;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

/**
 * Writes PDF 1.4: one page, text in Helvetica, which every reader has. A text with letters that Helvetica hasn't is drawn as outlines, with the letters
 * behind for those who search.
 */
final class PdfPen implements Pen {
    private static final double POINTS = 0.75; // 1/72 inch to 1/96
    private static final Charset WIN_ANSI = Charset.forName("windows-1252");

    /** Advance widths of Helvetica in thousandths, from space to tilde (Adobe's font metrics). */
    private static final int[] ADVANCES = {
        278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556, 556,
                556,
        556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556,
                833,
        722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500,
                556,
        556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500,
                334,
        260, 334, 584
    };

    private final double width;
    private final double height;
    private double penX;
    private double penY;
    private final StringBuilder page = new StringBuilder();

    PdfPen(double width, double height) {
        this.width = width * POINTS;
        this.height = height * POINTS;
    }

    @Override
    public void fill(double x, double y, double w, double h, Colour colour) {
        if (colour.opacity() > 0) {
            paint(colour);
            page.append(String.format(
                    Locale.ROOT,
                    "%.2f %.2f %.2f %.2f re f\n",
                    x * POINTS,
                    height - (y + h) * POINTS,
                    w * POINTS,
                    h * POINTS));
        }
    }

    @Override
    public void fill(List<Spot> outline, Colour colour) {
        paint(colour);
        path(outline);
        page.append("h f\n");
    }

    @Override
    public void line(List<Spot> spots, double thickness, double dash, Colour colour) {
        page.append(String.format(
                Locale.ROOT,
                "%.3f %.3f %.3f RG %.2f w 1 j [%s] 0 d\n",
                colour.red(),
                colour.green(),
                colour.blue(),
                thickness * POINTS,
                dash > 0 ? String.format(Locale.ROOT, "%.2f", dash * POINTS) : ""));
        path(spots);
        page.append("S\n");
    }

    private void path(List<Spot> spots) {
        for (int i = 0; i < spots.size(); i++) {
            page.append(String.format(
                    Locale.ROOT,
                    "%.2f %.2f %s\n",
                    spots.get(i).x() * POINTS,
                    height - spots.get(i).y() * POINTS,
                    i == 0 ? "m" : "l"));
        }
    }

    @Override
    public void text(String text, double x, double baseline, Align align, double size, Colour colour) {
        String plain = text.replace('\u2212', '-');
        if (WIN_ANSI.newEncoder().canEncode(plain)) {
            written(plain, x, baseline, align, size, colour);
        } else {
            outlined(text, x, baseline, align, size, colour);
        }
    }

    private void written(String text, double x, double baseline, Align align, double size, Colour colour) {
        double advance = text.chars()
                .map(c -> c >= ' ' && c <= '~' ? ADVANCES[c - ' '] : 556)
                .sum();
        double left = (x - align.before() * advance * size / 1000) * POINTS;
        paint(colour);
        page.append(String.format(
                Locale.ROOT,
                "BT /F1 %.2f Tf %.2f %.2f Td (%s) Tj ET\n",
                size * POINTS,
                left,
                height - baseline * POINTS,
                escaped(text)));
    }

    private void outlined(String text, double x, double baseline, Align align, double size, Colour colour) {
        Font font = new Font(Font.SANS_SERIF, Font.PLAIN, 1).deriveFont((float) size);
        FontRenderContext exact = new FontRenderContext(null, true, true);
        TextLayout layout = new TextLayout(text, font, exact);
        double left = x - align.before() * layout.getAdvance();
        paint(colour);
        page.append(String.format(
                "/Span << /ActualText <FEFF%s> >> BDC\n",
                HexFormat.of().withUpperCase().formatHex(text.getBytes(StandardCharsets.UTF_16BE))));
        double[] at = new double[6];
        for (PathIterator path = layout.getOutline(AffineTransform.getTranslateInstance(left, baseline))
                        .getPathIterator(null);
                !path.isDone();
                path.next()) {
            append(path.currentSegment(at), at);
        }
        page.append("f\n");
        // a space that can't be seen: readers take the text of a span from where letters are
        page.append(String.format(
                Locale.ROOT,
                "BT 3 Tr /F1 %.2f Tf %.2f %.2f Td ( ) Tj 0 Tr ET\nEMC\n",
                size * POINTS,
                left * POINTS,
                height - baseline * POINTS));
    }

    /** A part of an outline; PDF has no curves of one control point, so those are written as of two. */
    private void append(int part, double[] at) {
        switch (part) {
            case PathIterator.SEG_MOVETO -> spot(at[0], at[1], "m");
            case PathIterator.SEG_LINETO -> spot(at[0], at[1], "l");
            case PathIterator.SEG_QUADTO -> {
                curve(
                        penX + (at[0] - penX) * 2 / 3,
                        penY + (at[1] - penY) * 2 / 3,
                        at[2] + (at[0] - at[2]) * 2 / 3,
                        at[3] + (at[1] - at[3]) * 2 / 3,
                        at[2],
                        at[3]);
            }
            case PathIterator.SEG_CUBICTO -> curve(at[0], at[1], at[2], at[3], at[4], at[5]);
            default -> page.append("h\n");
        }
    }

    private void curve(double x1, double y1, double x2, double y2, double x, double y) {
        page.append(String.format(
                Locale.ROOT,
                "%.3f %.3f %.3f %.3f ",
                x1 * POINTS,
                height - y1 * POINTS,
                x2 * POINTS,
                height - y2 * POINTS));
        spot(x, y, "c");
    }

    private void spot(double x, double y, String operator) {
        page.append(String.format(Locale.ROOT, "%.3f %.3f %s\n", x * POINTS, height - y * POINTS, operator));
        penX = x;
        penY = y;
    }

    private void paint(Colour colour) {
        page.append(String.format(Locale.ROOT, "%.3f %.3f %.3f rg\n", colour.red(), colour.green(), colour.blue()));
    }

    private static String escaped(String text) {
        StringBuilder octal = new StringBuilder();
        for (byte b : text.getBytes(WIN_ANSI)) {
            boolean plain = b >= ' ' && b <= '~' && b != '(' && b != ')' && b != '\\';
            octal.append(plain ? String.valueOf((char) b) : String.format("\\%03o", b & 0xff));
        }
        return octal.toString();
    }

    /** The whole file. */
    byte[] file() {
        List<String> objects = List.of(
                "<< /Type /Catalog /Pages 2 0 R >>",
                "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
                String.format(
                        Locale.ROOT,
                        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %.2f %.2f] /Contents 5 0 R"
                                + " /Resources << /Font << /F1 4 0 R >> >> >>",
                        width,
                        height),
                "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
                "<< /Length " + page.length() + " >>\nstream\n" + page + "endstream");
        StringBuilder pdf = new StringBuilder("%PDF-1.4\n");
        List<Integer> starts = new ArrayList<>();
        for (int i = 0; i < objects.size(); i++) {
            starts.add(pdf.length());
            pdf.append(i + 1).append(" 0 obj\n").append(objects.get(i)).append("\nendobj\n");
        }
        int table = pdf.length();
        pdf.append("xref\n0 ").append(objects.size() + 1).append("\n0000000000 65535 f \n");
        starts.forEach(start -> pdf.append(String.format(Locale.ROOT, "%010d 00000 n \n", start)));
        pdf.append("trailer\n<< /Size ").append(objects.size() + 1).append(" /Root 1 0 R >>\nstartxref\n");
        return pdf.append(table).append("\n%%EOF\n").toString().getBytes(StandardCharsets.ISO_8859_1);
    }
}
