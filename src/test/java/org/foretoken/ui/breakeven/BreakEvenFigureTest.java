package org.foretoken.ui.breakeven;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import org.foretoken.figure.FigureFiles;
import org.foretoken.figure.Plot;
import org.foretoken.ui.FakeBreakEven;
import org.foretoken.workbench.BreakEven;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.NodeList;

/** Pictures go to target/screenshots. */
class BreakEvenFigureTest {
    private static BreakEvenFigure figure(BreakEven.Result result) {
        return new BreakEvenFigure("early & \u03c1", "2026-11-30 12:00", result, false);
    }

    private static Document svg(BreakEvenFigure figure) throws Exception {
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(figure.as("svg")));
    }

    private static List<String> words(Document svg) {
        NodeList texts = svg.getElementsByTagName("text");
        return IntStream.range(0, texts.getLength())
                .mapToObj(i -> texts.item(i).getTextContent())
                .toList();
    }

    @Test
    void theFilesHoldWordsMarksAndTheLine() throws Exception {
        BreakEvenFigure figure = figure(FakeBreakEven.result(List.of(100, 500), 1, true));
        Path pictures = Files.createDirectories(Path.of("target/screenshots"));
        for (String format : FigureFiles.FORMATS) {
            Files.write(pictures.resolve("break-even-figure." + format), figure.as(format));
        }
        Document svg = svg(figure);
        assertThat(words(svg))
                .contains(
                        "Time to first token, ms",
                        "Base",
                        "KV prediction",
                        "checked",
                        "break-even: 81 tokens",
                        "early & \u03c1, tail 1; AMD EPYC 7763, kernel bf16, 2 threads. It answers sooner from a prompt of"
                                + " 81 tokens on.");
        int timed = figure.result().timed().size();
        assertThat(svg.getElementsByTagName("polygon").getLength())
                .as("timed and checked points of both, and the legend's three")
                .isEqualTo(2 * timed + 2 * 2 + 3);
        assertThat(new String(figure.as("pdf"), StandardCharsets.ISO_8859_1)).contains("(break-even: 81 tokens) Tj");
        assertThat(ImageIO.read(new ByteArrayInputStream(figure.as("png"))).getWidth())
                .isEqualTo(2000);
    }

    @Test
    void theShortestThatWasTimedIsNoMoreThanABound() throws Exception {
        BreakEven.Result result = FakeBreakEven.result(List.of(100), 1, false);
        BreakEven.Result sooner = new BreakEven.Result(
                result.setup(),
                result.tail(),
                result.machine(),
                result.timed(),
                result.base(),
                result.predicted(),
                result.saved(),
                result.step(),
                result.timed().get(0),
                result.memory(),
                result.rows(),
                result.otherWork());
        assertThat(words(svg(figure(sooner)))).contains("break-even: at most 14 tokens");
    }

    @Test
    void withoutBreakEvenThereIsNoLine() throws Exception {
        Document svg = svg(figure(FakeBreakEven.result(List.of(100), FakeBreakEven.TOO_MUCH, false)));
        assertThat(words(svg))
                .noneMatch(text -> text.startsWith("break-even"))
                .doesNotContain("checked")
                .anyMatch(text -> text.endsWith("No prompt is answered sooner by this setup on this machine."));
    }

    @Test
    void everythingHasItsPlace() {
        BreakEvenFigure figure = figure(FakeBreakEven.result(List.of(3, 3000), 1, true));
        Plot plot = figure.plot(700, 400);
        assertThat(figure.marked()).contains(3, 81, 3000);
        for (int tokens : figure.marked()) {
            double share = (plot.x(tokens) - plot.left()) / plot.width();
            assertThat(share).isBetween(0.01, 0.99);
            assertThat(plot.across().value(share)).isCloseTo(tokens, within(1e-6));
        }
        for (BreakEven.Row row : figure.result().rows()) {
            assertThat(plot.y(row.foretold().baseTtft())).isBetween(plot.top() + 1, plot.bottom() - 1);
            assertThat(plot.y(row.foretold().ttft())).isBetween(plot.top() + 1, plot.bottom() - 1);
        }
        double crossing = plot.y(figure.result().base().at(80));
        assertThat(crossing).isCloseTo(plot.y(figure.result().predicted().at(80)), within(1e-6));
    }
}
