package org.foretoken.runs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import org.foretoken.figure.Colour;
import org.foretoken.figure.Ink;
import org.foretoken.figure.Marker;
import org.foretoken.figure.Palette;
import org.foretoken.figure.Pen;
import org.foretoken.figure.Pen.Spot;
import org.foretoken.model.Flops.Definition;
import org.foretoken.runs.ParetoFigure.Placed;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.NodeList;

/** Pictures go to target/screenshots. */
class ParetoFigureTest {
    private static final Axes TTFT = new Axes(Axes.X.TTFT, Axes.Y.SCORE, Definition.EXECUTED, false);

    /** A base, two setups with an auxiliary alone, and a baseline, at two lengths. */
    private static Pareto pareto(Axes axes) {
        List<ParetoPoint> points = new ArrayList<>();
        for (int tokens : List.of(64, 512)) {
            points.add(ParetoTest.point("base", "base", tokens, tokens, 0.9));
            points.add(ParetoTest.point("early & \u03c1", "kv", tokens, tokens / 2.0, 0.8));
            points.add(ParetoTest.point("early & \u03c1", "auxiliary", tokens, tokens / 3.0, 0.4));
            points.add(ParetoTest.point("late", "kv", tokens, tokens / 1.5, 0.85));
            points.add(ParetoTest.point("random", "random:0.5", tokens, tokens / 1.8, 0.2));
        }
        return new Pareto("quiz", 1, "official_exact", true, 20, Records.MACHINE, axes, points).on(axes);
    }

    private static ParetoFigure figure(Pareto pareto, Set<String> hidden, int tokens) {
        return new ParetoFigure(pareto, hidden, tokens, false);
    }

    @Test
    void soonerLiesToTheSideAndBetterHigher() {
        List<Placed> placed = figure(pareto(TTFT), Set.of(), 512).placed(800, 500);
        assertThat(placed).hasSize(5);
        for (Placed one : placed) {
            for (Placed other : placed) {
                Estimate ttft = one.point().ttft();
                Estimate otherTtft = other.point().ttft();
                assertThat(ttft).isNotNull();
                assertThat(otherTtft).isNotNull();
                if (ttft != null && otherTtft != null && ttft.value() < otherTtft.value()) {
                    assertThat(one.at().x()).isLessThan(other.at().x());
                }
                if (one.point().score().value() < other.point().score().value()) {
                    assertThat(one.at().y()).isGreaterThan(other.at().y());
                }
            }
            assertThat(one.at().x()).isBetween(0.0, 800.0);
            assertThat(one.at().y()).isBetween(0.0, 500.0);
        }
    }

    @Test
    void tailsOfOneArmAreJoinedTheShortestFirst() {
        List<ParetoPoint> points =
                List.of(tailed("a", "kv", 32), tailed("a", "kv", 1), tailed("a", "hybrid:4", 1), tailed("b", "kv", 8));
        assertThat(ParetoFigure.tails(points)).containsExactly(List.of(points.get(1), points.get(0)));
        assertThat(Pareto.reading(points)).contains("dashes join");
        assertThat(Pareto.reading(points.subList(1, 4))).doesNotContain("dashes");
    }

    private static ParetoPoint tailed(String series, String arm, int tail) {
        ParetoPoint p = ParetoTest.point(series, arm, 64, 50 + tail, 0.5);
        return new ParetoPoint(
                p.origin(),
                series,
                series + ", tail " + tail,
                arm,
                tail,
                64,
                p.ttft(),
                p.gain(),
                p.flops(),
                p.score(),
                null,
                false,
                p.records(),
                null,
                null);
    }

    @Test
    void aLogarithmicAxisGivesEqualRatiosEqualRoom() {
        Axes log = new Axes(Axes.X.TTFT, Axes.Y.SCORE, Definition.EXECUTED, true);
        List<Placed> placed = figure(pareto(log), Set.of("random"), 0).placed(800, 500);
        double base = x(placed, "base", 64);
        double half = x(placed, "early & \u03c1", 64);
        double longBase = x(placed, "base", 512);
        double longHalf = x(placed, "early & \u03c1", 512);
        assertThat(base - half).isCloseTo(longBase - longHalf, org.assertj.core.api.Assertions.within(1e-6));
    }

