package org.foretoken.ui.kverror;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.foretoken.ForetokenException;
import org.foretoken.calibrate.KvError;
import org.foretoken.calibrate.KvError.Metric;
import org.foretoken.figure.FigureFiles;
import org.foretoken.ui.FakeActions;
import org.foretoken.ui.FakeModels;
import org.foretoken.ui.ViewModelFixture;
import org.foretoken.ui.kverror.SheetMaker.Side;
import org.foretoken.ui.kverror.SheetMaker.Which;
import org.foretoken.ui.shell.Notices;
import org.foretoken.workbench.MeasureKvError.OfPrompt;
import org.foretoken.workbench.MeasureKvError.OfText;
import org.foretoken.workbench.SetupSummary;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class KvErrorViewModelTest extends ViewModelFixture {
    private KvErrorViewModel model;
    private SetupSummary setup;
    private SetupSummary other;

    @BeforeEach
    void start() {
        model = new KvErrorViewModel(actions, threads.threads(), notices, current);
        setup = actions.setup(List.of(0, 1, 2), true);
        other = actions.setup(List.of(0, 1), true);
        actions.setups.addAll(List.of(setup, other, actions.setup(List.of(0), false)));
        current.use(FakeModels.smol());
        current.use(setup);
        threads.settle();
        model.promptProperty().set("Who built the tower by the sea?");
    }

    private HeatSheet measure() {
        model.run();
        threads.until(() -> model.jobProperty().get().isEmpty());
        return sheet();
    }

    private HeatSheet sheet() {
        return model.sheetProperty().get().orElseThrow();
    }

    private List<OfPrompt> prompts() {
        return ((PromptErrors) model.measuredProperty().get().orElseThrow()).measured();
    }

    private KvError error(int which) {
        return prompts().get(which).error();
    }

    @Test
    void showsWhatIsChosen() {
        HeatSheet keys = measure();
        assertThat(keys.positions()).isEqualTo(7);
        assertThat(keys.layers()).isEqualTo(30);
        assertThat(keys.cells().get(20)[3]).isEqualTo(error(0).keys().value(Metric.RELATIVE_L2, 20, 3));
        assertThat(keys.unit()).isEqualTo("relative L2");
        assertThat(keys.profile().get(3)).isZero();
        assertThat(keys.profile().get(29))
                .isCloseTo(prompts().get(0).profile().layers().get(29).keys().relativeL2(), within(1e-12));
        model.sideProperty().set(Side.VALUES);
        model.metricProperty().set(Metric.COSINE);
        assertThat(sheet().cells().get(20)[3])
                .isCloseTo(1 - error(0).values().value(Metric.COSINE, 20, 3), within(1e-12));
        assertThat(sheet().unit()).isEqualTo("1 \u2212 cosine");
        model.headProperty().set(Optional.of(2));
        assertThat(sheet().cells().get(20)[3])
                .isCloseTo(1 - error(0).values().value(Metric.COSINE, 20, 3, 2), within(1e-12));
        assertThat(sheet().title()).isEqualTo("Values, head 2: smollm2-first-3, 7 positions");
        model.sideProperty().set(Side.ATTENTION);
        assertThat(sheet().cells().get(20)[3])
                .isCloseTo(1 - error(0).attention().get(20)[3], within(1e-6));
        assertThat(sheet().kl().get(4)).isEqualTo(error(0).answers().get(4).kl(), within(1e-9));
        assertThat(sheet().changes().get(4)).isEqualTo(error(0).answers().get(4).sameTopOne() ? 0 : 1);
    }

    @Test
    void twoSetupsShowTheirDifference() {
        assertThat(model.othersProperty().get()).containsExactly(other);
        model.otherProperty().set(Optional.of(other));
        HeatSheet difference = measure();
        double first = error(0).keys().value(Metric.RELATIVE_L2, 20, 3);
        double second = error(1).keys().value(Metric.RELATIVE_L2, 20, 3);
        assertThat(difference.cells().get(20)[3]).isEqualTo(second - first);
        assertThat(difference.scale().signed()).isTrue();
        assertThat(difference.kl().get(2))
                .isEqualTo(
                        (double) error(1).answers().get(2).kl()
                                - error(0).answers().get(2).kl(),
                        within(1e-9));
        model.whichProperty().set(Which.OTHER);
        assertThat(sheet().cells().get(20)[3]).isEqualTo(second);
        model.whichProperty().set(Which.THIS);
        assertThat(sheet().cells().get(20)[3]).isEqualTo(first);
        assertThat(model.summary().lines()).hasSize(2);
        assertThat(model.words(20, 3)).contains("smollm2-first-3: K relative L2", "smollm2-first-2: K");
    }

    @Test
    void aTextShowsMeansOverItsWindows() {
        model.text().usedProperty().set(true);
        model.run();
        assertThat(actions.measuredTexts).as("no text is chosen").isEmpty();
        Path file = home.resolve("wiki.txt");
        model.text().fileProperty().set(Optional.of(file));
        model.text().windowsProperty().set(5);
        model.text().skipProperty().set(8192);
        HeatSheet keys = measure();
        assertThat(actions.measuredTexts).containsExactly(new FakeActions.MeasuredText(file, 8192, 5));
        assertThat(actions.measured).isEmpty();
        OfText measured = texts().get(0);
        assertThat(keys.positions()).isEqualTo(5);
        assertThat(keys.column()).isEqualTo("window");
        assertThat(keys.title()).endsWith("smollm2-first-3, 5 windows");
        assertThat(keys.cells().get(20)[3])
                .isEqualTo(measured.windows().get(3).layers().get(20).keys().relativeL2());
        assertThat(keys.kl().get(2)).isEqualTo(measured.windows().get(2).kl());
        assertThat(keys.changes().get(2))
                .isEqualTo(1 - measured.windows().get(2).topOne());
        model.sideProperty().set(Side.VALUES);
        model.metricProperty().set(Metric.COSINE);
        assertThat(sheet().cells().get(20)[3])
                .isEqualTo(
                        1 - measured.windows().get(3).layers().get(20).values().cosine());
        model.sideProperty().set(Side.ATTENTION);
        assertThat(sheet().cells().get(20)[3])
                .isEqualTo(1 - measured.windows().get(3).layers().get(20).attention());
        assertThat(model.words(20, 3)).startsWith("Layer 20, window 3, mean over 23 positions\nK relative L2 0.");
        assertThat(model.summary()).contains("perplexity 22.2, the base's 18.2");
        assertThat(model.heads()).isZero();
        assertThat(model.table().lines()).hasSize(1 + 30);
    }

    @Test
    void twoSetupsShowTheirDifferenceOnAText() {
        model.otherProperty().set(Optional.of(other));
        model.text().usedProperty().set(true);
        model.text().fileProperty().set(Optional.of(home.resolve("wiki.txt")));
        HeatSheet difference = measure();
        double first = texts().get(0).windows().get(6).layers().get(20).keys().relativeL2();
        double second = texts().get(1).windows().get(6).layers().get(20).keys().relativeL2();
        assertThat(difference.cells().get(20)[6]).isEqualTo(second - first);
        assertThat(difference.scale().signed()).isTrue();
        assertThat(model.summary().lines()).hasSize(2);
    }

    private List<OfText> texts() {
        return ((TextErrors) model.measuredProperty().get().orElseThrow()).measured();
    }

    @Test
    void aCellTellsItsTokenAndNumbers() {
        measure();
        assertThat(model.words(20, 2))
                .startsWith("Layer 20, position 2, token \u201c the\u201d (1234)\nK relative L2 0.");
    }

    @Test
    void whatWasMeasuredGoesWithItsSetup() {
        measure();
        current.use(other);
        assertThat(model.sheetProperty().get()).isEmpty();
        threads.settle();
        assertThat(model.othersProperty().get()).containsExactly(setup);
        assertThat(model.summary()).isEmpty();
    }

    @Test
    void whatWasMeasuredGoesWithItsPredictor() {
        measure();
        current.calibrate();
        threads.until(() -> current.canCalibrate());
        assertThat(current.setupProperty().get().orElseThrow().calibratedTokens())
                .isEqualTo(setup.calibratedTokens());
        assertThat(model.sheetProperty().get()).as("was the former predictor's").isEmpty();
    }

    @Test
    void aStoppedOrFailedMeasurementLeavesWhatWasThere() {
        HeatSheet before = measure();
        actions.tokenMillis = 100;
        model.run();
        model.stop();
        threads.until(() -> actions.running().isEmpty());
        threads.settle();
        assertThat(sheet()).isSameAs(before);
        assertThat(notices.currentProperty().get()).isEmpty();
        actions.tokenMillis = 0;
        actions.failure = Optional.of(new ForetokenException("The prompt has 9,000 tokens."));
        measure();
        assertThat(sheet()).isSameAs(before);
        assertThat(notice()).contains("9,000 tokens");
    }

    @Test
    void nothingIsMeasuredWithoutPromptOrPredictor() {
        model.promptProperty().set("  ");
        model.run();
        current.use(actions.setup(List.of(0), false));
        model.promptProperty().set("Who?");
        model.run();
        assertThat(actions.measured).isEmpty();
    }

    @Test
    void filesHoldWhatIsShown() throws Exception {
        HeatSheet shown = measure();
        for (String format : FigureFiles.FORMATS) {
            Path file = home.resolve("figure." + format);
            model.export(file, () -> FigureFiles.of(shown.title(), HeatFigure.of(shown), format));
            threads.until(() -> Files.exists(file));
            threads.settle();
            assertThat(notice()).startsWith("Wrote ");
        }
        assertThat(Files.readAllBytes(home.resolve("figure.png"))).startsWith(0x89, 'P', 'N', 'G');
        assertThat(Files.readString(home.resolve("figure.svg")))
                .startsWith("<svg ")
                .endsWith("</svg>\n")
                .contains("Keys: smollm2-first-3", "next-token KL, nats");
        String pdf = Files.readString(home.resolve("figure.pdf"), StandardCharsets.ISO_8859_1);
        assertThat(pdf).startsWith("%PDF-1.4").endsWith("%%EOF\n");
        int table = Integer.parseInt(pdf.substring(pdf.indexOf("startxref\n") + 10, pdf.lastIndexOf("\n%%EOF")));
        assertThat(pdf.substring(table)).startsWith("xref\n0 6\n");
        int page = Integer.parseInt(pdf.substring(table).lines().toList().get(7).substring(0, 10));
        assertThat(pdf.substring(page)).startsWith("5 0 obj\n<< /Length ");
        int length = Integer.parseInt(
                pdf.substring(page + 18).lines().findFirst().orElseThrow().replaceAll("\\D", ""));
        assertThat(pdf.substring(pdf.indexOf("stream\n") + 7 + length)).startsWith("endstream");
        assertThat(model.table().lines()).hasSize(1 + 30 * 7);
        model.export(home.resolve("no/folder.csv"), () -> new byte[1]);
        threads.settle();
        assertThat(notices.currentProperty().get().orElseThrow().kind()).isEqualTo(Notices.Kind.PROBLEM);
    }

    @Test
    void scalesReachFromTheLeastToTheMost() {
        List<double[]> rows = List.of(new double[] {0, 0.01, 1}, new double[] {Double.NaN, 0.1, 0.001});
        HeatScale linear = HeatScale.of(rows, false, false);
        assertThat(linear.share(0.1)).isCloseTo(0.1, within(1e-12));
        HeatScale log = HeatScale.of(rows, true, false);
        assertThat(log.least()).isEqualTo(0.001);
        assertThat(log.share(0)).isZero();
        assertThat(log.share(0.1)).isCloseTo(2 / 3.0, within(1e-12));
        assertThat(log.value(1 / 3.0)).isCloseTo(0.01, within(1e-12));
        HeatScale signed = HeatScale.of(List.of(new double[] {-2, 1}), true, true);
        assertThat(signed.share(0)).isCloseTo(0.5, within(1e-12));
        assertThat(signed.share(1)).isCloseTo(0.75, within(1e-12));
        HeatScale nothing = HeatScale.of(List.of(new double[] {0, 0}), true, false);
        assertThat(nothing.share(0)).isZero();
        assertThat(nothing.fill(Double.NaN).opacity()).isZero();
    }

    @Test
    void pointsAreTheCellsUnderThem() {
        FigureLayout at = new FigureLayout(1000, 600, 30, 2000);
        assertThat(at.at(at.x(0) + 0.1, at.y(0) + 0.1)).contains(new FigureLayout.Cell(0, 0));
        assertThat(at.at(at.plotRight() - 0.01, at.plotBottom() - 0.01)).contains(new FigureLayout.Cell(29, 1999));
        assertThat(at.at(at.x(700) + 0.1, at.klTop() + 3)).contains(new FigureLayout.Cell(29, 700));
        assertThat(at.at(10, at.y(3))).isEmpty();
        assertThat(at.at(at.plotRight() + 1, at.y(3))).isEmpty();
        assertThat(at.columns()).isEqualTo((int) at.plotWidth());
        assertThat(FigureLayout.step(30, 400, 14)).isEqualTo(2);
        assertThat(FigureLayout.step(2000, 768, 40)).isEqualTo(200);
        assertThat(FigureLayout.step(5, 768, 40)).isEqualTo(1);
    }
}
