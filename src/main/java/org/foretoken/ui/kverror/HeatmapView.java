package org.foretoken.ui.kverror;

import java.util.Optional;
import java.util.function.BiFunction;
import javafx.beans.property.ReadOnlyStringProperty;
import javafx.beans.property.ReadOnlyStringWrapper;
import javafx.scene.AccessibleRole;
import javafx.scene.canvas.Canvas;
import javafx.scene.canvas.GraphicsContext;
import javafx.scene.input.KeyEvent;
import javafx.scene.layout.Region;
import javafx.scene.paint.Color;
import org.foretoken.ui.figure.CanvasPen;
import org.foretoken.ui.figure.Palette;
import org.foretoken.ui.kverror.FigureLayout.Cell;

/** The figure on the screen, with a cell that the mouse or the arrow keys choose. */
final class HeatmapView extends Region {
    private final Canvas canvas = new Canvas();
    private final BiFunction<Integer, Integer, String> words;
    private final ReadOnlyStringWrapper told = new ReadOnlyStringWrapper("");
    private Optional<HeatSheet> sheet = Optional.empty();
    private Optional<Cell> chosen = Optional.empty();

    /** @param words what is known of a layer and position */
    HeatmapView(BiFunction<Integer, Integer, String> words) {
        this.words = words;
        setId("heatmap");
        getStyleClass().add("heatmap");
        getChildren().add(canvas);
        setFocusTraversable(true);
        setAccessibleRole(AccessibleRole.IMAGE_VIEW);
        setAccessibleText("KV error by base layer and position; arrow keys move from cell to cell");
        setMinSize(360, 240);
        setOnMouseMoved(e -> figure().flatMap(l -> l.at(e.getX(), e.getY())).ifPresent(this::choose));
        setOnMousePressed(e -> {
            requestFocus();
            figure().flatMap(l -> l.at(e.getX(), e.getY())).ifPresent(this::choose);
        });
        setOnKeyPressed(this::key);
        focusedProperty().addListener((o, old, now) -> paint());
        backgroundProperty().addListener((o, old, now) -> paint());
    }

    /** What is told of the chosen cell. */
    ReadOnlyStringProperty toldProperty() {
        return told.getReadOnlyProperty();
    }

    Optional<Cell> chosen() {
        return chosen;
    }

    /** Shows a sheet; the chosen cell stays if there is one. */
    void show(Optional<HeatSheet> shown) {
        sheet = shown;
        chosen = chosen.filter(cell -> shown.isPresent()
                && cell.layer() < shown.get().layers()
                && cell.position() < shown.get().positions());
        tell();
        paint();
    }

    @Override
    protected void layoutChildren() {
        canvas.setWidth(getWidth());
        canvas.setHeight(getHeight());
        paint();
    }

    private Optional<FigureLayout> figure() {
        return sheet.map(s -> new FigureLayout(getWidth(), getHeight(), s.layers(), s.positions()));
    }

    private void choose(Cell cell) {
        if (!Optional.of(cell).equals(chosen)) {
            chosen = Optional.of(cell);
            tell();
            paint();
        }
    }

    private void tell() {
        told.set(chosen.map(cell -> words.apply(cell.layer(), cell.position())).orElse(""));
        chosen.ifPresent(cell -> setAccessibleText(told.get()));
    }

    private void key(KeyEvent event) {
        if (sheet.isEmpty()) {
            return;
        }
        int layers = sheet.get().layers();
        int positions = sheet.get().positions();
        Cell from = chosen.orElse(new Cell(0, 0));
        Cell to =
                switch (event.getCode()) {
                    case UP -> new Cell(Math.max(0, from.layer() - 1), from.position());
                    case DOWN -> new Cell(Math.min(layers - 1, from.layer() + 1), from.position());
                    case LEFT -> new Cell(from.layer(), Math.max(0, from.position() - 1));
                    case RIGHT -> new Cell(from.layer(), Math.min(positions - 1, from.position() + 1));
                    case HOME -> new Cell(from.layer(), 0);
                    case END -> new Cell(from.layer(), positions - 1);
                    default -> null;
                };
        if (to != null) {
            event.consume();
            choose(to);
        }
    }

    private void paint() {
        GraphicsContext graphics = canvas.getGraphicsContext2D();
        graphics.clearRect(0, 0, canvas.getWidth(), canvas.getHeight());
        if (sheet.isEmpty() || getWidth() <= 0) {
            return;
        }
        HeatFigure.of(sheet.get()).paint(new CanvasPen(graphics), Palette.on(this), getWidth(), getHeight());
        FigureLayout at = figure().orElseThrow();
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