    @Test
    void whatIsHiddenBoundsNothing() {
        assertThat(onFrontier(Set.of()))
                .containsExactlyInAnyOrder("base", "early & \u03c1", "early & \u03c1, tail 1", "late");
        // the random baseline answers later than the setup that is hidden, and worse
        assertThat(onFrontier(Set.of("early & \u03c1", "early & \u03c1, tail 1")))
                .containsExactlyInAnyOrder("base", "late", "random");
    }

    private static List<String> onFrontier(Set<String> hidden) {
        return figure(pareto(TTFT), hidden, 512).placed(800, 500).stream()
                .filter(each -> each.point().onFrontier())
                .map(each -> SeriesLook.name(each.point()))
                .distinct()
                .toList();
    }

    @Test
    void theFrontierIsDrawnInStepsThatThePointsBeat() throws Exception {
        for (Axes.X x : Axes.X.values()) {
            if (x == Axes.X.FLOPS) {
                continue; // all these points have the same
            }
            ParetoFigure figure = figure(pareto(new Axes(x, Axes.Y.SCORE, Definition.EXECUTED, false)), Set.of(), 512);
            List<Spot> on = figure.placed(1000, 600).stream()
                    .filter(each -> each.point().onFrontier())
                    .map(Placed::at)
                    .toList();
            List<Spot> steps = new ArrayList<>();
            figure.paint(new FrontierPen(steps), Palette.LIGHT, 1000, 600);
            assertThat(steps).hasSize(on.size() * 2 - 1).containsAll(on);
            for (int i = 1; i < steps.size(); i++) {
                Spot from = steps.get(i - 1);
                Spot to = steps.get(i);
                assertThat(from.x() == to.x() || from.y() == to.y()).isTrue();
                Spot middle = new Spot((from.x() + to.x()) / 2, (from.y() + to.y()) / 2);
                assertThat(on)
                        .as("somebody answers as soon as that, and as well")
                        .anyMatch(point -> point.y() <= middle.y()
                                && (x == Axes.X.TTFT ? point.x() <= middle.x() : point.x() >= middle.x()));
            }
        }
    }

    /** Keeps the one line in the frontier's colour. */
    private record FrontierPen(List<Spot> steps) implements Pen {
        @Override
        public void line(List<Spot> spots, double thickness, double dash, Colour colour) {
            if (colour.equals(Palette.LIGHT.bar())) {
                steps.addAll(spots);
            }
        }

        @Override
        public void fill(double x, double y, double width, double height, Colour colour) {}

        @Override
        public void fill(List<Spot> outline, Colour colour) {}

        @Override
        public void text(String text, double x, double baseline, Align align, double size, Colour colour) {}
    }

    private static double x(List<Placed> placed, String series, int tokens) {
        return placed.stream()
                .filter(each -> SeriesLook.name(each.point()).equals(series)
                        && each.point().tokens() == tokens)
                .findFirst()
                .orElseThrow()
                .at()
                .x();
    }

    @Test
    void hiddenSeriesAndOtherLengthsAreLeftOutAndLooksStay() {
        Pareto all = pareto(TTFT);
        assertThat(figure(all, Set.of("late"), 0).placed(800, 500))
                .hasSize(8)
                .noneMatch(each -> each.point().series().equals("late"));
        assertThat(figure(all, Set.of(), 64).placed(800, 500))
                .hasSize(5)
                .allMatch(each -> each.point().tokens() == 64);
        assertThat(SeriesLook.of(all.points()).keySet())
                .containsExactly("base", "early & \u03c1", "early & \u03c1, tail 1", "late", "random");
    }

