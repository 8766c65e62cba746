package org.foretoken.ui.breakeven;

import java.util.Comparator;
import java.util.Optional;
import java.util.TreeSet;
import javafx.scene.canvas.GraphicsContext;
import javafx.scene.input.KeyCode;
import org.foretoken.figure.Palette;
import org.foretoken.figure.Plot;
import org.foretoken.ui.figure.CanvasPen;
import org.foretoken.ui.figure.FigureView;
import org.foretoken.ui.fx.Numbers;
import org.foretoken.workbench.BreakEven;

/** The curves on the screen; a place is a prompt's length: any under the mouse, the marked ones by keys. */
final class BreakEvenView extends FigureView<Integer> {
    /** How near to a marked prompt the mouse must be to mean that one, in pixels. */
    private static final double NEAR = 6;

    private Optional<BreakEvenFigure> figure = Optional.empty();

    BreakEvenView() {
        super(
                "break-even-chart",
                "Time to first token by prompt length; left and right move between the prompts that were timed or asked for",
                280,
                220);
    }

    void show(Optional<BreakEvenFigure> shown) {
        figure = shown;
        changed(tokens -> figure.map(BreakEvenFigure::marked)
                .filter(marked -> marked.first() <= tokens && tokens <= marked.last())
                .isPresent());
    }

    @Override
    protected Optional<Integer> at(double x, double y) {
        if (figure.isEmpty()) {
            return Optional.empty();
        }
        TreeSet<Integer> marked = figure.get().marked();
        Plot plot = figure.get().plot(getWidth(), getHeight());
        if (x < plot.left() || x > plot.right() || y < plot.top() || y > plot.bottom()) {
            return Optional.empty();
        }
        int tokens = (int) Math.round(plot.across().value((x - plot.left()) / plot.width()));
        return Optional.of(marked.stream()
                .filter(each -> Math.abs(plot.x(each) - x) <= NEAR)
                .min(Comparator.comparingDouble(each -> Math.abs(plot.x(each) - x)))
                .orElse(Math.clamp(tokens, marked.first(), marked.last())));
    }

    @Override
    protected Optional<Integer> to(KeyCode key, Optional<Integer> from) {
        if (figure.isEmpty()) {
            return Optional.empty();
        }
        TreeSet<Integer> marked = figure.get().marked();
        return Optional.ofNullable(
                switch (key) {
                    case LEFT -> from.map(marked::lower).orElse(marked.first());
                    case RIGHT -> from.map(marked::higher).orElse(marked.last());
                    case HOME -> marked.first();
                    case END -> marked.last();
                    default -> null;
                });
    }

    @Override
    protected String words(Integer tokens) {
        return figure.map(shown -> words(shown.result(), tokens)).orElse("");
    }

    private static String words(BreakEven.Result result, int tokens) {
        double saved = result.saved().signedAt(tokens);
        return "Prompt of " + Numbers.count(tokens, "token") + ": base "
                + Numbers.millis(result.base().at(tokens)) + ", KV prediction "
                + Numbers.millis(result.predicted().at(tokens)) + ", "
                + Numbers.millis(Math.abs(saved)) + (saved >= 0 ? " sooner." : " later.");
    }

    @Override
    protected void draw(GraphicsContext graphics, Optional<Integer> chosen) {
        Palette palette = palette();
        CanvasPen pen = new CanvasPen(graphics);
        figure.ifPresent(shown -> {
            Plot plot = shown.plot(getWidth(), getHeight());
            chosen.ifPresent(tokens -> pen.fill(
                    Math.rint(plot.x(tokens)), plot.top(), isFocused() ? 2 : 1, plot.height(), palette.line()));
            shown.paint(pen, palette, getWidth(), getHeight());
        });
    }
}
