package org.foretoken.ui.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.foretoken.ui.Shown.await;

import java.util.List;
import java.util.Optional;
import javafx.scene.Node;
import javafx.scene.control.Label;
import javafx.stage.Stage;
import org.foretoken.ui.FakeModels;
import org.foretoken.ui.PanelFixture;
import org.foretoken.ui.StyledScene;
import org.foretoken.workbench.SetupSummary;
import org.junit.jupiter.api.Test;
import org.testfx.api.FxRobot;
import org.testfx.framework.junit5.Start;

class ModelListTest extends PanelFixture {
    /** As wide as it is in a window that was never made wider or narrower. */
    private static final double WIDTH = 336;

    private ModelList list;

    @Start
    void start(Stage stage) {
        SetupSummary setup = actions.setup(15, true);
        actions.setups.add(setup);
        ModelsViewModel model = new ModelsViewModel(actions, threads, notices, current);
        list = new ModelList(model);
        stage.setScene(StyledScene.of(list, WIDTH, 480));
        stage.show();
        model.start(List.of(FakeModels.SMOL));
    }

    @Test
    void aSetupsLinesAreNotCut(FxRobot robot) {
        await(() -> list.getItems().stream().anyMatch(row -> row instanceof ModelList.Row.Setup));
        robot.interact(list::layout);
        List<Label> lines = robot.from(list).lookup(".hint").<Label>queryAll().stream()
                .filter(Node::isVisible)
                .toList();
        assertThat(lines)
                .extracting(Label::getText)
                .contains("SmolLM2-135M-Instruct, first 15 layers", "hidden, calibrated, 8,192 tokens");
        assertThat(lines)
                .allSatisfy(line -> assertThat(line.getWidth())
                        .as(line.getText())
                        .isGreaterThanOrEqualTo(Math.floor(line.prefWidth(-1))));
    }

    @Test
    void aRowIsHeardWhole() {
        await(() -> list.getItems().stream().anyMatch(row -> row instanceof ModelList.Row.Setup));
        Optional<String> heard = list.lookupAll(".list-cell").stream()
                .map(Node::getAccessibleText)
                .filter(text -> text != null && text.contains("first 15 layers"))
                .findFirst();
        assertThat(heard.orElseThrow())
                .endsWith("SmolLM2-135M-Instruct, first 15 layers, hidden, calibrated, 8,192 tokens");
    }
}