    @Test
    void noTwoOfTwentyEightSetupsNorOfThePapersSeriesLookAlike() throws Exception {
        List<ParetoPoint> points = new ArrayList<>(IntStream.range(0, 28)
                .mapToObj(i -> ParetoTest.point("setup " + i, "kv", 64, 10 + i, 0.5))
                .toList());
        points.addAll(PaperPoints.of(5));
        assertThat(SeriesLook.of(points).values())
                .hasSize(36)
                .extracting(look -> look.ink() + " " + look.marker() + look.hollow())
                .doesNotHaveDuplicates();
    }

    @Test
    void aSetupLooksTheSameInAnyCompany() {
        List<ParetoPoint> samples = points("early-layers", "kvp-c", "kvp-lp", "early-layers-trained");
        Map<String, SeriesLook> before = SeriesLook.of(samples);
        assertThat(before.values()).extracting(SeriesLook::ink).doesNotHaveDuplicates();
        List<ParetoPoint> more = new ArrayList<>(points("first-half"));
        more.addAll(samples);
        Collections.reverse(more);
        assertThat(SeriesLook.of(more)).containsAllEntriesOf(before);
        assertThat(SeriesLook.of(points("kvp-lp"))).containsEntry("kvp-lp", before.get("kvp-lp"));
        assertThat(SeriesLook.of(points("kvp-lp", "a-fifth-one")).values())
                .as("two names that would have the same")
                .extracting(look -> look.ink() + " " + look.marker())
                .doesNotHaveDuplicates();
        List<ParetoPoint> many =
                points(IntStream.range(0, 28).mapToObj(i -> "setup " + i).toArray(String[]::new));
        assertThat(SeriesLook.of(many).values())
                .as("that is an auxiliary alone")
                .noneMatch(look -> look.ink().equals(Optional.of(Ink.GREEN)) && look.marker() == Marker.TRIANGLE);
    }

    private static List<ParetoPoint> points(String... setups) {
        return Stream.of(setups)
                .map(setup -> ParetoTest.point(setup, "kv", 64, 10, 0.5))
                .toList();
    }

    @Test
    void theFilesHoldWordsAndSymbols() throws Exception {
        ParetoFigure printed = ParetoFigure.of(pareto(new Axes(Axes.X.GAIN, Axes.Y.SCORE, Definition.EXECUTED, false)));
        Path pictures = Files.createDirectories(Path.of("target/screenshots"));
        for (String format : List.of("svg", "pdf", "png")) {
            Files.write(pictures.resolve("pareto-figure." + format), printed.as(format));
        }
        Document svg = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(printed.as("svg")));
        NodeList texts = svg.getElementsByTagName("text");
        List<String> words = IntStream.range(0, texts.getLength())
                .mapToObj(i -> texts.item(i).getTextContent())
                .toList();
        assertThat(words)
                .contains("quiz: official exact", "TTFT gain, \u00d7", "base", "early & \u03c1", "late", "random")
                .anyMatch(text -> text.startsWith("quiz version 1, 20 questions, prompts of 64, 512 tokens, on"));
        assertThat(svg.getElementsByTagName("polygon").getLength())
                .as("ten points, and the legend's")
                .isEqualTo(10 + 5);

