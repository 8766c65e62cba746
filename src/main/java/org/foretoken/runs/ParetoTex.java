package org.foretoken.runs;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.foretoken.Digits;
import org.foretoken.eval.Metric;
import org.foretoken.figure.Axis;
import org.foretoken.figure.Ink;
import org.foretoken.figure.Marker;
import org.jspecify.annotations.Nullable;

/** Points as a LaTeX document of its own: a figure by pgfplots with error bars and frontier, and a table by booktabs. Either can be cut out. */
final class ParetoTex {
    private static final String QUIET = "gray";

    private final Pareto pareto;
    private final ParetoFigure figure;
    private final List<String> lines = new ArrayList<>();

    private ParetoTex(Pareto pareto) {
        this.pareto = pareto;
        figure = ParetoFigure.inDocument(pareto);
    }

    static String of(Pareto pareto) {
        return new ParetoTex(pareto).document();
    }

    private String document() {
        lines.add(
                "% Written by Foretoken from its run records. Figure and table can be cut out; they need these packages:");
        lines.add("\\documentclass{article}");
        lines.add("\\usepackage[utf8]{inputenc}");
        lines.add("\\usepackage[margin=2cm]{geometry}");
        lines.add("\\usepackage{pgfplots,booktabs}");
        lines.add("\\pgfplotsset{compat=1.16}");
        for (Ink ink : Ink.values()) {
            lines.add("\\definecolor{" + name(ink) + "}{HTML}{"
                    + ink.colour().web().substring(1).toUpperCase(Locale.ROOT) + "}");
        }
        lines.add("\\begin{document}");
        lines.add("");
        figure();
        lines.add("");
        table();
        lines.add("\\end{document}");
        return String.join("\n", lines) + "\n";
    }

    private void figure() {
        Axes axes = pareto.axes();
        lines.add("\\begin{figure}");
        lines.add("\\centering");
        lines.add("\\begin{tikzpicture}");
        lines.add("\\begin{axis}[");
        lines.add("  width=\\linewidth, height=0.62\\linewidth,");
        logarithmic("x", figure.across());
        logarithmic("y", figure.up());
        lines.add("  xlabel={" + text(axes.xLabel()) + "}, ylabel={" + text(pareto.yLabel()) + "},");
        lines.add("  legend style={font=\\scriptsize, at={(0.5,-0.18)}, anchor=north, draw=none}, legend columns=2,");
        lines.add("  /tikz/every even column/.append style={column sep=1em},");
        lines.add("  legend cell align=left, grid=major, grid style={gray!20},");
        lines.add("]");
        Map<String, SeriesLook> looks = SeriesLook.of(pareto.points());
        Map<String, List<ParetoPoint>> plots = new LinkedHashMap<>();
        for (ParetoPoint point : figure.shown()) {
            plots.computeIfAbsent(SeriesLook.name(point), name -> new ArrayList<>())
                    .add(point);
        }
        for (List<ParetoPoint> tails : ParetoFigure.tails(figure.shown())) {
            SeriesLook look = Objects.requireNonNull(looks.get(SeriesLook.name(tails.get(0))));
            lines.add("\\addplot[" + colour(look) + ", thin, dashed, no marks, forget plot] coordinates {");
            tails.forEach(this::coordinates);
            lines.add("};");
        }
        plots.forEach((name, points) -> plot(Objects.requireNonNull(looks.get(name)), points));
        for (int tokens :
                new TreeSet<>(pareto.points().stream().map(ParetoPoint::tokens).toList())) {
            frontier(tokens);
        }
        lines.add("\\end{axis}");
        lines.add("\\end{tikzpicture}");
        String caption = pareto.caption(figure.shown()) + " " + ParetoFigure.notDrawn(pareto, "");
        lines.add("\\caption{" + text(caption.strip()) + "}");
        lines.add("\\end{figure}");
    }

    /** Such an axis, with the figure's ticks: pgfplots' own are no round numbers where they stay within a power of ten. */
    private void logarithmic(String axis, Axis of) {
        if (of.log()) {
            String ticks = of.ticks(8).stream().map(String::valueOf).collect(Collectors.joining(", "));
            lines.add("  " + axis + "mode=log, log ticks with fixed point, " + axis + "tick={" + ticks + "},");
        }
    }

    private static String name(Ink ink) {
        return "okabe" + ink.name().toLowerCase(Locale.ROOT); // not a colour that a document has already
    }

    private static String mark(Marker marker) {
        return switch (marker) {
            case NONE -> "none";
            case DISC -> "*";
            case DIAMOND -> "diamond*";
            case TRIANGLE, TIP_DOWN, TIP_RIGHT -> "triangle*";
            case SQUARE -> "square*";
            case PENTAGON -> "pentagon*";
            case STAR -> "oplus*"; // "star" is strokes alone, hollow or not
        };
    }

