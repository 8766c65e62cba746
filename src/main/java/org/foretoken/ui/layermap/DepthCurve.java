package org.foretoken.ui.layermap;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import javafx.geometry.Pos;
import javafx.scene.AccessibleRole;
import javafx.scene.control.Label;
import javafx.scene.control.Tooltip;
import javafx.scene.layout.Pane;
import javafx.scene.shape.Circle;
import javafx.scene.shape.Line;
import javafx.scene.shape.Polyline;
import org.foretoken.kvp.Source;
import org.foretoken.ui.fx.Numbers;
import org.foretoken.workbench.LayerMapSheet.Point;

/** The least error there is against what it gains: a line a source, a point for each number of auxiliary layers that run. */
final class DepthCurve extends Pane {
    private static final double LEFT = 40;
    private static final double BOTTOM = 24;
    private static final double TOP = 8;
    private static final double RIGHT = 16;

    private final Consumer<Point> chosen;
    private final Line axisX = new Line();
    private final Line axisY = new Line();
    private final Label nameX = tick("Executed-FLOPs gain");
    private final Label nameY = tick("Error");
    private final Label leastGain = tick("");
    private final Label mostGain = tick("");
    private final Label mostError = tick("");
    private final Map<Source, Polyline> lines = new LinkedHashMap<>();
    private final List<Circle> dots = new ArrayList<>();
    private List<Point> points = List.of();

    /** @param chosen hears of a point that is clicked */
    DepthCurve(Consumer<Point> chosen) {
        this.chosen = chosen;
        getStyleClass().add("depth-curve");
        setPrefSize(368, 168);
        setMinHeight(168);
        setAccessibleRole(AccessibleRole.IMAGE_VIEW);
        axisX.getStyleClass().add("depth-axis");
        axisY.getStyleClass().add("depth-axis");
        nameX.setAlignment(Pos.CENTER);
    }

    /** A piece of a source's line, for a legend. */
    static Line sample(Source source) {
        Line line = new Line(0, 0, 24, 0);
        line.getStyleClass().addAll("depth-line", "depth-" + source.label());
        return line;
    }

    /** Draws those points; the one of a source and depth stands out. */
    void show(List<Point> now, Source source, int depth) {
        points = now;
        dots.clear();
        lines.clear();
        for (Point point : points) {
            boolean stands = point.source() == source && point.depth() == depth;
            Circle dot = new Circle(stands ? 6 : 4);
            dot.getStyleClass()
                    .addAll(
                            stands ? "depth-chosen" : "depth-dot",
                            "depth-" + point.source().label());
            dot.setId("depth-" + point.source().label() + "-" + point.depth());
            dot.setOnMouseClicked(e -> chosen.accept(point));
            Tooltip.install(
                    dot,
                    new Tooltip(point.source().label() + ", " + Numbers.count(point.depth(), "auxiliary layer")
                            + ": error " + Numbers.significant(point.error().mean()) + ", gain "
                            + Numbers.ratio(point.flopsGain())));
            dots.add(dot);
            lines.computeIfAbsent(point.source(), DepthCurve::line);
        }
        getChildren().setAll(axisX, axisY, nameX, nameY, leastGain, mostGain, mostError);
        getChildren().addAll(lines.values());
        getChildren().addAll(dots);
        setAccessibleText("Least error against executed-FLOPs gain by number of auxiliary layers, a line for "
                + String.join(", ", lines.keySet().stream().map(Source::label).toList()));
        requestLayout();
    }

    private static Polyline line(Source source) {
        Polyline line = new Polyline();
        line.getStyleClass().addAll("depth-line", "depth-" + source.label());
        line.setMouseTransparent(true);
        return line;
    }

    @Override
    protected void layoutChildren() {
        double right = getWidth() - RIGHT;
        double low = getHeight() - BOTTOM;
        double fewest = points.stream().mapToDouble(Point::flopsGain).min().orElse(0);
        double gains = points.stream().mapToDouble(Point::flopsGain).max().orElse(1);
        double errors = points.stream().mapToDouble(p -> p.error().mean()).max().orElse(1);
        lines.values().forEach(line -> line.getPoints().clear());
        for (int i = 0; i < dots.size(); i++) {
            Point point = points.get(i);
            double across = gains > fewest ? (point.flopsGain() - fewest) / (gains - fewest) : 0.5;
            double x = LEFT + 8 + across * (right - LEFT - 8);
            double y = low - (errors > 0 ? point.error().mean() / errors : 0) * (low - TOP);
            dots.get(i).relocate(x - dots.get(i).getRadius(), y - dots.get(i).getRadius());
            lines.computeIfAbsent(point.source(), DepthCurve::line).getPoints().addAll(x, y);
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