        String pdf = new String(printed.as("pdf"), StandardCharsets.ISO_8859_1);
        assertThat(pdf)
                .startsWith("%PDF-1.4")
                .contains("(quiz: official exact) Tj", "(TTFT gain, \\327) Tj", "(late) Tj")
                .as("rho, which Helvetica hasn't, can be found")
                .contains("/ActualText <FEFF006500610072006C00790020002600200" + "3C1>");
        assertThat(ImageIO.read(new ByteArrayInputStream(printed.as("png"))).getWidth())
                .isEqualTo(2000);
    }

    @Test
    void aChartWithoutPointsSaysSo() {
        Pareto none = new Pareto("quiz", 1, "official_exact", true, 20, Records.MACHINE, TTFT, List.of());
        assertThat(new String(ParetoFigure.of(none).as("svg"), StandardCharsets.UTF_8))
                .contains("nothing measured yet");
        assertThat(new String(figure(pareto(TTFT), Set.of(), 7).as("svg"), StandardCharsets.UTF_8))
                .contains("nothing to show on these axes");
    }

    @Test
    void markersStandAroundTheirPlace() {
        for (Marker marker : Marker.values()) {
            List<org.foretoken.figure.Pen.Spot> outline = marker.outline(new org.foretoken.figure.Pen.Spot(100, 50), 4);
            assertThat(outline.isEmpty()).isEqualTo(marker == Marker.NONE);
            assertThat(outline)
                    .allSatisfy(spot -> assertThat(Math.hypot(spot.x() - 100, spot.y() - 50))
                            .isLessThan(6));
        }
    }

    @Test
    void coloursAreReadAndWrittenAndLieBetween() {
        assertThat(Colour.web("#0072b2").web()).isEqualTo("#0072b2");
        assertThat(Colour.web("#000000").interpolate(Colour.web("#ffffff"), 0.2).web())
                .isEqualTo("#333333");
        assertThat(Palette.LIGHT.ground()).isEqualTo(new Colour(1, 1, 1, 1));
    }

    @Test
    void perplexitiesFarApartStandOnALogarithmicAxis() throws Exception {
        List<ParetoPoint> points = List.of(
                ParetoTest.point("base", "base", 64, 50, 40),
                ParetoTest.point("early", "kv", 64, 40, 60),
                ParetoTest.point("late", "kv", 64, 30, 6e8));
        ParetoFigure far = ParetoFigure.of(of("perplexity", points));
        List<Placed> placed = far.placed(800, 500);
        double axis = placed.get(0).at().y() - placed.get(2).at().y();
        assertThat(placed.get(0).at().y() - placed.get(1).at().y())
                .isCloseTo(axis * Math.log(1.5) / Math.log(1.5e7), org.assertj.core.api.Assertions.within(1e-6));
        String svg = new String(far.as("svg"), StandardCharsets.UTF_8);
        assertThat(svg)
                .contains(">perplexity: perplexity, log scale<", ">100<", ">10,000<", ">1e5<", ">1e8<")
                .contains("version 1, 48 windows, prompts of 64 tokens")
                .doesNotContain("100,000", "questions");
        String near = new String(
                ParetoFigure.of(of("perplexity", points.subList(0, 2))).as("svg"), StandardCharsets.UTF_8);
        assertThat(near).contains(">perplexity: perplexity<", ">early<").doesNotContain(">late<");
        Pareto all = of("perplexity", points);
        assertThat(ParetoFigure.outliers(all)).containsExactly("late");
        assertThat(new String(ParetoFigure.inDocument(all).as("svg"), StandardCharsets.UTF_8))
                .as("a document's figure leaves it out")
                .isEqualTo(near);
        assertThat(new String(all.as("tex"), StandardCharsets.UTF_8))
                .as("LaTeX draws the same figure")
                .contains("Not drawn, being more than 100 times the best: late.", "\\addlegendentry{early}")
                .doesNotContain("\\addlegendentry{late}", "ymode=log");
        List<ParetoPoint> wide = List.of(points.get(0), points.get(1), ParetoTest.point("slow", "kv", 64, 30, 3000));
        assertThat(new String(of("perplexity", wide).as("tex"), StandardCharsets.UTF_8))
                .contains(
                        "ymode=log, log ticks with fixed point, ytick={50.0, 100.0, 200.0, 500.0, 1000.0, 2000.0},",
                        "\\addlegendentry{slow}");
        assertThat(new String(ParetoFigure.of(of("kl", points)).as("svg"), StandardCharsets.UTF_8))
                .contains(">perplexity: KL<");
    }

    private static Pareto of(String metric, List<ParetoPoint> points) {
        return new Pareto("perplexity", 1, metric, false, 48, Records.MACHINE, TTFT, points).on(TTFT);
    }
}
