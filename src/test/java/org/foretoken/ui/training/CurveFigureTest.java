package org.foretoken.ui.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.foretoken.figure.FigureFiles;
import org.foretoken.figure.Pen.Spot;
import org.foretoken.ui.training.Chart.Look;
import org.foretoken.ui.training.Chart.Series;
import org.junit.jupiter.api.Test;

class CurveFigureTest {
    private static String svg(List<Spot> spots) {
        Chart chart = new Chart("Perplexity", "Step", 0, 40, List.of(new Series("held out", Look.PREDICTED, spots)));
        return new String(
                FigureFiles.of("curves", CurveFigure.of(List.of(chart, chart, chart, chart)), "svg"),
                StandardCharsets.UTF_8);
    }

    @Test
    void aChartWithoutDataHasNoAxes() {
        assertThat(svg(List.of()))
                .contains(">nothing measured yet<", ">Perplexity<")
                .doesNotContain(">0.5<", ">1.0<", ">Step<", ">held out<");
        assertThat(svg(List.of(new Spot(0, 3), new Spot(20, 2)))).contains(">Step<", ">held out<", ">2.2<");
    }
}
