package org.foretoken.ui.kverror;

import java.util.Optional;
import java.util.function.BiFunction;
import javafx.scene.canvas.GraphicsContext;
import javafx.scene.input.KeyCode;
import javafx.scene.paint.Color;
import org.foretoken.ui.figure.CanvasPen;
import org.foretoken.ui.figure.FigureView;
import org.foretoken.ui.kverror.FigureLayout.Cell;

/** The heatmaps on the screen; a place is a cell. */
final class HeatmapView extends FigureView<Cell> {
    private final BiFunction<Integer, Integer, String> words;
    private Optional<HeatSheet> sheet = Optional.empty();

    /** @param words what is known of a layer and position */
    HeatmapView(BiFunction<Integer, Integer, String> words) {
        super("heatmap", "KV error by base layer and position; arrow keys move from cell to cell", 360, 240);
        this.words = words;
    }

    /** Shows a sheet; the chosen cell stays if there is one. */
    void show(Optional<HeatSheet> shown) {
        sheet = shown;
        changed(cell -> shown.isPresent()
                && cell.layer() < shown.get().layers()
                && cell.position() < shown.get().positions());
    }

    private FigureLayout layout(HeatSheet shown) {
        return new FigureLayout(getWidth(), getHeight(), shown.layers(), shown.positions());
    }

    @Override
    protected Optional<Cell> at(double x, double y) {
        return sheet.flatMap(shown -> layout(shown).at(x, y));
    }

    @Override
    protected String words(Cell cell) {
        return words.apply(cell.layer(), cell.position());
    }

    @Override
    protected Optional<Cell> to(KeyCode key, Optional<Cell> chosen) {
        if (sheet.isEmpty()) {
            return Optional.empty();
        }
        int layers = sheet.get().layers();
        int positions = sheet.get().positions();
        Cell from = chosen.orElse(new Cell(0, 0));
        return Optional.ofNullable(
                switch (key) {
                    case UP -> new Cell(Math.max(0, from.layer() - 1), from.position());
                    case DOWN -> new Cell(Math.min(layers - 1, from.layer() + 1), from.position());
                    case LEFT -> new Cell(from.layer(), Math.max(0, from.position() - 1));
                    case RIGHT -> new Cell(from.layer(), Math.min(positions - 1, from.position() + 1));
                    case HOME -> new Cell(from.layer(), 0);
                    case END -> new Cell(from.layer(), positions - 1);
                    default -> null;
                });
    }

    @Override
    protected void draw(GraphicsContext graphics, Optional<Cell> chosen) {
        if (sheet.isEmpty()) {
            return;
        }
        HeatFigure.of(sheet.get()).paint(new CanvasPen(graphics), palette(), getWidth(), getHeight());
        FigureLayout at = layout(sheet.get());
        chosen.ifPresent(cell -> {
            double x = Math.rint(at.x(cell.position()));
            double y = Math.rint(at.y(cell.layer()));
            double width = Math.max(2, at.cellWidth());
            double height = Math.max(2, at.cellHeight());
            // black in white can be seen on every colour
            graphics.setLineWidth(isFocused() ? 2 : 1);
            graphics.setStroke(Color.WHITE);
            graphics.strokeRect(x - 1.5, y - 1.5, width + 3, height + 3);
            graphics.setStroke(Color.BLACK);
            graphics.strokeRect(x - 0.5, y - 0.5, width + 1, height + 1);
        });
    }
}