    private void plot(SeriesLook look, List<ParetoPoint> points) {
        List<String> options = new ArrayList<>();
        if (look.marker() == Marker.TIP_DOWN) {
            options.add("rotate=180");
        } else if (look.marker() == Marker.TIP_RIGHT) {
            options.add("rotate=270");
        }
        if (look.hollow()) {
            options.add("fill=white");
        }
        lines.add("\\addplot[only marks, mark=" + mark(look.marker()) + ", "
                + colour(look)
                + (options.isEmpty() ? "" : ", mark options={" + String.join(", ", options) + "}")
                + ", error bars/.cd, x dir=both, x explicit, y dir=both, y explicit]");
        lines.add("  table[x=x, y=y, x error plus=xp, x error minus=xm, y error plus=yp, y error minus=ym] {");
        lines.add("  x y xp xm yp ym");
        for (ParetoPoint point : points) {
            Estimate x = x(point);
            Estimate y = y(point);
            lines.add("  " + x.value() + " " + y.value() + " " + above(x) + " " + below(x) + " " + above(y) + " "
                    + below(y));
        }
        lines.add("};");
        lines.add("\\addlegendentry{" + text(look.name()) + "}");
        if (points.stream().map(ParetoPoint::tail).distinct().count() > 1) {
            points.stream().filter(point -> point.tail() != null).forEach(this::tail);
        }
    }

    private static String colour(SeriesLook look) {
        return look.ink().map(ParetoTex::name).orElse(QUIET);
    }

    private void coordinates(ParetoPoint point) {
        lines.add("  (" + x(point).value() + ", " + y(point).value() + ")");
    }

    /** Which of a setup's points it is. */
    private void tail(ParetoPoint point) {
        lines.add("\\node[font=\\tiny, anchor=south west] at (axis cs:" + x(point).value() + "," + y(point).value()
                + ") {tail " + point.tail() + "};");
    }

    private Estimate x(ParetoPoint point) {
        return Objects.requireNonNull(pareto.axes().x(point));
    }

    private Estimate y(ParetoPoint point) {
        return Objects.requireNonNull(pareto.axes().y(point));
    }

    private static double above(Estimate estimate) {
        return estimate.high() == null ? 0 : estimate.high() - estimate.value();
    }

    private static double below(Estimate estimate) {
        return estimate.low() == null ? 0 : estimate.value() - estimate.low();
    }

    private void frontier(int tokens) {
        List<ParetoPoint> on = figure.shown().stream()
                .filter(point -> point.onFrontier() && point.tokens() == tokens)
                .sorted(Comparator.comparingDouble(point -> x(point).value()))
                .toList();
        if (on.size() > 1) {
            String steps = pareto.axes().soonerIsLeft() ? "const plot" : "const plot mark right";
            lines.add("\\addplot[gray, thin, no marks, " + steps + ", forget plot] coordinates {");
            on.forEach(this::coordinates);
            lines.add("};");
        }
    }

    private void table() {
        lines.add("\\begin{table}");
        lines.add("\\centering");
        lines.add("\\scriptsize");
        lines.add("\\setlength{\\tabcolsep}{3pt}");
        lines.add("\\begin{tabular}{lrrrrrrc}");
        lines.add("\\toprule");
        lines.add("arm & tokens & TTFT (ms) & gain & FLOPs & " + text(Metric.words(pareto.metric()))
                + " & retained (\\%) &  \\\\");
        lines.add("\\midrule");
        for (ParetoPoint point : pareto.points()) {
            Double flops = point.flops().of(pareto.axes().flops());
            lines.add(String.join(
                            " & ",
                            text(point.label()),
                            point.tokens() == 0 ? "--" : Integer.toString(point.tokens()),
                            cell(point.ttft(), 1),
                            cell(point.gain(), 1),
                            flops == null ? "--" : number(flops),
                            cell(point.score(), 1),
                            cell(point.retained(), 100),
                            point.onFrontier() ? "$\\bullet$" : "")
                    + " \\\\");
        }
        lines.add("\\bottomrule");
        lines.add("\\end{tabular}");
        lines.add("\\caption{" + text(pareto.conditions(pareto.lengths()))
                + " Brackets hold 95\\% intervals; dots mark the frontier. FLOPs: the base's over the arm's, by the "
                + pareto.axes().flopsLabel() + " definition.}");
        lines.add("\\end{table}");
    }

    private static String cell(@Nullable Estimate estimate, double times) {
        if (estimate == null) {
            return "--";
        }
        String value = number(times * estimate.value());
        return estimate.low() == null
                        || estimate.high() == null
                        || estimate.low().equals(estimate.high())
                ? value
                : value + " [" + number(times * estimate.low()) + ", " + number(times * estimate.high()) + "]";
    }

    private static String number(double value) {
        return Double.isFinite(value) ? Digits.three(value) : "--";
    }

    /** Words as LaTeX takes them; what Latin-1 hasn't, such as a setup's name in other letters, becomes a question mark. */
    private static String text(String words) {
        String latin = new String(words.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.ISO_8859_1);
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < latin.length(); i++) {
            char letter = latin.charAt(i);
            switch (letter) {
                case '&', '%', '$', '#', '_', '{', '}' -> text.append('\\').append(letter);
                case '\\' -> text.append("\\textbackslash{}");
                case '~' -> text.append("\\textasciitilde{}");
                case '^' -> text.append("\\textasciicircum{}");
                default -> text.append(letter);
            }
        }
        return text.toString();
    }
}
