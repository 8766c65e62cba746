package org.foretoken.runs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.foretoken.ForetokenException;
import org.foretoken.model.Flops.Definition;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ParetoTest {
    private static final Axes TTFT = new Axes(Axes.X.TTFT, Axes.Y.SCORE, Definition.EXECUTED, false);
    private static final Axes SHARES = new Axes(Axes.X.GAIN, Axes.Y.RETAINED, Definition.PAPER, false);

    @TempDir
    private Path folder;

    private static ParetoPoint point(String series, int tokens, double ttft, double score) {
        return point(series, "kv", tokens, ttft, score);
    }

    static ParetoPoint point(String series, String arm, int tokens, double ttft, double score) {
        return new ParetoPoint(
                ParetoPoint.MEASURED,
                series,
                series + ", tail 1",
                arm,
                1,
                tokens,
                new Estimate(ttft, ttft - 1, ttft + 2),
                Estimate.of(100 / ttft),
                new ParetoPoint.FlopsGain(2.0, 1.5, 3.0),
                new Estimate(score, score - 0.1, score + 0.1),
                Estimate.of(score / 0.8),
                false,
                List.of("a1", "b2"),
                null,
                new ParetoPoint.Measurement(
                        "0.1.0", "2026-11-30T10:00:00Z", 40, "precise", null, List.of(0, 1), "hidden", "p1"));
    }

    private static List<String> frontier(Axes axes, boolean higherIsBetter, ParetoPoint... points) {
        return axes.marked(List.of(points), higherIsBetter).stream()
                .filter(ParetoPoint::onFrontier)
                .map(p -> p.series() + "@" + p.tokens())
                .toList();
    }

    @Test
    void theFrontierIsWhatNothingBeats() {
        ParetoPoint[] points = {
            point("base", 64, 100, 0.8),
            point("good", 64, 50, 0.7),
            point("worse", 64, 60, 0.6),
            point("as soon", 64, 50, 0.5),
            point("twin", 64, 50, 0.7),
            point("fast", 64, 10, 0.1),
            point("alone", 128, 200, 0.05)
        };
        assertThat(frontier(TTFT, true, points))
                .containsExactly("base@64", "good@64", "twin@64", "fast@64", "alone@128");
        assertThat(frontier(SHARES, true, points))
                .containsExactly("base@64", "good@64", "twin@64", "fast@64", "alone@128");
        // of a loss less is better
        assertThat(frontier(TTFT, false, points)).containsExactly("fast@64", "alone@128");
        // all have the same FLOPs, so the best score is all there is
        assertThat(frontier(new Axes(Axes.X.FLOPS, Axes.Y.SCORE, Definition.EXACT, false), true, points))
                .containsExactly("base@64", "alone@128");
    }

    @Test
    void publishedPointsAreNeverOnTheFrontier() throws Exception {
        List<ParetoPoint> all = new ArrayList<>(PaperPoints.of(5));
        all.add(point("slow", 59, 99, 0.0001));
        assertThat(SHARES.marked(all, true).stream().filter(ParetoPoint::onFrontier))
                .extracting(ParetoPoint::series)
                .containsExactly("slow");
    }

    private static Pareto pareto(Axes axes, List<ParetoPoint> more) {
        List<ParetoPoint> points = new ArrayList<>(
                List.of(point("base", 64, 100, 0.8), point("a \"b\", 50% & $_{c}^~#\\ 層", 64, 50, 0.75)));
        points.addAll(more);
        return new Pareto("quiz", 1, "official_exact", true, 20, Records.MACHINE, axes, axes.marked(points, true));
    }

    @Test
    void filesHoldEveryPoint() throws Exception {
        List<Path> files = pareto(TTFT, List.of()).write(folder.resolve("new/one"));
        assertThat(files)
                .extracting(file -> file.getFileName().toString())
                .containsExactly(
                        "pareto.csv", "pareto.json", "pareto-latex.tex", "pareto.svg", "pareto.pdf", "pareto.png");
        List<String> csv = Files.readAllLines(files.get(0));
        assertThat(csv).hasSize(3);
        assertThat(csv.get(0)).startsWith("origin,series,label,arm,tail,tokens,ttft_ms,ttft_ms_low");
        assertThat(csv.get(1))
                .isEqualTo("measured,base,\"base, tail 1\",kv,1,64,100.0,99.0,102.0,1.0,,,2.0,1.5,3.0,0.8,"
                        + (0.8 - 0.1) + "," + (0.8 + 0.1)
                        + ",1.0,,,true,a1 b2,,0.1.0,2026-11-30T10:00:00Z,40,precise,,0 1,hidden,p1,"
                        + "quiz,1,official_exact,20,a CPU,an OS,f32,1");
        assertThat(csv.get(2)).startsWith("measured,\"a \"\"b\"\", 50% & $_{c}^~#\\ 層\",");
        JsonNode json = new ObjectMapper().readTree(files.get(1).toFile());
        assertThat(json.at("/axes/x").asText()).isEqualTo("TTFT");
        assertThat(json.at("/higher_is_better").asBoolean()).isTrue();
        assertThat(json.at("/points/1/ttft/low").asDouble()).isEqualTo(49);
        assertThat(json.at("/points/1/on_frontier").asBoolean()).isTrue();
        assertThat(json.at("/points/1/flops/executed").asDouble()).isEqualTo(3);
        assertThat(json.at("/points/1/records/1").asText()).isEqualTo("b2");
        assertThat(Files.readString(files.get(2)))
                .contains(
                        "100.0 0.8 2.0 1.0", "a \"b\", 50\\% \\& \\$\\_\\{c\\}\\textasciicircum{}\\textasciitilde{}\\#")
                .contains("no marks, const plot, forget plot]")
                .contains("50.0 [49.0, 52.0]", "\\toprule", "time to first token (ms)")
                .doesNotContain("層");
    }

    @Test
    void aPublishedPointHasAsManyCellsAsAMeasuredOne() throws Exception {
        assertThat(pareto(TTFT, PaperPoints.of(5)).csv().lines())
                .extracting(line -> line.split(",(?=([^\"]*\"[^\"]*\")*[^\"]*$)", -1).length)
                .containsOnly(40);
    }

    @Test
    void theDocumentCompilesWhereThereIsLatex() throws Exception {
        Assumptions.assumeTrue(latex(null) == 0, "no pdflatex with pgfplots here");
        pareto(TTFT, List.of()).write(folder);
        assertThat(latex(folder)).isZero();
        assertThat(folder.resolve("pareto-latex.pdf")).isNotEmptyFile();
        // every kind of series and mark, and a logarithmic axis
        List<ParetoPoint> more = new ArrayList<>(PaperPoints.of(5));
        more.add(point("random", "random:0.5", 64, 60, 0.3));
        more.add(point("a", "auxiliary", 64, 40, 0.2));
        more.add(point("b", "kv", 128, 45, 0.7));
        more.add(point("c", "hybrid:4", 128, 50, 0.72));
        ParetoPoint c = point("c", "kv", 128, 52, 0.73);
        more.add(c);
        more.add(new ParetoPoint(
                c.origin(),
                c.series(),
                "c, tail 32",
                c.arm(),
                32,
                c.tokens(),
                c.ttft(),
                c.gain(),
                c.flops(),
                c.score(),
                c.retained(),
                false,
                c.records(),
                null,
                c.measurement()));
        Axes log = new Axes(Axes.X.GAIN, Axes.Y.RETAINED, Definition.PAPER, true);
        pareto(log, more).write(folder);
        assertThat(Files.readString(folder.resolve("pareto-latex.tex")))
                .contains("thin, dashed, no marks", "dashes join the tails of a setup")
                .contains("xmode=log", "xtick={1.0, 1.5, 2.0, 2.5, 3.0, 3.5, 4.0}", "{tail 1};", "{tail 32};");
        assertThat(latex(folder)).isZero();
    }

    /** The exit code of pdflatex on the document in a folder, or of looking for it and what it needs. */
    private int latex(@Nullable Path in) throws IOException, InterruptedException {
        List<String> command = in == null
                ? List.of("sh", "-c", "command -v pdflatex && kpsewhich pgfplots.sty && kpsewhich booktabs.sty")
                : List.of("pdflatex", "-interaction=nonstopmode", "-halt-on-error", "pareto-latex.tex");
        Process process;
        try {
            process = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(folder.resolve("said.txt").toFile())
                    .start();
        } catch (IOException e) {
            return 1; // not even a shell
        }
        if (!process.waitFor(2, TimeUnit.MINUTES)) {
            process.destroyForcibly();
            return 1;
        }
        return process.exitValue();
    }

    @Test
    void thePapersPointsAreThereWithItsMisprintsNoted() throws Exception {
        List<ParetoPoint> points = PaperPoints.of(5);
        assertThat(points).hasSize(27);
        ParetoPoint half = named(points, "KVP-LP-0.50");
        assertThat(half.origin()).isEqualTo("arXiv:2410.08391v1, Table 5");
        assertThat(Objects.requireNonNull(half.ttft()).value()).isEqualTo(3330, within(1e-9));
        assertThat(Objects.requireNonNull(half.gain()).value()).isEqualTo(1.68);
        assertThat(half.flops().paper()).isEqualTo(1.93);
        assertThat(Objects.requireNonNull(half.retained()).value()).isEqualTo(17.59 / 23.57, within(1e-12));
        ParetoPoint pruned = named(points, "RP-0.25");
        assertThat(pruned.ttft()).isNull();
        assertThat(pruned.note()).contains("repeats that of RP-0.75");
        assertThat(named(points, "L0.75-0.01").note()).contains("1.89");
        assertThat(named(PaperPoints.of(6), "KVP-C-1.1B").ttft()).isNull();
        assertThat(named(PaperPoints.of(7), "LP-0.75").score().value()).isEqualTo(0.113, within(1e-12));
        assertThatThrownBy(() -> PaperPoints.of(3))
                .isInstanceOf(ForetokenException.class)
                .hasMessageContaining("not 3");
    }

    private static ParetoPoint named(List<ParetoPoint> points, String name) {
        return points.stream()
                .filter(p -> p.label().equals("paper: " + name))
                .findFirst()
                .orElseThrow();
    }
}
