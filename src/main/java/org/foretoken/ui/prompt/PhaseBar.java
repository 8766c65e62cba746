package org.foretoken.ui.prompt;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javafx.geometry.VPos;
import javafx.scene.AccessibleRole;
import javafx.scene.control.Label;
import javafx.scene.layout.Pane;
import javafx.scene.layout.Region;
import org.foretoken.generate.Arm;
import org.foretoken.generate.PhaseTimes;
import org.foretoken.ui.fx.ArmMark;
import org.foretoken.ui.fx.Numbers;

/**
 * Where the time to the first token went, as a bar on a time axis that all cards share, so that the shorter bar is the result. A phase has the colour of
 * the model that works in it.
 */
final class PhaseBar extends Pane {
    private static final double BAR = 16;
    private static final double AXIS = 20;

    private record Phase(String name, double millis, Region bar) {}

    private final Arm arm;
    private final Region track = new Region();
    private final List<Phase> phases = new ArrayList<>();
    private final List<Label> ticks = new ArrayList<>();
    private Optional<PhaseTimes> shown = Optional.empty();
    private double axisMillis;

    PhaseBar(Arm arm) {
        this.arm = arm;
        getStyleClass().add("phase-bar");
        setAccessibleRole(AccessibleRole.IMAGE_VIEW);
        track.getStyleClass().add("phase-track");
        setMinHeight(BAR + AXIS);
        setPrefHeight(BAR + AXIS);
        setMaxHeight(BAR + AXIS);
        show(Optional.empty(), Double.NaN);
    }

    /** @param axis end of the common axis in milliseconds */
    void show(Optional<PhaseTimes> times, double axis) {
        if (times.equals(shown) && axis == axisMillis) {
            return;
        }
        shown = times;
        axisMillis = axis;
        phases.clear();
        times.ifPresent(t -> {
            Arm first = arm.equals(Arm.AUXILIARY) ? Arm.AUXILIARY : Arm.BASE;
            add("tokenise", t.tokenise(), "phase-tokenise");
            add("auxiliary", t.auxiliary(), ArmMark.styleClass(Arm.AUXILIARY));
            add("predict", t.predict(), ArmMark.styleClass(Arm.KV_PREDICTION));
            add("first step", t.firstStep(), ArmMark.styleClass(first));
        });
        ticks.clear();
        if (!Double.isNaN(axis) && axis > 0) {
            double step = tickStep(axis);
            for (double at = 0; at <= axis * 1.0001; at += step) {
                Label tick = new Label(Numbers.plain(Math.round(at * 1e3) / 1e3) + (at == 0 ? " ms" : ""));
                tick.setUserData(at);
                tick.getStyleClass().add("tick");
                ticks.add(tick);
            }
        }
        getChildren().setAll(track);
        getChildren().addAll(phases.stream().map(Phase::bar).toList());
        getChildren().addAll(ticks);
        setAccessibleText(words());
        requestLayout();
    }

    /** The phases and their times, such as "auxiliary 19.2 ms, predict 1.10 ms". */
    String words() {
        StringBuilder words = new StringBuilder();
        for (Phase phase : phases) {
            words.append(words.isEmpty() ? "" : ", ")
                    .append(phase.name())
                    .append(' ')
                    .append(Numbers.millis(phase.millis()));
        }
        return words.toString();
    }

    /** A round distance that makes two to five ticks. */
    static double tickStep(double axis) {
        double power = Math.pow(10, Math.floor(Math.log10(axis)));
        double lead = axis / power;
        return power * (lead < 2 ? 0.5 : lead < 5 ? 1 : 2);
    }

    private void add(String name, double millis, String styleClass) {
        if (millis > 0) {
            Region bar = new Region();
            bar.getStyleClass().addAll("phase", styleClass);
            phases.add(new Phase(name, millis, bar));
        }
    }

    @Override
    protected void layoutChildren() {
        double width = getWidth();
        track.resizeRelocate(0, 0, width, BAR);
        double perMilli = axisMillis > 0 ? width / axisMillis : 0;
        double from = 0;
        for (Phase phase : phases) {
            double to = from + phase.millis();
            phase.bar().resizeRelocate(from * perMilli, 0, Math.max(1, (to - from) * perMilli - 1), BAR);
            from = to;
        }
        for (Label tick : ticks) {
            double at = tick.getUserData() instanceof Double millis ? millis : 0;
            tick.autosize();
            double x = at * perMilli;
            double left = at == 0 ? 0 : Math.min(width - tick.getWidth(), x - tick.getWidth() / 2);
            positionInArea(tick, left, BAR + 2, tick.getWidth(), AXIS - 2, 0, javafx.geometry.HPos.LEFT, VPos.CENTER);
        }
    }
}
