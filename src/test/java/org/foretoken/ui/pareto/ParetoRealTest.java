package org.foretoken.ui.pareto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.foretoken.ui.Shown.awaitWork;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import javafx.stage.Stage;
import javax.imageio.ImageIO;
import org.foretoken.runs.Pareto;
import org.foretoken.runs.ParetoPoint;
import org.foretoken.ui.FakeChoosers;
import org.foretoken.ui.RealPanelFixture;
import org.foretoken.ui.StyledScene;
import org.junit.jupiter.api.Test;
import org.testfx.api.FxRobot;
import org.testfx.framework.junit5.Start;

/** The panel over the real engine: the quick sweep of the sample models with fewer questions and repetitions. */
class ParetoRealTest extends RealPanelFixture {
    private ParetoViewModel model;

    @Start
    void start(Stage stage) {
        model = new ParetoViewModel(actions, threads, notices, current, ids -> {});
        stage.setScene(StyledScene.of(new ParetoPanel(model, new FakeChoosers().withExports(home)), 920, 700));
        stage.show();
    }

    @Test
    void theQuickSweepIsMeasuredDrawnWrittenAndNeverMeasuredAgain(FxRobot robot) throws Exception {
        robot.clickOn("#pareto-quick");
        awaitWork(() -> model.draft().setups.get().size() == 4);
        robot.interact(() -> {
            SweepDraft draft = model.draft();
            draft.limit.set(5);
            draft.lengths.set("32");
            draft.repetitions.set(5);
            draft.seconds.set(2);
        });
        List<Integer> grown = new ArrayList<>();
        robot.interact(() -> model.figureProperty()
                .subscribe(figure ->
                        figure.ifPresent(f -> grown.add(f.pareto().points().size()))));
        robot.clickOn("#measure-pareto");
        awaitWork(() -> model.jobProperty().get().isPresent());
        awaitWork(() -> model.jobProperty().get().isEmpty());
        Pareto measured = model.measuredProperty().get().orElseThrow();
        // the base, four setups, and the auxiliaries: of the two early-layers ones they are the same layers of the base
        assertThat(measured.points())
                .extracting(ParetoPoint::series)
                .contains("base", "early-layers", "kvp-c", "kvp-lp");
        assertThat(measured.points()).hasSizeBetween(8, 9).anyMatch(ParetoPoint::onFrontier);
        assertThat(grown)
                .as("points appear one after the other")
                .hasSizeGreaterThan(3)
                .isSorted();
        ParetoView chart = robot.lookup("#pareto-chart").queryAs(ParetoView.class);
        assertThat(chart.placed()).hasSize(measured.points().size());

        for (String format : Pareto.FORMATS) {
            robot.clickOn("#export-pareto").clickOn("#export-pareto-" + format);
            awaitWork(() -> Files.exists(home.resolve("pareto." + format)));
        }
        JsonNode json = new ObjectMapper().readTree(home.resolve("pareto.json").toFile());
        assertThat(json.at("/points")).hasSize(measured.points().size());
        assertThat(Files.readString(home.resolve("pareto.svg")))
                .contains("kvp-lp, auxiliary alone", "TTFT gain, \u00d7");
        assertThat(Files.readString(home.resolve("pareto.pdf"), StandardCharsets.ISO_8859_1))
                .contains("(kvp-lp)");
        assertThat(ImageIO.read(new ByteArrayInputStream(Files.readAllBytes(home.resolve("pareto.png"))))
                        .getWidth())
                .isEqualTo(2000);

        List<String> records = Files.readAllLines(home.resolve("runs/runs.jsonl"));
        robot.clickOn("#measure-pareto");
        awaitWork(() -> notices.currentProperty()
                .get()
                // a note may follow, as of what else the machine did while it timed
                .filter(notice -> notice.sentence().matches("Measured: \\d+ records of before used\\..*"))
                .isPresent());
        assertThat(Files.readAllLines(home.resolve("runs/runs.jsonl"))).isEqualTo(records);
        assertThat(model.measuredProperty().get().orElseThrow().points()).isEqualTo(measured.points());
    }
}
