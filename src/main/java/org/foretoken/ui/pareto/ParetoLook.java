package org.foretoken.ui.pareto;

import java.util.Set;
import java.util.stream.Stream;
import javafx.beans.Observable;
import javafx.beans.property.BooleanProperty;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.SimpleBooleanProperty;
import javafx.beans.property.SimpleObjectProperty;
import org.foretoken.ForetokenException;
import org.foretoken.model.Flops.Definition;
import org.foretoken.runs.Axes;
import org.foretoken.runs.Pareto;
import org.foretoken.runs.ParetoFigure;

/** How points are looked at. The paper's go with gains and shares only, so choosing them chooses such axes, and others put them away. */
final class ParetoLook {
    final ObjectProperty<Axes.X> x = new SimpleObjectProperty<>(Axes.X.GAIN);
    final ObjectProperty<Axes.Y> y = new SimpleObjectProperty<>(Axes.Y.SCORE);
    final ObjectProperty<Definition> flops = new SimpleObjectProperty<>(Definition.EXECUTED);
    final BooleanProperty log = new SimpleBooleanProperty(false);
    /** The table of the paper whose points are laid beside; 0 for none. */
    final ObjectProperty<Integer> paper = new SimpleObjectProperty<>(0);
    /** The one prompt length that is shown; 0 for all. */
    final ObjectProperty<Integer> tokens = new SimpleObjectProperty<>(0);
    /** Series that are not shown, by name. */
    final ObjectProperty<Set<String>> hidden = new SimpleObjectProperty<>(Set.of());

    private Runnable changed = () -> {};
    private boolean settling;

    ParetoLook() {
        paper.addListener((o, old, now) -> {
            if (now != 0) {
                settle(() -> {
                    x.set(x.get() == Axes.X.TTFT ? Axes.X.GAIN : x.get());
                    y.set(Axes.Y.RETAINED);
                    flops.set(Definition.PAPER);
                });
            }
        });
        Stream.<Observable>of(x, y, flops)
                .forEach(each -> each.addListener(o -> settle(() -> {
                    if (!axes(true).takesPublished()) {
                        paper.set(0);
                    }
                })));
        Stream.<Observable>of(x, y, flops, log, paper, tokens, hidden).forEach(each -> each.addListener(o -> tell()));
    }

    void onChange(Runnable listener) {
        this.changed = listener;
    }

    /** Several changes that are heard of as one. */
    private void settle(Runnable change) {
        if (!settling) {
            settling = true;
            change.run();
            settling = false;
            tell();
        }
    }

    private void tell() {
        if (!settling) {
            changed.run();
        }
    }

    /** @param higherIsBetter of the score; otherwise there are no shares of the base's */
    Axes axes(boolean higherIsBetter) {
        return new Axes(x.get(), higherIsBetter ? y.get() : Axes.Y.SCORE, flops.get(), log.get());
    }

    /** Shows all that is measured. */
    void showAll() {
        settle(() -> {
            hidden.set(Set.of());
            tokens.set(0);
        });
    }

    /** Some points as they are looked at; what they don't take is put away. */
    ParetoFigure figure(Pareto points) {
        fit(points);
        try {
            Pareto on = points.on(axes(points.higherIsBetter())).withPaper(paper.get());
            return new ParetoFigure(on, hidden.get(), tokens.get(), false);
        } catch (ForetokenException e) {
            throw new IllegalStateException("the tables to choose from are there", e);
        }
    }

    private void fit(Pareto points) {
        boolean was = settling;
        settling = true;
        if (!points.higherIsBetter()) {
            paper.set(0);
            y.set(Axes.Y.SCORE);
        }
        settling = was;
    }
}
