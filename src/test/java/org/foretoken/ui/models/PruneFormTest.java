package org.foretoken.ui.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.foretoken.ui.Shown.await;

import atlantafx.base.theme.PrimerDark;
import atlantafx.base.theme.PrimerLight;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javafx.application.Application;
import javafx.embed.swing.SwingFXUtils;
import javafx.scene.Node;
import javafx.scene.Scene;
import javafx.scene.control.Label;
import javafx.stage.Stage;
import javax.imageio.ImageIO;
import org.foretoken.ui.FakeActions;
import org.foretoken.ui.FakeChoosers;
import org.foretoken.ui.FakeModels;
import org.foretoken.ui.StyledScene;
import org.foretoken.ui.fx.UiThreads;
import org.foretoken.ui.shell.CurrentSetup;
import org.foretoken.ui.shell.Notices;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.testfx.api.FxRobot;
import org.testfx.framework.junit5.ApplicationExtension;
import org.testfx.framework.junit5.Start;
import org.testfx.util.WaitForAsyncUtils;

/** Pruning by importance with the mouse. Pictures go to target/screenshots. */
@ExtendWith(ApplicationExtension.class)
@Timeout(120)
class PruneFormTest {
    private static final Path TEXT = Path.of("/text/wiki.txt");

    @TempDir
    static Path homes;

    private FakeActions actions;
    private CurrentSetup current;
    private ModelsViewModel model;
    private ModelsPanel panel;

    @Start
    void start(Stage stage) throws IOException {
        actions = new FakeActions(Files.createTempDirectory(homes, "home"));
        Notices notices = new Notices(homes);
        UiThreads threads = UiThreads.javafx();
        current = new CurrentSetup(actions, threads, notices);
        model = new ModelsViewModel(actions, threads, notices, current);
        panel = new ModelsPanel(
                model, new FakeChoosers(Optional.empty(), Optional.empty(), List.of(TEXT), Optional.empty()));
        Scene scene = StyledScene.of(panel, 920, 608);
        stage.setScene(scene);
        stage.show();
    }

    @AfterEach
    void end() {
        actions.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"light", "dark"})
    void theImportantLayersOfATextAreKept(String theme, FxRobot robot) throws Exception {
        actions.calibrationStepMillis = 60;
        robot.interact(() -> {
            Application.setUserAgentStylesheet(
                    (theme.equals("dark") ? new PrimerDark() : new PrimerLight()).getUserAgentStylesheet());
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
        picture("prune-form-" + theme, text.getScene(), robot);
        robot.clickOn("Make setup");
        await(() -> panel.lookup("#ranking").isVisible());
        WaitForAsyncUtils.sleep(500, TimeUnit.MILLISECONDS);
        picture("prune-ranking-" + theme, panel.getScene(), robot);
        await(() -> current.setupProperty().get().isPresent());
        assertThat(actions.rankedTexts).containsExactly(Optional.of(TEXT));
        assertThat(current.setupProperty().get().orElseThrow().selectLayers().orElseThrow())
                .hasSize(15);
        assertThat(panel.lookup("#ranking").isVisible()).isFalse();
    }

    private static void picture(String name, Scene scene, FxRobot robot) throws IOException {
        Path file = Path.of("target/screenshots", name + ".png");
        Files.createDirectories(file.getParent());
        robot.interact(() -> {
            try {
                ImageIO.write(SwingFXUtils.fromFXImage(scene.snapshot(null), null), "png", file.toFile());
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
    }
}
