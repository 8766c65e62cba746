package org.foretoken.ui.layermap;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;
import javafx.geometry.Pos;
import javafx.scene.AccessibleRole;
import javafx.scene.control.Label;
import javafx.scene.control.Tooltip;
import javafx.scene.layout.Pane;
import javafx.scene.shape.Circle;
import javafx.scene.shape.Line;
import javafx.scene.shape.Polyline;
import org.foretoken.ui.fx.Numbers;

/** The least error there is against what it gains, a point for each number of auxiliary layers that may be used. */
final class DepthCurve extends Pane {
    private static final double LEFT = 40;
    private static final double BOTTOM = 24;
    private static final double TOP = 8;
    private static final double RIGHT = 16;

    /** The best map of the first {@code layers} auxiliary layers. */
    record Point(int layers, double gain, double error) {}

    private final IntConsumer chosen;
    private final Polyline line = new Polyline();
    private final Line axisX = new Line();
    private final Line axisY = new Line();
    private final Label nameX = tick("Executed-FLOPs gain");
    private final Label nameY = tick("Error");
    private final Label leastGain = tick("");
    private final Label mostGain = tick("");
    private final Label mostError = tick("");
    private final List<Circle> dots = new ArrayList<>();
    private List<Point> points = List.of();

    /** @param chosen hears the number of layers of a point that is clicked */
    DepthCurve(IntConsumer chosen) {
        this.chosen = chosen;
        getStyleClass().add("depth-curve");
        setPrefSize(368, 152);
        setMinHeight(152);
        setAccessibleRole(AccessibleRole.IMAGE_VIEW);
        line.getStyleClass().add("depth-line");
        axisX.getStyleClass().add("depth-axis");
        axisY.getStyleClass().add("depth-axis");
        nameX.setAlignment(Pos.CENTER);
    }

    /** Draws those points; the one of {@code layers} stands out. */
    void show(List<Point> now, int layers) {
        points = now;
        dots.clear();
        for (Point point : points) {
            Circle dot = new Circle(point.layers() == layers ? 6 : 4);
            dot.getStyleClass().add(point.layers() == layers ? "depth-chosen" : "depth-dot");
            dot.setOnMouseClicked(e -> chosen.accept(point.layers()));
            Tooltip.install(
                    dot,
                    new Tooltip(Numbers.count(point.layers(), "auxiliary layer") + ": error "
                            + Numbers.significant(point.error()) + ", gain " + Numbers.ratio(point.gain())));
            dots.add(dot);
        }
        getChildren().setAll(axisX, axisY, line, nameX, nameY, leastGain, mostGain, mostError);
        getChildren().addAll(dots);
        setAccessibleText("Least error against executed-FLOPs gain for 1 to " + points.size() + " auxiliary layers");
        requestLayout();
    }

    @Override
    protected void layoutChildren() {
        double right = getWidth() - RIGHT;
        double low = getHeight() - BOTTOM;
        double fewest = points.stream().mapToDouble(Point::gain).min().orElse(0);
        double gains = points.stream().mapToDouble(Point::gain).max().orElse(1);
        double errors = points.stream().mapToDouble(Point::error).max().orElse(1);
        line.getPoints().clear();
        for (int i = 0; i < dots.size(); i++) {
            Point point = points.get(i);
            double across = gains > fewest ? (point.gain() - fewest) / (gains - fewest) : 0.5;
            double x = LEFT + 8 + across * (right - LEFT - 8);
            double y = low - point.error() / errors * (low - TOP);
            dots.get(i).relocate(x - dots.get(i).getRadius(), y - dots.get(i).getRadius());
            line.getPoints().addAll(x, y);
        }
        place(axisX, LEFT, low, right, low);
        place(axisY, LEFT, TOP, LEFT, low);
        leastGain.setText(Numbers.ratio(fewest));
        mostGain.setText(Numbers.ratio(gains));
        mostError.setText(Numbers.significant(errors));
        put(nameX, (LEFT + right - nameX.prefWidth(-1)) / 2, low + 4);
        put(leastGain, LEFT, low + 4);
        put(mostGain, right - mostGain.prefWidth(-1), low + 4);
        put(mostError, LEFT - 4 - mostError.prefWidth(-1), TOP - 6);
        put(nameY, LEFT - 4 - nameY.prefWidth(-1), (TOP + low) / 2 - 6);
    }

    private static void place(Line axis, double x0, double y0, double x1, double y1) {
        axis.setStartX(x0);
        axis.setStartY(y0);
        axis.setEndX(x1);
        axis.setEndY(y1);
    }

    private static void put(Label label, double x, double y) {
        label.autosize();
        label.relocate(Math.rint(x), Math.rint(y));
    }

    private static Label tick(String words) {
        Label label = new Label(words);
        label.getStyleClass().add("tick");
        label.setMouseTransparent(true);
        return label;
    }
}
