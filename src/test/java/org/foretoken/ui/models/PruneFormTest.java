package org.foretoken.ui.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.foretoken.ui.Shown.await;

import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javafx.scene.Node;
import javafx.scene.control.Label;
import javafx.stage.Stage;
import org.foretoken.ui.FakeChoosers;
import org.foretoken.ui.FakeModels;
import org.foretoken.ui.PanelFixture;
import org.foretoken.ui.Shown;
import org.foretoken.ui.StyledScene;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.testfx.api.FxRobot;
import org.testfx.framework.junit5.Start;
import org.testfx.util.WaitForAsyncUtils;

/** Pruning by importance with the mouse. Pictures go to target/screenshots. */
class PruneFormTest extends PanelFixture {
    private static final Path TEXT = Path.of("/text/wiki.txt");

    private ModelsViewModel model;
    private ModelsPanel panel;

    @Start
    void start(Stage stage) {
        model = new ModelsViewModel(actions, threads, notices, current);
        panel = new ModelsPanel(model, new FakeChoosers().withTexts(TEXT));
        stage.setScene(StyledScene.of(panel, 920, 608));
        stage.show();
    }

    @ParameterizedTest
    @ValueSource(strings = {"light", "dark"})
    void theImportantLayersOfATextAreKept(String theme, FxRobot robot) {
        actions.calibrationStepMillis = 60;
        robot.interact(() -> {
            StyledScene.useTheme(theme);
            model.open(FakeModels.SMOL);
        });
        await(() -> current.baseProperty().get().isPresent());
        robot.clickOn("Prune layers…");
        await(() -> robot.lookup("#importance-text").tryQuery().isPresent());
        Node text = robot.lookup("#importance-text").query();
        assertThat(text.getParent().getParent().isVisible()).as("of no use yet").isFalse();
        robot.clickOn("The most important");
        assertThat(((Label) text).getText()).isEqualTo("The text that comes with Foretoken");
        robot.clickOn("#choose-importance-text");
        assertThat(((Label) text).getText()).isEqualTo("wiki.txt");
        Shown.picture("prune-form-" + theme, text.getScene());
        robot.clickOn("Make setup");
        await(() -> panel.lookup("#ranking").isVisible());
        WaitForAsyncUtils.sleep(500, TimeUnit.MILLISECONDS);
        Shown.picture("prune-ranking-" + theme, panel.getScene());
        await(() -> current.setupProperty().get().isPresent());
        assertThat(actions.rankedTexts).containsExactly(Optional.of(TEXT));
        assertThat(current.setupProperty().get().orElseThrow().selectLayers().orElseThrow())
                .hasSize(15);
        assertThat(panel.lookup("#ranking").isVisible()).isFalse();
    }
}
